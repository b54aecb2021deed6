"""`baocao health`: well or not, and what to do."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from baocao.settings import Settings
from cli.main import cli
from reporting.upkeep.doctor.finding import Health
from reporting.upkeep.doctor.machine import judge_space
from reporting.upkeep.doctor.running import judge_mark, look_at_engine
from reporting.upkeep.marks import RunMark, leave_mark, read_mark
from tests.reporting.upkeep.conftest import fill

NOW = datetime(2026, 1, 5, tzinfo=UTC)


def health() -> tuple[int, dict[str, Any]]:
    ended = CliRunner().invoke(cli, ["health", "--json"])
    told = json.loads(ended.output)
    return ended.exit_code, {check["check"]: check for check in told["checks"]}


def test_a_new_installation_is_well_and_says_what_never_ran(home: Path) -> None:
    code, checks = health()
    assert code == 0
    assert checks["state.database"]["health"] == "good"
    assert checks["running.watch"]["health"] == checks["running.verify"]["health"] == "doubtful"
    assert "baocao verify" in checks["running.verify"]["mend"]
    assert not (home / "var" / "baocao.db").exists()


def test_a_verify_that_ended_well_is_seen(home: Path, settings: Callable[[], Settings]) -> None:
    fill(settings())
    assert CliRunner().invoke(cli, ["verify"]).exit_code == 0
    code, checks = health()
    assert (code, checks["running.verify"]["health"]) == (0, "good")


def test_a_verify_that_found_damage_makes_the_installation_unwell(home: Path) -> None:
    leave_mark(home / "var", "verify", 0, NOW)
    leave_mark(home / "var", "verify", 14)
    code, checks = health()
    assert (code, checks["running.verify"]["health"]) == (1, "bad")
    mark = read_mark(home / "var", "verify")
    assert mark is not None
    assert mark.well_at == NOW


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        (None, Health.DOUBTFUL),
        (RunMark(NOW - timedelta(hours=30), 0, None), Health.GOOD),
        (RunMark(NOW - timedelta(hours=60), 0, None), Health.BAD),
        (RunMark(NOW, 11, None), Health.BAD),
    ],
)
def test_a_watch_that_has_not_run_for_two_days_is_noticed(mark: RunMark | None, expected: Health) -> None:
    assert judge_mark("watch", "Theo dõi", mark, timedelta(days=2), NOW).health is expected


def test_a_database_that_is_none_is_said_in_words(home: Path) -> None:
    (home / "var").mkdir()
    (home / "var" / "baocao.db").write_bytes(b"no database" * 1000)
    ended = CliRunner().invoke(cli, ["health"])
    assert ended.exit_code == 1
    assert "Cơ sở dữ liệu" in ended.output
    assert "Cần làm" in ended.output


def test_a_configuration_that_is_not_there_is_unwell_not_a_crash(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BAOCAO_CONFIG_DIR", str(home / "nowhere"))
    code, checks = health()
    assert (code, checks["report.configuration"]["health"]) == (1, "bad")


def test_a_payload_folder_that_is_none_is_noticed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "file").write_text("")
    monkeypatch.setenv("BAOCAO_PAYLOAD_URL", str(home / "file"))
    code, checks = health()
    assert (code, checks["state.payloads"]["health"]) == (1, "bad")


def test_a_full_disk_is_bad_before_it_is_full(tmp_path: Path) -> None:
    judged = [judge_space(tmp_path, free).health for free in (2_000_000_000, 500_000_000, 50_000_000)]
    assert judged == [Health.GOOD, Health.DOUBTFUL, Health.BAD]


def test_a_prefect_server_that_does_not_answer_is_noticed() -> None:
    found = look_at_engine("http://127.0.0.1:9/api")
    assert (found.health, found.exit_code) == (Health.BAD, 40)
    assert look_at_engine(None).health is Health.GOOD

"""A second source of the same system that figures are only compared with: kept, told, replayed, never counted from."""

import shutil
from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Outcome, Severity
from baocao.errors import ConfigError
from reporting.history.rerunning import PAYLOADS, SOURCES, rerun
from reporting.outcome import RunResult
from reporting.pipeline import make_reports
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.flows.conftest import Installation
from tests.reporting.conftest import NOW, Office, form_key, plan_of

BESIDE = "one_stop_statistics"
ENTRY = """
  one_stop_statistics:
    label: Thống kê một cửa
    system: one_stop
    connector: one_stop_igate_statistics
    role: comparison
    base_url: sandbox://
    auth: {username: baocao-tichhop, secret: env:BAOCAO_STATISTICS_SECRET}
    limits: {attempts: 1}
    lookback_days: 0
"""
KEY = "      one_stop_igate: 64f0c1a2b3d4e5f607182951\n"


@pytest.fixture
def alone(tmp_path: Path, sqlite_original: Path, tiny_sandbox: RunningSandbox, credentials: None) -> Office:
    shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config")
    (tmp_path / "var").mkdir()
    shutil.copy(sqlite_original, tmp_path / "var" / "baocao.db")
    return Office(tmp_path, tmp_path / "config", f"sqlite:///{tmp_path}/var/baocao.db", tiny_sandbox.url)


@pytest.fixture
def both(alone: Office, monkeypatch: pytest.MonkeyPatch) -> Office:
    monkeypatch.setenv("BAOCAO_STATISTICS_SECRET", ENVIRONMENT["BAOCAO_ONE_STOP_SECRET"])
    with (alone.config_dir / "sources.yaml").open("a", encoding="utf-8") as file:
        file.write(ENTRY)
    alone.change_config("units.yaml", KEY, f'{KEY}      {BESIDE}: "64f0c1a2b3d4e5f607182951"\n')
    return alone


def figures(result: RunResult) -> dict[str, object]:
    return {code: (one.value, one.status, one.payload_hashes) for code, one in result.report.observations.items()}


def checks(result: RunResult, check: str) -> list[CheckResult]:
    return [one for one in result.report.checks if one.check == check and one.evidence.get("source") == BESIDE]


def command(office: Office) -> Installation:
    home = {"BAOCAO_HOME": str(office.home), "BAOCAO_CONFIG_DIR": str(office.config_dir), "BAOCAO_UNIT": "dac-khu"}
    where = {"BAOCAO_SANDBOX_URL": office.sandbox_url or "", "BAOCAO_NOW": NOW.isoformat(), "COLUMNS": "160"}
    return Installation(office.home, {**home, **where, "BAOCAO_DATABASE_URL": office.database_url})


def test_both_are_kept_and_each_figure_stands_beside_the_tally(both: Office) -> None:
    result = both.run()
    with both.open() as workspace:
        given = {one.source_code: one for one in workspace.store.collections.list(result.vintage)}
    assert given["one_stop_igate"].payloads
    assert given[BESIDE].payloads
    compared = checks(result, "reconcile.list_vs_statistic")
    assert {"dossiers_received_count", "dossiers_online_count"} <= {one.evidence["indicator"] for one in compared}
    assert all("Thống kê một cửa" in one.message_vi for one in compared)
    assert [one.outcome for one in checks(result, "reconcile.comparison_given")] == [Outcome.PASS]


def test_no_figure_and_no_exit_code_depends_on_it(alone: Office, both: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """With it, without it, refused, and with its secret not set."""
    with_it = both.run()
    monkeypatch.setenv("BAOCAO_STATISTICS_SECRET", "mat-khau-khac")
    refused = both.run()
    monkeypatch.delenv("BAOCAO_STATISTICS_SECRET")
    unset = both.run()
    both.change_config("units.yaml", f'      {BESIDE}: "64f0c1a2b3d4e5f607182951"\n', "")
    without = alone.run()
    assert figures(with_it).keys() == figures(without).keys()
    for result in (with_it, refused, unset):
        values = {code: one[:2] for code, one in figures(result).items()}  # type: ignore[index]
        assert values == {code: one[:2] for code, one in figures(without).items()}  # type: ignore[index]
        assert (result.exit_code, result.failures) == (without.exit_code, ())
    for result, why in ((refused, "từ chối đăng nhập"), (unset, "BAOCAO_STATISTICS_SECRET chưa được đặt")):
        (found,) = checks(result, "reconcile.comparison_given")
        assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.WARNING)
        assert why in found.message_vi
        assert "mat-khau-khac" not in found.message_vi
        assert checks(result, "reconcile.list_vs_statistic") == []


@pytest.mark.parametrize("way", ["run", "rerun"])
def test_what_is_written_wrongly_of_it_is_told_before_anybody_is_asked(both: Office, way: str) -> None:
    """A failing of the system is a finding; a slip in the file is for whoever edits the file."""
    if way == "rerun":
        both.run()
    both.change_config("sources.yaml", ENTRY, f"{ENTRY}    options: {{onlyne_by: accepted}}\n")
    text = (both.config_dir / "sources.yaml").read_text("utf-8").splitlines()
    line = next(number for number, line in enumerate(text, start=1) if "onlyne_by" in line)
    with both.open() as workspace:
        plan, before = plan_of(workspace), workspace.store.vintages.list(form_key(workspace))
        with pytest.raises(ConfigError, match=rf"sources\.yaml, dòng {line}: .*options: .*ý bạn là “online_by”"):
            _ = make_reports(workspace, (plan,)) if way == "run" else rerun(workspace, plan, SOURCES)
        assert workspace.store.vintages.list(form_key(workspace)) == before


def test_a_source_that_is_down_is_only_information(both: Office) -> None:
    both.change_config("sources.yaml", ENTRY, ENTRY.replace("sandbox://", "http://127.0.0.1:9"))
    (found,) = checks(both.run(), "reconcile.comparison_given")
    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.INFO)


@pytest.mark.parametrize("secret", [ENVIRONMENT["BAOCAO_ONE_STOP_SECRET"], ""])
def test_a_replay_compares_again_from_what_was_kept(both: Office, monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    monkeypatch.setenv("BAOCAO_STATISTICS_SECRET", secret)
    before = both.run()
    with both.open(sandbox_url="http://127.0.0.1:9") as workspace:
        done = rerun(workspace, plan_of(workspace), PAYLOADS)
    assert done.result.report.checks == before.report.checks
    assert done.result.exit_code == before.exit_code
    assert done.changed == ()


def test_explain_tells_the_comparison_and_no_request_of_it(both: Office) -> None:
    both.run()
    shown = command(both).run("explain", "2025-Q4", "4.3.1", "--json").json
    (one,) = [each for each in shown["comparisons"] if each["source"] == BESIDE]
    assert one["tallied"].isdigit()
    assert {payload["source"] for payload in shown["payloads"]} == {"one_stop_igate"}
    assert "Thống kê một cửa" in command(both).run("explain", "2025-Q4", "4.3.1").out


def test_doctor_and_probe_know_what_it_is_for(both: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    assert command(both).run("probe", BESIDE, "--days", "1", "--json").json["role"] == "comparison"
    before = command(both).run("doctor", "--json")
    monkeypatch.setenv("BAOCAO_STATISTICS_SECRET", "mat-khau-khac")
    after = command(both).run("doctor", "--json")
    health = [
        next(one["health"] for one in ended.json["findings"] if "Thống kê một cửa" in one["about"])
        for ended in (before, after)
    ]
    assert health == ["good", "doubtful"]
    assert after.code == before.code


def test_two_sources_of_figures_are_refused_with_the_way_out(both: Office) -> None:
    both.change_config("sources.yaml", "    role: comparison\n", "")
    with pytest.raises(ConfigError, match=r"hai nguồn cùng cho số liệu one_stop: .*role: comparison"):
        Catalogue.read(both.config_dir)


def test_a_source_to_compare_with_nothing_is_refused(both: Office) -> None:
    both.change_config("units.yaml", KEY, "")
    with pytest.raises(ConfigError, match="one_stop_statistics chỉ để đối chiếu"):
        Catalogue.read(both.config_dir)

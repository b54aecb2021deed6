"""Two times: what a figure is about, and when it was known."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from baocao.domain import VIETNAM
from baocao.errors import ConfigError
from cli.main import cli
from reporting.history.rerunning import PAYLOADS, accept_rerun, rerun
from reporting.history.showing import VintageChoice, find_shown, read_history, read_instant
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish, restate
from tests.reporting.conftest import NOW, PERIOD, Office, form_key, plan_of
from tests.reporting.release.test_releasing import LAN, MINH, release

LATER = timedelta(days=30)


def test_an_earlier_time_shows_what_was_known_then(small_office: Office) -> None:
    small_office.run(NOW - timedelta(days=3))
    small_office.run()
    with small_office.open(NOW + LATER) as workspace:
        store, key = workspace.store, form_key(workspace)
        early = find_shown(store, key, VintageChoice(as_of=NOW - timedelta(days=1)))
        assert early.vintage.key.vintage == 1
        assert early.filled.status == "provisional"
        assert find_shown(store, key, VintageChoice(as_of=NOW)).vintage.key.vintage == 2
        assert find_shown(store, key, VintageChoice()).vintage.key.vintage == 2
        assert find_shown(store, key, VintageChoice(vintage=1)).filled == early.filled
        with pytest.raises(ConfigError, match=r"báo cáo đầu tiên lập lúc 07:00 12/12/2025"):
            find_shown(store, key, VintageChoice(as_of=NOW - LATER))
        with pytest.raises(
            ConfigError, match=r"đã phát hành các bản: chưa có bản nào \(đang ở bước: sẵn sàng trình ký\)"
        ):
            find_shown(store, key, VintageChoice(as_released=True))


def test_the_history_says_when_and_how_much_changed(made: Office) -> None:
    release(made)
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open(NOW + LATER) as workspace:
        rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
        first, second = read_history(workspace.store, form_key(workspace))
    assert (first.changed_count, [entry.kind for entry in first.releases]) == (None, ["publish"])
    assert (second.changed_count, second.releases) == (1, ())
    assert (second.vintage.replayed_from, second.vintage.exit_code) == (1, 0)


def test_a_time_without_zone_is_vietnamese() -> None:
    assert read_instant("2026-01-05T09:00") == datetime(2026, 1, 5, 9, tzinfo=VIETNAM)
    with pytest.raises(ConfigError, match="ghi như 05/01/2026 09:00 hoặc 2026-01-05T09:00"):
        read_instant("hôm qua")


@pytest.fixture
def call(made: Office, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """A command in the made home: what it prints."""
    for name, value in {"HOME": made.home, "CONFIG_DIR": made.config_dir, "NOW": NOW.isoformat()}.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    monkeypatch.setenv("BAOCAO_UNIT", "dac-khu")
    monkeypatch.setenv("COLUMNS", "160")

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == 0, done.output + str(done.exception)
        return done.stdout

    return run


def test_the_commands_answer_in_json_and_in_words(made: Office, call: Callable[..., str]) -> None:
    release(made)
    shown = json.loads(call("show", PERIOD, "--as-released", "--json"))
    assert (shown["stage"], shown["release"]["approved_by"], shown["vintage"]) == ("released", "minh", 1)
    assert shown["status"] == "released"
    assert "Bản phát hành đầu tiên" in call("show", PERIOD, "--as-released")
    assert json.loads(call("show", PERIOD, "--history", "--json"))[0]["releases"][0]["revision"] == 0
    assert "bản 0 lúc 07:00 15/12/2025" in call("show", PERIOD, "--history")
    assert json.loads(call("release", "status", PERIOD, "--json"))["locked"] is True
    assert "Nguyên vẹn" in call("verify")
    rerun_again = call("rerun", PERIOD, "--from", "payloads")
    assert "0 ô khác" in rerun_again
    assert "Giống hệt từng byte" in rerun_again


def test_a_rerun_answers_in_json(call: Callable[..., str]) -> None:
    told = json.loads(call("rerun", PERIOD, "--from", "payloads", "--json"))
    assert (told["changed_cells"], told["other_files"]) == (0, [])


def test_the_state_told_is_that_of_the_time_asked_for(made: Office, call: Callable[..., str]) -> None:
    hours = [NOW + timedelta(hours=hour) for hour in (1, 2, 3)]
    for at, move in zip(hours, (prepare, approve, publish), strict=True):
        with made.open(at) as workspace:
            move(workspace, form_key(workspace), LAN if move is prepare else MINH)
    told = {at: call("show", PERIOD, "--as-of", (at + timedelta(minutes=1)).isoformat()) for at in (NOW, *hours)}
    stages = [re.findall(r"Trạng thái biểu mẫu lúc [^ ]+ [^ ]+: ([^.]+)\.", text) for text in told.values()]
    assert stages == [["sẵn sàng trình ký"], ["đã trình, chờ duyệt"], ["đã duyệt, chờ phát hành"], ["đã phát hành"]]
    at = (hours[0] + timedelta(minutes=1)).isoformat()
    assert json.loads(call("show", PERIOD, "--as-of", at, "--json"))["stage"] == "submitted"


def test_between_two_releases_each_time_has_its_figures_its_state_and_its_release(
    made: Office, call: Callable[..., str]
) -> None:
    """Released, counted anew, put forward, restated: a fortnight each."""
    times = [NOW + timedelta(days=14 * n) for n in range(1, 5)]
    with made.open(times[0]) as workspace:
        key = form_key(workspace)
        for move, who in ((prepare, LAN), (approve, MINH), (publish, MINH)):
            move(workspace, key, who)
    made.change_config("manual/dac-khu/2025-Q4.yaml", "value: 1\n", "value: 0\n")
    with made.open(times[1]) as workspace:
        done = rerun(workspace, plan_of(workspace), PAYLOADS, typed_today=True)
    with made.open(times[2]) as workspace:
        accept_rerun(workspace, done, StepRequest("lan", "số nhập sai"))
    with made.open(times[3]) as workspace:
        approve(workspace, key, MINH)
        restate(workspace, key, MINH)
    cell = done.changed[0].cell.number
    seen = []
    for at in times:
        shown = json.loads(call("show", PERIOD, "--as-of", (at + timedelta(minutes=1)).isoformat(), "--json"))
        seen.append((shown["vintage"], shown["cells"][cell]["value"], shown["stage"], shown["released_vintage"]))
    assert seen == [
        (1, "1", "released", 1), (2, "0", "released", 1), (2, "0", "submitted", 1), (2, "0", "restated", 2),
    ]  # fmt: skip
    between = call("show", PERIOD, "--as-of", (times[1] + timedelta(minutes=1)).isoformat())
    assert "Bản phát hành đang có hiệu lực lúc" in between
    assert "là lần lập thứ 1." in between
    assert "Bản phát hành đang có hiệu lực" not in call("show", PERIOD)

"""Stocks at the cut-off: captured once, kept, used by every later run, and their age told."""

import json
from datetime import datetime, timedelta

import pytest
from click.testing import CliRunner

from baocao.ages import describe_age, describe_distance
from baocao.domain import VIETNAM, Period
from baocao.store import FormKey, LeaseHeldError
from cli.main import cli
from reporting.collection.capture_plans import capture_one, capture_plans, plan_captures, plan_tonight
from reporting.collection.capturing import CaptureOutcome, capture_source, stock_sources
from reporting.history.rerunning import SOURCES, rerun
from reporting.pipeline import run_from_sources
from reporting.workspace import Workspace
from sandbox.server import RunningSandbox
from tests.reporting.conftest import NOW, PERIOD, UNIT, Office, plan_of

CUTOFF = datetime(2025, 12, 15, tzinfo=VIETNAM)
LAST_SECOND = CUTOFF - timedelta(seconds=1)
PORTAL = "portal_dvcqg"
pytestmark = pytest.mark.usefixtures("credentials")


def capture(workspace: Workspace) -> CaptureOutcome:
    (source,) = stock_sources(plan_of(workspace))
    return capture_source(workspace, plan_of(workspace), source).outcome


def test_a_run_days_later_uses_what_was_captured_at_the_cut_off(office: Office, tiny_sandbox: RunningSandbox) -> None:
    with office.open(LAST_SECOND) as workspace:
        assert capture(workspace) is CaptureOutcome.CAPTURED
    tiny_sandbox.requests.clear()
    with office.open(NOW + timedelta(days=20)) as workspace:
        result = run_from_sources(workspace, (plan_of(workspace),))[0]
        assert tiny_sandbox.requests.count("portal") == 0
        (kept,) = workspace.store.captures.list(UNIT, Period.parse(PERIOD))
        used = {c.source_code: c for c in workspace.store.collections.list(result.vintage)}[PORTAL]
        assert used.payloads == kept.payloads
        assert (kept.captured_at, kept.attempt, kept.failure) == (LAST_SECOND, 1, None)
        assert result.report.filled.cells["4.1.2"].note == ""
        assert result.report.filled.cells["4.1.2"].value is not None
        again = rerun(workspace, plan_of(workspace), SOURCES)
        assert again.kept_stocks
        assert tiny_sandbox.requests.count("portal") == 0


def test_a_capture_made_early_says_so_and_gives_way_to_a_run_that_comes_nearer(
    made: Office, tiny_sandbox: RunningSandbox
) -> None:
    with made.open(CUTOFF - timedelta(days=2), tiny_sandbox.url) as workspace:
        assert capture(workspace) is CaptureOutcome.CAPTURED
    with made.open(CUTOFF + timedelta(days=9), tiny_sandbox.url) as workspace:
        result = run_from_sources(workspace, (plan_of(workspace),))[0]
        assert result.report.filled.cells["4.1.2"].note == "Chụp sớm 2 ngày trước thời điểm chốt số liệu"
    tiny_sandbox.requests.clear()
    with made.open(CUTOFF + timedelta(hours=1), tiny_sandbox.url) as workspace:
        result = run_from_sources(workspace, (plan_of(workspace),))[0]
        assert tiny_sandbox.requests.count("portal") > 0
        assert result.report.filled.cells["4.1.2"].note == ""


def test_what_is_captured_at_the_cut_off_is_not_captured_again(made: Office, tiny_sandbox: RunningSandbox) -> None:
    with made.open(LAST_SECOND, tiny_sandbox.url) as workspace:
        assert [capture(workspace), capture(workspace)] == [CaptureOutcome.CAPTURED, CaptureOutcome.KEPT]
    with made.open(NOW, tiny_sandbox.url) as workspace:
        assert capture(workspace) is CaptureOutcome.KEPT
        assert len(workspace.store.captures.list(UNIT, Period.parse(PERIOD))) == 1
        year = plan_of(workspace, "2025")
        (source,) = stock_sources(year)
        assert capture_source(workspace, year, source).outcome is CaptureOutcome.KEPT


def test_a_source_that_is_down_leaves_its_failure_and_is_captured_later(
    made: Office, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("portal", "too_many_429", retry_after="3600")
    with made.open(LAST_SECOND, tiny_sandbox.url) as workspace:
        result = capture_plans(workspace, plan_captures(workspace.catalogue, PERIOD, None, LAST_SECOND))
        assert (result.exit_code, result.may_heal) == (11, True)
    tiny_sandbox.clear_faults()
    with made.open(CUTOFF + timedelta(hours=6), tiny_sandbox.url) as workspace:
        assert capture(workspace) is CaptureOutcome.CAPTURED
        first, second = workspace.store.captures.list(UNIT, Period.parse(PERIOD))
        assert first.failure is not None
        assert (first.failure.exit_code, second.failure, second.attempt) == (11, None, 2)


def test_a_source_that_refused_is_not_asked_again_the_same_night_unless_somebody_asks(
    made: Office, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("portal", "wrong_password")
    with made.open(LAST_SECOND, tiny_sandbox.url) as workspace:
        plans = plan_captures(workspace.catalogue, PERIOD, UNIT, LAST_SECOND)
        first = capture_plans(workspace, plans)
        tiny_sandbox.requests.clear()
        second = capture_plans(workspace, plans, first)
        assert (second.exit_code, second.captures) == (12, first.captures)
        assert tiny_sandbox.requests.count("portal") == 0
        capture_plans(workspace, plans)
        assert tiny_sandbox.requests.count("portal") > 0


def test_two_machines_that_capture_at_once_are_told_of_each_other(made: Office, tiny_sandbox: RunningSandbox) -> None:
    with made.open(LAST_SECOND, tiny_sandbox.url) as workspace:
        key = FormKey(UNIT, f"stocks:{PORTAL}", Period.parse(PERIOD))
        (source,) = stock_sources(plan_of(workspace))
        with workspace.store.leases.hold(key, "server-2, process 7"):
            with pytest.raises(LeaseHeldError):
                capture(workspace)
            one = capture_one(workspace, plan_of(workspace), source)
        assert (one.outcome, one.exit_code) == (CaptureOutcome.LEASED, 21)
        assert "server-2, process 7 đang làm từ" in one.reason


@pytest.mark.parametrize(
    ("at", "found"),
    [
        (CUTOFF - timedelta(minutes=1), [(UNIT, "2025-Q4")]),
        (CUTOFF + timedelta(hours=6), [(UNIT, "2025-Q4")]),
        (CUTOFF + timedelta(hours=8), []),
        (CUTOFF - timedelta(days=30), []),
        (datetime(2024, 6, 14, 23, 59, tzinfo=VIETNAM), [("xa", "2024-Q2")]),
    ],
)
def test_a_nightly_schedule_finds_what_closes_tonight(made: Office, at: datetime, found: list[tuple[str, str]]) -> None:
    with made.open(at) as workspace:
        plans = plan_tonight(workspace.catalogue, None, at)
        assert [(plan.unit.unit_code, plan.period.code) for plan in plans] == found


def test_the_age_is_told_in_words() -> None:
    for age, says in {
        timedelta(seconds=-1): "đúng thời điểm chốt số liệu",
        timedelta(hours=7): "sau thời điểm chốt số liệu 7 giờ",
        timedelta(days=-3): "trước thời điểm chốt số liệu 3 ngày",
    }.items():
        assert describe_age(CUTOFF + age, CUTOFF) == says
    assert describe_distance(CUTOFF + timedelta(hours=7), CUTOFF) == ""


def test_explain_and_show_tell_when_a_stock_was_captured(
    made: Office, tiny_sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = {"HOME": made.home, "CONFIG_DIR": made.config_dir, "NOW": LAST_SECOND.isoformat(), "UNIT": UNIT}
    for name, value in {**settings, "SANDBOX_URL": tiny_sandbox.url}.items():
        monkeypatch.setenv(f"BAOCAO_{name}", str(value))
    runner = CliRunner()
    told = runner.invoke(cli, ["capture", PERIOD, "--json"])
    (one,) = json.loads(told.stdout)["captures"]
    assert (one["outcome"], one["age_s"], one["source"]) == ("captured", -1, PORTAL)
    explained = runner.invoke(cli, ["explain", PERIOD, "4.1.2"]).stdout
    assert "Chụp lúc:       07:00 15/12/2025, sau thời điểm chốt số liệu 7 giờ" in explained
    shown = json.loads(runner.invoke(cli, ["show", PERIOD, "--json"]).stdout)
    assert shown["stocks"]["4.1.2"]["age_s"] == 7 * 3600
    assert "4.3.1" not in shown["stocks"]

"""What the units of a province owe against what the store has of them."""

from datetime import date, timedelta

from baocao.domain import CheckResult, Outcome
from reporting.checking.completeness import check_period
from reporting.history.rerunning import PAYLOADS, rerun
from tests.reporting.conftest import NOW, UNIT, Office, plan_of

DUE = date(2025, 12, 18)


def told(office: Office, today: date) -> dict[str, CheckResult]:
    with office.open() as workspace:
        results = check_period(workspace, plan_of(workspace).period, today)
    assert {result.unit_code for result in results} == {UNIT}
    return {result.check: result for result in results}


def test_a_unit_without_a_report_is_not_yet_due_and_then_late(small_office: Office) -> None:
    assert "chưa đến hạn 18/12/2025" in told(small_office, DUE)["complete.given"].reason
    late = told(small_office, date(2025, 12, 19))["complete.given"]
    assert (late.outcome, late.evidence["working_days_late"]) == (Outcome.FAIL, 1)


def test_a_report_made_again_after_the_due_day_was_still_on_time(made: Office) -> None:
    with made.open(NOW + timedelta(days=30)) as workspace:
        rerun(workspace, plan_of(workspace), PAYLOADS)
    found = told(made, date(2026, 2, 1))
    assert found["complete.given"].outcome is Outcome.PASS
    assert found["complete.on_time"].outcome is Outcome.PASS


def test_a_report_of_tomorrow_is_not_there_today(made: Office) -> None:
    assert told(made, NOW.date() - timedelta(days=1))["complete.given"].outcome is Outcome.NOT_EVALUABLE


def test_cells_not_collected_are_told_from_those_of_other_tiers(small_office: Office) -> None:
    """With every source down, what was typed in is given, and rows of the province are nobody's fault."""
    small_office.run(sandbox_url="http://127.0.0.1:9")
    result = told(small_office, DUE)["complete.cells"]
    assert result.outcome is Outcome.FAIL
    assert "4.3.1" in result.evidence["missing"]["not_collected"]
    assert result.evidence["not_applicable"] == ["3.1.1", "3.1.2", "3.2.1"]


def test_a_whole_report_leaves_no_cell_missing(made: Office) -> None:
    assert told(made, DUE)["complete.cells"].outcome is Outcome.PASS

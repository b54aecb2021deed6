"""What each unit owes for a period against what it gave, and when."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import CellStatus, CheckResult, FilledForm, FormHead, FormMark, Outcome, Period
from expectations.across.complete import COMPLETE_CHECKS, check_complete
from tests.expectations.made_forms import FORM_2025, true_form

Q4 = Period(2025, "Q4")
DUE = date(2025, 12, 18)


def given(catalogue: Catalogue, on: date | None, changes: dict[str, CellStatus | str] | None = None) -> FilledForm:
    form = true_form(catalogue, FORM_2025, "dac-khu", changes or {})
    return replace(form, known_at=datetime(on.year, on.month, on.day, 1, tzinfo=UTC) if on else None)


def results(catalogue: Catalogue, forms: list[FilledForm], today: date = DUE) -> dict[str, CheckResult]:
    """By check, for the one special zone that owes a form for the quarter."""
    return {r.check: r for r in check_complete(forms, catalogue, Q4, today=today) if r.unit_code == "dac-khu"}


@pytest.mark.parametrize(
    ("today", "outcome", "says"),
    [
        (date(2025, 12, 18), Outcome.NOT_EVALUABLE, "chưa đến hạn 18/12/2025"),
        (date(2025, 12, 22), Outcome.FAIL, "đã quá 2 ngày làm việc"),
    ],
)
def test_a_form_not_given_is_a_failure_once_it_is_due(
    catalogue: Catalogue, today: date, outcome: Outcome, says: str
) -> None:
    result = results(catalogue, [], today)["complete.given"]
    assert result.outcome is outcome
    assert says in (result.reason or result.message_vi)


@pytest.mark.parametrize(
    ("on", "on_time", "after_closing"),
    [
        (date(2025, 12, 10), Outcome.PASS, Outcome.FAIL),
        (date(2025, 12, 14), Outcome.PASS, Outcome.PASS),
        (date(2025, 12, 18), Outcome.PASS, Outcome.PASS),
        (date(2025, 12, 19), Outcome.FAIL, Outcome.PASS),
        (None, Outcome.NOT_EVALUABLE, Outcome.NOT_EVALUABLE),
    ],
)
def test_the_day_of_the_figures_lies_between_closing_and_due(
    catalogue: Catalogue, on: date | None, on_time: Outcome, after_closing: Outcome
) -> None:
    found = results(catalogue, [given(catalogue, on)])
    assert found["complete.given"].outcome is Outcome.PASS
    assert (found["complete.on_time"].outcome, found["complete.after_closing"].outcome) == (on_time, after_closing)


def test_the_day_on_the_form_goes_before_that_of_its_figures(catalogue: Catalogue) -> None:
    form = replace(given(catalogue, date(2025, 12, 15)), head=FormHead(dated_on=date(2025, 12, 22)))
    assert "muộn 2 ngày làm việc" in results(catalogue, [form])["complete.on_time"].message_vi


def test_a_form_read_from_a_file_is_judged_early_by_the_reader(catalogue: Catalogue) -> None:
    form = replace(given(catalogue, date(2025, 12, 1)), status=FormMark.READ)
    assert "complete.after_closing" not in results(catalogue, [form])


def test_zero_and_nothing_arose_are_given_and_a_dead_source_is_not(catalogue: Catalogue) -> None:
    changes = {
        "4.4.2": "0",
        "4.2": CellStatus.NO_DENOMINATOR,
        "4.3.1": CellStatus.NOT_COLLECTED,
        "4.5": CellStatus.BLANK,
    }
    result = results(catalogue, [given(catalogue, DUE, changes)])["complete.cells"]
    assert result.outcome is Outcome.FAIL
    assert "còn thiếu 2 (chưa thu thập được: 4.3.1; để trống: 4.5)" in result.message_vi
    assert result.evidence["declared_zero"] == ["4.4.2"]
    assert results(catalogue, [given(catalogue, DUE)])["complete.cells"].outcome is Outcome.PASS
    assert results(catalogue, [])["complete.cells"].outcome is Outcome.NOT_EVALUABLE


def test_only_units_of_the_time_owe_a_form(catalogue: Catalogue) -> None:
    """The commune ended on 30/6/2025; the province as such is connected to no source."""
    owing = {r.unit_code for r in check_complete([], catalogue, Q4, today=DUE)}
    assert "dac-khu" in owing
    assert not owing & {"xa", "tinh"}


def test_a_form_of_another_period_does_not_count(catalogue: Catalogue) -> None:
    form = replace(given(catalogue, DUE), period=Period(2025, "Q3"))
    assert results(catalogue, [form], date(2025, 12, 19))["complete.given"].outcome is Outcome.FAIL


def test_every_check_is_told_of_a_unit_that_gave_its_form(catalogue: Catalogue) -> None:
    assert results(catalogue, [given(catalogue, DUE)]).keys() == {check.check for check in COMPLETE_CHECKS}

"""Counting two ways: a difference is a finding with its reason, never a critical error."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pandas as pd

from baocao.catalogue import Catalogue
from baocao.domain import CellStatus, CheckResult, CountStep, Observation, Outcome, Period, Severity, System, Window
from baocao.records import build_frame
from expectations.across.tallies import check_tallies

WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
CODE = "dossiers_received_count"
LISTED = (CountStep("hồ sơ trong dữ liệu nguồn", 90), CountStep("ngày tiếp nhận từ 15/09/2025", 60))


def observation(value: int | None, steps: tuple[CountStep, ...] = LISTED) -> Observation:
    figure = None if value is None else Decimal(value)
    status = CellStatus.NOT_COLLECTED if value is None else CellStatus.REPORTED
    known_at = datetime(2025, 12, 15, tzinfo=UTC)
    return Observation(CODE, "dac-khu", Period(2025, "Q4"), figure, status, known_at, steps=steps)


def tallies(value: int, window: Window = WINDOW, basis: str = "theo ngày nộp") -> pd.DataFrame:
    return build_frame("tallies", {
        "tally_key": ["a"],
        "indicator_code": [CODE],
        "value": [value],
        "start_on": [pd.Timestamp(window.start_on)],
        "end_on": [pd.Timestamp(window.end_on)],
        "basis": [basis],
    })  # fmt: skip


def check(catalogue: Catalogue, counted: Observation, tallied: pd.DataFrame) -> list[CheckResult]:
    return check_tallies({CODE: counted}, {System.ONE_STOP: tallied}, catalogue, WINDOW, "dac-khu")


def test_two_equal_counts_pass(catalogue: Catalogue) -> None:
    (result,) = check(catalogue, observation(60), tallies(60))
    assert (result.check, result.outcome) == ("reconcile.list_vs_statistic", Outcome.PASS)


def test_a_small_difference_is_information_with_both_ways_of_counting(catalogue: Catalogue) -> None:
    (result,) = check(catalogue, observation(60), tallies(58))
    assert (result.outcome, result.severity) == (Outcome.FAIL, Severity.INFO)
    assert (result.observed, result.expected) == ("60", "58")
    assert "theo ngày nộp" in result.message_vi
    assert "ngày tiếp nhận từ 15/09/2025" in result.message_vi
    assert "bưu chính" in result.message_vi
    assert result.evidence["difference"] == "2"


def test_a_large_difference_is_a_warning_and_never_more(catalogue: Catalogue) -> None:
    for value in (0, 6, 6_000):
        (result,) = check(catalogue, observation(60), tallies(value))
        assert (result.outcome, result.severity) == (Outcome.FAIL, Severity.WARNING)


def test_a_calendar_quarter_is_not_compared_with_the_reporting_quarter(catalogue: Catalogue) -> None:
    quarter = Window(date(2025, 10, 1), date(2025, 12, 31))
    (result,) = check(catalogue, observation(60), tallies(60, quarter, "quý IV/2025 dương lịch"))
    assert result.outcome is Outcome.NOT_EVALUABLE
    assert "01/10/2025–31/12/2025" in result.reason
    assert "15/09/2025–14/12/2025" in result.reason


def test_two_bases_are_two_comparisons_and_parts_of_one_are_added_up(catalogue: Catalogue) -> None:
    frame = pd.concat([tallies(20), tallies(40), tallies(59, basis="theo ngày tiếp nhận")], ignore_index=True)
    outcomes = [result.outcome for result in check(catalogue, observation(60), frame)]
    assert sorted(outcomes) == [Outcome.FAIL, Outcome.PASS]


def test_a_figure_that_was_itself_taken_from_the_tally_is_no_second_way(catalogue: Catalogue) -> None:
    taken = observation(60, (CountStep("hệ thống tự tổng hợp", 60),))
    assert check(catalogue, taken, tallies(60)) == []


def test_a_figure_that_was_not_collected_is_not_compared(catalogue: Catalogue) -> None:
    assert check(catalogue, observation(None), tallies(60)) == []

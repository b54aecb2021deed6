"""Figures a source counted itself: which days they are of, and how its numbers are read."""

from datetime import date

import pytest

from baocao.domain import Window
from baocao.errors import SourceContractError
from connectors.reading.strict import Reader
from connectors.reading.tallying import Quarter, Tally, build_tallies, quarters_of, whole_number


@pytest.mark.parametrize(
    ("first", "last", "quarters"),
    [
        (date(2025, 9, 15), date(2025, 12, 14), [(2025, 4)]),
        (date(2024, 12, 15), date(2025, 3, 14), [(2025, 1)]),
        (date(2024, 12, 15), date(2025, 6, 14), [(2025, 1), (2025, 2)]),
        (date(2024, 12, 15), date(2025, 12, 14), [(2025, 1), (2025, 2), (2025, 3), (2025, 4)]),
        (date(2025, 10, 1), date(2025, 12, 31), [(2025, 4)]),
        (date(2025, 11, 3), date(2025, 11, 3), [(2025, 4)]),
    ],
)
def test_a_period_is_compared_with_the_calendar_quarters_it_mostly_covers(
    first: date, last: date, quarters: list[tuple[int, int]]
) -> None:
    assert quarters_of(Window(first, last)) == [Quarter(*one) for one in quarters]


def test_a_calendar_quarter_knows_its_days() -> None:
    assert Quarter(2025, 4).window == Window(date(2025, 10, 1), date(2025, 12, 31))
    assert Quarter(2024, 1).window == Window(date(2024, 1, 1), date(2024, 3, 31))


@pytest.mark.parametrize(("given", "read"), [(16736, 16736), ("16.736", 16736), ("16736", 16736), ("1.234,0", 1234)])
def test_counts_come_as_numbers_or_as_vietnamese_text(given: object, read: int) -> None:
    assert whole_number(Reader("a", "b"), "received", given) == read


@pytest.mark.parametrize("given", ["1.234,5", "16,736", "12.3", "", None, True, 1.5, "-1"])
def test_what_is_no_count_is_a_broken_contract(given: object) -> None:
    with pytest.raises(SourceContractError, match="received: không phải số nguyên"):
        whole_number(Reader("a", "b"), "received", given)


def test_a_figure_told_twice_for_the_same_days_is_one_tally() -> None:
    window = Window(date(2025, 10, 1), date(2025, 12, 31))
    frame = build_tallies("a", [Tally("dossiers_received_count", value, window, "b") for value in (3, 4)])
    assert list(frame["value"]) == [4]

"""A round total is told from the most a source shows, whatever it does with records that have no date."""

from datetime import date, timedelta

import pytest

from baocao.domain import Window
from connectors.asking.most_shown import count_in_parts, has_more, is_round

WINDOW = Window(date(2024, 9, 14), date(2025, 12, 15))
LATE = [date(2025, 9, 15) + timedelta(days=n % 80) for n in range(200)]
EVEN = [date(2024, 9, 20) + timedelta(days=n * 2) for n in range(200)]
ONE_DAY = [date(2025, 10, 1)] * 200


def judge(days: list[date], undated: int, most_shown: int | None) -> bool | None:
    """Whether a system is found to have more; its undated records come with every question. None: it cannot be said."""

    def count(window: Window) -> int:
        found = undated + sum(window.start_on <= day <= window.end_on for day in days)
        return found if most_shown is None else min(found, most_shown)

    nothing = count(Window(date(1990, 1, 1), date(1990, 1, 1)))
    own = count(WINDOW)
    assert is_round(own)
    in_parts = count_in_parts(WINDOW, count, own, nothing)
    return None if in_parts is None else has_more(in_parts, own)


@pytest.mark.parametrize("days", [LATE, EVEN])
@pytest.mark.parametrize("undated", [0, 50, 100])
def test_a_total_that_is_only_round_is_taken(days: list[date], undated: int) -> None:
    assert judge(days, undated, most_shown=None) is False


@pytest.mark.parametrize("most_shown", [None, 100])
def test_one_day_with_all_of_it_is_left_open(most_shown: int | None) -> None:
    assert judge(ONE_DAY, 0, most_shown) is None


@pytest.mark.parametrize("days", [LATE, EVEN])
@pytest.mark.parametrize("undated", [0, 17, 60])
@pytest.mark.parametrize("most_shown", [100, 150])
def test_the_most_that_is_shown_is_found_out(days: list[date], undated: int, most_shown: int) -> None:
    assert judge(days, undated, most_shown)

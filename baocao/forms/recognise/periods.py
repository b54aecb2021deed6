"""Which period a report is about, from the date it carries: the one whose closing day is nearest."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from baocao.calendar import Calendar
from baocao.domain import Period
from baocao.forms.recognise.head import HeadFacts
from baocao.regimes import YEAR_PART

_EARLIEST_DAYS = 31
_LATEST_DAYS = 59
_FIRST_YEAR = 2015


def infer_period(head: HeadFacts, calendar: Calendar, regime: str, today: date) -> Period | None:
    """The quarter closing nearest to the date; None where that lacks its month or lies far from any closing.

    A closing day is shared by a quarter and the longer periods that end with it: the shortest is meant here.
    """
    if head.year is None or head.month is None or not is_possible_year(head.year, today):
        return None
    around = _day_in(head)
    closings = [
        ((around - calendar.window(regime, period).end_on).days, period)
        for period in _periods_near(head.year, calendar, regime)
    ]
    near = [(abs(days), period) for days, period in closings if -_EARLIEST_DAYS <= days <= _LATEST_DAYS]
    return min(near, key=lambda pair: (pair[0], _length(pair[1])))[1] if near else None


def is_possible_year(year: int, today: date) -> bool:
    """Reports of this kind are younger than the two-digit years of a clerk's slip, and never of the future."""
    return _FIRST_YEAR <= year <= today.year


def _day_in(head: HeadFacts) -> date:
    """The date; the middle of its month where the day is blank or impossible."""
    if head.dated_on is not None:
        return head.dated_on
    month = min(max(head.month or 1, 1), 12)
    return date(head.year or 1, month, min(15, monthrange(head.year or 1, month)[1]))


def _periods_near(year: int, calendar: Calendar, regime: str) -> Iterator[Period]:
    for part in calendar.regimes[regime].part_codes:
        for near in (year - 1, year):
            yield Period(near, "" if part == YEAR_PART else part)


def _length(period: Period) -> int:
    return period.last_month - period.first_month

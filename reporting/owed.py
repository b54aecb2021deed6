"""Which reports a unit owes around a day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from baocao.catalogue import Catalogue, Unit
from baocao.domain import Period, Window
from baocao.regimes import YEAR_PART

OVERDUE_FOR = timedelta(days=10)


@dataclass(frozen=True)
class DuePeriod:
    """One report of a unit: the days it covers and when it is due."""

    period: Period
    window: Window
    due_on: date


def find_due_periods(catalogue: Catalogue, unit: Unit, today: date) -> Iterator[DuePeriod]:
    """Every report that has begun and is not due yet, or was due within the last ten days."""
    for year in (today.year - 1, today.year, today.year + 1):
        for part in catalogue.calendar.regimes[unit.regime].periods:
            period = Period(year, "" if part == YEAR_PART else part)
            window = catalogue.calendar.window(unit.regime, period)
            due_on = catalogue.calendar.due_on(unit.regime, period, unit.tier)
            if window.start_on <= today <= due_on + OVERDUE_FOR and unit.exists_in(window):
                yield DuePeriod(period, window, due_on)


def shortest_first(due: DuePeriod) -> tuple[date, timedelta]:
    """The one due first; of those due together the shortest."""
    return due.due_on, due.window.end_on - due.window.start_on


def find_watched(catalogue: Catalogue, unit: Unit, today: date, days_before: int) -> list[DuePeriod]:
    """The reports due within so many working days, or overdue; of those due together the shortest.

    A unit that ended within the period owes nothing: its successor does.
    """
    found: dict[date, DuePeriod] = {}
    for due in sorted(find_due_periods(catalogue, unit, today), key=shortest_first):
        near = catalogue.calendar.working_days_between(today, due.due_on) <= days_before
        if near and unit.exists_in(Window(due.window.end_on, due.window.end_on)):
            found.setdefault(due.due_on, due)
    return list(found.values())

"""Which reports a unit owes around a day."""

from collections.abc import Iterator
from datetime import date, timedelta

from baocao.catalogue import Catalogue, OwedReport, Unit
from baocao.catalogue.owed import list_owed, list_periods
from baocao.domain import Window

OVERDUE_FOR = timedelta(days=10)


def find_due_reports(catalogue: Catalogue, unit: Unit, today: date) -> Iterator[OwedReport]:
    """Every report that has begun and is not due yet, or was due within the last ten days."""
    for period in list_periods(catalogue, unit, (today.year - 1, today.year, today.year + 1)):
        for report in list_owed(catalogue, unit, period):
            if report.window.start_on <= today <= report.due_on + OVERDUE_FOR:
                yield report


def shortest_first(report: OwedReport) -> tuple[date, timedelta]:
    """The one due first; of those due together the shortest."""
    return report.due_on, report.window.end_on - report.window.start_on


def find_watched(catalogue: Catalogue, unit: Unit, today: date, days_before: int) -> list[OwedReport]:
    """The reports due within so many working days, or overdue; of those of one form due together the shortest.

    A unit that ended within the period owes nothing: its successor does.
    """
    found: dict[tuple[str, date], OwedReport] = {}
    for report in sorted(find_due_reports(catalogue, unit, today), key=shortest_first):
        near = catalogue.calendar.working_days_between(today, report.due_on) <= days_before
        if near and unit.exists_in(Window(report.window.end_on, report.window.end_on)):
            found.setdefault((report.form.series_code, report.due_on), report)
    return list(found.values())

"""Which period a run is about when nobody said: the one that had closed when it was due to start."""

from datetime import datetime

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue
from baocao.catalogue.owed import list_owed, list_periods
from baocao.domain import Period
from baocao.errors import ConfigError
from baocao.figures import print_instant
from baocao.regimes import YEAR_PART
from baocao.written.asked import ask_period
from reporting.schedule.operations import period_of


def resolve_period(calendar: Calendar, regime: str, given: str, at: datetime) -> Period:
    """`2025-Q4` is itself; `Q4` the last Q4 that had closed at that time; nothing the last period that had closed.

    Raise ConfigError, naming what is allowed, where it is none of these.
    """
    parts = calendar.regimes[regime].part_codes
    wanted = YEAR_PART if given == YEAR_PART else given.strip().upper()
    if wanted in parts:
        return _last_closed(calendar, regime, (wanted,), at)
    if not wanted:
        return _last_closed(calendar, regime, parts, at)
    period = ask_period(given, "period")
    try:
        calendar.window(regime, period)
    except ValueError as error:
        raise ConfigError(f"period: {error}") from error
    return period


def resolve_unit_period(catalogue: Catalogue, unit_code: str, given: str, at: datetime) -> Period:
    """The same of one unit: among the periods of all forms it owes."""
    unit = catalogue.unit(unit_code)
    owed = [
        report
        for period in list_periods(catalogue, unit, (at.year - 1, at.year, at.year + 1))
        for report in list_owed(catalogue, unit, period)
    ]
    parts = {report.period.part or YEAR_PART for report in owed}
    wanted = YEAR_PART if given == YEAR_PART else given.strip().upper()
    if wanted and wanted not in parts:
        return resolve_period(catalogue.calendar, unit.regime, given, at)
    closed = [
        report for report in owed if report.window.end_at <= at and wanted in ("", report.period.part or YEAR_PART)
    ]
    if not closed:
        raise ConfigError(f"{unit_code}: chưa kỳ nào khép lại vào lúc {at:%H:%M %d/%m/%Y}")
    return max(closed, key=lambda report: (report.window.end_on, report.window.start_on)).period


def _last_closed(calendar: Calendar, regime: str, parts: tuple[str, ...], at: datetime) -> Period:
    """Of several that closed together (Q4, H2 and the year on 14/12) the shortest."""
    periods = [period_of(part, year) for part in parts for year in (at.year - 1, at.year, at.year + 1)]
    windows = {period: calendar.window(regime, period) for period in periods}
    closed = [period for period in periods if windows[period].end_at <= at]
    if not closed:
        raise ConfigError(f"chế độ {regime}: đến {print_instant(at)} chưa kỳ nào kết thúc")
    return max(closed, key=lambda period: (windows[period].end_on, windows[period].start_on))

"""When a message may go out: quiet hours and the time of a digest, by Viet Nam's clock."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from baocao.calendar import Calendar
from baocao.catalogue.alerts import QuietHours, Route
from baocao.domain import VIETNAM, Severity


@dataclass(frozen=True)
class SendTime:
    """When a message goes, and whether it goes together with the others of its route that wait until then."""

    at: datetime
    is_shared: bool


def find_send_time(
    route: Route, quiet: QuietHours | None, severity: Severity, now: datetime, calendar: Calendar
) -> SendTime:
    """At once, at the route's next digest, or when the quiet hours are over."""
    local = now.astimezone(VIETNAM)
    if route.digest is not None:
        local = _next_at(route.digest, local)
    leaves = _after_quiet(quiet, severity, local, calendar)
    return SendTime(leaves.astimezone(now.tzinfo), is_shared=route.digest is not None or leaves > local)


def _next_at(clock: time, local: datetime) -> datetime:
    """The first moment after now at that time of day."""
    today = datetime.combine(local.date(), clock, VIETNAM)
    return today if today > local else today + timedelta(days=1)


def _after_quiet(quiet: QuietHours | None, severity: Severity, local: datetime, calendar: Calendar) -> datetime:
    if quiet is None or severity in quiet.except_:
        return local
    while (end := _quiet_until(quiet, local, calendar)) is not None:
        local = end
    return local


def _quiet_until(quiet: QuietHours, local: datetime, calendar: Calendar) -> datetime | None:
    """The end of the quiet time the moment lies in; None where it lies in none."""
    day, clock = local.date(), local.time()
    if quiet.days_off and not calendar.is_working_day(day):
        return _at(day + timedelta(days=1), time(0))
    over_midnight = quiet.from_ > quiet.to
    if over_midnight and clock >= quiet.from_:
        return _at(day + timedelta(days=1), quiet.to)
    if clock < quiet.to and (over_midnight or clock >= quiet.from_):
        return _at(day, quiet.to)
    return None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, VIETNAM)

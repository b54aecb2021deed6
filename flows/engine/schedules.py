"""When things run by themselves: the calendar's days as RRULEs, local to Asia/Ho_Chi_Minh.

A cron line is a product of months and days and cannot say "15 March and 1 April"; an RRULE of a month and its days can,
and a schedule may have several. A regime's days are the same every year, so the rules are yearly.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby

from baocao.calendar import Calendar
from baocao.domain import Tier
from reporting.schedule.operations import period_of

TIME_ZONE = "Asia/Ho_Chi_Minh"
FIRST_AT = "DTSTART:20250101T000000"
ANY_YEAR = 2025
"""A year without 29 February: a rule that falls on that day would skip three years of four."""
LAST_DAY = -1
"""How an RRULE says the last day of a month, which moves for February alone."""
LAST_HOUR, LAST_MINUTE = 23, 59


@dataclass(frozen=True)
class Schedule:
    """One line of a deployment's schedules; `parameters` go to the runs it starts."""

    slug: str
    rrule: str
    parameters: dict[str, str] = field(default_factory=dict)


def days_after_cutoff(calendar: Calendar, regime: str, part: str, tiers: Sequence[Tier], late_days: int) -> list[date]:
    """From the day after the cut-off to the latest due day of the tiers, and the days a late unit is still asked."""
    period = period_of(part, ANY_YEAR)
    first = calendar.window(regime, period).end_on + timedelta(days=1)
    last = max(calendar.due_on(regime, period, tier) for tier in tiers) + timedelta(days=late_days)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def report_schedules(
    calendar: Calendar,
    regime: str,
    parts: Sequence[str],
    tiers: Sequence[Tier],
    hours: Sequence[int],
    minute: int = 0,
    late_days: int = 0,
) -> list[Schedule]:
    """For each part, at these hours of every day on which its report may still be asked for."""
    return [
        Schedule(f"{regime}-{part}-{month:02d}".lower(), rrule, {"period": part})
        for part in parts
        for month, rrule in yearly(days_after_cutoff(calendar, regime, part, tiers, late_days), hours, minute)
    ]


def cutoff_schedules(
    calendar: Calendar, regime: str, hour: int = LAST_HOUR, minute: int = LAST_MINUTE
) -> list[Schedule]:
    """The last minute of every day on which a period of the regime is cut off; parts that end together are one."""
    ends = {(part.to.in_year(ANY_YEAR), part.to.day or LAST_DAY) for part in calendar.regimes[regime].periods.values()}
    return [
        Schedule(f"{regime}-{day.month:02d}-{day.day:02d}", _rule(day.month, [said], [hour], minute))
        for day, said in sorted(ends)
    ]


def daily(hour: int, minute: int = 0) -> Schedule:
    return Schedule("daily", f"{FIRST_AT}\nRRULE:FREQ=DAILY;{_at([hour], minute)}")


def every_minutes(minutes: int) -> Schedule:
    return Schedule("every", f"{FIRST_AT}\nRRULE:FREQ=MINUTELY;INTERVAL={minutes};BYSECOND=0")


def weekly(weekday: str, hour: int, minute: int = 0) -> Schedule:
    return Schedule("weekly", f"{FIRST_AT}\nRRULE:FREQ=WEEKLY;BYDAY={weekday[:2].upper()};{_at([hour], minute)}")


def monthly(hour: int, minute: int = 0) -> Schedule:
    """The first day of every month."""
    return Schedule("monthly", f"{FIRST_AT}\nRRULE:FREQ=MONTHLY;BYMONTHDAY=1;{_at([hour], minute)}")


def yearly(days: Iterable[date], hours: Sequence[int], minute: int) -> list[tuple[int, str]]:
    """One rule for each month the days fall in."""
    return [
        (month, _rule(month, [day.day for day in of_month], hours, minute))
        for (_, month), of_month in groupby(sorted(days), lambda day: (day.year, day.month))
    ]


def _rule(month: int, days: Sequence[int], hours: Sequence[int], minute: int) -> str:
    listed = ",".join(map(str, days))
    return f"{FIRST_AT}\nRRULE:FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={listed};{_at(hours, minute)}"


def _at(hours: Sequence[int], minute: int) -> str:
    return f"BYHOUR={','.join(map(str, sorted(hours)))};BYMINUTE={minute};BYSECOND=0"

"""Reporting windows of decree 09/2019 (the 15th to the 14th) and the local day in Viet Nam."""

import re
from datetime import date, datetime, time, timedelta, timezone

ZONE = timezone(timedelta(hours=7), "+07")
DAY_S = 86_400
_SHIFT_S = 7 * 3_600
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?P<part>Q[1-4]|H[12]|9M))?")
_MONTHS = {
    "Q1": (1, 3),
    "Q2": (4, 6),
    "Q3": (7, 9),
    "Q4": (10, 12),
    "H1": (1, 6),
    "H2": (7, 12),
    "9M": (1, 9),
    None: (1, 12),
}


def window(period_code: str) -> tuple[date, date]:
    """First and last day, both included, of "2025-Q4", "2025-H1", "2025-9M" or "2025"."""
    found = _PERIOD.fullmatch(period_code)
    if found is None:
        raise ValueError(f"not a period code: {period_code!r} (2025-Q4, 2025-H1, 2025-H2, 2025-9M, 2025)")
    year = int(found["year"])
    first_month, last_month = _MONTHS[found["part"]]
    first = date(year - 1, 12, 15) if first_month == 1 else date(year, first_month - 1, 15)
    return first, date(year, last_month, 14)


def day_start(day: date) -> int:
    """The UTC second at which the local day begins."""
    return (day.toordinal() - _EPOCH_ORDINAL) * DAY_S - _SHIFT_S


def day_end(day: date) -> int:
    """The last UTC second of the local day."""
    return day_start(day) + DAY_S - 1


def local_day(second: int) -> date:
    """The local day a UTC second falls on."""
    return date.fromordinal((second + _SHIFT_S) // DAY_S + _EPOCH_ORDINAL)


def morning_after(period_code: str) -> datetime:
    """Seven o'clock on the day after the window's last: when the period can be reported."""
    return datetime.combine(window(period_code)[1] + timedelta(days=1), time(7), ZONE)


def read_clock(instant: datetime) -> datetime:
    """The instant in local time; ValueError where it has no zone."""
    if instant.tzinfo is None:
        raise ValueError(f"`now` needs a time zone: {instant.isoformat()}")
    return instant.astimezone(ZONE)


def local_time(second: int) -> datetime:
    """A UTC second as local wall time."""
    return datetime.fromtimestamp(second, ZONE)

"""Dates and times in the ways people and programs write them.

Nothing is guessed: whether day or month comes first is declared, by a mapping, a dialect or a site, and a date no
calendar has is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from baocao.domain import VIETNAM, Window

_HALF = r"(?: ?(?P<half>SA|CH|AM|PM|A\.M|P\.M)\.?)?"
_TIME = rf"(?P<hour>\d{{1,2}})[:hg](?P<minute>\d{{2}})(?::(?P<second>\d{{2}})(?:[.,]\d{{1,6}})?)?{_HALF}"
_NUMBERS = r"(?P<first>\d{1,2})[/.-](?P<next>\d{1,2})[/.-](?P<year>\d{4}|\d{2})"
_ISO = r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
_COMPACT = r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:(?P<hour>\d{2})(?P<minute>\d{2})(?P<second>\d{2})?)?"
_ZONE = r"(?P<zone>Z|[+-]\d{2}:?\d{2})?"
_WRITTEN = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_NUMBERS}(?:[ T,]+{_TIME})?",
        rf"{_TIME}[ ,]+(?:ngày )?{_NUMBERS}",
        rf"{_ISO}(?:[ T]{_TIME}{_ZONE})?",
        _COMPACT,
    )
)
_NUMBERS_ALONE = re.compile(r"(?<![\d/.-])\d{1,2}[/.-]\d{1,2}[/.-]\d")
_DAY_OR_MONTH = re.compile("%[dm]")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - local, as the sheet is
DAYS_TO_1904 = 1_462
FIRST_NO_SERIAL = 100_000
_YEARS = range(1990, 2101)
_CENTURY = 2000
_SHORT_YEAR = 100
MONTHS = 12
_YEARS_AROUND = 3


@dataclass(frozen=True)
class DateStyle:
    """How the dates of one table are written; `years` are those a year of two digits may mean."""

    month_first: bool = False
    starts_1904: bool = False
    years: tuple[int, int] = (_YEARS.start, _YEARS.stop)

    @classmethod
    def around(cls, window: Window, *, month_first: bool = False, starts_1904: bool = False) -> "DateStyle":
        return cls(month_first, starts_1904, (window.start_on.year - _YEARS_AROUND, window.end_on.year + 2))


@lru_cache(maxsize=65_536)
def read_moment(text: str, style: DateStyle) -> datetime:
    """Local time in Viet Nam; ValueError for what is not a date, or not one any calendar has."""
    words = " ".join(text.split())
    if _SERIAL.fullmatch(words):
        return read_serial(float(words.replace(",", ".")), style)
    moment = _read_written(words, style)
    return _in_reach(moment.astimezone(VIETNAM).replace(tzinfo=None) if moment.tzinfo else moment)


@lru_cache(maxsize=65_536)
def read_declared(text: str, form: str) -> datetime:
    """A moment whose order of day, month and year is that of `form` (as of strptime), its time of day written any way.

    With an offset where one is written. ValueError for what is not a date, and for numbers such as 05/10/25 where the
    form begins with the year: it says nothing of their order.
    """
    words = " ".join(text.split())
    begins = _DAY_OR_MONTH.match(form)
    if _NUMBERS_ALONE.search(words) and begins is None:
        raise ValueError("an order nobody declared")
    return _read_written(words, DateStyle(month_first=begins is not None and begins[0] == "%m"))


def _read_written(words: str, style: DateStyle) -> datetime:
    for pattern in _WRITTEN:
        if found := pattern.fullmatch(words):
            return _assemble(found.groupdict(), style)
    raise ValueError("not a date")


def read_serial(days: float, style: DateStyle) -> datetime:
    """A spreadsheet's day number, to the second; ValueError outside the years a report can be about."""
    since = days + DAYS_TO_1904 if style.starts_1904 else days
    return _in_reach(_SERIAL_ZERO + timedelta(seconds=round(since * 86_400)))


def as_moment(value: Any, style: DateStyle) -> datetime:
    """A cell as local time; ValueError where it is none. Five digits count days, eight are a date without marks."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("not a date")  # noqa: TRY004 - one error for all that is no date
    if isinstance(value, str):
        return read_moment(value, style)
    return read_serial(value, style) if value < FIRST_NO_SERIAL else read_moment(f"{value:.0f}", style)


def _assemble(parts: Mapping[str, str | None], style: DateStyle) -> datetime:
    day, month = _day_and_month(parts, style)
    year = _year(int(parts["year"] or 0), style)
    minute, second = (int(parts.get(name) or 0) for name in ("minute", "second"))
    moment = datetime(year, month, day, _hour(parts), minute, second)  # noqa: DTZ001 - local, as the table is
    zone = (parts.get("zone") or "").upper().replace("Z", "+00:00")
    return datetime.fromisoformat(f"{moment.isoformat()}{zone}")


def _day_and_month(parts: Mapping[str, str | None], style: DateStyle) -> tuple[int, int]:
    if "first" not in parts:
        return int(parts["day"] or 0), int(parts["month"] or 0)
    first, following = int(parts["first"] or 0), int(parts["next"] or 0)
    return (following, first) if style.month_first else (first, following)


def _year(year: int, style: DateStyle) -> int:
    if year >= _SHORT_YEAR:
        return year
    if year + _CENTURY not in range(*style.years):
        raise ValueError("a year of two digits far from the period")
    return year + _CENTURY


def _hour(parts: Mapping[str, str | None]) -> int:
    hour, half = int(parts.get("hour") or 0), (parts.get("half") or "").upper().replace(".", "")
    if not half:
        return hour
    if not 1 <= hour <= MONTHS:
        raise ValueError("no hour of half a day")
    return hour % 12 + (12 if half in {"CH", "PM"} else 0)


def _in_reach(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError("out of reach")
    return moment

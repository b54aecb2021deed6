"""Dates and times in the ways people and programs write them.

Nothing is guessed: day comes before month unless the mapping says otherwise, and a date no calendar has is refused.
Where a whole file can be read two ways, its own dates decide: see DateEvidence.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from baocao.domain import VIETNAM, Window

_TIME = r"(?P<hour>\d{1,2})[:hg](?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,6})?)?(?: ?(?P<half>SA|CH|AM|PM)\.?)?"
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
_BEGINS_WITH_NUMBERS = re.compile(
    r"(?:\d{1,2}[:hg][\d:.,]+[ ,]+(?:ngày )?)?(\d{1,2})[/.-](\d{1,2})[/.-](?:\d{4}|\d{2})\b"
)
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_SERIAL_ZERO = datetime(1899, 12, 30)  # noqa: DTZ001 - local, as the sheet is
DAYS_TO_1904 = 1_462
_FIRST_NO_SERIAL = 100_000
_YEARS = range(1990, 2101)
_CENTURY = 2000
_SHORT_YEAR = 100
_MONTHS = 12
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
    return read_serial(value, style) if value < _FIRST_NO_SERIAL else read_moment(f"{value:.0f}", style)


def _assemble(parts: Mapping[str, str | None], style: DateStyle) -> datetime:
    day, month = _day_and_month(parts, style)
    year = _year(int(parts["year"] or 0), style)
    minute, second = (int(parts.get(name) or 0) for name in ("minute", "second"))
    moment = datetime(year, month, day, _hour(parts), minute, second)  # noqa: DTZ001 - local, as the table is
    zone = (parts.get("zone") or "").upper().replace("Z", "+00:00")
    if zone:
        moment = datetime.fromisoformat(f"{moment.isoformat()}{zone}").astimezone(VIETNAM).replace(tzinfo=None)
    return _in_reach(moment)


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
    hour, half = int(parts.get("hour") or 0), (parts.get("half") or "").upper()
    if not half:
        return hour
    if not 1 <= hour <= _MONTHS:
        raise ValueError("no hour of half a day")
    return hour % 12 + (12 if half in {"CH", "PM"} else 0)


def _in_reach(moment: datetime) -> datetime:
    if moment.year not in _YEARS:
        raise ValueError("out of reach")
    return moment


class DateEvidence:
    """What the dates of one file say about how they are written, held against the window asked for.

    A program writes all its dates the same way. If some first number is above 12, day comes first. If none is, both
    ways are possible, and the one that puts more of them into the window is the likelier; so with day numbers.
    """

    def __init__(self, window: Window, style: DateStyle) -> None:
        self._window = window
        self._style = style
        self._is_settled = False
        self._inside = {"as read": 0, "month first": 0}
        self._serials = {"as read": 0, "since 1904": 0}

    def note(self, values: Iterable[Any]) -> None:
        """Take in one column's cells, those that are dates."""
        for value in values:
            if isinstance(value, str) and (found := _BEGINS_WITH_NUMBERS.match(" ".join(value.split()))):
                self._note_numbers(value, int(found[1]), int(found[2]))
            elif isinstance(value, int | float) and not isinstance(value, bool) and value < _FIRST_NO_SERIAL:
                self._serials["as read"] += self._is_inside(value, self._style)
                self._serials["since 1904"] += self._is_inside(value, DateStyle(starts_1904=True))

    def _note_numbers(self, value: str, first: int, following: int) -> None:
        if first > _MONTHS or following > _MONTHS:
            self._is_settled = True
        elif first != following:
            other = DateStyle(month_first=True, years=self._style.years)
            self._inside["as read"] += self._is_inside(value, self._style)
            self._inside["month first"] += self._is_inside(value, other)

    def _is_inside(self, value: Any, style: DateStyle) -> bool:
        try:
            return self._window.start_on <= as_moment(value, style).date() <= self._window.end_on
        except (ValueError, OverflowError):
            return False

    def doubt(self, *, is_declared: bool) -> str:
        """Why the dates are more likely meant otherwise, else nothing; `is_declared`: the mapping says the order."""
        read, other = self._inside.values()
        if other > read and not (self._is_settled or is_declared):
            return (
                f"không có ngày nào trên 12; đọc ngày/tháng thì {read} ngày nằm trong kỳ, đọc tháng/ngày thì {other}. "
                "Ghi day_order: month_first (hoặc day_first) trong options, hoặc xuất ngày dạng yyyy-mm-dd"
            )
        read, other = self._serials.values()
        if other > read and not self._style.starts_1904:
            return (
                f"số ngày tính từ 1900 thì {read} ngày nằm trong kỳ, từ 1904 thì {other}. "
                "Định dạng cột là ngày rồi lưu lại"
            )
        return ""

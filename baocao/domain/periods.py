"""Reporting periods by their codes, and windows of whole days."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")

PART_MONTHS: Final[Mapping[str, tuple[int, int]]] = {
    **{f"M{month:02}": (month, month) for month in range(1, 13)},
    "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12),
    "H1": (1, 6), "H2": (7, 12), "9M": (1, 9), "": (1, 12),
}  # fmt: skip
"""The parts of a year a report may be for, and their first and last month; the year itself has no name."""

PARTS_PATTERN: Final = "|".join(part for part in PART_MONTHS if part)
_MONTHS_PART = {months: part for part, months in PART_MONTHS.items()}
_PERIOD_PATTERN = re.compile(rf"(\d{{4}})(?:-({PARTS_PATTERN}))?")
_QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period by its code: `2025-Q4`, `2025-H1`, `2025-9M`, `2025`, `2025-M03`.

    The code says which report is meant; which days it covers is the calendar's to say.
    """

    year: int
    part: str = ""

    @classmethod
    def parse(cls, code: str) -> "Period":
        """Raise ValueError, naming what is allowed, when `code` is not a period code."""
        return _parse(code)

    @property
    def code(self) -> str:
        return f"{self.year}-{self.part}" if self.part else str(self.year)

    @property
    def first_month(self) -> int:
        return PART_MONTHS[self.part][0]

    @property
    def last_month(self) -> int:
        return PART_MONTHS[self.part][1]

    @property
    def month_count(self) -> int:
        return self.last_month - self.first_month + 1

    @property
    def quarters(self) -> tuple["Period", ...]:
        """The quarters the period is made of; a quarter is made of itself, a month of none."""
        if self.month_count < _QUARTER_MONTHS:
            return ()
        first, last = (self.first_month + 2) // 3, self.last_month // 3
        return tuple(Period(self.year, f"Q{quarter}") for quarter in range(first, last + 1))

    @property
    def predecessor(self) -> "Period":
        """The period of the same length just before; the same period last year where none is that long."""
        before = (self.first_month - self.month_count, self.first_month - 1)
        if before[0] >= 1 and before in _MONTHS_PART:
            return Period(self.year, _MONTHS_PART[before])
        wrapped = (before[0] + 12, before[1] + 12)
        return Period(self.year - 1, _MONTHS_PART.get(wrapped, self.part))

    @property
    def same_period_last_year(self) -> "Period":
        return Period(self.year - 1, self.part)

    @property
    def label_vi(self) -> str:
        """The period as an officer says it: `Quý IV năm 2025`."""
        if self.month_count == 1:
            return f"Tháng {self.first_month} năm {self.year}"
        names = {
            "Q1": "Quý I", "Q2": "Quý II", "Q3": "Quý III", "Q4": "Quý IV",
            "H1": "6 tháng đầu", "H2": "6 tháng cuối", "9M": "9 tháng đầu",
        }  # fmt: skip
        return f"{names[self.part]} năm {self.year}" if self.part else f"Năm {self.year}"

    def __lt__(self, other: "Period") -> bool:
        """By the month a period ends in, the longer of two that end together last."""
        return self._order < other._order

    @property
    def _order(self) -> tuple[int, int, int]:
        return self.year, self.last_month, -self.first_month

    def __str__(self) -> str:
        return self.code


@lru_cache(maxsize=1024)
def _parse(code: str) -> Period:
    match = _PERIOD_PATTERN.fullmatch(code.strip().upper())
    if match is None:
        raise ValueError(f"'{code}' is not a period; write 2025-Q4, 2025-H1, 2025-H2, 2025-9M, 2025 or 2025-M03")
    return Period(int(match[1]), match[2] or "")


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days, both ends included, in Asia/Ho_Chi_Minh."""

    start_on: date
    end_on: date

    @property
    def start_at(self) -> datetime:
        return datetime.combine(self.start_on, time(0), VIETNAM)

    @property
    def end_at(self) -> datetime:
        """The first instant after the window."""
        return datetime.combine(self.end_on + timedelta(days=1), time(0), VIETNAM)

    def days(self) -> Iterator[date]:
        for offset in range((self.end_on - self.start_on).days + 1):
            yield self.start_on + timedelta(days=offset)

    def widened(self, *, before: int = 0, after: int = 0) -> "Window":
        return Window(self.start_on - timedelta(days=before), self.end_on + timedelta(days=after))

"""Ranges of periods, `2024-Q1..2025-Q4`, as every regime has them."""

from collections.abc import Collection
from dataclasses import dataclass

from baocao.domain import PART_MONTHS, Period
from baocao.errors import ConfigError
from baocao.regimes import YEAR_PART
from baocao.written.asked import ask_period


@dataclass(frozen=True)
class PeriodRange:
    """All periods of one kind (months, quarters, half-years, nine months, years) from `first` to `last`."""

    first: Period
    last: Period

    @classmethod
    def parse(cls, text: str) -> "PeriodRange":
        """Raise ConfigError where `text` is neither a period nor a range of one kind of period."""
        start, _, end = text.replace("…", "..").partition("..")
        where = "các kỳ (nhiều kỳ ghi 2024-Q1..2025-Q4)"
        first, last = ask_period(start, where), ask_period(end.lstrip(".") or start, where)
        if _kind(first) != _kind(last):
            raise ConfigError(f"{first}..{last}: hai đầu phải cùng loại: tháng, quý, 6 tháng, 9 tháng hoặc năm")
        if last < first:
            raise ConfigError(f"{first}..{last}: kỳ cuối đứng trước kỳ đầu; ghi {last}..{first}")
        return cls(first, last)

    @property
    def periods(self) -> tuple[Period, ...]:
        """Every period of the kind, the first first."""
        years = range(self.first.year, self.last.year + 1)
        every = [Period(year, part) for year in years for part in _kind(self.first)]
        return tuple(period for period in every if not (period < self.first or self.last < period))

    def __str__(self) -> str:
        return f"{self.first}..{self.last}"


def list_reports(wanted: PeriodRange, parts: Collection[str]) -> tuple[Period, ...]:
    """The reports a regime of these parts has for the range.

    Where it has no report of the very period (no second quarter, say) the shortest one that ends with it comes in its
    place: the half-year; none where nothing ends then.
    """
    found = (_find_report(period, parts) for period in wanted.periods)
    return tuple(dict.fromkeys(period for period in found if period is not None))


def _find_report(period: Period, parts: Collection[str]) -> Period | None:
    there = [Period(period.year, "" if part == YEAR_PART else part) for part in parts]
    if period in there:
        return period
    longer = [p for p in there if p.last_month == period.last_month and p.first_month <= period.first_month]
    return max(longer, key=lambda p: p.first_month, default=None)


def _kind(period: Period) -> tuple[str, ...]:
    """The parts of a year as long as this period, the first first."""
    return tuple(part for part in PART_MONTHS if Period(period.year, part).month_count == period.month_count)

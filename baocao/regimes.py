"""Which days a period covers and when its report is due: regimes as data, one per issuer, checked when read."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import permutations
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from baocao.domain import PART_MONTHS, Tier, Window
from baocao.messages import did_you_mean, list_names, quote_given, say_unknown
from baocao.written.errors import WrongPlacesError, WrongValueError

YEAR_PART = "year"
LAST_OF_FEBRUARY = "02-last"
_YEARS = {"previous": -1, None: 0, "next": 1}
_DAY_PATTERN = re.compile(r"(\d{2})-(\d{2}|last)(?: (previous|next))?")
_MONTH_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FEBRUARY, _LEAP_DAY = 2, 29
_TRIED_YEARS = (2023, 2024, 2025, 2026)
"""The year before a leap year, it, the year after and one more: all that years can differ in."""


def require_part(part: str) -> str:
    """The part of a year as calendars.yaml and operations.yaml name it; ValueError where there is none of that name."""
    allowed = [known or YEAR_PART for known in PART_MONTHS]
    if part not in allowed:
        raise WrongValueError(say_unknown("phần của năm", part, allowed))
    return part


class CalendarModel(BaseModel):
    """A part of calendars.yaml."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class YearDay(CalendarModel):
    """A day of the period's year, the year before it or the year after it; without `day` the last of its month."""

    month: int = Field(ge=1, le=12)
    day: int | None = Field(default=None, ge=1, le=31)
    year_offset: int = 0

    def in_year(self, year: int) -> date:
        year += self.year_offset
        if self.day is not None:
            return date(year, self.month, self.day)
        return date(year + self.month // 12, self.month % 12 + 1, 1) - timedelta(days=1)


def _read_year_day(text: object) -> object:
    match = _DAY_PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        forms = f"tháng-ngày như 03-14, 12-15 previous, 01-05 next hoặc {LAST_OF_FEBRUARY}"
        raise WrongValueError(f"không phải ngày trong năm; ghi {forms}{quote_given(text)}")
    month, day = int(match[1]), None if match[2] == "last" else int(match[2])
    if (month, day) == (_FEBRUARY, _LEAP_DAY):
        raise WrongValueError(
            f"{match[1]}-{match[2]}: ngày 29/02 không có ở năm thường; ngày cuối tháng 2 ghi là {LAST_OF_FEBRUARY}"
        )
    if not 1 <= month <= len(_MONTH_DAYS) or (day is not None and not 1 <= day <= _MONTH_DAYS[month - 1]):
        raise WrongValueError(f"{match[1]}-{match[2]}: không có ngày này trong năm; ghi tháng-ngày, ví dụ 03-14")
    return YearDay(month=month, day=day, year_offset=_YEARS[match[3]])


Day = Annotated[YearDay, BeforeValidator(_read_year_day)]


class RegimePeriod(CalendarModel):
    """The days of one part of the year, and when its report is due by tier (`default` for the rest)."""

    from_: Day = Field(alias="from")
    to: Day
    due: dict[str, Day]

    @model_validator(mode="after")
    def _due_is_complete(self) -> "RegimePeriod":
        allowed = {"default", *Tier}
        unknown = sorted(set(self.due) - allowed)
        if unknown or "default" not in self.due:
            says = f"phải có default, và chỉ được dùng: {list_names(sorted(allowed))}"
            raise WrongPlacesError([(("due",), says + "".join(did_you_mean(name, allowed) for name in unknown))])
        return self

    @model_validator(mode="after")
    def _days_are_in_order(self) -> "RegimePeriod":
        for year in _TRIED_YEARS:
            start, end = self.from_.in_year(year), self.to.in_year(year)
            if end < start:
                raise WrongValueError(f"from ({start:%d/%m/%Y}) sau to ({end:%d/%m/%Y}): kỳ bị ghi ngược")
            for tier, due in self.due.items():
                if due.in_year(year) <= end:
                    told = f"hạn nộp {due.in_year(year):%d/%m/%Y} không sau ngày chốt {end:%d/%m/%Y}"
                    says = f"{told}; hạn sang năm sau thì thêm chữ next, ví dụ 01-05 next"
                    raise WrongPlacesError([(("due", tier), says)])
        return self

    def window(self, year: int) -> Window:
        return Window(self.from_.in_year(year), self.to.in_year(year))


class Regime(CalendarModel):
    """One reporting regime, e.g. NĐ 09/2019/NĐ-CP, Article 12."""

    label: str
    legal_basis: str = ""
    periods: dict[Annotated[str, AfterValidator(require_part)], RegimePeriod] = Field(min_length=1)

    @property
    def part_codes(self) -> tuple[str, ...]:
        return tuple(self.periods)

    @model_validator(mode="after")
    def _periods_fit_together(self) -> "Regime":
        """Every day once: parts that follow each other leave no day out and share none, a part lies in the longer."""
        mistakes: dict[str, str] = {}
        for told in (told for year in _TRIED_YEARS for told in self._misfits(year)):
            mistakes.setdefault(_YEAR.sub("", told.partition(_BETWEEN)[0]), told)
        if mistakes:
            raise WrongPlacesError([(("periods",), "; ".join(list(mistakes.values())[:_TOLD]))])
        return self

    def _misfits(self, year: int) -> Iterator[str]:
        for (one, early), (other, late) in permutations(self.periods.items(), 2):
            (first, last), (other_first, other_last) = _months(one), _months(other)
            here, there = early.window(year), late.window(year)
            if last < other_first:
                yield from _between(f"{one} {year}", here, f"{other} {year}", there, adjoin=last + 1 == other_first)
            elif other_first <= first and last <= other_last and not _lies_in(here, there):
                yield f"{one} {year} ({_days(here)}) không nằm trong {other} {year} ({_days(there)})"
        for (one, early), (other, late) in _pairs(self.periods):
            adjoin = _months(one)[1] == len(_MONTH_DAYS) and _months(other)[0] == 1
            here, there = early.window(year), late.window(year + 1)
            yield from _between(f"{one} {year}", here, f"{other} {year + 1}", there, adjoin=adjoin)


_TOLD = 5
_BETWEEN = ", giữa"
_YEAR = re.compile(r"[ /]\d{4}\b")
"""The same mistake in another year, or beside a longer part too, is told once."""
_Named = tuple[str, RegimePeriod]


def _pairs(periods: dict[str, RegimePeriod]) -> Iterator[tuple[_Named, _Named]]:
    return ((one, other) for one in periods.items() for other in periods.items())


def _months(part: str) -> tuple[int, int]:
    return PART_MONTHS["" if part == YEAR_PART else part]


def _lies_in(inner: Window, outer: Window) -> bool:
    return outer.start_on <= inner.start_on and inner.end_on <= outer.end_on


def _between(one: str, early: Window, other: str, late: Window, *, adjoin: bool) -> Iterator[str]:
    """What is wrong between a part and a later one; `adjoin` where no month lies between them."""
    if late.start_on <= early.end_on:
        yield f"{one} và {other} trùng ngày, từ {late.start_on:%d/%m/%Y} đến {early.end_on:%d/%m/%Y}"
    elif adjoin and late.start_on > early.end_on + timedelta(days=1):
        hole = Window(early.end_on + timedelta(days=1), late.start_on - timedelta(days=1))
        hint = f" (ngày cuối tháng 2 ghi là {LAST_OF_FEBRUARY})" if _is_leap_day(hole) else ""
        yield f"{_days(hole)} không thuộc kỳ nào{_BETWEEN} {one} và {other}{hint}"


def _is_leap_day(hole: Window) -> bool:
    return hole.start_on == hole.end_on and (hole.end_on.month, hole.end_on.day) == (_FEBRUARY, _LEAP_DAY)


def _days(window: Window) -> str:
    if window.start_on == window.end_on:
        return f"ngày {window.start_on:%d/%m/%Y}"
    return f"từ {window.start_on:%d/%m/%Y} đến {window.end_on:%d/%m/%Y}"

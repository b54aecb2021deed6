"""Which days a period covers and when its report is due: regimes as data, one per issuer."""

import re
from datetime import date, timedelta
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator, model_validator

from baocao.domain import PART_MONTHS, Period, Tier, Window

YEAR_PART = "year"
SATURDAY = 5
_YEARS = {"previous": -1, None: 0, "next": 1}
_DAY_PATTERN = re.compile(r"(\d{2})-(\d{2})(?: (previous|next))?")


def require_part(part: str) -> str:
    """The part of a year as calendars.yaml and operations.yaml name it; ValueError where there is none of that name."""
    allowed = [known or YEAR_PART for known in PART_MONTHS]
    if part not in allowed:
        raise ValueError(f"'{part}' is no part of a year; there are: {', '.join(allowed)}")
    return part


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class YearDay(_Model):
    """A day of the period's year, the year before it or the year after it."""

    month: int = Field(ge=1, le=12)
    day: int = Field(ge=1, le=31)
    year_offset: int = 0

    def in_year(self, year: int) -> date:
        return date(year + self.year_offset, self.month, self.day)


def _read_year_day(text: object) -> object:
    match = _DAY_PATTERN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"'{text}' is not a day; write 03-14, 12-15 previous or 01-05 next")
    return YearDay(month=int(match[1]), day=int(match[2]), year_offset=_YEARS[match[3]])


Day = Annotated[YearDay, BeforeValidator(_read_year_day)]


class RegimePeriod(_Model):
    """The days of one part of the year, and when its report is due by tier (`default` for the rest)."""

    from_: Day = Field(alias="from")
    to: Day
    due: dict[str, Day]

    @model_validator(mode="after")
    def _due_is_complete(self) -> "RegimePeriod":
        allowed = {"default", *Tier}
        unknown = sorted(set(self.due) - allowed)
        if unknown or "default" not in self.due:
            raise ValueError(f"due: needs `default` and knows only {', '.join(sorted(allowed))}; has {unknown}")
        return self


class Regime(_Model):
    """One reporting regime, e.g. NĐ 09/2019/NĐ-CP, Article 12."""

    label: str
    legal_basis: str = ""
    periods: dict[Annotated[str, AfterValidator(require_part)], RegimePeriod]

    @property
    def part_codes(self) -> tuple[str, ...]:
        return tuple(self.periods)


class Calendar(_Model):
    """The file `calendars.yaml`: every regime, and the days off."""

    regimes: dict[str, Regime]
    holidays: dict[int, tuple[str, ...]] = Field(default_factory=dict)

    @field_validator("holidays")
    @classmethod
    def _holidays_are_days(cls, holidays: dict[int, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
        for year, days in holidays.items():
            for text in days:
                _day_of(text, year)
        return holidays

    def window(self, regime: str, period: Period) -> Window:
        """Raise ValueError where the regime has no such period (CCHC has no Q2 or Q4)."""
        part = self._part(regime, period)
        return Window(part.from_.in_year(period.year), part.to.in_year(period.year))

    def due_on(self, regime: str, period: Period, tier: Tier) -> date:
        """The due day as printed; one that is not a working day moves to the next that is."""
        part = self._part(regime, period)
        day = part.due.get(tier, part.due["default"]).in_year(period.year)
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def is_working_day(self, day: date) -> bool:
        return day.weekday() < SATURDAY and day.strftime("%m-%d") not in self.holidays.get(day.year, ())

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative once `end` has passed."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def _part(self, regime: str, period: Period) -> RegimePeriod:
        parts = self.regimes[regime].periods
        part = parts.get(period.part or YEAR_PART)
        if part is None:
            allowed = ", ".join(Period(period.year, "" if p == YEAR_PART else p).code for p in parts)
            raise ValueError(f"regime '{regime}' has no report {period.code}; it has {allowed}")
        return part


def _day_of(text: str, year: int) -> date:
    """The day `MM-DD` of a year; raise ValueError where there is none."""
    try:
        return date.fromisoformat(f"{year}-{text}")
    except ValueError as error:
        raise ValueError(f"'{text}' is no day of {year}; write MM-DD") from error

"""The file `calendars.yaml`: what a period covers, when its report is due, and which days are worked."""

from datetime import UTC, date, datetime, timedelta

from pydantic import Field, model_validator

from baocao.days_off import SATURDAY, legal_days
from baocao.domain import Period, Tier, Window
from baocao.messages import quote_given
from baocao.regimes import YEAR_PART, CalendarModel, Regime, RegimePeriod
from baocao.written.errors import WrongPlacesError

FIRST_YEAR, LAST_YEAR = 2000, 2100


class Calendar(CalendarModel):
    """Every regime, the days off of each year declared, and the Saturdays and Sundays worked in exchange.

    A year that is not declared has the days off of the law, as far as they can be told beforehand.
    """

    regimes: dict[str, Regime]
    holidays: dict[int, tuple[str, ...]] = Field(default_factory=dict)
    working_days: dict[int, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _days_are_days(self) -> "Calendar":
        for year, days in self.holidays.items():
            if not days:
                raise _wrong("holidays", year, "không có ngày nào; bỏ dòng này thì dùng ngày nghỉ theo luật")
            _read_days("holidays", year, days)
        for year, days in self.working_days.items():
            for day in _read_days("working_days", year, days):
                if day.weekday() < SATURDAY:
                    raise _wrong("working_days", year, f"{day:%d/%m/%Y} không phải thứ Bảy, Chủ nhật")
                if f"{day:%m-%d}" in self.holidays.get(year, ()):
                    raise _wrong("working_days", year, f"{day:%d/%m/%Y} cũng ghi ở holidays; chỉ giữ một")
        return self

    def window(self, regime: str, period: Period) -> Window:
        """Raise ValueError where the regime has no such period (CCHC has no Q2 or Q4)."""
        return self._part(regime, period).window(period.year)

    def due_on(self, regime: str, period: Period, tier: Tier) -> date:
        """The due day as printed; one that is not a working day moves to the next that is."""
        part = self._part(regime, period)
        return self.next_working_day(part.due.get(tier, part.due["default"]).in_year(period.year))

    def next_working_day(self, day: date) -> date:
        """The day itself, or the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def is_declared(self, year: int) -> bool:
        """Whether calendars.yaml names the year's days off; else they are those of the law."""
        return year in self.holidays

    def is_working_day(self, day: date) -> bool:
        if day.weekday() >= SATURDAY:
            return self._is_exchanged(day)
        if self.is_declared(day.year):
            return f"{day:%m-%d}" not in self.holidays[day.year]
        return day not in legal_days(day.year).off

    def days_off(self, year: int) -> tuple[date, ...]:
        """From Monday to Friday, in order."""
        if self.is_declared(year):
            return tuple(day for day in sorted(_read_days("", year, self.holidays[year])) if day.weekday() < SATURDAY)
        return tuple(sorted(legal_days(year).off))

    def idle_holidays(self, year: int) -> tuple[date, ...]:
        """Days declared off that are a Saturday or Sunday: none is worked anyway."""
        declared = _read_days("", year, self.holidays.get(year, ()))
        return tuple(day for day in sorted(declared) if day.weekday() >= SATURDAY)

    def working_days_between(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative once `end` has passed."""
        if end < start:
            return -self.working_days_between(end, start)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))

    def _is_exchanged(self, day: date) -> bool:
        """Whether a day of a weekend is worked."""
        if f"{day:%m-%d}" in self.working_days.get(day.year, ()):
            return True
        return not self.is_declared(day.year) and day in legal_days(day.year).worked

    def _part(self, regime: str, period: Period) -> RegimePeriod:
        parts = self.regimes[regime].periods
        part = parts.get(period.part or YEAR_PART)
        if part is None:
            allowed = ", ".join(Period(period.year, "" if p == YEAR_PART else p).code for p in parts)
            raise ValueError(f"chế độ {regime} không có kỳ {period.code}; có: {allowed}")
        return part


def _wrong(key: str, year: int, says: str) -> WrongPlacesError:
    return WrongPlacesError([((key, str(year)), says)])


def _say_no_day(year: int, text: str) -> str:
    try:
        turned = datetime.strptime(f"{text}/{year}"[:10], "%d/%m/%Y").replace(tzinfo=UTC)
    except ValueError:
        return f"năm {year} không có ngày này; ghi tháng-ngày như 02-08{quote_given(text)}"
    if turned.year != year:
        return f"ngày này của năm {turned.year}, không phải {year}{quote_given(text)}"
    return f"ở đây ghi tháng-ngày, không ghi ngày/tháng: {turned:%m-%d}{quote_given(text)}"


def _read_days(key: str, year: int, days: tuple[str, ...]) -> list[date]:
    """The days `MM-DD` of a year; raise ValueError where one is none or stands there twice."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise _wrong(key, year, "không phải năm; ghi đủ bốn chữ số, ví dụ 2027")
    found: list[date] = []
    for text in days:
        try:
            day = date.fromisoformat(f"{year}-{text}")
        except ValueError:
            raise _wrong(key, year, _say_no_day(year, text)) from None
        if day in found:
            raise _wrong(key, year, f"{text} ghi hai lần")
        found.append(day)
    return found


def say_days_left(left: int) -> str:
    """How the due day stands to today, by the working days until it: negative ones are past."""
    if left < 0:
        return f"quá hạn {-left} ngày làm việc"
    return f"còn {left} ngày làm việc" if left else "đến hạn hôm nay"

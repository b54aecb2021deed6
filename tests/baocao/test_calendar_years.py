"""Every period of every regime from 2020 to 2040, beside a truth reckoned otherwise; and the days off of the law."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue
from baocao.days_off import legal_days
from baocao.domain import Period, Tier
from tests.baocao.moon import lunar_date

YEARS = range(2020, 2041)
HALF_MONTHLY = {  # NĐ 09/2019/NĐ-CP, Article 12: the last month of each period
    "Q1": (3, 3), "Q2": (3, 6), "Q3": (3, 9), "Q4": (3, 12), "H1": (6, 6), "H2": (6, 12), "9M": (9, 9), "year": (12, 12),
}  # fmt: skip
TEXT = ("Q1", "H1", "Q3", "year")  # 581/BNV-CCHC: four reports, two of them cumulative
# Reckoned by hand from the articles, the day of the week and the moon: what a printed calendar says.
BY_HAND = [
    ("nd09", "2021-Q2", "25/06/2021"),
    ("nd09", "2022-Q3", "26/09/2022"),  # the 25th is a Sunday
    ("nd09", "2023", "25/12/2023"),
    ("nd09", "2027-Q1", "25/03/2027"),
    ("nd09", "2028-Q2", "26/06/2028"),  # a Sunday, in a leap year
    ("nd09", "2028", "25/12/2028"),
    ("nd09", "2032-Q3", "27/09/2032"),  # a Saturday
    ("nd09", "2036-Q1", "25/03/2036"),
    ("nd09", "2040-H1", "25/06/2040"),
    ("cchc", "2026", "21/12/2026"),  # a Sunday
    ("cchc", "2027-Q1", "22/03/2027"),  # a Saturday
    ("cchc", "2028-H1", "20/06/2028"),
    ("cchc", "2030-Q3", "20/09/2030"),
    ("cchc", "2040", "20/12/2040"),
    ("calendar", "2024-Q2", "05/07/2024"),
    ("calendar", "2025-Q1", "08/04/2025"),  # a Saturday; the Monday is Giỗ Tổ
    ("calendar", "2027-Q1", "05/04/2027"),
    ("calendar", "2031-Q1", "07/04/2031"),
    ("calendar", "2033-Q4", "05/01/2034"),
    ("calendar", "2036-Q1", "08/04/2036"),  # a Saturday; the Monday is off for Giỗ Tổ on the Sunday
    ("calendar", "2039-Q1", "05/04/2039"),  # the day after the Monday that is off for Giỗ Tổ
]


def legal_window(regime: str, part: str, year: int) -> tuple[date, date]:
    months, last = HALF_MONTHLY[part]
    if regime == "calendar":
        end = date(year + last // 12, last % 12 + 1, 1) - timedelta(days=1)
        return date(year, last - months + 1, 1), end
    first = last - months
    return date(year if first else year - 1, first or 12, 15), date(year, last, 14)


def law_days_off(year: int) -> Iterator[date]:
    """Days off from Monday to Friday but Tết and the second day of National Day, which are laid out by announcement."""
    fixed = [date(year, 1, 1), lunar_date(year, 3, 10), date(year, 4, 30), date(year, 5, 1), date(year, 9, 2)]
    taken: set[date] = set(fixed)
    for day in sorted(fixed):
        instead = day
        while day.weekday() >= 5 and (instead.weekday() >= 5 or instead in taken):
            instead += timedelta(days=1)
        taken.add(instead)
        yield instead


def legal_due(regime: str, end: date) -> date:
    day = {"nd09": 25, "cchc": 20}.get(regime)
    due = end.replace(day=day) if day else end + timedelta(days=5)
    while due.weekday() >= 5 or due in set(law_days_off(due.year)):
        due += timedelta(days=1)
    return due


def test_every_period_of_every_regime_covers_the_legal_days_and_is_due_on_the_legal_day(catalogue: Catalogue) -> None:
    calendar, tried = catalogue.calendar, 0
    for regime in ("nd09", "cchc", "calendar"):
        parts = TEXT if regime == "cchc" else tuple(HALF_MONTHLY)
        assert set(calendar.regimes[regime].part_codes) == set(parts)
        for year in YEARS:
            for part in parts:
                period = Period(year, "" if part == "year" else part)
                window = calendar.window(regime, period)
                assert (window.start_on, window.end_on) == legal_window(regime, part, year), period
                due = calendar.due_on(regime, period, Tier.PROVINCE)
                assert due == legal_due(regime, window.end_on), f"{regime} {period.code}"
                tried += 1
    assert tried == 21 * (8 + 4 + 8)


@pytest.mark.parametrize(("regime", "code", "due"), BY_HAND)
def test_a_due_day_is_the_one_a_printed_calendar_says(catalogue: Catalogue, regime: str, code: str, due: str) -> None:
    assert f"{catalogue.calendar.due_on(regime, Period.parse(code), Tier.PROVINCE):%d/%m/%Y}" == due


@pytest.mark.parametrize("year", YEARS)
def test_the_days_off_of_a_year_nobody_declared_are_those_of_the_law(year: int) -> None:
    """Tết: five days at least around the first of the lunar year; National Day: two from 2021 on."""
    off = legal_days(year).off
    assert set(law_days_off(year)) <= off
    new_year = lunar_date(year, 1, 1)
    around = {day for day in off if abs((day - new_year).days) <= 7 and day not in set(law_days_off(year))}
    assert len(around) == 5, sorted(around)
    assert new_year.weekday() >= 5 or new_year in around
    national = [day for day in off if date(year, 8, 30) < day < date(year, 9, 6)]
    extra = {2026: 1}.get(year, 0)
    assert len(national) == (2 if year >= 2021 else 1) + extra


@pytest.mark.parametrize("year", [2020, 2021, 2022, 2023, 2024, 2025, 2026])
def test_the_declared_years_are_those_of_the_law_and_what_was_announced_besides(
    catalogue: Catalogue, year: int
) -> None:
    declared, law = set(catalogue.calendar.days_off(year)), legal_days(year).off
    announced = {2024: set[date](), 2026: {date(2026, 1, 2)}}.get(year, set())
    assert declared - law == announced
    assert law <= declared


def test_tet_of_a_year_nobody_declared_is_no_ten_working_days(catalogue: Catalogue) -> None:
    calendar = catalogue.calendar
    assert not calendar.is_declared(2027)
    assert calendar.working_days_between(date(2027, 2, 3), date(2027, 2, 12)) == 2
    assert calendar.is_working_day(date(2027, 2, 11))


def test_a_saturday_worked_in_exchange_is_a_working_day(catalogue: Catalogue) -> None:
    calendar = catalogue.calendar
    assert calendar.is_working_day(date(2026, 8, 22))
    assert not calendar.is_working_day(date(2026, 8, 31))
    assert not calendar.is_working_day(date(2026, 8, 29))
    assert calendar.working_days_between(date(2026, 8, 21), date(2026, 9, 3)) == 6 + 1


def test_a_saturday_worked_in_a_year_that_declares_nothing_else_counts_too() -> None:
    calendar = Calendar.model_validate({"regimes": {}, "working_days": {2027: ["01-09"]}})
    assert calendar.is_working_day(date(2027, 1, 9))
    assert not calendar.is_working_day(date(2027, 2, 8))


def test_looking_at_declared_years_alone_loads_no_library() -> None:
    import subprocess
    import sys

    asks = (
        "import sys; from pathlib import Path; from baocao.catalogue import Catalogue; from baocao.domain import *;"
        "from baocao.settings import CHECKOUT_DIR; c = Catalogue.read(CHECKOUT_DIR / 'config').calendar;"
        "c.due_on('nd09', Period.parse('2026-Q3'), Tier.COMMUNE); assert 'holidays' not in sys.modules;"
        "c.due_on('nd09', Period.parse('2027-Q3'), Tier.COMMUNE); assert 'holidays' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", asks], check=True)

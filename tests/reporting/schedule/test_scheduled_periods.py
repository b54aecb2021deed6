"""Which period a schedule is about: at the very close, over the turn of the year, and of which units."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue
from baocao.catalogue.operations import UnitGroup
from baocao.domain import VIETNAM, Period, Tier
from reporting.history.period_ranges import PeriodRange, list_reports
from reporting.schedule.operations import units_of_group
from reporting.schedule.scheduled_periods import resolve_period

CLOSE = datetime(2025, 12, 15, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("given", "at", "period"),
    [
        ("", CLOSE, "2025-Q4"), ("", CLOSE - timedelta(seconds=1), "2025-Q3"), ("Q4", CLOSE, "2025-Q4"),
        ("Q4", CLOSE - timedelta(seconds=1), "2024-Q4"), ("year", CLOSE, "2025"), ("", CLOSE.astimezone(UTC), "2025-Q4"),
        ("", datetime(2026, 1, 2, 7, tzinfo=VIETNAM), "2025-Q4"), ("Q3", datetime(2026, 1, 2, 7, tzinfo=VIETNAM), "2025-Q3"),
    ],
)  # fmt: skip
def test_a_schedule_reports_the_shortest_period_that_has_just_closed(
    catalogue: Catalogue, given: str, at: datetime, period: str
) -> None:
    assert resolve_period(catalogue.calendar, "nd09", given, at).code == period


def test_a_group_asks_only_units_that_exist_in_the_window(catalogue: Catalogue) -> None:
    window = catalogue.calendar.window("nd09", Period.parse("2025-Q4"))
    group = UnitGroup.model_validate({"label": "Đặc khu", "regime": "nd09", "tiers": ["special_zone"]})
    here = catalogue.unit("dac-khu")
    gone = here.model_copy(update={"unit_code": "dao-cu", "valid_to": date(2025, 6, 30)})
    known = replace(catalogue, units={"dac-khu": here, "dao-cu": gone})
    assert [unit.unit_code for unit in units_of_group(known, group, window)] == ["dac-khu"]


def test_in_the_place_of_a_quarter_a_regime_has_not_comes_the_shortest_report_that_ends_with_it() -> None:
    parts = ("Q1", "H1", "Q3", "H2", "year")
    wanted = PeriodRange.parse("2025-Q1..2025-Q4")
    assert [period.code for period in list_reports(wanted, parts)] == ["2025-Q1", "2025-H1", "2025-Q3", "2025-H2"]


DAYS = {"from": "04-01 previous", "to": "03-31", "due": {"default": "04-30", "province": "04-25"}}
TET = Calendar.model_validate(
    {"regimes": {"x": {"label": "", "periods": {"year": DAYS}}}, "holidays": {2026: ["04-27", "04-30", "05-01"]}}
)


def test_a_due_day_moves_past_days_off_and_weekends() -> None:
    assert TET.due_on("x", Period.parse("2026"), Tier.COMMUNE) == date(2026, 5, 4)
    assert TET.due_on("x", Period.parse("2026"), Tier.PROVINCE) == date(2026, 4, 28)


def test_working_days_are_those_after_the_first_day_up_to_the_last() -> None:
    friday, saturday, monday = date(2026, 4, 17), date(2026, 4, 18), date(2026, 4, 20)
    assert TET.working_days_between(friday, saturday) == 0
    assert TET.working_days_between(saturday, monday) == 1
    assert TET.working_days_between(monday, monday) == 0

"""Which days a period covers, and when its report is due (NĐ 09/2019/NĐ-CP Article 12; 581/BNV-CCHC)."""

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue
from baocao.catalogue.operations import UnitGroup
from baocao.domain import Period, Tier, Window
from reporting.history.period_ranges import PeriodRange


@pytest.mark.parametrize(
    ("regime", "period", "first", "last"),
    [
        ("nd09", "2026-Q1", date(2025, 12, 15), date(2026, 3, 14)),
        ("nd09", "2026-Q2", date(2026, 3, 15), date(2026, 6, 14)),
        ("nd09", "2026-Q3", date(2026, 6, 15), date(2026, 9, 14)),
        ("nd09", "2025-Q4", date(2025, 9, 15), date(2025, 12, 14)),
        ("nd09", "2025-H1", date(2024, 12, 15), date(2025, 6, 14)),
        ("nd09", "2025-H2", date(2025, 6, 15), date(2025, 12, 14)),
        ("nd09", "2025-9M", date(2024, 12, 15), date(2025, 9, 14)),
        ("nd09", "2025", date(2024, 12, 15), date(2025, 12, 14)),
        ("cchc", "2026-H1", date(2025, 12, 15), date(2026, 6, 14)),
        ("cchc", "2025", date(2024, 12, 15), date(2025, 12, 14)),
        ("calendar", "2025-Q4", date(2025, 10, 1), date(2025, 12, 31)),
    ],
)
def test_a_period_covers_the_days_its_regime_says(
    catalogue: Catalogue, regime: str, period: str, first: date, last: date
) -> None:
    window = catalogue.calendar.window(regime, Period.parse(period))
    assert (window.start_on, window.end_on) == (first, last)


@pytest.mark.parametrize(
    ("regime", "period", "tier", "due"),
    [
        ("nd09", "2025-Q4", Tier.PROVINCE, date(2025, 12, 25)),
        ("cchc", "2026-Q1", Tier.PROVINCE, date(2026, 3, 20)),
        ("cchc", "2025", Tier.PROVINCE, date(2025, 12, 22)),  # the 20th is a Saturday
        ("nd09", "2025-Q4", Tier.SPECIAL_ZONE, date(2025, 12, 18)),
        ("calendar", "2025-Q4", Tier.COMMUNE, date(2026, 1, 5)),
    ],
)
def test_a_due_day_depends_on_the_tier_and_is_a_working_day(
    catalogue: Catalogue, regime: str, period: str, tier: Tier, due: date
) -> None:
    assert catalogue.calendar.due_on(regime, Period.parse(period), tier) == due


def test_the_reform_regime_has_no_second_and_fourth_quarter(catalogue: Catalogue) -> None:
    with pytest.raises(ValueError, match=r"không có kỳ 2025-Q4; có: 2025-Q1, 2025-H1, 2025-Q3, 2025"):
        catalogue.calendar.window("cchc", Period.parse("2025-Q4"))


def test_a_window_ends_at_midnight_in_vietnam_not_in_utc(catalogue: Catalogue) -> None:
    window = catalogue.calendar.window("nd09", Period.parse("2025-Q4"))
    assert window.end_at.astimezone(UTC) == datetime(2025, 12, 14, 17, tzinfo=UTC)
    assert window.start_at.astimezone(UTC) == datetime(2025, 9, 14, 17, tzinfo=UTC)


def test_working_days_leave_out_weekends_and_tet(catalogue: Catalogue) -> None:
    calendar = catalogue.calendar
    assert calendar.working_days_between(date(2026, 2, 13), date(2026, 2, 23)) == 1
    assert calendar.working_days_between(date(2025, 12, 15), date(2025, 12, 18)) == 3
    assert calendar.working_days_between(date(2025, 12, 18), date(2025, 12, 15)) == -3


@pytest.mark.parametrize("code", ["2025-Q5", "Q4/2025", "25-Q4", "2025-", "", "2025-10M"])
def test_a_period_code_that_is_none_is_refused_with_examples(code: str) -> None:
    with pytest.raises(ValueError, match=r"write 2025-Q4, 2025-H1"):
        Period.parse(code)


@pytest.mark.parametrize(
    ("period", "before", "last_year"),
    [
        ("2025-Q1", "2024-Q4", "2024-Q1"),
        ("2025-Q4", "2025-Q3", "2024-Q4"),
        ("2025-H1", "2024-H2", "2024-H1"),
        ("2025-9M", "2024-9M", "2024-9M"),
        ("2025", "2024", "2024"),
        ("2025-M03", "2025-M02", "2024-M03"),
        ("2025-M01", "2024-M12", "2024-M01"),
    ],
)
def test_a_period_knows_the_one_before_it(period: str, before: str, last_year: str) -> None:
    assert Period.parse(period).predecessor.code == before
    assert Period.parse(period).same_period_last_year.code == last_year


def test_periods_are_in_order_of_their_end_the_longer_last() -> None:
    codes = ["2025", "2025-Q4", "2025-9M", "2025-H1", "2025-Q1", "2025-Q2", "2024-Q4"]
    assert [p.code for p in sorted(map(Period.parse, codes))] == [
        "2024-Q4", "2025-Q1", "2025-Q2", "2025-H1", "2025-9M", "2025-Q4", "2025",
    ]  # fmt: skip


MONTHS = {f"M{month:02}": {"from": f"{month:02}-01", "to": f"{month:02}-last", "due": {"default": "01-05 next"}}
          for month in range(1, 13)}  # fmt: skip


def test_a_monthly_regime_is_a_matter_of_calendars_yaml_alone() -> None:
    calendar = Calendar.model_validate({"regimes": {"monthly": {"label": "Hằng tháng", "periods": MONTHS}}})
    march = Period.parse("2025-m03")
    assert (march.code, march.label_vi) == ("2025-M03", "Tháng 3 năm 2025")
    assert calendar.window("monthly", march) == Window(date(2025, 3, 1), date(2025, 3, 31))
    assert march.quarters == ()
    assert [p.code for p in PeriodRange.parse("2024-M12..2025-M02").periods] == ["2024-M12", "2025-M01", "2025-M02"]
    group = {"label": "Xã", "regime": "monthly", "tiers": ["commune"], "parts": ["M03"]}
    assert UnitGroup.model_validate(group).parts == ("M03",)


def test_a_part_of_the_year_that_is_none_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValidationError, match=r"không có phần của năm “M13”; được dùng: M01, .*Q4, .*year"):
        Calendar.model_validate({"regimes": {"monthly": {"label": "", "periods": {"M13": MONTHS["M12"]}}}})

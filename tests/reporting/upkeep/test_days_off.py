"""A due day in a year nobody declared shouts: in `doctor` and on the report."""

import io
from datetime import date

from rich.console import Console

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue
from baocao.days_off import legal_days
from baocao.domain import Outcome, Severity
from cli.form_result import show_result
from reporting.upkeep.doctor.days_off import look_at_days_off
from reporting.upkeep.doctor.finding import Health
from tests.reporting.conftest import Office


def calendar(**holidays: list[str]) -> Calendar:
    return Calendar.model_validate(
        {"regimes": {}, "holidays": {int(year[1:]): days for year, days in holidays.items()}}
    )


def test_a_due_day_in_a_year_nobody_declared_is_doubtful_and_the_line_to_write_is_given() -> None:
    found = look_at_days_off(calendar(), date(2027, 3, 18))
    assert found.health is Health.DOUBTFUL
    assert "năm 2027 chưa khai báo" in found.says
    assert "hạn 18/03/2027 là tạm tính" in found.says
    assert "2027: [01-01, 02-04, 02-05, 02-08, 02-09, 02-10, 04-16, 04-30, 05-03, 09-02, 09-03, 11-24]" in found.mend


def test_a_declared_year_that_differs_from_the_law_says_where() -> None:
    law = [f"{day:%m-%d}" for day in sorted(legal_days(2027).off)]
    same = look_at_days_off(calendar(y2027=law), date(2027, 3, 18))
    assert (same.health, same.says) == (Health.GOOD, "năm 2027 khai báo 12 ngày")
    moved = [day for day in law if day != "02-10"] + ["02-03"]
    found = look_at_days_off(calendar(y2027=moved), date(2027, 3, 18))
    assert found.health is Health.GOOD
    assert found.says.endswith("không có ngày nghỉ theo luật: 02-10; ngoài luật còn có: 02-03")
    forgotten = look_at_days_off(calendar(y2027=law[:-1]), date(2027, 3, 18))
    assert forgotten.health is Health.DOUBTFUL
    assert "không có ngày nghỉ theo luật: 11-24" in forgotten.says


def test_a_holiday_on_a_weekend_is_said_and_counts_for_nothing() -> None:
    law = [f"{day:%m-%d}" for day in sorted(legal_days(2027).off)]
    found = look_at_days_off(calendar(y2027=[*law, "05-01"]), date(2027, 3, 18))
    assert found.health is Health.GOOD
    assert "năm 2027 khai báo 12 ngày" in found.says
    assert "trùng thứ Bảy, Chủ nhật nên không tính thêm: 05-01 (nghỉ bù" in found.says


def test_the_shipped_years_are_all_in_order(catalogue: Catalogue) -> None:
    for year in catalogue.calendar.holidays:
        assert look_at_days_off(catalogue.calendar, date(year, 6, 1)).health is Health.GOOD


def test_a_report_due_in_a_year_nobody_declared_says_so_on_the_page_of_checks(small_office: Office) -> None:
    path = small_office.config_dir / "calendars.yaml"
    lines = path.read_text("utf-8").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("  2025:")), encoding="utf-8")
    result = small_office.run()
    (found,) = (one for one in result.report.checks if one.check == "complete.days_off_declared")
    assert (found.outcome, found.severity) == (Outcome.FAIL, Severity.WARNING)
    screen = io.StringIO()
    show_result(Console(file=screen, width=200), result)
    assert "Hạn nộp 18/12/2025 là tạm tính: ngày nghỉ lễ, Tết năm 2025 chưa khai báo" in screen.getvalue()
    page = (small_office.out / "checks.html").read_text("utf-8")
    assert "Hạn nộp 18/12/2025 là tạm tính: ngày nghỉ lễ, Tết năm 2025 chưa khai báo" in page


def test_a_report_due_in_a_declared_year_passes(small_office: Office) -> None:
    checks = small_office.run().report.checks
    assert [one.outcome for one in checks if one.check == "complete.days_off_declared"] == [Outcome.PASS]

"""When things fall due: the calendar's days as rules Prefect follows, and which period a run is about."""

import subprocess
import sys
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM, Tier
from baocao.errors import ConfigError
from baocao.settings import CHECKOUT_DIR
from flows.deployments import list_deployments, render_prefect_yaml
from flows.engine.schedules import Schedule, cutoff_schedules, report_schedules
from reporting.schedule.operations import read_operations
from reporting.schedule.scheduled_periods import resolve_period
from tests.flows.operations.installations import write_config, write_yaml


def times_of(schedules: list[Schedule], year: int) -> list[str]:
    """Every time in a year, as a person would note it down."""
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    found = []
    for schedule in schedules:
        rule = rrulestr(schedule.rrule)
        found += rule.between(*(datetime.fromisoformat(f"{each}-01-01") for each in (year, year + 1)), inc=True)
    return [f"{at.replace(tzinfo=zone):%d/%m %H:%M}" for at in sorted(found)]


def test_each_quarter_is_asked_for_from_the_day_after_its_cut_off(catalogue: Catalogue) -> None:
    quarters = ("Q1", "Q2", "Q3", "Q4")
    schedules = report_schedules(catalogue.calendar, "nd09", quarters, [Tier.COMMUNE], [1])
    times = times_of(schedules, 2026)
    assert [time for time in times if time.startswith("15/")] == [
        "15/03 01:00",
        "15/06 01:00",
        "15/09 01:00",
        "15/12 01:00",
    ]
    assert times[:4] == ["15/03 01:00", "16/03 01:00", "17/03 01:00", "18/03 01:00"]
    assert {schedule.parameters["period"] for schedule in schedules} == set(quarters)


def test_a_due_day_on_a_sunday_moves_and_so_do_the_days_a_late_unit_is_asked(catalogue: Catalogue) -> None:
    (schedule,) = report_schedules(catalogue.calendar, "calendar", ["Q1"], [Tier.COMMUNE], [1, 6], late_days=2)
    times = times_of([schedule], 2026)
    assert (times[0], times[1], times[-1]) == ("01/04 01:00", "01/04 06:00", "10/04 06:00")


def test_days_that_run_over_the_end_of_a_month_are_all_there(catalogue: Catalogue) -> None:
    schedules = report_schedules(catalogue.calendar, "calendar", ["Q4"], [Tier.COMMUNE], [1], late_days=30)
    assert [schedule.slug for schedule in schedules] == ["calendar-q4-01", "calendar-q4-02"]
    assert times_of(schedules, 2026)[-1] == "04/02 01:00"


def test_stocks_are_taken_in_the_last_minute_of_each_cut_off(catalogue: Catalogue) -> None:
    times = times_of(cutoff_schedules(catalogue.calendar, "nd09"), 2026)
    assert times == ["14/03 23:59", "14/06 23:59", "14/09 23:59", "14/12 23:59"]


@pytest.mark.parametrize(
    ("given", "at", "period"),
    [
        ("Q4", "2025-12-15T01:00", "2025-Q4"),
        ("Q4", "2025-12-14T23:59", "2024-Q4"),
        ("Q4", "2026-03-01T09:00", "2025-Q4"),
        ("", "2025-12-15T01:00", "2025-Q4"),
        ("", "2026-03-14T23:00", "2025-Q4"),
        ("year", "2025-12-15T01:00", "2025"),
        ("H1", "2026-01-02T01:00", "2025-H1"),
        ("2023-q2", "2026-01-02T01:00", "2023-Q2"),
        ("2025", "2026-01-02T01:00", "2025"),
    ],
)
def test_a_run_is_about_the_period_that_had_closed_when_it_was_due(
    catalogue: Catalogue, given: str, at: str, period: str
) -> None:
    due = datetime.fromisoformat(at).replace(tzinfo=VIETNAM)
    assert resolve_period(catalogue.calendar, "nd09", given, due).code == period


def test_a_period_the_regime_does_not_have_is_refused_with_those_it_has(catalogue: Catalogue) -> None:
    with pytest.raises(ConfigError, match=r"cchc không có kỳ 2025-Q2; có: 2025-Q1, 2025-H1, 2025-Q3, 2025"):
        resolve_period(catalogue.calendar, "cchc", "2025-Q2", datetime.now(VIETNAM))


def test_prefect_yaml_is_what_the_configuration_says(catalogue: Catalogue) -> None:
    operations = read_operations(catalogue)
    made = render_prefect_yaml(list_deployments(catalogue, operations), operations.work_pool)
    assert (CHECKOUT_DIR / "prefect.yaml").read_text(encoding="utf-8") == made


def test_a_group_of_a_regime_that_is_not_there_is_named(tmp_path) -> None:
    config_dir = write_config(tmp_path, 1)
    group = {"label": "Thử", "regime": "nd99", "tiers": ["commune"]}
    write_yaml(config_dir / "operations.yaml", {"groups": {"thu": group}})
    with pytest.raises(ConfigError, match=r"dòng \d+, groups.thu.regime: không có chế độ “nd99”; được dùng: nd09"):
        read_operations(Catalogue.read(config_dir))


def test_every_deployment_names_a_flow_that_is_there(catalogue: Catalogue) -> None:
    """In a process of its own: this one must not import Prefect before its environment is set."""
    named = [deployment.entrypoint for deployment in list_deployments(catalogue, read_operations(catalogue))]
    code = f"from flows.engine.deploying import load_flow; print(len({{load_flow(one).name for one in {named!r}}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT_DIR, capture_output=True, text=True, timeout=600, check=True
    )
    assert int(done.stdout) == len({name.rpartition(".")[0] for name in named})

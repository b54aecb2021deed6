"""A province on a shared server with two workers: what is asked for there, by whom, and that it is made.

Among the slow tests the first that needs it kills a worker at work; what comes of that takes a minute and a half, and
is looked at in test_worker_lost.py, the last of the folder.
"""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from typing import Any
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Page, sync_playwright

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM
from baocao.settings import CHECKOUT_DIR
from flows.deployments import list_deployments
from reporting.schedule.operations import read_operations
from tests.flows.operations.conftest import (
    GONE,
    GROUP_RUN,
    PACE,
    SOMEBODY_ELSES,
    TAKEN_OVER,
    UNIT_RUN,
    UNITS,
    Loss,
    Province,
    pid_of,
)
from tests.flows.operations.installations import PERIOD
from tests.flows.operations.kept import UNIT_CODES, expect_the_true_figures, store_of, vintages_of
from tests.flows.operations.stage import wait_until
from tests.installed import find_program

BROWSER_OPTIONS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
]  # fmt: skip


def test_deploying_twice_changes_nothing(province: Province) -> None:
    """Every write would drop the runs scheduled ahead and turn schedules back on that somebody paused."""
    first, second = (json.loads(one.stdout) for one in (province.first_deploy, province.second_deploy))
    assert set(first["changed"]) == set(first["names"]) >= {UNIT_RUN, "group-report/cap-xa", "province-report/tinh"}
    assert second["changed"] == []
    assert first["limits"] == dict.fromkeys(
        ("source-documents-qlvb", "source-one-stop-igate", "source-portal-dvcqg"), PACE["at_once"]
    )


def test_what_is_no_longer_listed_is_removed_with_its_schedules_and_nothing_of_others(province: Province) -> None:
    assert json.loads(province.second_deploy.stdout)["removed"] == [GONE]
    names = {one["name"] for one in province.stage.api.call("POST", "/deployments/filter", {})}
    assert (GONE in names, SOMEBODY_ELSES in names) == (False, True)


def test_a_schedule_fires_by_itself_at_its_time_in_viet_nam(province: Province) -> None:
    def ended() -> list[dict[str, object]]:
        runs = province.stage.api.runs_of("weekly-verify")
        return [run for run in runs if run["auto_scheduled"] and run["state_type"] == "COMPLETED"]

    (run,) = wait_until(ended, "the weekly check")
    assert datetime.fromisoformat(str(run["expected_start_time"])).astimezone(VIETNAM) == province.verify_at
    assert run["name"] == "Kiểm tra nguyên vẹn"


def test_every_group_has_its_runs_ahead(province: Province) -> None:
    """Fails where the scheduler does not schedule, which nothing else shows for months."""
    operations = read_operations(catalogue := Catalogue.read(province.config_dir))
    wanted = {one.name for one in list_deployments(catalogue, operations) if one.schedules}
    scheduled = {
        deployment["name"]
        for deployment in province.stage.api.call("POST", "/deployments/filter", {})
        if deployment["schedules"]
    }
    assert wanted == scheduled
    assert province.stage.api.runs(flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}})


def test_a_group_is_made_in_batches_by_the_workers(province: Province) -> None:
    """Two batches of two units, each a process of its own; every unit's figures are its own."""
    api = province.stage.api
    ended = api.wait_for_end(api.start_run(GROUP_RUN, period=PERIOD))
    assert ended["state"]["message"] == f"cap-xa {PERIOD}: {UNITS}/{UNITS} đơn vị đã có số liệu"
    assert len(api.runs_of("unit-batch")) == 2
    with store_of(province) as store:
        for unit in UNIT_CODES:
            (whole,) = (vintage for vintage in vintages_of(store, unit) if vintage.is_whole)
            expect_the_true_figures(store, province, unit, whole.key)


@pytest.mark.slow
def test_a_run_asked_for_on_prefects_page_is_made_for_the_period_chosen(province: Province, loss: Loss) -> None:
    """The page calls its own server, whatever its port: it offers the units and takes the order."""
    chromium = find_program("chromium", "chromium")
    api = province.stage.api
    address = f"{api.url.removesuffix('/api')}/deployments/deployment/{api.deployment(UNIT_RUN)['id']}/run"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=BROWSER_OPTIONS)
        page = browser.new_page()
        hosts: set[str] = set()
        page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
        order_run(page, address, "don-vi-001", PERIOD)
        browser.close()
    assert hosts == {api.url.split("/")[2]}
    ordered = [run for run in api.runs_of("quarterly-report") if run["parameters"].get("unit") == "don-vi-001"]
    assert [run["parameters"]["period"] for run in ordered] == [PERIOD]
    ended = api.wait_for_end(ordered[0]["id"])
    assert (ended["state_name"], ended["name"]) == ("Completed", f"don-vi-001 {PERIOD}"), ended["state"]["message"]


def order_run(page: Page, address: str, unit: str, period: str) -> None:
    page.goto(address)
    page.get_by_text("Tên đơn vị trong units.yaml.").wait_for()
    page.locator(".p-select-button__control").first.focus()
    page.keyboard.press("Space")
    page.get_by_text(unit, exact=True).click()
    page.locator("textarea").first.fill(period)
    with page.expect_response(lambda answer: "create_flow_run" in answer.url):
        page.get_by_role("button", name="Submit").click()


@pytest.mark.slow
def test_a_year_given_on_prefects_command_line_is_a_period(province: Province, loss: Loss) -> None:
    """`-p period=2025` is read as JSON and arrives as a number."""
    order = ["deployment", "run", UNIT_RUN, "-p", "unit=don-vi-002", "-p", "period=2025"]
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *order],
        env=province.stage.environment,
        cwd=CHECKOUT_DIR,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    runs = province.stage.api.runs_of("quarterly-report")
    ended = province.stage.api.wait_for_end(next(r["id"] for r in runs if r["parameters"].get("period") == 2025))
    assert ended["name"] == "don-vi-002 2025"
    assert "don-vi-002 2025 2025-bieu-mau-7, lần lập 1" in ended["state"]["message"]


def test_a_unit_nobody_knows_is_refused_before_a_run_is_made(province: Province) -> None:
    with pytest.raises(HTTPError) as refused:
        province.stage.api.start_run(UNIT_RUN, unit="khong-co", period=PERIOD)
    assert refused.value.code == 409
    assert "khong-co" in refused.value.read().decode()


@pytest.mark.slow
def test_a_killed_run_that_no_group_handed_out_is_started_again(province: Province, loss: Loss) -> None:
    """Its worker says that it died; what the automation starts then is a run of ours like any other."""
    api = province.stage.api
    lost = api.start_run(UNIT_RUN, unit=TAKEN_OVER, period=PERIOD)
    os.kill(pid_of(api.wait_for_process(lost)), signal.SIGKILL)
    assert api.wait_for_end(lost)["state_name"] == "Crashed"

    def started_again() -> dict[str, Any] | None:
        found = (run for run in api.runs_of("quarterly-report") if "attempt-2" in run["tags"])
        return next((run for run in found if run["parameters"]["unit"] == TAKEN_OVER), None)

    again = api.wait_for_end(wait_until(started_again, "the run taken over")["id"])
    assert (again["state_name"], again["name"]) == ("Completed", f"{TAKEN_OVER} {PERIOD}"), again["state"]["message"]
    (taking,) = api.runs_of("take-over")
    assert api.wait_for_end(taking["id"])["state"]["message"].endswith("(lần 2/3)")


@pytest.mark.slow
def test_the_night_of_the_cut_off_and_the_daily_watch_run_as_they_are_deployed(province: Province, loss: Loss) -> None:
    api = province.stage.api
    runs = [api.start_run(name) for name in ("stock-capture/cut-off", "daily-watch/daily")]
    captured, watched = (api.wait_for_end(run) for run in runs)
    assert captured["state"]["message"] == f"đã chụp {UNITS}/{UNITS} số liệu thời điểm"
    assert watched["state_name"] == "Completed", watched["state"]["message"]

"""A province on a shared server with two workers, one of which is killed at work: what is asked for, when, and how often.

The order counts: the worker is killed first, and the tests in between pass the time in which that is noticed.
"""

import subprocess
import sys
from datetime import datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page, sync_playwright

from baocao.domain import VIETNAM, CellStatus, Period
from baocao.settings import CHECKOUT_DIR
from baocao.store import FormKey, Store, VintageStatus, open_store
from flows.deployments import list_deployments
from flows.operations_rules import read_operations
from sandbox.truth import true_figures
from tests.operations.conftest import DATA_SET, LOSS_LIMIT_S, PACE, UNITS, Loss, Province
from tests.operations.installations import PERIOD
from tests.operations.stage import wait_until

pytestmark = [pytest.mark.xdist_group("operations"), pytest.mark.timeout(600)]

BROWSER = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
}
UNIT_RUN = "quarterly-report/unit"


def test_deploying_twice_changes_nothing(province: Province) -> None:
    """Every write would drop the runs scheduled ahead and turn schedules back on that somebody paused."""
    import json

    first, second = (json.loads(one.stdout) for one in (province.first_deploy, province.second_deploy))
    assert set(first["changed"]) == set(first["names"]) >= {UNIT_RUN, "group-report/cap-xa", "province-report/tinh"}
    assert (second["changed"], second["removed"]) == ([], [])
    assert first["limits"] == dict.fromkeys(
        ("source-documents-qlvb", "source-one-stop-igate", "source-portal-dvcqg"), PACE["at_once"]
    )


def test_a_run_asked_for_on_prefects_page_is_made_for_the_period_chosen(province: Province, loss: Loss) -> None:
    """The page calls its own server, whatever its port: it offers the units and takes the order."""
    api = province.stage.api
    address = f"{api.url.removesuffix('/api')}/deployments/deployment/{api.deployment(UNIT_RUN)['id']}/run"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**BROWSER)
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


def test_a_year_given_on_prefects_command_line_is_a_period(province: Province, loss: Loss) -> None:
    """`-p period=2025` is read as JSON and arrives as a number."""
    order = ["deployment", "run", UNIT_RUN, "-p", "unit=don-vi-002", "-p", "period=2025"]
    done = subprocess.run(
        [sys.executable, "-m", "prefect", *order],
        env=province.stage.environment,
        cwd=CHECKOUT_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    runs = province.stage.api.runs_of("quarterly-report")
    ended = province.stage.api.wait_for_end(next(r["id"] for r in runs if r["parameters"].get("period") == 2025))
    assert ended["name"] == "don-vi-002 2025"
    assert "don-vi-002 2025 2025-bieu-mau-7 v1" in ended["state"]["message"]


def test_a_unit_nobody_knows_is_refused_before_a_run_is_made(province: Province) -> None:
    from urllib.error import HTTPError

    with pytest.raises(HTTPError) as refused:
        province.stage.api.start_run(UNIT_RUN, unit="khong-co", period=PERIOD)
    assert refused.value.code == 409
    assert "khong-co" in refused.value.read().decode()


def test_a_schedule_fires_by_itself_at_its_time_in_viet_nam(province: Province) -> None:
    def ended() -> list[dict[str, object]]:
        runs = province.stage.api.runs_of("weekly-verify")
        return [run for run in runs if run["auto_scheduled"] and run["state_type"] == "COMPLETED"]

    (run,) = wait_until(ended, 200, "the weekly check")
    assert datetime.fromisoformat(str(run["expected_start_time"])).astimezone(VIETNAM) == province.verify_at
    assert run["name"] == "Kiểm tra nguyên vẹn"


def test_every_group_has_its_runs_ahead(province: Province) -> None:
    """Fails where the scheduler does not schedule, which nothing else shows for months."""
    operations = read_operations(catalogue := _catalogue(province))
    wanted = {one.name for one in list_deployments(catalogue, operations) if one.schedules}
    scheduled = {
        deployment["name"]
        for deployment in province.stage.api.call("POST", "/deployments/filter", {})
        if deployment["schedules"]
    }
    assert wanted == scheduled
    assert province.stage.api.runs(flow_runs={"state": {"type": {"any_": ["SCHEDULED"]}}})


def test_all_units_are_in_though_a_worker_was_killed_at_work(province: Province, loss: Loss) -> None:
    ended = province.stage.api.wait_for_end(loss.group_run, LOSS_LIMIT_S)
    assert ended["state"]["message"] == f"cap-xa {PERIOD}: {UNITS} of {UNITS} units in"
    lost = province.stage.api.run(loss.lost_batch)
    assert lost["state_name"] == "Crashed"
    assert "no sign of life" in lost["state"]["message"]


def test_what_the_killed_worker_had_begun_is_made_once(province: Province, loss: Loss) -> None:
    province.stage.api.wait_for_end(loss.group_run, LOSS_LIMIT_S)
    with open_store(province.database_url, str(province.stage.folder / "home" / "var" / "payloads")) as store:
        for number in range(1, UNITS + 1):
            unit = f"don-vi-{number:03d}"
            whole = [vintage for vintage in _vintages(store, unit) if vintage.is_whole]
            unfinished = [vintage for vintage in _vintages(store, unit) if not vintage.is_whole]
            assert len(whole) == (2 if unit == "don-vi-001" else 1), unit  # don-vi-001 was ordered once more
            assert all(vintage.status is VintageStatus.FAILED for vintage in unfinished)
            assert unit in loss.lost_units or not unfinished
            figures, truth = _figures(store, whole[-1].key), true_figures(DATA_SET, unit, PERIOD, province.sandbox.now)
            assert figures == {code: truth[code] for code in figures}
            assert "dossiers_full_online_count" in figures


def test_both_workers_together_keep_the_pace_of_a_source(province: Province, loss: Loss) -> None:
    province.stage.api.wait_for_end(loss.group_run, LOSS_LIMIT_S)
    for system in ("one_stop", "documents", "portal"):
        asked = sorted(request.received_at for request in province.sandbox.requests.select(system))
        busiest = max(sum(at <= other < at + 1 for other in asked) for at in asked)
        assert busiest <= PACE["requests_per_s"] * 1.15, f"{system}: {busiest} questions in a second"


def test_a_source_without_its_limit_stops_the_run_and_says_so(province: Province, loss: Loss) -> None:
    """Prefect itself only warns and goes on without a limit."""
    api = province.stage.api
    api.wait_for_end(loss.group_run, LOSS_LIMIT_S)
    api.call("DELETE", "/v2/concurrency_limits/source-portal-dvcqg")
    ended = api.wait_for_end(api.start_run(UNIT_RUN, unit="don-vi-003", period=PERIOD))
    assert ended["state_name"] == "Failed"
    assert "run `baocao deploy`" in ended["state"]["message"]


def _catalogue(province: Province):
    from baocao.catalogue import Catalogue

    return Catalogue.read(province.config_dir)


def _vintages(store: Store, unit: str):
    return store.vintages(FormKey(unit, "2025-bieu-mau-7", Period.parse(PERIOD)))


def _figures(store: Store, key) -> dict[str, Decimal]:
    counted = (CellStatus.REPORTED,)
    return {one.indicator_code: one.value for one in store.observations(key) if one.status in counted and one.steps}

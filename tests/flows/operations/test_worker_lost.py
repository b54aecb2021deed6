"""A province of which one worker was killed at work (test_province_in_processes.py): all is made, once, and told once."""

from datetime import datetime
from decimal import Decimal

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM, CellStatus, Period
from baocao.store import FormKey, Store, VintageStatus, open_store
from flows.deployments import list_deployments
from reporting.schedule.operations import read_operations
from sandbox.world.truth import true_figures
from tests.flows.operations.conftest import (
    DATA_SET,
    LOSS_LIMIT_S,
    PACE,
    TAKEN_OVER,
    UNIT_RUN,
    UNITS,
    WITHOUT_A_FIGURE,
    Loss,
    Province,
)
from tests.flows.operations.installations import PERIOD
from tests.flows.operations.stage import wait_until

pytestmark = pytest.mark.timeout(600)

ORDERED_ONCE_MORE = ("don-vi-001", TAKEN_OVER)


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
            assert 1 <= len(whole) <= 1 + (unit in ORDERED_ONCE_MORE), unit
            assert all(vintage.status is VintageStatus.FAILED for vintage in unfinished)
            assert unit in (*loss.lost_units, TAKEN_OVER) or not unfinished
            figures, truth = _figures(store, whole[-1].key), true_figures(DATA_SET, unit, PERIOD, province.sandbox.now)
            assert figures == {code: truth[code] for code in figures}
            assert "dossiers_full_online_count" in figures


def test_nobody_is_told_twice_of_what_a_killed_run_had_seen(province: Province, loss: Loss) -> None:
    """Every unit whose figure is missing opened one incident, and one message told of it, however often it was made."""
    province.stage.api.wait_for_end(loss.group_run, LOSS_LIMIT_S)
    wanted = [f"missing/{unit}/{PERIOD}/digital_officer" for unit in WITHOUT_A_FIGURE]
    with open_store(province.database_url, str(province.stage.folder / "home" / "var" / "payloads")) as store:
        opened = sorted(one.fingerprint for one in store.incidents.all() if PERIOD in one.fingerprint)
        messages = (one.message for one in (*store.outbox.sent(limit=1000), *store.outbox.waiting()))
        told = sorted(str(one.facts.get("fingerprint")) for one in messages if one.facts["kind"] == "opened")
    assert opened == wanted
    assert [one for one in told if PERIOD in one] == wanted


def test_both_workers_together_keep_the_pace_of_a_source(province: Province, loss: Loss) -> None:
    province.stage.api.wait_for_end(loss.group_run, LOSS_LIMIT_S)
    for system in ("one_stop", "documents", "portal"):
        asked = sorted(request.received_at for request in province.sandbox.requests.select(system))
        busiest = max(sum(at <= other < at + 1 for other in asked) for at in asked)
        assert busiest <= PACE["requests_per_s"] * 1.15, f"{system}: {busiest} questions in a second"


def test_a_province_adds_up_its_units_when_all_are_in(province: Province, loss: Loss) -> None:
    """On a worker, as its schedule starts it; the truth is the sum over the sandbox's units."""
    api = province.stage.api
    api.wait_for_end(loss.group_run, LOSS_LIMIT_S)
    ended = api.wait_for_end(api.start_run("province-report/tinh", period=PERIOD))
    assert f"tinh {PERIOD} 2025-bieu-mau-7 v1: " in ended["state"]["message"]
    with open_store(province.database_url, str(province.stage.folder / "home" / "var" / "payloads")) as store:
        figures = _figures(store, _vintages(store, "tinh")[-1].key)
    code = "dossiers_full_online_count"
    now = province.sandbox.now
    truths = (true_figures(DATA_SET, f"don-vi-{number:03d}", PERIOD, now)[code] for number in range(1, UNITS + 1))
    assert figures[code] == sum(Decimal(str(truth)) for truth in truths)


def test_a_source_without_its_limit_stops_the_run_and_says_so(province: Province, loss: Loss) -> None:
    """Prefect itself only warns and goes on without a limit."""
    api = province.stage.api
    api.wait_for_end(loss.group_run, LOSS_LIMIT_S)
    api.call("DELETE", "/v2/concurrency_limits/source-one-stop-igate")
    ended = api.wait_for_end(api.start_run(UNIT_RUN, unit="don-vi-003", period=PERIOD))
    assert ended["state_name"] == "Failed"
    assert "run `baocao deploy`" in ended["state"]["message"]


def _catalogue(province: Province):
    return Catalogue.read(province.config_dir)


def _vintages(store: Store, unit: str):
    return store.vintages.list(FormKey(unit, "2025-bieu-mau-7", Period.parse(PERIOD)))


def _figures(store: Store, key) -> dict[str, Decimal]:
    counted = (CellStatus.REPORTED,)
    return {
        one.indicator_code: one.value for one in store.contents.observations(key) if one.status in counted and one.steps
    }

"""A province of which one worker was killed at work (test_province_in_processes.py): all is made, once, and told once."""

from decimal import Decimal

import pytest

from baocao.store import VintageStatus
from sandbox.world.truth import true_figures
from tests.flows.operations.conftest import (
    DATA_SET,
    PACE,
    TAKEN_OVER,
    UNIT_RUN,
    UNITS,
    WITHOUT_A_FIGURE,
    Loss,
    Province,
)
from tests.flows.operations.installations import PERIOD
from tests.flows.operations.kept import (
    COUNTED,
    UNIT_CODES,
    expect_the_true_figures,
    figures_of,
    store_of,
    vintages_of,
)

pytestmark = pytest.mark.slow

ORDERED_ONCE_MORE = ("don-vi-001", TAKEN_OVER)


def test_all_units_are_in_though_a_worker_was_killed_at_work(province: Province, loss: Loss) -> None:
    ended = province.stage.api.wait_for_end(loss.group_run)
    assert ended["state"]["message"] == f"cap-xa {PERIOD}: {UNITS}/{UNITS} đơn vị đã có số liệu"
    lost = province.stage.api.run(loss.lost_batch)
    assert lost["state_name"] == "Crashed"
    assert "không còn dấu hiệu hoạt động" in lost["state"]["message"]


def test_what_the_killed_worker_had_begun_is_made_once(province: Province, loss: Loss) -> None:
    province.stage.api.wait_for_end(loss.group_run)
    with store_of(province) as store:
        for unit in UNIT_CODES:
            whole = [vintage for vintage in vintages_of(store, unit) if vintage.is_whole]
            unfinished = [vintage for vintage in vintages_of(store, unit) if not vintage.is_whole]
            assert 1 <= len(whole) <= 1 + (unit in ORDERED_ONCE_MORE), unit
            assert all(vintage.status is VintageStatus.FAILED for vintage in unfinished)
            assert unit in (*loss.lost_units, TAKEN_OVER) or not unfinished
            expect_the_true_figures(store, province, unit, whole[-1].key)


def test_nobody_is_told_twice_of_what_a_killed_run_had_seen(province: Province, loss: Loss) -> None:
    """Every unit whose figure is missing opened one incident, and one message told of it, however often it was made."""
    province.stage.api.wait_for_end(loss.group_run)
    wanted = [f"missing/{unit}/{PERIOD}/digital_officer" for unit in WITHOUT_A_FIGURE]
    with store_of(province) as store:
        opened = sorted(one.fingerprint for one in store.incidents.all() if PERIOD in one.fingerprint)
        messages = (one.message for one in (*store.outbox.sent(limit=1000), *store.outbox.waiting()))
        told = sorted(str(one.facts.get("fingerprint")) for one in messages if one.facts["kind"] == "opened")
    assert opened == wanted
    assert [one for one in told if PERIOD in one] == wanted


def test_both_workers_together_keep_the_pace_of_a_source(province: Province, loss: Loss) -> None:
    province.stage.api.wait_for_end(loss.group_run)
    for system in ("one_stop", "documents", "portal"):
        asked = sorted(request.received_at for request in province.sandbox.requests.select(system))
        busiest = max(sum(at <= other < at + 1 for other in asked) for at in asked)
        assert busiest <= PACE["requests_per_s"] * 1.15, f"{system}: {busiest} questions in a second"


def test_a_province_adds_up_its_units_when_all_are_in(province: Province, loss: Loss) -> None:
    """On a worker, as its schedule starts it; the truth is the sum over the sandbox's units."""
    api = province.stage.api
    api.wait_for_end(loss.group_run)
    ended = api.wait_for_end(api.start_run("province-report/tinh", period=PERIOD))
    assert f"tinh {PERIOD} 2025-bieu-mau-7, lần lập 1: " in ended["state"]["message"]
    with store_of(province) as store:
        figures = figures_of(store, vintages_of(store, "tinh")[-1].key)
    truths = (true_figures(DATA_SET, unit, PERIOD, province.sandbox.now)[COUNTED] for unit in UNIT_CODES)
    assert figures[COUNTED] == sum(Decimal(str(truth)) for truth in truths)


def test_a_source_without_its_limit_stops_the_run_and_says_so(province: Province, loss: Loss) -> None:
    """Prefect itself only warns and goes on without a limit."""
    api = province.stage.api
    api.wait_for_end(loss.group_run)
    api.call("DELETE", "/v2/concurrency_limits/source-one-stop-igate")
    ended = api.wait_for_end(api.start_run(UNIT_RUN, unit="don-vi-003", period=PERIOD))
    assert ended["state_name"] == "Failed"
    assert "chạy `baocao deploy`" in ended["state"]["message"]

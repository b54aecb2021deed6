"""Runs of deployments that a stop or a kill of `baocao serve` has cut off: each is started again, once.

A stop is not a loss: it does not count among the attempts a lost run has. However often and wherever a run is cut off,
under way or only about to be, the next one carries its parameters on.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.sorting import FlowRunSort
from prefect.exceptions import ObjectNotFound

from flows.deployments import TAKE_OVER_TAG
from flows.take_over import ATTEMPTS, attempt_of, start_again

UNDER_WAY = [StateType.PENDING, StateType.RUNNING]
CUT_OFF = [StateType.CRASHED, StateType.CANCELLED]
"""What the end of Prefect's runner makes of a run, depending on how far it was."""
LOST_SINCE = timedelta(days=1)
PAGE = 200

Runs = Mapping[UUID, FlowRun]


def find_interrupted(client: SyncPrefectClient, stop_begun_at: datetime | None) -> Runs:
    """The runs under way, and with `stop_begun_at` those that came to their end by the stop."""
    found = _read(client, UNDER_WAY)
    if stop_begun_at is not None:
        found |= {run_id: run for run_id, run in _read(client, CUT_OFF).items() if _is_since(run, stop_begun_at)}
    return found


def start_interrupted_again(client: SyncPrefectClient, interrupted: Runs) -> None:
    for run in interrupted.values():
        _start(client, run, attempt_of(run))


def start_lost_again(client: SyncPrefectClient) -> None:
    """Those killed together with everything that would have noticed; not those given up after some attempts."""
    since = datetime.now(UTC) - LOST_SINCE
    for run in _read(client, [StateType.CRASHED]).values():
        if _is_since(run, since) and attempt_of(run) < ATTEMPTS:
            _start(client, run, attempt_of(run) + 1)


def _start(client: SyncPrefectClient, run: FlowRun, attempt: int) -> None:
    """Nothing happens where it was started again already, or where what it belonged to was taken away."""
    with suppress(ObjectNotFound):
        start_again(client, run, attempt)


def _read(client: SyncPrefectClient, states: list[StateType]) -> dict[UUID, FlowRun]:
    """The latest of our runs in these states that belong to a deployment."""
    runs = client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[TAKE_OVER_TAG]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=states)),
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=PAGE,
    )
    return {run.id: run for run in runs if run.deployment_id is not None}


def _is_since(run: FlowRun, since: datetime) -> bool:
    return run.state is not None and run.state.timestamp >= since

"""Spreading units over the workers: batches of them as runs of the deployment `unit-batch/batch`.

What is in is not asked again; what another run has in hand is waited for, not asked twice. A batch whose worker died
(Crashed, by its missed heartbeats) is handed out again; units of a batch that fell over its own code go out one by one.
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import TERMINAL_STATES, FlowRun, StateType
from prefect.exceptions import ObjectNotFound

from baocao.errors import EngineError
from baocao.hints import hint
from reporting.plan import Plan
from reporting.progress import tell
from reporting.roll_up.arrivals import Absence, find_absences
from reporting.workspace import Workspace

BATCH_DEPLOYMENT = "unit-batch/batch"
ROUNDS = 3
POLL_S = 3.0
WAIT_LIMIT_S = 12 * 3600
INCOMPLETE = "Incomplete"
OWN_ENDS = ("Completed", INCOMPLETE)
"""How a batch ends that went through all its units; any other end is that of a batch that was lost on the way."""
LIVE_STATES = [state for state in StateType if state not in TERMINAL_STATES]
PAGE = 200


@dataclass(frozen=True)
class FanOutPlan:
    """What is to be spread: the plans of the units, how many share a run, whether those that are in are asked again."""

    label: str
    plans: Sequence[Plan]
    units_per_run: int
    asks_again: bool = False

    @property
    def period(self) -> str:
        return self.plans[0].period.code


def fan_out(workspace: Workspace, spread: FanOutPlan, poll_s: float = POLL_S) -> tuple[Absence, ...]:
    """Have every unit that is not in reported for; return those still not in when all runs have ended."""
    done: set[str] = set()
    with get_client(sync_client=True) as client:
        batches = _Batches(client, spread, poll_s)
        for number in range(ROUNDS):
            wanted = [unit for unit in _list_wanted(workspace, spread) if unit not in done]
            if not wanted:
                break
            done |= batches.run(wanted, units_per_run=1 if number else spread.units_per_run)
    return find_absences(workspace.store, spread.plans)


def _list_wanted(workspace: Workspace, spread: FanOutPlan) -> list[str]:
    """The units, each once, however many forms it owes."""
    if spread.asks_again:
        return list(dict.fromkeys(plan.unit.unit_code for plan in spread.plans))
    return [absence.unit_code for absence in find_absences(workspace.store, spread.plans)]


class _Batches:
    """The batches of one period on one Prefect server."""

    def __init__(self, client: SyncPrefectClient, spread: FanOutPlan, poll_s: float) -> None:
        self._client = client
        self._spread = spread
        self._poll_s = poll_s
        self._deployment_id = _find_deployment(client)
        self._deadline = time.monotonic() + WAIT_LIMIT_S

    def run(self, wanted: Sequence[str], units_per_run: int) -> set[str]:
        """Start what nobody has in hand, wait for all of it; return the units whose batch came to its end."""
        taken = {run.id: _units_of(run) for run in self._live()}
        in_hand = {unit for units in taken.values() for unit in units}
        free = [unit for unit in wanted if unit not in in_hand]
        groups = [free[start : start + units_per_run] for start in range(0, len(free), units_per_run)]
        for number, group in enumerate(groups, start=1):
            taken[self._start(group, f"{number}/{len(groups)}")] = set(group)
        if taken:
            tell(f"{self._spread.label}: {len(free)} đơn vị trong {len(groups)} lô, {len(in_hand)} đơn vị đang lập")
        ended = self._wait(taken)
        return {unit for run_id, units in taken.items() if run_id in ended for unit in units}

    def _start(self, units: Sequence[str], number: str) -> UUID:
        run = self._client.create_flow_run_from_deployment(
            self._deployment_id,
            parameters={"units": list(units), "period": self._spread.period},
            name=f"{self._spread.label} {self._spread.period} {number}",
            tags=[self._tag],
        )
        return run.id

    def _live(self) -> list[FlowRun]:
        return self._client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                tags=FlowRunFilterTags(all_=[self._tag]),
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=LIVE_STATES)),
            ),
            limit=PAGE,
        )

    def _wait(self, run_ids: Iterable[UUID]) -> set[UUID]:
        """Wait until none is live any more; return those that went through all their units."""
        live, ended = set(run_ids), set[UUID]()
        while live and time.monotonic() < self._deadline:
            states = {run.id: run.state for run in self._read(live)}
            ended |= {run_id for run_id, state in states.items() if state and state.name in OWN_ENDS}
            live = {run_id for run_id, state in states.items() if state and state.type not in TERMINAL_STATES}
            if live:
                time.sleep(self._poll_s)
        if live:
            tell(f"{self._spread.label}: {len(live)} lô chưa xong; không chờ nữa")
        return ended

    def _read(self, run_ids: set[UUID]) -> list[FlowRun]:
        ids = sorted(run_ids)
        return [
            run
            for start in range(0, len(ids), PAGE)
            for run in self._client.read_flow_runs(
                flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=ids[start : start + PAGE])), limit=PAGE
            )
        ]

    @property
    def _tag(self) -> str:
        return f"units-of-{self._spread.period}"


def _find_deployment(client: SyncPrefectClient) -> UUID:
    try:
        return client.read_deployment_by_name(BATCH_DEPLOYMENT).id
    except ObjectNotFound:
        raise EngineError(f"máy chủ Prefect chưa có việc {BATCH_DEPLOYMENT}: chạy `{hint('deploy')}`.") from None


def _units_of(run: FlowRun) -> set[str]:
    units: Any = run.parameters.get("units", [])
    return set(units)

"""What a flow run knows about itself: when it was due, whether its time was missed, how it is called."""

import os
import unicodedata
from datetime import datetime, timedelta
from typing import Any, Protocol

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId, FlowRunFilter
from prefect.client.schemas.filters import FlowRunFilterExpectedStartTime as DueBetween
from prefect.client.schemas.objects import FlowRun, State
from prefect.context import FlowRunContext
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from baocao.catalogue import Catalogue
from baocao.catalogue.backfill import MissedPolicy, read_backfill_rules
from baocao.domain import VIETNAM
from baocao.figures import print_instant
from baocao.settings import Settings
from reporting.schedule.operations import read_operations
from reporting.schedule.scheduled_periods import resolve_period, resolve_unit_period
from reporting.workspace import Workspace


class FlowEnd(Protocol):
    """What a flow has come to."""

    @property
    def exit_code(self) -> int: ...

    @property
    def summary(self) -> str: ...


ON_TIME = timedelta(minutes=15)
SKIPPED = "Skipped"


def on_timeline(name: str) -> str:
    """A name for Prefect's timeline, which draws base letters only and leaves out all others.

    With its marks as letters of their own (NFD) the name stays readable there and is whole everywhere else. There is no
    such form of `đ`: names do without it.
    """
    return unicodedata.normalize("NFD", name)


def due_at(settings: Settings) -> datetime:
    """When the run was to start, which is what "the period just closed" is about; the clock of a training run."""
    scheduled = flow_run.scheduled_start_time
    return (settings.now_at or scheduled or settings.now()).astimezone(VIETNAM)


def is_deployed() -> bool:
    """Whether a worker or `baocao serve` started this run, rather than a command in its own process.

    `prefect.runtime` would ask the server, which may be gone by now.
    """
    context = FlowRunContext.get()
    return context is not None and context.flow_run is not None and context.flow_run.deployment_id is not None


def end_run(result: FlowEnd, missing: str = "") -> State[Any]:
    """The state a run ends in: a command gets the result with it, a worker only the sentence, and who is `missing`.

    Where nobody takes it, Prefect prints the whole result of a failed run into the log, figures and all.
    """
    make_state = Completed if result.exit_code == 0 else Failed
    said = f"{result.summary}; còn thiếu: {missing}" if missing else result.summary
    return make_state(message=said, data=None if is_deployed() else result)


def skip_missed(workspace: Workspace) -> State[Any] | None:
    """The state to end with where the run's time passed while nothing ran and backfill.yaml wants it left out."""
    if flow_run.id is None or not is_deployed():
        return None
    with get_client(sync_client=True) as client:
        run = client.read_flow_run(flow_run.id)
        policy = read_backfill_rules(workspace.catalogue.config_dir).missed_schedules
        now = datetime.now(VIETNAM)
        if policy is MissedPolicy.ALL or not run.auto_scheduled or not is_late(run, now):
            return None
        later = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(expected_start_time=DueBetween(after_=run.expected_start_time, before_=now)),
            deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[run.deployment_id])),
        )
    if policy is MissedPolicy.NONE or any(is_successor(other, run) for other in later):
        said = f"hẹn lúc {_local(run)}, đã lỡ: bỏ qua (backfill.yaml, missed_schedules: {policy})"
        return Completed(name=SKIPPED, message=said)
    return None


def is_late(run: FlowRun, now: datetime) -> bool:
    return run.expected_start_time is not None and now - run.expected_start_time > ON_TIME


def is_successor(other: FlowRun, run: FlowRun) -> bool:
    """Whether another run of the same schedule was due later and will do the work."""
    assert other.expected_start_time is not None
    assert run.expected_start_time is not None
    is_later = other.expected_start_time > run.expected_start_time
    return is_later and other.auto_scheduled and other.parameters == run.parameters


def name_unit_run() -> str:
    """`dac-khu 2025-Q4`, also where the period was left open."""
    given = flow_run.parameters
    settings = Settings.read(os.environ)
    catalogue = Catalogue.read(settings.config_dir)
    period = resolve_unit_period(catalogue, given["unit"], str(given["period"]), due_at(settings))
    return f"{given['unit']} {period}"


def name_group_run() -> str:
    """`cap-xa 2025-Q4`."""
    given = flow_run.parameters
    settings = Settings.read(os.environ)
    catalogue = Catalogue.read(settings.config_dir)
    regime = read_operations(catalogue).groups[given["group"]].regime
    return f"{given['group']} {resolve_period(catalogue.calendar, regime, str(given['period']), due_at(settings))}"


def _local(run: FlowRun) -> str:
    assert run.expected_start_time is not None
    return print_instant(run.expected_start_time)

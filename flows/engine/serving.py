"""`baocao serve`: everything on one machine, with a Prefect server of its own on loopback, until it is stopped.

The server is the one `baocao run` starts for itself, on a known port and for as long as this process lives: killed or
not, it leaves no server behind. Stopping does not pause the schedules: what falls due meanwhile is late afterwards, not
lost, and what was running is started again.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from typing import NoReturn

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateType,
    FlowRunFilterTags,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.runner import Runner

from baocao.catalogue import Catalogue
from baocao.catalogue.operations import Operations
from baocao.errors import EngineError
from flows.deployments import TAKE_OVER_TAG, list_deployments
from flows.engine import scheduler_guard
from flows.engine.automations import put_up_automations
from flows.engine.deploying import KeptDeployment, build, put_up_limits
from flows.engine.scheduler_guard import SchedulerDeadError, SchedulerGuard
from flows.take_over import attempt_of, start_again

RUNNER_NAME = "baocao"
STOP_LIMIT_S = 40
LOOK_EVERY_S = 0.05
UNDER_WAY = [StateType.PENDING, StateType.RUNNING]


def serve_all(
    catalogue: Catalogue, operations: Operations, api_url: str, *, limit: int, on_ready: Callable[[int], None]
) -> NoReturn:
    """Run what falls due, `limit` runs at once, until a signal interrupts; `on_ready` hears how many are up.

    Runs that wait for others have places of their own beside these: they could take all and wait for ever.
    Raise EngineError when Prefect's runner does not start, or ends by itself; SchedulerDeadError when no run would ever
    be scheduled any more.
    """
    listed = list_deployments(catalogue, operations)
    deployments = [build(one, None) for one in listed]
    limit += sum(one.spreads for one in listed)

    def put_up_the_rest() -> None:
        with get_client(sync_client=True) as client:
            put_up_limits(client, catalogue)
        put_up_automations(operations.lost_after_s)

    runner = Runner(name=RUNNER_NAME, pause_on_shutdown=False, limit=limit)
    with _running(runner, deployments, put_up_the_rest) as ending:
        on_ready(len(deployments))
        guard = SchedulerGuard(api_url)
        while not guard.look():
            with suppress(TimeoutError):
                raise ending.result(scheduler_guard.LOOK_EVERY_S)
        raise SchedulerDeadError(
            "Prefect's scheduler makes no runs. `baocao doctor` tells a wrong version of a package."
        )


@contextmanager
def _running(
    runner: Runner, deployments: list[KeptDeployment], put_up_the_rest: Callable[[], None]
) -> Iterator[Future[EngineError]]:
    """The runner in a thread of its own, so that its signal handler does not take the place of ours.

    Give, once the runner is at work, what will say why it ended. Raise EngineError where it does not come to work.
    """
    ending: Future[EngineError] = Future()
    loop = asyncio.new_event_loop()

    async def work() -> None:
        for deployment in deployments:
            await runner.aadd_deployment(deployment)
        await asyncio.to_thread(put_up_the_rest)  # before runs that are late already write to the same SQLite file
        await runner.start()

    def run() -> None:
        why = "it stopped by itself"
        try:
            loop.run_until_complete(work())
        except Exception as error:  # noqa: BLE001 - whatever it was is told by who waits for the end
            why = f"{type(error).__name__}: {error}"
        finally:
            loop.close()
            ending.set_result(EngineError(f"Prefect's runner ended: {why}. Mend that, then `baocao serve` again."))

    thread = threading.Thread(target=run, name="baocao-runner")
    thread.start()
    try:
        while not runner.started:
            with suppress(TimeoutError):
                raise ending.result(LOOK_EVERY_S)
        yield ending
    finally:
        _stop(runner, loop, thread)


def _stop(runner: Runner, loop: asyncio.AbstractEventLoop, thread: threading.Thread) -> None:
    """End the runs under way and have them started again next time."""
    if thread.is_alive():
        with get_client(sync_client=True) as client:
            interrupted = _under_way(client)
            asyncio.run_coroutine_threadsafe(runner.astop(), loop).result(STOP_LIMIT_S)
            thread.join(STOP_LIMIT_S)
            for run in interrupted:
                start_again(client, run, attempt_of(run))


def _under_way(client: SyncPrefectClient) -> list[FlowRun]:
    return client.read_flow_runs(
        flow_run_filter=FlowRunFilter(
            tags=FlowRunFilterTags(all_=[TAKE_OVER_TAG]),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=UNDER_WAY)),
        )
    )

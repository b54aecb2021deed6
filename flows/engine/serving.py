"""`baocao serve`: everything on one machine, with a Prefect server of its own on loopback, until it is stopped.

The server is the one `baocao run` starts for itself, on a known port and for as long as this process lives: killed or
not, it leaves no server behind. Stopping does not pause the schedules: what falls due meanwhile is late afterwards, not
lost, and what was running is started again.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import partial
from typing import NoReturn

from httpx import HTTPError
from prefect.client.orchestration import get_client
from prefect.runner import Runner
from prefect.runner import runner as runner_module
from prefect.runner._starter_engine import EngineCommandStarter

from baocao.catalogue import Catalogue
from baocao.catalogue.operations import Operations
from baocao.errors import EngineError
from baocao.hints import hint
from flows.deployments import list_deployments
from flows.engine import server_guard
from flows.engine.api import EngineAddress
from flows.engine.automations import put_up_automations
from flows.engine.deploying import KeptDeployment, build, put_up_limits
from flows.engine.interrupted import find_interrupted, start_interrupted_again, start_lost_again
from flows.engine.server_guard import ServerGuard
from reporting.log.run_log import note

RUNNER_NAME = "baocao"
STOP_LIMIT_S = 30
LOOK_EVERY_S = 0.05


def serve_all(
    catalogue: Catalogue, operations: Operations, address: EngineAddress, *, limit: int, on_ready: Callable[[int], None]
) -> NoReturn:
    """Run what falls due, `limit` runs at once, until a signal interrupts; `on_ready` hears how many are up.

    Runs that wait for others have places of their own beside these: they could take all and wait for ever.
    Raise EngineError when Prefect's runner does not start, or ends by itself; ServerLostError when the server is gone,
    SchedulerDeadError when no run would ever be scheduled any more.
    """
    listed = list_deployments(catalogue, operations)
    deployments = [build(one, None) for one in listed]
    limit += sum(one.spreads for one in listed)

    def put_up_the_rest() -> None:
        with get_client(sync_client=True) as client:
            put_up_limits(client, catalogue)
            start_lost_again(client)
        put_up_automations(operations.lost_after_s)

    # in a session of their own, so that Ctrl-C in a terminal comes to us alone, and we stop them
    runner_module.EngineCommandStarter = partial(EngineCommandStarter, isolate_process_group=True)  # type: ignore[attr-defined,assignment]
    runner = Runner(name=RUNNER_NAME, pause_on_shutdown=False, limit=limit)
    with _running(runner, deployments, put_up_the_rest, address) as ending:
        on_ready(len(deployments))
        guard = ServerGuard(address.api_url, address.is_running)
        while True:
            guard.check()
            with suppress(TimeoutError):
                raise ending.result(server_guard.ALIVE_EVERY_S)


@contextmanager
def _running(
    runner: Runner, deployments: list[KeptDeployment], put_up_the_rest: Callable[[], None], address: EngineAddress
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

    task = loop.create_task(work())

    def run() -> None:
        why = "nó tự dừng"
        try:
            loop.run_until_complete(task)
        except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - told by who waits for the end
            why = f"{type(error).__name__}: {error}"
        finally:
            loop.close()
            ending.set_result(EngineError(f"bộ chạy của Prefect đã dừng: {why}. Sửa rồi chạy lại `{hint('serve')}`."))

    thread = threading.Thread(target=run, name="baocao-runner", daemon=True)
    thread.start()
    try:
        while not runner.started:
            with suppress(TimeoutError):
                raise ending.result(LOOK_EVERY_S)
        yield ending
    finally:
        if thread.is_alive():
            _stop(runner, loop, task, thread, address)


def _stop(
    runner: Runner,
    loop: asyncio.AbstractEventLoop,
    task: asyncio.Task[None],
    thread: threading.Thread,
    address: EngineAddress,
) -> None:
    """End the runs under way and have them started again next time; without a server, end them alone."""
    begun_at = datetime.now(UTC)
    if address.is_there():
        try:
            with get_client(sync_client=True) as client:
                interrupted = find_interrupted(client, None)
                with suppress(TimeoutError):
                    asyncio.run_coroutine_threadsafe(runner.astop(), loop).result(STOP_LIMIT_S)
                    thread.join(STOP_LIMIT_S)
                # the runner may have taken one more before it heard of its end
                start_interrupted_again(client, {**interrupted, **find_interrupted(client, begun_at)})
        except HTTPError:
            note("runs under way not started again now, but at the next start", level=logging.WARNING)
    if thread.is_alive():
        loop.call_soon_threadsafe(task.cancel)
        thread.join(STOP_LIMIT_S)

"""Real processes that do one thing with the store, to race each other or to be killed."""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from typing import Any, NoReturn

from baocao.domain import CheckResult
from baocao.store import Lease, LeaseHeldError, open_store
from baocao.store.database.opening import open_database
from baocao.store.files.payloads import PayloadStore
from baocao.store.store import Store
from tests.baocao.store import samples

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload([__name__])
PATIENCE_S = 600

Meet = Callable[[], object]


def race(work: Callable[..., object], count: int, *arguments: Any) -> list[Any]:
    """What `count` processes that start the work at the same moment say, in no order.

    The work is given a way to wait for the others once more, then the arguments.
    """
    barrier, said = CONTEXT.Barrier(count), CONTEXT.SimpleQueue()
    runners = [CONTEXT.Process(target=_run, args=(barrier, said, work, arguments)) for _ in range(count)]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(PATIENCE_S)
    assert [runner.exitcode for runner in runners] == [0] * count
    return [said.get() for _ in range(count)]


def run_until_killed(work: Callable[..., None], *arguments: Any) -> None:
    """Run work that kills its own process with SIGKILL."""
    runner = CONTEXT.Process(target=work, args=arguments)
    runner.start()
    runner.join(PATIENCE_S)
    assert runner.exitcode == -signal.SIGKILL


@contextmanager
def running(work: Callable[..., None], *arguments: Any) -> Iterator[ForkServerProcess]:
    """A process that has sent its first word and goes on; killed at the end at the latest."""
    here, there = CONTEXT.Pipe()
    runner = CONTEXT.Process(target=work, args=(there, *arguments))
    runner.start()
    try:
        assert here.poll(PATIENCE_S)
        here.recv()
        yield runner
    finally:
        runner.kill()
        runner.join()


def _run(barrier: Any, said: Any, work: Callable[..., object], arguments: tuple[Any, ...]) -> None:
    barrier.wait(PATIENCE_S)
    said.put(work(lambda: barrier.wait(PATIENCE_S), *arguments))


def open_once(_meet: Meet, database_url: str) -> int:
    with open_database(database_url) as database, database.reading() as session:
        return len(session.connection().exec_driver_sql("SELECT * FROM vintage").all())


def take_lease(meet: Meet, database_url: str, payload_url: str) -> str:
    """`taken`, or who has it. The lease is kept until all have tried."""
    with open_store(database_url, payload_url) as store:
        try:
            with store.leases.hold(samples.FORM, f"process {os.getpid()}"):
                meet()
        except LeaseHeldError as error:
            meet()
            return error.holder
    return "taken"


def open_vintages(_meet: Meet, database_url: str, payload_url: str, lease: Lease, count: int) -> list[int]:
    with open_store(database_url, payload_url) as store:
        return [samples.begin(store, lease).vintage for _ in range(count)]


def hold_lease(started: Connection, database_url: str, payload_url: str, ttl: timedelta) -> None:
    """Hold the lease, renewing it, and a vintage under it, until killed."""
    with open_store(database_url, payload_url) as store, store.leases.hold(samples.FORM, "the dead one", ttl) as lease:
        samples.begin(store, lease)
        started.send("held")
        time.sleep(PATIENCE_S)


def die_between_body_and_entry(database_url: str, payload_url: str) -> None:
    class DyingPayloads(PayloadStore):
        def put(self, body: bytes) -> str:
            super().put(body)
            die()

    with open_database(database_url) as database:
        Store(database, DyingPayloads(payload_url)).payloads.keep(samples.payload())


def die_while_finishing(database_url: str, payload_url: str) -> None:
    """The figures and the form are written, the check results are not yet."""

    def check_results() -> Iterator[CheckResult]:
        yield samples.check_result()
        die()

    ttl = timedelta(seconds=0.5)
    with open_store(database_url, payload_url) as store, store.leases.hold(samples.FORM, "the dead one", ttl) as lease:
        samples.finish(store, samples.begin(store, lease), check_results=check_results())


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError

"""A flow run in this process that outlives its engine: the form counts, Prefect's record of it is as good as it gets.

The flow runs in a thread of its own, so that whoever waits for it is never inside Prefect: a stop signal ends it
whatever the engine is doing, and so does the form, whatever has become of the engine.
"""

import contextlib
import threading
import time
from collections.abc import Callable
from contextvars import copy_context

from httpx import HTTPError
from prefect.exceptions import PrefectException

from baocao.errors import BaocaoError, EngineError
from flows.engine.api import EngineAddress
from flows.engine.own_code import HANDOVER, Handover
from flows.engine.records import crash_flow_run
from flows.engine.signals import leave_threads_behind, stopped_at_once
from reporting.outcome import ReportSet

BEGIN_LIMIT_S = 300.0
RECORD_LIMIT_S = 60.0
POLL_S = 0.2
ASK_EVERY_S = 5.0
ENGINES_OWN = (HTTPError, PrefectException)
"""Errors only Prefect's client raises: no source is asked by httpx."""

Tell = Callable[[str], None]


def attend(call: Callable[[], object], address: EngineAddress, tell: Tell) -> ReportSet:
    """Run a flow of ours (`call`) on the API and give what its own code came to, raised where it is an error.

    Raise EngineError where the engine kept it from beginning, or from going on: then nothing is under way any more.
    """
    handover = Handover(address.is_there)
    failure: list[BaseException] = []

    def run() -> None:
        HANDOVER.set(handover)
        try:
            call()
        except BaseException as error:  # noqa: BLE001 - in a thread, where nobody else would hear of it
            failure.append(error)

    thread = threading.Thread(target=copy_context().run, args=(run,), name="baocao-flow", daemon=True)
    thread.start()
    with stopped_at_once(lambda: _record_stop(handover)):
        _wait_for_begin(thread, handover, address, failure)
        tell(f"Lần chạy Prefect: {handover.run_name}, xem tại {address.ui_url}/runs/flow-run/{handover.run_id}")
        handover.ended.wait()
        if not _is_recorded(thread, address) or failure:
            leave_threads_behind()
            tell("Máy chủ Prefect không trả lời nữa: lần chạy này không được ghi đủ ở đó; báo cáo không bị ảnh hưởng.")
    return _take(handover.outcome)


def _wait_for_begin(
    thread: threading.Thread, handover: Handover, address: EngineAddress, failure: list[BaseException]
) -> None:
    """Raise EngineError where the run does not come to its own code."""
    limit_s = time.monotonic() + BEGIN_LIMIT_S
    while not handover.begun.wait(POLL_S):
        is_gone = address.is_running is not None and not address.is_running()
        if not thread.is_alive() or is_gone or time.monotonic() > limit_s:
            break
    if handover.withdraw():
        leave_threads_behind()
        if failure and isinstance(failure[0], BaocaoError):
            raise failure[0]
        raise EngineError(f"máy chủ Prefect không nhận lần chạy ({_name(failure)})")


def _is_recorded(thread: threading.Thread, address: EngineAddress) -> bool:
    """Give Prefect time to write down the end, for as long as it is there."""
    limit_s, asked_s = time.monotonic() + RECORD_LIMIT_S, time.monotonic()
    while thread.is_alive() and time.monotonic() < limit_s:
        thread.join(POLL_S)
        if address.is_running is not None and not address.is_running():
            return False
        if time.monotonic() > asked_s + ASK_EVERY_S:
            asked_s = time.monotonic()
            if not address.is_there():
                return False
    return not thread.is_alive()


def _take(outcome: object) -> ReportSet:
    if isinstance(outcome, ENGINES_OWN):
        raise EngineError(f"máy chủ Prefect ngừng trả lời giữa chừng ({type(outcome).__name__})") from outcome
    if isinstance(outcome, BaseException):
        raise outcome
    assert isinstance(outcome, ReportSet)
    return outcome


def _record_stop(handover: Handover) -> None:
    if handover.begun.is_set():
        with contextlib.suppress(HTTPError):
            crash_flow_run(handover.run_id)


def _name(failure: list[BaseException]) -> str:
    return type(failure[0]).__name__ if failure else "không trả lời"

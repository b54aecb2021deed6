"""A Prefect API for a run: the server that is configured, else a private one that lives as long as it is used.

First `apply_environment(home)`, before anything imports Prefect; then `with prefect_api(home):`, and inside it, or in
its `meanwhile`, the imports of flows.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from baocao.errors import EngineError
from baocao.private_files import make_private_dir
from flows.engine.environment import apply_environment, prefect_home
from flows.engine.server import PrivateServer, is_healthy, is_served
from flows.engine.settings import configured_url, pointed_at, quiet_logs
from flows.engine.signals import LEAVE_GRACE_S, RunStoppedError, forced_end, stop_signals_as_errors
from reporting.log.run_log import note

__all__ = ["EngineAddress", "EngineError", "RunStoppedError", "has_engine", "prefect_api"]

STOPPED_RECORD_LIMIT_S = 5.0
JOIN_SILENCE_S = 60.0
"""So long a run waits for the server of `baocao serve` while that is starting it anew."""

Tell = Callable[[str], None]
Meanwhile = Callable[[], object]


@dataclass(frozen=True)
class EngineAddress:
    """Where the run's Prefect API is; one started for runs of this folder ends with the last of them.

    `is_there` asks it, in a few seconds at most; `is_running` whether its process lives, None where that is not ours
    to see.
    """

    api_url: str
    is_there: Callable[[], bool]
    is_running: Callable[[], bool] | None = None

    @property
    def ui_url(self) -> str:
        return self.api_url.removesuffix("/api")


def has_engine(home: Path) -> bool:
    """Whether runs of this folder have a Prefect server to be on: a configured one, or that of `baocao serve` here."""
    folder = prefect_home(home)
    return configured_url(folder) is not None or is_served(folder)


@contextmanager
def prefect_api(
    home: Path,
    *,
    on_wait: Tell | None = None,
    meanwhile: Meanwhile | None = None,
    port: int = 0,
    grace_s: float = LEAVE_GRACE_S,
    serves: bool = False,
) -> Iterator[EngineAddress]:
    """Give the flows inside a Prefect API. `home` is the folder for state; `on_wait` hears of waits of seconds.

    `meanwhile` is done while a private server starts: slow imports of flows belong there. When the body has ended,
    however it did, a private server has all task runs on record as ended, and no process is left. `port` is where a
    private server is started (0: anywhere); `grace_s` is how long a stopped body may take before it is cut off. What
    `baocao serve` has started, or starts again at the moment, is joined; itself it `serves`.

    Ctrl-C, SIGTERM and SIGHUP inside become RunStoppedError. Raise EngineError when there is no API to be had.
    For synchronous code; signals are seen in the main thread only.
    """
    apply_environment(home)
    folder = prefect_home(home)
    make_private_dir(folder)
    with stop_signals_as_errors(), forced_end(_nothing, grace_s), quiet_logs():
        api: AbstractContextManager[EngineAddress]
        if url := configured_url(folder):
            api = _configured_api(url, meanwhile or _nothing, grace_s)
        else:
            joins = not serves and is_served(folder)
            server = PrivateServer(folder, port, may_start=not joins)
            if joins:
                server.silence_s = JOIN_SILENCE_S
            api = _private_api(server, on_wait or _tell_nobody, meanwhile or _nothing, grace_s)
        with api as address:
            yield address


@contextmanager
def _configured_api(url: str, meanwhile: Meanwhile, grace_s: float) -> Iterator[EngineAddress]:
    """Use a server that is not ours: nothing is started, stopped or repaired there."""
    meanwhile()
    from prefect.context import refresh_global_settings_context

    from flows.engine.records import answers, check_answers, send_what_is_queued

    refresh_global_settings_context()  # Prefect may have been imported before the address was set
    check_answers(url)
    try:
        with _lost_server_as_error(url), forced_end(_nothing, grace_s):
            yield EngineAddress(url, is_there=answers)
    finally:
        if answers():
            send_what_is_queued()


@contextmanager
def _private_api(server: PrivateServer, tell: Tell, meanwhile: Meanwhile, grace_s: float) -> Iterator[EngineAddress]:
    try:
        server.start(tell)
        meanwhile()
        from flows.engine.records import crash_dead_runs, keeping_events

        address = server.wait_until_healthy(tell)
        with _lost_server_as_error(address.url), pointed_at(address.url), keeping_events():
            crash_dead_runs(before=address.started_at)
            leave = partial(_leave, server, address.url, tell)
            there = partial(_is_there, server, address.url)
            stopped = True
            try:
                with forced_end(partial(leave, stopped=True), grace_s):
                    yield EngineAddress(address.url, is_there=there, is_running=server.is_running)
                stopped = False
            except Exception:
                stopped = False
                raise
            finally:
                leave(stopped=stopped)
    finally:
        server.leave()


def _is_there(server: PrivateServer, url: str) -> bool:
    return server.is_running() and is_healthy(url)


def _leave(server: PrivateServer, url: str, tell: Tell, *, stopped: bool) -> None:
    """Let the server write down what it was told, set what is left over to Crashed, and stop it if it is ours alone.

    Whoever has `stopped` the run waits for that only a little: what is missing, the next start sets to Crashed.
    """
    from httpx import HTTPError

    from flows.engine.records import crash_dead_runs, send_what_is_queued, wait_until_recorded

    try:
        if not _is_there(server, url):
            note("not all task runs are on record", level=logging.WARNING, error="the server has ended")
            return
        send_what_is_queued(*([STOPPED_RECORD_LIMIT_S] if stopped else []))
        wait_until_recorded(tell, STOPPED_RECORD_LIMIT_S if stopped else None)
        if server.is_last_user():
            crash_dead_runs(before=datetime.now(UTC))
    except HTTPError as error:
        note("not all task runs are on record", level=logging.WARNING, error=type(error).__name__)
    finally:
        server.leave()


@contextmanager
def _lost_server_as_error(url: str) -> Iterator[None]:
    from httpx import TransportError

    try:
        yield
    except TransportError as error:
        raise EngineError(f"máy chủ Prefect tại {url} đã ngừng trả lời ({type(error).__name__})") from error


def _tell_nobody(message: str) -> None:
    del message


def _nothing() -> None:
    pass

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
from flows.engine.server import PrivateServer
from flows.engine.settings import configured_url, pointed_at, quiet_logs
from flows.engine.signals import LEAVE_GRACE_S, RunStoppedError, forced_end, stop_signals_as_errors

__all__ = ["EngineAddress", "EngineError", "RunStoppedError", "prefect_api"]

logger = logging.getLogger(__name__)

Tell = Callable[[str], None]
Meanwhile = Callable[[], object]


@dataclass(frozen=True)
class EngineAddress:
    """Where the run's Prefect API is; a private one was started for runs of this folder and ends with the last."""

    api_url: str
    is_private: bool

    @property
    def ui_url(self) -> str:
        return self.api_url.removesuffix("/api")


@contextmanager
def prefect_api(
    home: Path,
    *,
    on_wait: Tell | None = None,
    meanwhile: Meanwhile | None = None,
    port: int = 0,
    grace_s: float = LEAVE_GRACE_S,
) -> Iterator[EngineAddress]:
    """Give the flows inside a Prefect API. `home` is the folder for state; `on_wait` hears of waits of seconds.

    `meanwhile` is done while a private server starts: slow imports of flows belong there. When the body has ended,
    however it did, a private server has all task runs on record as ended, and no process is left. `port` is where a
    private server is started (0: anywhere); `grace_s` is how long a stopped body may take before it is cut off.

    Ctrl-C, SIGTERM and SIGHUP inside become RunStoppedError. Raise EngineError when there is no API to be had.
    For synchronous code; signals are seen in the main thread only.
    """
    apply_environment(home)
    folder = prefect_home(home)
    make_private_dir(folder)
    with stop_signals_as_errors(), quiet_logs():
        api: AbstractContextManager[EngineAddress]
        if url := configured_url(folder):
            api = _configured_api(url, meanwhile or _nothing, grace_s)
        else:
            server = PrivateServer(folder, port)
            api = _private_api(server, on_wait or _tell_nobody, meanwhile or _nothing, grace_s)
        with api as address:
            yield address


@contextmanager
def _configured_api(url: str, meanwhile: Meanwhile, grace_s: float) -> Iterator[EngineAddress]:
    """Use a server that is not ours: nothing is started, stopped or repaired there."""
    meanwhile()
    from prefect.context import refresh_global_settings_context

    from flows.engine.records import check_answers, send_what_is_queued

    refresh_global_settings_context()  # Prefect may have been imported before the address was set
    check_answers(url)
    try:
        with _lost_server_as_error(url), forced_end(send_what_is_queued, grace_s):
            yield EngineAddress(url, is_private=False)
    finally:
        send_what_is_queued()


@contextmanager
def _private_api(server: PrivateServer, tell: Tell, meanwhile: Meanwhile, grace_s: float) -> Iterator[EngineAddress]:
    try:
        server.start(tell)
        meanwhile()
        from flows.engine.records import crash_dead_runs, keeping_events

        address = server.wait_until_healthy()
        with _lost_server_as_error(address.url), pointed_at(address.url), keeping_events():
            crash_dead_runs(before=address.started_at)
            leave = partial(_leave, server, tell)
            try:
                with forced_end(leave, grace_s):
                    yield EngineAddress(address.url, is_private=True)
            finally:
                leave()
    finally:
        server.leave()


def _leave(server: PrivateServer, tell: Tell) -> None:
    """Let the server write down what it was told, set what is left over to Crashed, and stop it if it is ours alone."""
    from httpx import HTTPError

    from flows.engine.records import crash_dead_runs, send_what_is_queued, wait_until_recorded

    try:
        send_what_is_queued()
        if not server.is_running():
            logger.warning("Prefect's server has ended: not all task runs are on record")
            return
        wait_until_recorded(tell)
        if server.is_last_user():
            crash_dead_runs(before=datetime.now(UTC))
    except HTTPError as error:
        logger.warning("Prefect's server did not answer: not all task runs are on record (%s)", error)
    finally:
        server.leave()


@contextmanager
def _lost_server_as_error(url: str) -> Iterator[None]:
    from httpx import TransportError

    try:
        yield
    except TransportError as error:
        raise EngineError(f"The Prefect server at {url} stopped answering: {error}") from error


def _tell_nobody(message: str) -> None:
    del message


def _nothing() -> None:
    pass

"""What Prefect in this process is set to while a run lasts; Prefect itself is imported only when it is needed."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.engine.signals import are_threads_left_behind

RUN_LOGGERS = ("prefect.flow_runs", "prefect.task_runs")
SENDER_LOGGERS = (
    "EventsWorker",
    "APILogWorker",
    "prefect.events.clients",
    "prefect.FlowRunCancellingObserver",
    "prefect._internal.concurrency",
)


@contextmanager
def pointed_at(url: str) -> Iterator[None]:
    """Make this process, its threads and its children use that API.

    Without heartbeats: they delay the end of each flow by up to a second, and dead runs are found without them here.
    """
    from prefect.context import refresh_global_settings_context
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    os.environ["PREFECT_API_URL"] = url
    refresh_global_settings_context()  # what threads started outside this context see
    try:
        with temporary_settings({PREFECT_API_URL: url, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            yield
    finally:
        del os.environ["PREFECT_API_URL"]
        refresh_global_settings_context()


@contextmanager
def quiet_logs() -> Iterator[None]:
    """Keep off the terminal the flows' log lines, which the API has, and what its senders say of a server that is slow.

    Or gone: that is said in one sentence, by who waits for the run. Unless the user has asked for a level of Prefect's
    log. Threads that are left behind stay quiet.
    """
    if "PREFECT_LOGGING_LEVEL" in os.environ:
        yield
        return
    runs, senders = ([logging.getLogger(name) for name in names] for names in (RUN_LOGGERS, SENDER_LOGGERS))
    raised = logging.raiseExceptions
    logging.raiseExceptions = False  # else Prefect writes to standard error what its API does not take
    for logger in runs:
        logger.propagate = False
    for logger in senders:
        logger.addFilter(_is_grave)
    try:
        yield
    finally:
        if not are_threads_left_behind():
            logging.raiseExceptions = raised
            for logger in runs:
                logger.propagate = True
            for logger in senders:
                logger.removeFilter(_is_grave)


def _is_grave(record: logging.LogRecord) -> bool:
    """A filter: Prefect sets the levels of its loggers anew whenever it reads its settings."""
    return record.levelno > logging.ERROR


def configured_url(folder: Path) -> str | None:
    """The API named by PREFECT_API_URL, Prefect's profile or its settings files; only the latter need Prefect."""
    if url := os.environ.get("PREFECT_API_URL"):
        return url
    profiles = Path(os.environ.get("PREFECT_PROFILES_PATH") or folder / "profiles.toml")
    pyproject = Path("pyproject.toml")
    if not (
        any(path.is_file() for path in (profiles, Path("prefect.toml"), Path(".env")))
        or (pyproject.is_file() and "[tool.prefect" in pyproject.read_text(encoding="utf-8"))
    ):
        return None
    from prefect.settings import get_current_settings

    return get_current_settings().api.url

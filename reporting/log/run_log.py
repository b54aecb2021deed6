"""The log of what runs: fixed English sentences with named fields, one line each, beside the flow's steps in Prefect.

`note` says one thing, `about` adds fields to all that is said inside it, `step` times one step of a run.
"""

import logging
import os
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from baocao.errors import ConfigError
from baocao.messages import say_unknown
from baocao.settings import find_var_dir
from reporting.log.file import SharedLogFile
from reporting.log.lines import FORMATS

Field = str | int | float | None

EVENTS = logging.getLogger("baocao.run")
EVENTS.propagate = False
EVENTS.setLevel(logging.INFO)
OURS = ("baocao.run", "baocao.references", "cli", "flows", "reporting", "connectors", "expectations")
OTHERS = ("prefect", "great_expectations", "sqlalchemy", "alembic", "apprise", "urllib3", "uvicorn", "asyncio")
STANDARD_ERROR = "-"
_OWN_RUN = uuid.uuid4().hex
_flow_run: list[Callable[[], str | None]] = [lambda: None]
_about: ContextVar[Mapping[str, Field]] = ContextVar("about", default={})  # noqa: B039 - never changed, only replaced


@dataclass(frozen=True)
class LogSettings:
    """Where the log goes (`-` is standard error) and how its lines are written."""

    file: str
    line_format: str

    @classmethod
    def read(cls, environment: Mapping[str, str], var_dir: Path | None = None) -> "LogSettings":
        """Take BAOCAO_LOG_FILE, BAOCAO_LOG_FORMAT; by default JSON in `var/log/baocao.log`. Raise ConfigError."""
        line_format = environment.get("BAOCAO_LOG_FORMAT") or "json"
        if line_format not in FORMATS:
            raise ConfigError(f"BAOCAO_LOG_FORMAT: {say_unknown('dạng nhật ký', line_format, FORMATS)}")
        folder = var_dir or find_var_dir(environment)
        return cls(environment.get("BAOCAO_LOG_FILE") or str(folder / "log" / "baocao.log"), line_format)


@contextmanager
def log_started(settings: LogSettings) -> Iterator[None]:
    """Write the log until the block ends; inside another such block the outer one goes on writing it."""
    if any(isinstance(handler, _LogMark) for handler in EVENTS.handlers):
        _attach(next(handler for handler in EVENTS.handlers if not isinstance(handler, _LogMark)))
        yield
        return
    handler = _open_log(settings)
    mark = _LogMark()
    EVENTS.addHandler(mark)
    _attach(handler)
    try:
        yield
    finally:
        EVENTS.removeHandler(mark)
        _detach(handler)


def note(says: str, *, level: int = logging.INFO, **fields: Field) -> None:
    """Log one fixed sentence. Fields hold codes, counts, seconds, classes of errors: nothing out of a record."""
    EVENTS.log(level, says, extra={"fields": {**_about.get(), **fields}})


@contextmanager
def about(**fields: Field) -> Iterator[None]:
    """Add the fields to all that is noted inside, in this thread and those that take over its context."""
    token = _about.set({**_about.get(), **fields})
    try:
        yield
    finally:
        _about.reset(token)


@contextmanager
def step(name: str) -> Iterator[None]:
    """One step of a run, or as a decorator a function that is one: its seconds, and how it ended."""
    begun_s = time.monotonic()
    with about(step=name):
        try:
            yield
        except BaseException as error:
            seconds = round(time.monotonic() - begun_s, 3)
            note("step failed", level=logging.ERROR, seconds=seconds, error=type(error).__name__)
            raise
        note("step ended", seconds=round(time.monotonic() - begun_s, 3))


def run_id() -> str:
    """The id of the flow run we are in, else one of this process."""
    return flow_run_id() or _OWN_RUN


def flow_run_id() -> str | None:
    """None outside a flow run."""
    return _flow_run[0]()


def know_flow_runs_by(find_id: Callable[[], str | None]) -> None:
    """Let the engine say which of its runs this thread is in; without an engine there is none."""
    _flow_run[0] = find_id


class _LogMark(logging.NullHandler):
    """Says that the log has been started."""


class _RunFields(logging.Filter):
    """Gives records of other loggers the fields of the run; of others' packages only warnings pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "fields"):
            record.fields = _about.get()
        ours = record.name.startswith(OURS)
        return record.levelno >= (logging.INFO if ours else logging.WARNING)


def _open_log(settings: LogSettings) -> logging.Handler:
    handler: logging.Handler
    if settings.file == STANDARD_ERROR:
        handler = logging.StreamHandler(sys.stderr)
    elif settings.file == os.devnull:
        handler = logging.NullHandler()
    else:
        handler = SharedLogFile(Path(settings.file).expanduser())
    handler.setFormatter(FORMATS[settings.line_format]())
    handler.addFilter(_RunFields())
    return handler


def _attach(handler: logging.Handler) -> None:
    """Prefect, once imported, replaces the handlers of its own loggers: attached again, nothing is doubled."""
    for name in (*OURS, *OTHERS):
        logging.getLogger(name).addHandler(handler)
    for name in OURS:
        logging.getLogger(name).setLevel(logging.INFO)


def _detach(handler: logging.Handler) -> None:
    for name in (*OURS, *OTHERS):
        logging.getLogger(name).removeHandler(handler)
    for name in OURS[1:]:
        logging.getLogger(name).setLevel(logging.NOTSET)
    handler.close()

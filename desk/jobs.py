"""Work that takes longer than a page: done beside the pages, watched line by line, its result kept for who asked.

A job lives in the process that began it; what it made is in the store, whatever becomes of the process.
"""

import logging
import threading
import uuid
from collections.abc import AsyncIterator, Callable
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from typing import Any, Final

import anyio
from fastapi import Response
from fastapi.responses import StreamingResponse

from baocao.desk_words import say_at_desk
from baocao.errors import BaocaoError
from baocao.references import redact_secrets
from desk.mistakes import MissingPageError
from desk.visits import Visit
from reporting.progress import PROGRESS

MOST_KEPT: Final = 200
LOOK_EVERY_S: Final = 0.25
UNEXPECTED: Final = "Phần mềm gặp lỗi chưa lường trước. Báo quản trị hệ thống (CNTT), kèm giờ xảy ra."
_current: ContextVar["PageJob | None"] = ContextVar("job", default=None)


@dataclass
class PageJob:
    """One piece of work. `place` is the page it belongs to; `error` says why it came to nothing."""

    place: str
    asked_by: str
    job_key: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    lines: list[str] = field(default_factory=list)
    is_done: bool = False
    error: str = ""
    result: Any = None

    def run(self, work: Callable[[], Any]) -> None:
        _current.set(self)
        self.error = UNEXPECTED
        try:
            self.result = work()
            self.error = ""
        except BaocaoError as error:
            self.error = redact_secrets(str(error))
        finally:
            self.is_done = True

    async def stream(self) -> AsyncIterator[str]:
        """Server-sent events: every line so far, then each as it is told, then the end."""
        told = 0
        while True:
            done = self.is_done
            for line in self.lines[told:]:
                told += 1
                yield f"event: line\ndata: {say_at_desk(line)}\n\n"
            if done:
                yield "event: end\ndata: xong\n\n"
                return
            await anyio.sleep(LOOK_EVERY_S)


class JobLines(logging.Handler):
    """What a run tells goes to the job it is told in."""

    def emit(self, record: logging.LogRecord) -> None:
        job = _current.get()
        if job is not None:
            job.lines.append(" ".join(record.getMessage().split()))


class Jobs:
    """The jobs of one process."""

    def __init__(self) -> None:
        self._jobs: dict[str, PageJob] = {}
        self._lock = threading.Lock()
        if not any(isinstance(handler, JobLines) for handler in PROGRESS.handlers):
            PROGRESS.addHandler(JobLines())
            PROGRESS.setLevel(logging.INFO)

    def begin(self, place: str, asked_by: str, work: Callable[[], Any]) -> PageJob:
        job = PageJob(place, asked_by)
        with self._lock:
            done = [key for key, one in self._jobs.items() if one.is_done]
            for key in done[: max(0, len(self._jobs) - MOST_KEPT)]:
                del self._jobs[key]
            self._jobs[job.job_key] = job
        threading.Thread(
            target=copy_context().run, args=(job.run, work), name=f"job {job.job_key}", daemon=True
        ).start()
        return job

    def find(self, job_key: str, place: str) -> PageJob | None:
        """None where there is none, or it belongs to another page."""
        job = self._jobs.get(job_key)
        return job if job is not None and job.place == place else None


JOBS: Final = Jobs()


def begin_job(visit: Visit, place: str, work: Callable[[], Any]) -> Response:
    """Begin it beside the pages and lead the browser to its own."""
    job = JOBS.begin(place, visit.identity.code, work)
    return visit.go_to(f"{place}/{job.job_key}")


def find_job(place: str, job_key: str, asked_by: str | None = None) -> PageJob:
    """The job of this page, of whoever asked for it where `asked_by` is given; raise MissingPageError."""
    job = JOBS.find(job_key, place)
    if job is None or asked_by not in (None, job.asked_by):
        raise MissingPageError
    return job


def stream_job(place: str, job_key: str, asked_by: str | None = None) -> StreamingResponse:
    """What it tells, line by line."""
    return StreamingResponse(find_job(place, job_key, asked_by).stream(), media_type="text/event-stream")

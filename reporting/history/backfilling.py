"""A backfill: many periods and units, sources asked at once under their pace, figures made in the periods' order.

Every job is an ordinary run or re-run under its own lease: what is done stays done whatever becomes of the others, and
a backfill started again goes on where it was. A released form is never touched; its new vintage only tells the
difference.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from baocao.errors import BaocaoError, ReleaseError
from baocao.store import LeaseHeldError
from reporting.history.backfill_jobs import FIRST_RUN, Job, JobState
from reporting.history.rerunning import PAYLOADS, Rerun, rerun
from reporting.outcome import RunResult
from reporting.pipeline import run_from_sources
from reporting.workspace import Workspace

AT_ONCE = 4
GRAVITY = (14, 13, 12, 11, 10, 2, 40, 1, 21, 20)
"""Exit codes, the one that time heals least first."""


class JobOutcome(StrEnum):
    """What became of a job."""

    MADE = "made"
    FAILED = "failed"
    LEASED = "leased"
    SKIPPED = "skipped"
    NOT_OWED = "not_owed"
    PLANNED = "planned"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True)
class JobEnd:
    """A job with its end. `changed_count` cells differ from what was there; `revision` is the released one's."""

    job: Job
    outcome: JobOutcome
    vintage: int | None = None
    exit_code: int = 0
    changed_count: int | None = None
    revision: int | None = None
    says: str = ""

    def as_json(self) -> dict[str, Any]:
        return {
            **self.job.as_json(),
            "outcome": self.outcome.value,
            "vintage": self.vintage,
            "exit_code": self.exit_code,
            "changed_cells": self.changed_count,
            "released_revision": self.revision,
            "says": self.says,
        }


class _Order:
    """The figures of a unit's periods are made one after the other: each is compared with those before it."""

    def __init__(self, jobs: tuple[Job, ...]) -> None:
        self._done = {_key(job): threading.Event() for job in jobs}
        self._before: dict[tuple[str, str], threading.Event] = {}
        self._one_at_a_time = threading.Lock()
        last: dict[str, Job] = {}
        for job in jobs:
            if job.unit.unit_code in last:
                self._before[_key(job)] = self._done[_key(last[job.unit.unit_code])]
            last[job.unit.unit_code] = job

    @contextmanager
    def wait_for(self, job: Job) -> Iterator[None]:
        """Wait until the unit's period before is made, and for nobody else to be counting and writing."""
        if _key(job) in self._before:
            self._before[_key(job)].wait()
        with self._one_at_a_time:
            yield

    def finish(self, job: Job) -> None:
        self._done[_key(job)].set()


def backfill(workspace: Workspace, jobs: tuple[Job, ...], on_end: Callable[[JobEnd], None]) -> tuple[JobEnd, ...]:
    """Do what is wanted; `on_end` is told each end as it comes. All jobs come back, in their order.

    On Ctrl-C no further job is begun, those under way are brought to their end, and the rest is not reached.
    """
    wanted = tuple(job for job in jobs if job.is_wanted)
    order, ends = _Order(wanted), dict[tuple[str, str], JobEnd]()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="baocao-backfill") as pool:
        under_way = {pool.submit(_do, workspace, job, order): job for job in wanted}
        try:
            _gather(under_way, ends, on_end)
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            done = {
                future: job for future, job in under_way.items() if not future.cancelled() and _key(job) not in ends
            }
            _gather(done, ends, on_end)
    return tuple(ends.get(_key(job)) or _end_unbegun(job) for job in jobs)


def exit_code_of(ends: tuple[JobEnd, ...]) -> int:
    """The gravest of all."""
    codes = {end.exit_code for end in ends}
    return next((code for code in GRAVITY if code in codes), 0)


def _gather(
    under_way: Mapping[Future[JobEnd], Job], ends: dict[tuple[str, str], JobEnd], on_end: Callable[[JobEnd], None]
) -> None:
    for future in as_completed(under_way):
        end = future.result()
        ends[_key(end.job)] = end
        on_end(end)


def _do(workspace: Workspace, job: Job, order: _Order) -> JobEnd:
    """One job; an error of ours ends it, and no other."""
    try:
        return _make(workspace, job, order)
    except LeaseHeldError as held:
        return JobEnd(job, JobOutcome.LEASED, exit_code=ReleaseError.exit_code, says=str(held))
    except BaocaoError as error:
        return JobEnd(job, JobOutcome.FAILED, exit_code=error.exit_code, says=str(error))
    finally:
        order.finish(job)


def _make(workspace: Workspace, job: Job, order: _Order) -> JobEnd:
    assert job.plan is not None
    assert job.source is not None
    if job.source == FIRST_RUN:
        return _end(job, run_from_sources(workspace, job.plan, in_order=order.wait_for(job)))
    if job.source == PAYLOADS:
        number, in_order = job.latest, order.wait_for(job)
        return _end_again(job, rerun(workspace, job.plan, PAYLOADS, number=number, typed_today=True, in_order=in_order))
    return _end_again(job, rerun(workspace, job.plan, job.source, in_order=order.wait_for(job)))


def _end(job: Job, result: RunResult) -> JobEnd:
    outcome = JobOutcome.FAILED if result.failures else JobOutcome.MADE
    said = "; ".join(f"{failure.source_code}: {failure.reason}" for failure in result.failures)
    return JobEnd(job, outcome, result.vintage.vintage, result.exit_code, says=said)


def _end_again(job: Job, done: Rerun) -> JobEnd:
    end = _end(job, done.result)
    return JobEnd(job, end.outcome, end.vintage, end.exit_code, len(done.changed), done.baseline_revision, end.says)


def _end_unbegun(job: Job) -> JobEnd:
    if job.state is JobState.NOT_OWED:
        return JobEnd(job, JobOutcome.NOT_OWED, says=job.why)
    return JobEnd(job, JobOutcome.NOT_REACHED if job.is_wanted else JobOutcome.SKIPPED)


def _key(job: Job) -> tuple[str, str]:
    return job.unit.unit_code, job.period.code

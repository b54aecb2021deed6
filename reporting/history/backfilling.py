"""A backfill: many periods and units, sources asked at once under their pace, figures made in the periods' order.

Every job is an ordinary run or re-run under its own lease: what is done stays done whatever becomes of the others, and
a backfill started again goes on where it was. A released form is never touched; its new vintage only tells the
difference.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

from baocao.errors import BaocaoError, ConfigError, ReleaseError
from baocao.store import LeaseHeldError
from reporting.collection.typing_in import read_typed
from reporting.history.backfill_jobs import FIRST_RUN, Job, JobState
from reporting.history.rerunning import PAYLOADS, Rerun, require_askable, rerun_all
from reporting.outcome import RunResult, gravest
from reporting.pipeline import require_settings, run_from_sources
from reporting.upkeep.vintage_files import catch_up
from reporting.workspace import Workspace

AT_ONCE = 4


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
    """A job with its end. `changed_count` cells differ from what was there; `revision` is the released one's; `again`
    is the re-run, where it was one.
    """

    job: Job
    outcome: JobOutcome
    vintage: int | None = None
    exit_code: int = 0
    changed_count: int | None = None
    revision: int | None = None
    says: str = ""
    again: Rerun | None = None

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


JobGroup = tuple[Job, ...]
"""Jobs of one unit and period that are one asking."""
JobKey = tuple[str, str, str]
"""Unit, period, form; "" where no form is owed."""


class _Order:
    """The figures of a unit's periods are made one after the other: each is compared with those before it."""

    def __init__(self, groups: Sequence[JobGroup]) -> None:
        self._done = {id(group): threading.Event() for group in groups}
        self._before: dict[int, threading.Event] = {}
        self._one_at_a_time = threading.Lock()
        last: dict[str, JobGroup] = {}
        for group in groups:
            unit_code = group[0].unit.unit_code
            if unit_code in last:
                self._before[id(group)] = self._done[id(last[unit_code])]
            last[unit_code] = group

    @contextmanager
    def wait_for(self, group: JobGroup) -> Iterator[None]:
        """Wait until what the unit has before is made, and for nobody else to be counting and writing."""
        if id(group) in self._before:
            self._before[id(group)].wait()
        with self._one_at_a_time:
            yield

    def finish(self, group: JobGroup) -> None:
        self._done[id(group)].set()


def backfill(workspace: Workspace, jobs: tuple[Job, ...], on_end: Callable[[JobEnd], None]) -> tuple[JobEnd, ...]:
    """Do what is wanted; `on_end` is told each end as it comes. All jobs come back, in their order.

    On Ctrl-C no further job is begun, those under way are brought to their end, and the rest is not reached. Of what is
    done already the files are looked after: a backfill that was killed may not have come to them.
    Raise ConfigError, before anybody is asked, with every mistake in what the jobs are made by.
    """
    groups = _group([job for job in jobs if job.is_wanted])
    require_ready(workspace, groups)
    caught_up = {_key(job): said for job in jobs if (said := _catch_up(workspace, job))}
    order, ends = _Order(groups), dict[JobKey, JobEnd]()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="baocao-backfill") as pool:
        under_way = [pool.submit(_do, workspace, group, order) for group in groups]
        try:
            _gather(under_way, ends, on_end)
        except KeyboardInterrupt:
            pool.shutdown(wait=True, cancel_futures=True)
            _gather([future for future in under_way if not future.cancelled()], ends, on_end)
    return tuple(ends.get(_key(job)) or _end_unbegun(job, caught_up.get(_key(job), "")) for job in jobs)


def _catch_up(workspace: Workspace, job: Job) -> str:
    """What is said of it; "" where nothing was to be written."""
    if job.plan is None or job.is_wanted:
        return ""
    try:
        return "đã ghi lại các tệp" if catch_up(workspace, job.plan.form_key) else ""
    except BaocaoError as error:
        return f"các tệp chưa ghi lại được: {error}"


def require_ready(workspace: Workspace, groups: Sequence[JobGroup]) -> None:
    """Raise ConfigError with all mistakes in typed-in figures, corrections, options, sites and secrets of the jobs.

    A replay asks nobody. A source is looked at once for each period: what is kept of a stock need not be asked for.
    """
    wrong: dict[str, None] = {}
    for group in groups:
        plans = tuple(job.plan for job in group if job.plan)
        checks: list[Callable[[], object]] = [partial(read_typed, workspace, plans[0])]
        if group[0].source == FIRST_RUN:
            checks.append(partial(require_settings, workspace, plans))
        elif group[0].source != PAYLOADS:
            checks.append(partial(require_askable, workspace, plans))
        for check in checks:
            try:
                check()
            except ConfigError as error:
                wrong[str(error)] = None
    if wrong:
        raise ConfigError("\n".join(wrong))


def _group(wanted: Sequence[Job]) -> list[JobGroup]:
    """The forms of one period that ask the same sources are one asking; a replay asks nobody and is one by itself."""
    found: dict[tuple[object, ...], list[Job]] = {}
    for job in wanted:
        alone = job.plan.form.form_code if job.source == PAYLOADS and job.plan else ""
        found.setdefault((job.unit.unit_code, job.period, job.source, alone), []).append(job)
    return [tuple(group) for group in found.values()]


def exit_code_of(ends: tuple[JobEnd, ...]) -> int:
    """The gravest of all."""
    return gravest(end.exit_code for end in ends)


def _gather(
    under_way: Sequence[Future[tuple[JobEnd, ...]]], ends: dict[JobKey, JobEnd], on_end: Callable[[JobEnd], None]
) -> None:
    for future in as_completed(under_way):
        for end in future.result():
            if _key(end.job) not in ends:
                ends[_key(end.job)] = end
                on_end(end)


def _do(workspace: Workspace, group: JobGroup, order: _Order) -> tuple[JobEnd, ...]:
    """The jobs of one asking; an error of ours ends them, and no other."""
    try:
        return _make(workspace, group, order)
    except LeaseHeldError as held:
        return _end_all(group, JobOutcome.LEASED, ReleaseError.exit_code, held)
    except BaocaoError as error:
        return _end_all(group, JobOutcome.FAILED, error.exit_code, error)
    finally:
        order.finish(group)


def _end_all(group: JobGroup, outcome: JobOutcome, exit_code: int, error: BaocaoError) -> tuple[JobEnd, ...]:
    return tuple(JobEnd(job, outcome, exit_code=exit_code, says=str(error)) for job in group)


def _make(workspace: Workspace, group: JobGroup, order: _Order) -> tuple[JobEnd, ...]:
    plans, source = tuple(job.plan for job in group if job.plan), group[0].source
    assert source is not None
    if source == FIRST_RUN:
        results = run_from_sources(workspace, plans, in_order=order.wait_for(group))
        return tuple(_end(job, result) for job, result in zip(group, results, strict=True))
    number, typed_today = (group[0].latest, True) if source == PAYLOADS else (None, False)
    done = rerun_all(workspace, plans, source, number=number, typed_today=typed_today, in_order=order.wait_for(group))
    return tuple(_end_again(job, one) for job, one in zip(group, done, strict=True))


def _end(job: Job, result: RunResult) -> JobEnd:
    outcome = JobOutcome.FAILED if result.failures else JobOutcome.MADE
    said = "; ".join(f"{failure.source_code}: {failure.reason}" for failure in result.failures)
    return JobEnd(job, outcome, result.vintage.vintage, result.exit_code, says=said)


def _end_again(job: Job, done: Rerun) -> JobEnd:
    end = _end(job, done.result)
    found = (len(done.changed), done.baseline_revision, end.says, done)
    return JobEnd(job, end.outcome, end.vintage, end.exit_code, *found)


def _end_unbegun(job: Job, says: str) -> JobEnd:
    if job.state is JobState.NOT_OWED:
        return JobEnd(job, JobOutcome.NOT_OWED, says=job.why)
    return JobEnd(job, JobOutcome.NOT_REACHED if job.is_wanted else JobOutcome.SKIPPED, says=says)


def _key(job: Job) -> JobKey:
    return job.unit.unit_code, job.period.code, job.plan.form.form_code if job.plan else ""

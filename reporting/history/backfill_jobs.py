"""What a backfill has to do: for every unit and period of a range, whether it was done, and what is to be done now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.backfill import BackfillRules
from baocao.catalogue.owed import parts_by_series
from baocao.domain import Period
from baocao.errors import ChecksFailedError, ConfigError
from baocao.store import Store, Vintage
from reporting.history.period_ranges import PeriodRange, list_reports
from reporting.history.rerunning import PAYLOADS, SOURCES
from reporting.plan import Plan, make_plans
from reporting.workspace import code_version


class JobState(StrEnum):
    """How a period stands before the backfill."""

    MISSING = "missing"
    FAILED = "failed"
    STALE = "stale"
    DONE = "done"
    NOT_OWED = "not_owed"


class Staleness(StrEnum):
    """Why figures that were made once would be others today."""

    CONFIGURATION = "configuration"
    PROGRAM = "program"
    PROVISIONAL = "provisional"
    LATE_RECORDS = "late_records"


class BackfillScope(StrEnum):
    """Which periods a backfill makes."""

    MISSING = "missing"
    FAILED = "failed"
    STALE = "stale"
    ALL = "all"


ASKS_AGAIN = frozenset({Staleness.PROVISIONAL, Staleness.LATE_RECORDS})


@dataclass(frozen=True)
class Job:
    """One unit's report of one period. `plan` is None where it owes none, and `why` says so; `source` is None where
    nothing is to be done, else from what the vintage is made: `run` for the first one; `latest` is the last whole one.
    """

    unit: Unit
    period: Period
    state: JobState
    plan: Plan | None = None
    why: str = ""
    staleness: tuple[Staleness, ...] = ()
    source: str | None = None
    latest: int | None = None

    @property
    def is_wanted(self) -> bool:
        return self.source is not None

    def as_json(self) -> dict[str, Any]:
        return {
            "unit": self.unit.unit_code,
            "period": self.period.code,
            "form": self.plan.form.form_code if self.plan else None,
            "state": self.state.value,
            "stale": [one.value for one in self.staleness],
            "why": self.why,
            "from": self.source,
        }


FIRST_RUN = "run"


def plan_jobs(
    store: Store,
    catalogue: Catalogue,
    rules: BackfillRules,
    wanted: PeriodRange,
    units: Iterable[Unit],
    only: BackfillScope | None,
    now: datetime,
    *,
    done_since: datetime | None = None,
) -> tuple[Job, ...]:
    """The jobs by period, then unit. `only` None means what is missing or failed; a period that was made since
    `done_since` is done whatever else holds.
    """
    found = (job for unit in units for job in _list_jobs(catalogue, unit, wanted, now))
    looked = (_look(store, catalogue, rules, job, now) if job.plan else job for job in found)
    return tuple(
        sorted((_decide(job, store, only, done_since) for job in looked), key=lambda j: (j.period, j.unit.unit_code))
    )


def _list_jobs(catalogue: Catalogue, unit: Unit, wanted: PeriodRange, now: datetime) -> Iterator[Job]:
    """One for each form of each period of the range; of a period for which nothing is owed, one that says why."""
    series_of: dict[Period, list[str]] = {}
    for series, parts in parts_by_series(catalogue, unit).items():
        for period in list_reports(wanted, parts):
            series_of.setdefault(period, []).append(series)
    for period, wanted_series in series_of.items():
        try:
            plans = make_plans(catalogue, unit.unit_code, period.code, None, now)
        except ConfigError as error:
            yield Job(unit, period, JobState.NOT_OWED, why=str(error))
            continue
        for plan in plans:
            if plan.form.series_code in wanted_series:
                yield Job(unit, period, JobState.MISSING, plan)


def _look(store: Store, catalogue: Catalogue, rules: BackfillRules, job: Job, now: datetime) -> Job:
    unit, period, plan = job.unit, job.period, job.plan
    assert plan is not None
    latest = store.vintages.find_latest(plan.form_key)
    if latest is None:
        ended = store.vintages.list(plan.form_key)
        state = JobState.FAILED if ended else JobState.MISSING
        return Job(unit, period, state, plan, why=ended[-1].reason if ended else "")
    if not _was_made(latest):
        why = f"mã kết thúc {latest.exit_code}"
        return Job(unit, period, JobState.FAILED, plan, why=why, latest=latest.key.vintage)
    stale = _find_staleness(store, catalogue, rules, plan, latest, now)
    state = JobState.STALE if stale else JobState.DONE
    return Job(unit, period, state, plan, staleness=stale, latest=latest.key.vintage)


def _was_made(latest: Vintage) -> bool:
    """Whether every source answered. A draft was made too: it waits for its data's owner, not for another run."""
    return latest.exit_code in (0, ChecksFailedError.exit_code)


def _find_staleness(
    store: Store, catalogue: Catalogue, rules: BackfillRules, plan: Plan, latest: Vintage, now: datetime
) -> tuple[Staleness, ...]:
    known_at, end_at = store.contents.filled_form(latest.key).known_at, plan.window.end_at
    assert known_at is not None
    settled_at = end_at + timedelta(days=rules.late_records_days)
    found = {
        Staleness.CONFIGURATION: latest.config_hash != catalogue.content_hash,
        Staleness.PROGRAM: latest.code_version != code_version(),
        Staleness.PROVISIONAL: known_at < end_at <= now,
        Staleness.LATE_RECORDS: bool(rules.late_records_days) and known_at < settled_at <= now,
    }
    return tuple(one for one, holds in found.items() if holds)


def _decide(job: Job, store: Store, only: BackfillScope | None, done_since: datetime | None) -> Job:
    if job.plan is None:
        return job
    latest = store.vintages.find_latest(job.plan.form_key)
    if done_since and latest and latest.known_at and latest.known_at >= done_since and _was_made(latest):
        return replace(job, state=JobState.DONE, staleness=())
    wanted = {
        None: {JobState.MISSING, JobState.FAILED},
        BackfillScope.MISSING: {JobState.MISSING},
        BackfillScope.FAILED: {JobState.FAILED},
        BackfillScope.STALE: {JobState.STALE},
        BackfillScope.ALL: set(JobState),
    }
    if job.state not in wanted[only]:
        return job
    return replace(job, source=FIRST_RUN if job.latest is None else _choose_source(job))


def _choose_source(job: Job) -> str:
    """A replay suffices where only our side has changed."""
    replays = job.state is JobState.STALE and not ASKS_AGAIN & set(job.staleness)
    return PAYLOADS if replays else SOURCES

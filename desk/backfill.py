"""Lập bù: many periods of many units made at once, watched; what came of each and what differs; put forward."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Form, Response

from baocao.catalogue.backfill import read_backfill_rules
from baocao.errors import ConfigError, ReleaseError
from baocao.people import Action
from desk.forms.asked import AskedForm
from desk.guarding import Visiting
from desk.jobs import PageJob, begin_job, find_job, stream_job
from desk.mistakes import ForbiddenError, MissingPageError
from desk.pages import PageSet
from desk.rules import somewhere
from desk.visits import Visit
from reporting.delivery.desk_links import path_of
from reporting.history.backfill_jobs import BackfillScope, plan_jobs
from reporting.history.backfill_words import REASONS, SOURCES, STATES
from reporting.history.backfilling import JobEnd, backfill
from reporting.history.period_ranges import PeriodRange
from reporting.history.rerunning import accept_rerun
from reporting.progress import tell

PAGES = PageSet()
PLACE = "/lap-bu"
ONE = f"{PLACE}/{{job_key}}"
REFUSED = 422
ALL = "*"
OUTCOMES = {
    "made": "đã lập",
    "failed": "hỏng",
    "leased": "đang được lập ở nơi khác",
    "skipped": "bỏ qua",
    "not_owed": "không phải lập",
    "not_reached": "chưa tới",
}
SCOPES = {"": "chưa lập và lập hỏng", "missing": "chưa lập", "failed": "lập hỏng", "stale": "đã cũ"}


@dataclass
class BackfillResult:
    """What came of each form; `accepted` are the numbers of those put forward as a restatement."""

    wanted: PeriodRange
    ends: tuple[JobEnd, ...]
    accepted: set[int] = field(default_factory=set)


@PAGES.get(PLACE, may=somewhere(Action.RUN))
def show_backfill(visit: Visiting) -> Response:
    return _render(visit)


@PAGES.post(PLACE, may=somewhere(Action.RUN))
def begin(
    visit: Visiting,
    periods: Annotated[str, Form()] = "",
    unit: Annotated[str, Form()] = "",
    only: Annotated[str, Form()] = "",
) -> Response:
    """Make what is wanted of one unit or of all this person may run and that are connected to something."""
    workspace = visit.desk.office.fresh()
    units = [one for one in _list_units(visit) if unit in (ALL, one)]
    if not units or only not in SCOPES:
        raise MissingPageError
    try:
        wanted = PeriodRange.parse(periods.strip())
    except ConfigError as error:
        return _render(visit, wrong=str(error))

    def work() -> BackfillResult:
        catalogue, done = workspace.catalogue, 0
        rules, scope = read_backfill_rules(catalogue.config_dir), BackfillScope(only) if only else None
        found = [catalogue.unit(code) for code in units]
        jobs = plan_jobs(workspace.store, catalogue, rules, wanted, found, scope, workspace.settings.now())
        total = sum(job.is_wanted for job in jobs)

        def tell_end(end: JobEnd) -> None:
            nonlocal done
            done += 1
            tell(f"{done}/{total}: {end.job.unit.name}, {end.job.period.label_vi}: {OUTCOMES[end.outcome]}")

        return BackfillResult(wanted, backfill(workspace, jobs, tell_end))

    answer = begin_job(visit, PLACE, work)
    said = {"periods": str(wanted), "units": "*" if unit == ALL else unit, "only": only}
    workspace.store.journal.append(visit.actor, "backfill.begun", visit.real_now, said)
    return answer


@PAGES.get(ONE, may=somewhere(Action.RUN))
def show_done(visit: Visiting, job_key: str) -> Response:
    return _render(visit, _find(visit, job_key))


@PAGES.get(f"{ONE}/dong", may=somewhere(Action.RUN))
def stream_backfill(visit: Visiting, job_key: str) -> Response:
    return stream_job(PLACE, job_key, visit.identity.code)


@PAGES.post(f"{ONE}/nhan", may=somewhere(Action.SUBMIT))
def accept(
    visit: Visiting, job_key: str, number: Annotated[int, Form()] = -1, reason: Annotated[str, Form()] = ""
) -> Response:
    """Put one form's new figures forward as a restatement, by who may submit for its unit."""
    job = _find(visit, job_key)
    made = job.result
    end = made.ends[number] if isinstance(made, BackfillResult) and 0 <= number < len(made.ends) else None
    if not isinstance(made, BackfillResult) or end is None or end.again is None or end.job.plan is None:
        raise MissingPageError
    if not visit.identity.may(Action.SUBMIT, end.job.unit.unit_code):
        raise ForbiddenError
    if not reason.strip():
        return _render(visit, job, "Ghi lý do điều chỉnh.")
    try:
        accept_rerun(visit.workspace, end.again, AskedForm(visit, end.job.plan).request(reason))
    except (ReleaseError, ConfigError) as refused:
        return _render(visit, job, str(refused))
    made.accepted.add(number)
    return visit.go_to(f"{PLACE}/{job_key}")


def _list_units(visit: Visit) -> list[str]:
    units = visit.workspace.catalogue.units
    return [code for code in visit.identity.list_units(Action.RUN) if units[code].source_keys]


def _find(visit: Visit, job_key: str) -> PageJob:
    """Of who began it: it may speak of units others do not see."""
    return find_job(PLACE, job_key, visit.identity.code)


def _render(visit: Visit, job: PageJob | None = None, wrong: str = "") -> Response:
    made = job.result if job is not None and isinstance(job.result, BackfillResult) else None
    units = visit.workspace.catalogue.units
    ends = made.ends if made else ()
    may_accept = {n for n, end in enumerate(ends) if _may_accept(visit, end)} - (made.accepted if made else set())
    return visit.show(
        "backfill.html.j2",
        REFUSED if wrong else 200,
        place=PLACE,
        units=[units[code] for code in _list_units(visit)],
        scopes=SCOPES,
        job=job,
        made=made,
        lines=[(n, end, path_of(end.job.plan.form_key) if end.job.plan else "") for n, end in enumerate(ends)],
        may_accept=may_accept,
        words={"state": STATES, "reason": REASONS, "source": SOURCES, "outcome": OUTCOMES},
        wrong=wrong,
    )


def _may_accept(visit: Visit, end: JobEnd) -> bool:
    may_submit = visit.identity.may(Action.SUBMIT, end.job.unit.unit_code)
    return may_submit and end.again is not None and bool(end.changed_count) and end.revision is not None

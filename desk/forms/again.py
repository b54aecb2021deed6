"""Kỳ trước, lập lại: a form made again from kept answers or from the sources, watched, compared, accepted."""

from typing import Annotated

from fastapi import Form, Response

from baocao.catalogue import MissingMode
from baocao.errors import ConfigError, ReleaseError
from baocao.people import Action
from desk.forms.asked import FORM, AskedForm, ask_form
from desk.guarding import Visiting
from desk.jobs import PageJob, begin_job, find_job, stream_job
from desk.mistakes import MissingPageError, PageError
from desk.pages import PageSet
from desk.rules import in_unit
from reporting.history.rerunning import PAYLOADS, SOURCES, Rerun, accept_rerun, rerun
from reporting.history.showing import read_history
from reporting.outcome import ReportSet
from reporting.pipeline import make_reports

PAGES = PageSet()
AGAIN = f"{FORM}/lap-lai"
JOB = f"{AGAIN}/{{job_key}}"
REFUSED = 409
PARTIAL = "partial"


@PAGES.get(AGAIN, may=in_unit(Action.VIEW))
def show_again(visit: Visiting, unit: str, period: str, form: str) -> Response:
    return _render(ask_form(visit, unit, period, form))


@PAGES.post(AGAIN, may=in_unit(Action.RUN))
def begin(
    visit: Visiting,
    unit: str,
    period: str,
    form: str,
    source: Annotated[str, Form()],
    typed: Annotated[str, Form()] = "",
) -> Response:
    """From the sources or the units, or from what is kept with the typed-in figures of today or of then."""
    if source not in (SOURCES, PAYLOADS, PARTIAL):
        raise PageError
    asked = ask_form(visit, unit, period, form)
    workspace, plan = visit.desk.office.fresh(), asked.plan
    has_any = workspace.store.vintages.find_latest(asked.key) is not None

    def work() -> object:
        if source == PARTIAL and asked.is_rolled_up:
            return make_reports(workspace, (plan,), MissingMode.PARTIAL)
        if not has_any:
            return make_reports(workspace, (plan,))
        if source == SOURCES:
            return rerun(workspace, plan, SOURCES)
        return rerun(workspace, plan, PAYLOADS, typed_today=bool(typed))

    answer = begin_job(visit, _place(asked), work)
    asked.note("form.made_again", source=source if has_any else SOURCES)
    return answer


@PAGES.get(JOB, may=in_unit(Action.VIEW))
def watch(visit: Visiting, unit: str, period: str, form: str, job_key: str) -> Response:
    asked = ask_form(visit, unit, period, form)
    return _render(asked, find_job(_place(asked), job_key))


@PAGES.get(f"{JOB}/dong", may=in_unit(Action.VIEW))
def stream(visit: Visiting, unit: str, period: str, form: str, job_key: str) -> Response:
    return stream_job(_place(ask_form(visit, unit, period, form)), job_key)


@PAGES.post(f"{JOB}/nhan", may=in_unit(Action.SUBMIT))
def accept(
    visit: Visiting, unit: str, period: str, form: str, job_key: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Put the new figures forward as a restatement of what is released."""
    asked = ask_form(visit, unit, period, form)
    job = find_job(_place(asked), job_key)
    if not isinstance(job.result, Rerun):
        raise MissingPageError
    if not reason.strip():
        return _render(asked, job, "Ghi lý do điều chỉnh.")
    try:
        accept_rerun(visit.workspace, job.result, asked.request(reason))
    except (ReleaseError, ConfigError) as refused:
        return _render(asked, job, str(refused))
    return visit.go_to(f"{asked.path}/trinh-duyet")


def _place(asked: AskedForm) -> str:
    return f"{asked.path}/lap-lai"


def _render(asked: AskedForm, job: PageJob | None = None, refused: str = "") -> Response:
    visit, store = asked.visit, asked.visit.workspace.store
    done = job.result if job is not None and isinstance(job.result, Rerun) else None
    return visit.show(
        "form/again.html.j2",
        REFUSED if refused else 200,
        asked=asked,
        standing=asked.standing,
        job=job,
        done=done,
        ended=done.result if done else _ended(job),
        history=read_history(store, asked.key),
        may={action.value: visit.identity.may(action, asked.key.unit_code) for action in Action},
        refused=refused,
    )


def _ended(job: PageJob | None) -> ReportSet | None:
    """How a run ended that is no re-run: one result for each form, of the sources or of a roll-up."""
    if job is None or job.result is None:
        return None
    return ReportSet(tuple(job.result))

"""Sổ phát hành: the log of releases as a chain, its verification, from each entry down to any cell and its answer."""

from fastapi import Response
from fastapi.responses import StreamingResponse

from baocao.people import Action
from desk.guarding import Visiting
from desk.jobs import JOBS
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import somewhere
from reporting.delivery.desk_links import path_of
from reporting.history.proving import prove_releases
from reporting.release.verifying import verify
from reporting.standing import RELEASES

PAGES = PageSet()
PLACE = "/so-phat-hanh"
PER_PAGE = 100


@PAGES.get(PLACE, may=somewhere(Action.AUDIT), nav="Sổ phát hành")
def show_log(visit: Visiting, trang: int = 1, job: str = "") -> Response:
    """The last entries first. Of units this person may not see nothing is shown but that the chain goes on."""
    seen = set(visit.identity.list_units(Action.AUDIT))
    entries = [
        e for e in reversed(visit.workspace.store.releases.list(intact_only=True)) if e.form_key.unit_code in seen
    ]
    first = max(trang - 1, 0) * PER_PAGE
    units = visit.workspace.catalogue.units
    done = JOBS.find(job, PLACE) if job else None
    return visit.show(
        "audit.html.j2",
        entries=[(entry, path_of(entry.form_key)) for entry in entries[first : first + PER_PAGE]],
        names={code: unit.name for code, unit in units.items()},
        forms=visit.workspace.catalogue.forms,
        pages=-(-len(entries) // PER_PAGE),
        page=max(trang, 1),
        job=done,
        releases=RELEASES,
    )


@PAGES.post(f"{PLACE}/kiem-tra", may=somewhere(Action.OVERSEE))
def begin_verifying(visit: Visiting) -> Response:
    """Walk the chain, every kept answer and released file; make each release again and hold it against its files."""
    workspace = visit.workspace
    settings = workspace.settings

    def work() -> object:
        found = verify(workspace.store, settings.out_dir, var_dir=settings.var_dir, config_dir=settings.config_dir)
        return prove_releases(workspace, found)

    job = JOBS.begin(PLACE, visit.identity.code, work)
    return visit.go_to(f"{PLACE}?job={job.job_key}")


@PAGES.get(f"{PLACE}/kiem-tra/{{job_key}}/dong", may=somewhere(Action.OVERSEE))
def stream_verifying(visit: Visiting, job_key: str) -> Response:
    del visit
    job = JOBS.find(job_key, PLACE)
    if job is None:
        raise MissingPageError
    return StreamingResponse(job.stream(), media_type="text/event-stream")

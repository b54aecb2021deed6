"""Quản trị: sources and what they last gave, schedules, what the doctor and health say, the configuration."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from fastapi import Response
from fastapi.responses import StreamingResponse

from baocao.people import Action
from desk.guarding import Visiting
from desk.jobs import JOBS
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import everywhere, somewhere
from desk.visits import Visit
from reporting.schedule.operations import read_operations
from reporting.schedule.words import say_schedule
from reporting.status.grid import read_grid
from reporting.status.rows import GridRow
from reporting.upkeep.config_changes import list_config_files
from reporting.upkeep.doctor.examination import examine
from reporting.upkeep.doctor.finding import DoctorFinding
from reporting.upkeep.health import look_at_health

PAGES = PageSet()
PLACE = "/quan-tri"
JOURNAL_SHOWN = 50


@dataclass(frozen=True)
class SourceLine:
    """One source: how many units are fed by it, how many were answered in their last run, the last failure, and
    when it last gave all it was asked for, to any unit.
    """

    source_code: str
    label: str
    connector: str
    units: int
    answered: int
    failure: str
    last: datetime | None = None


@PAGES.get(PLACE, may=somewhere(Action.OVERSEE), nav="Quản trị")
def show_administration(visit: Visiting, job: str = "", trang: int = 1) -> Response:
    """Whoever looks after some units only sees what concerns these."""
    workspace = visit.workspace
    rows = read_grid(workspace, None, visit.identity.list_units(Action.VIEW))
    running = JOBS.find(job, PLACE) if job else None
    page, operations = max(trang, 1), read_operations(workspace.catalogue)
    journal = workspace.store.journal.list(
        units=None if visit.identity.may_everywhere(Action.OVERSEE) else visit.identity.list_units(Action.OVERSEE),
        newest=JOURNAL_SHOWN + 1,
        skipped=(page - 1) * JOURNAL_SHOWN,
    )
    return visit.show(
        "administration.html.j2",
        sources=_list_sources(visit, rows),
        health=look_at_health(workspace.settings),
        schedule=list(say_schedule(workspace.catalogue, operations, workspace.settings.today())),
        fault=visit.desk.office.fault,
        journal=journal[::-1][:JOURNAL_SHOWN],
        page=page,
        has_older=len(journal) > JOURNAL_SHOWN,
        units=workspace.catalogue.units,
        files=list_config_files(workspace.settings.config_dir),
        job=running,
        findings=running.result if running and running.is_done else None,
        may_configure=visit.identity.may_everywhere(Action.CONFIGURE),
    )


@PAGES.post(f"{PLACE}/kiem-tra", may=everywhere(Action.CONFIGURE))
def begin_examination(visit: Visiting) -> Response:
    """The doctor: everything a report needs, the sources asked for nothing."""
    workspace = visit.workspace
    connected = next((u.unit_code for u in workspace.catalogue.units.values() if u.source_keys), "")
    unit_code = connected or next(iter(workspace.catalogue.units))

    def work() -> list[DoctorFinding]:
        return list(examine(workspace.settings, workspace.catalogue, unit_code, None))

    job = JOBS.begin(PLACE, visit.identity.code, work)
    return visit.go_to(f"{PLACE}?job={job.job_key}")


@PAGES.get(f"{PLACE}/kiem-tra/{{job_key}}/dong", may=everywhere(Action.CONFIGURE))
def stream_examination(visit: Visiting, job_key: str) -> Response:
    del visit
    job = JOBS.find(job_key, PLACE)
    if job is None:
        raise MissingPageError
    return StreamingResponse(job.stream(), media_type="text/event-stream")


def _list_sources(visit: Visit, rows: tuple[GridRow, ...]) -> list[SourceLine]:
    found: dict[str, list[GridRow]] = {}
    for row in rows:
        for system in row.systems.values():
            found.setdefault(system.source_code, []).append(row)
    lines, last = [], visit.workspace.store.collections.last_successes()
    for code, source in visit.workspace.catalogue.sources.items():
        states = [s for row in found.get(code, []) for s in row.systems.values() if s.source_code == code]
        failures: Mapping[str, None] = dict.fromkeys(s.failure.reason for s in states if s.failure)
        units = len({row.unit.unit_code for row in found.get(code, [])})
        answered = sum(s.was_asked and s.failure is None for s in states)
        lines.append(
            SourceLine(code, source.label, source.connector, units, answered, "; ".join(failures), last.get(code))
        )
    return lines

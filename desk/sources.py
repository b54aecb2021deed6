"""Hệ thống nguồn: one source asked for a few days, to see whether it answers; nothing of it is kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import Form, Response
from fastapi.responses import StreamingResponse

from baocao.catalogue import Source, Unit
from baocao.domain import VIETNAM, Window
from baocao.people import Action
from baocao.vocabulary import FIELDS, RECORDS
from desk.guarding import Visiting
from desk.jobs import JOBS, PageJob
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import everywhere
from desk.visits import Visit
from reporting.collection.trying import TryResult, newest, try_source

PAGES = PageSet()
PLACE = "/quan-tri/nguon/{source}"
DAYS = 7


@dataclass(frozen=True)
class ProbedKind:
    """What came of one kind of record: how many, and the latest day in which field."""

    word: str
    count: int
    field: str
    at: datetime | None


@dataclass(frozen=True)
class ProbeResult:
    """An answer without anything of its rows. `unknown` are the fields with values nobody declared, and how many."""

    unit_name: str
    answers: int
    megabytes: str
    seconds: str
    kinds: tuple[ProbedKind, ...]
    unknown: tuple[tuple[str, int], ...]
    new_fields: tuple[str, ...]


@PAGES.get(PLACE, may=everywhere(Action.CONFIGURE))
def show_source(visit: Visiting, source: str, job: str = "") -> Response:
    found, units = _find(visit, source), _list_units(visit, source)
    path = _path(found)
    running: PageJob | None = JOBS.find(job, path) if job else None
    return visit.show(
        "source.html.j2",
        source=found,
        units=units,
        last=visit.workspace.store.collections.last_successes().get(source),
        path=path,
        job=running,
        days=DAYS,
    )


@PAGES.post(PLACE, may=everywhere(Action.CONFIGURE))
def probe(visit: Visiting, source: str, unit: Annotated[str, Form()] = "") -> Response:
    """Ask it for the last days of one unit, at the pace runs keep too."""
    found = _find(visit, source)
    asked = next((one for one in _list_units(visit, source) if one.unit_code == unit), None)
    if asked is None:
        raise MissingPageError
    workspace = visit.workspace
    today = visit.now.astimezone(VIETNAM).date()
    window = Window(today - timedelta(days=DAYS), today)

    def work() -> ProbeResult:
        limits = workspace.store.rate_limits
        return _sum_up(asked, try_source(found, asked, window, workspace.settings, limits))

    job = JOBS.begin(_path(found), visit.identity.code, work)
    said = {"source": source}
    workspace.store.journal.append(visit.actor, "source.probed", visit.real_now, said, asked.unit_code)
    return visit.go_to(f"{_path(found)}?job={job.job_key}")


@PAGES.get(f"{PLACE}/{{job_key}}/dong", may=everywhere(Action.CONFIGURE))
def stream_probe(visit: Visiting, source: str, job_key: str) -> Response:
    job = JOBS.find(job_key, _path(_find(visit, source)))
    if job is None:
        raise MissingPageError
    return StreamingResponse(job.stream(), media_type="text/event-stream")


def _find(visit: Visit, source: str) -> Source:
    found = visit.workspace.catalogue.sources.get(source)
    if found is None:
        raise MissingPageError
    return found


def _list_units(visit: Visit, source: str) -> list[Unit]:
    return [unit for unit in visit.workspace.catalogue.units.values() if source in unit.source_keys]


def _path(source: Source) -> str:
    return f"/quan-tri/nguon/{source.source_code}"


def _sum_up(unit: Unit, trial: TryResult) -> ProbeResult:
    kinds = []
    for kind, frame in trial.parsed.frames.items():
        last = newest(frame, kind)
        kinds.append(ProbedKind(RECORDS[kind], len(frame), FIELDS[last[0]] if last else "", last[1] if last else None))
    notices = trial.parsed.notices
    return ProbeResult(
        unit_name=unit.name,
        answers=trial.answers,
        megabytes=f"{trial.answer_bytes / 1e6:.1f}".replace(".", ","),
        seconds=f"{trial.took_s:.1f}".replace(".", ","),
        kinds=tuple(kinds),
        unknown=tuple((name, len(values)) for name, values in notices.unknown_values.items()),
        new_fields=tuple(sorted(notices.unknown_fields)),
    )

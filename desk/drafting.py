"""Thảo mẫu mới: from a blank file to the YAML of a form and the questions left; nothing of it is configuration yet."""

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import File, Form, Response, UploadFile

from baocao.catalogue import Catalogue
from baocao.documents.files import write_file
from baocao.domain import VIETNAM
from baocao.errors import ConfigError
from baocao.forms.drafting import Draft, DraftWishes
from baocao.forms.drafting.yaml_files import write_files
from baocao.people import Action
from baocao.unfinished import make_work_dir
from baocao.written.asked import ask_day
from desk.guarding import Visiting
from desk.jobs import PageJob, begin_job, find_job, stream_job
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import everywhere
from desk.uploads import read_upload
from desk.visits import Visit
from reporting.drafting.drafting import draft_file
from reporting.intake.given_file import NEUTRAL_NAME

PAGES = PageSet()
PLACE = "/quan-tri/mau-moi"
ONE = f"{PLACE}/{{job_key}}"
REFUSED = 422
CONFIGURATION = ("forms/", "indicators/")
"""Where files of a draft stand that may become configuration; the others are for the person who goes on with it."""


@dataclass(frozen=True)
class DraftedForm:
    """A draft with its files by name; `knows_italics`: whether the blank says what is italic."""

    draft: Draft
    files: dict[str, str]
    knows_italics: bool

    @property
    def proposed(self) -> list[str]:
        """Those that may go into the configuration, figures before the form that names them."""
        return sorted((name for name in self.files if name.startswith(CONFIGURATION)), reverse=True)


@PAGES.get(PLACE, may=everywhere(Action.CONFIGURE))
def show_drafting(visit: Visiting) -> Response:
    return _render(visit)


@PAGES.post(PLACE, may=everywhere(Action.CONFIGURE))
def begin(
    visit: Visiting,
    file: Annotated[UploadFile | None, File()] = None,
    code: Annotated[str, Form()] = "",
    valid_from: Annotated[str, Form()] = "",
    table: Annotated[str, Form()] = "",
) -> Response:
    """Read the blank beside the page."""
    try:
        given = read_upload(file, "Chọn tệp trắng của mẫu: Word, Excel, PDF hoặc HTML.")
        day = ask_day(valid_from.strip(), "Ngày có hiệu lực") if valid_from.strip() else None
    except ConfigError as error:
        return _render(visit, wrong=str(error))
    wishes = DraftWishes(form_code=code.strip(), valid_from=day, place=table.strip())
    catalogue, today = visit.workspace.catalogue, visit.now.astimezone(VIETNAM).date()

    def work() -> DraftedForm:
        with make_work_dir() as folder:
            path = folder / f"{NEUTRAL_NAME}{given.suffix}"
            write_file(path, given.content)
            draft, knows_italics = draft_file(path, catalogue, wishes, today)
        return DraftedForm(draft, write_files(draft), knows_italics)

    answer = begin_job(visit, PLACE, work)
    visit.workspace.store.journal.append(visit.actor, "form.drafted", visit.real_now, {"bytes": len(given.content)})
    return answer


@PAGES.get(ONE, may=everywhere(Action.CONFIGURE))
def show_draft(visit: Visiting, job_key: str) -> Response:
    return _render(visit, find_job(PLACE, job_key))


@PAGES.get(f"{ONE}/dong", may=everywhere(Action.CONFIGURE))
def stream_drafting(visit: Visiting, job_key: str) -> Response:
    del visit
    return stream_job(PLACE, job_key)


@PAGES.get(f"{ONE}/tep/{{name:path}}", may=everywhere(Action.CONFIGURE))
def send_file(visit: Visiting, job_key: str, name: str) -> Response:
    del visit
    made = find_job(PLACE, job_key).result
    if not isinstance(made, DraftedForm) or name not in made.files:
        raise MissingPageError
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name.replace('/', '-'))}"}
    return Response(made.files[name].encode(), media_type="application/octet-stream", headers=headers)


def _count_figures(catalogue: Catalogue, made: DraftedForm) -> tuple[int, int]:
    """How many figures the form shows, and how many of them there are already."""
    form = made.draft.form
    rows = form["matrix"]["columns"] if "matrix" in form else form["rows"]
    codes = [row["indicator"] for row in rows if row.get("indicator")]
    return len(codes), sum(code in catalogue.indicators for code in codes)


def _render(visit: Visit, job: PageJob | None = None, wrong: str = "") -> Response:
    made = job.result if job is not None and isinstance(job.result, DraftedForm) else None
    return visit.show(
        "drafting.html.j2",
        REFUSED if wrong else 200,
        place=PLACE,
        job=job,
        made=made,
        figures=_count_figures(visit.workspace.catalogue, made) if made else (0, 0),
        wrong=wrong,
    )

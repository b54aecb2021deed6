"""So sánh: two filled forms, cell by cell: two files of any origin, or a file beside a form as it is kept."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import File, Form, Response, UploadFile

from baocao.domain import FilledForm
from baocao.errors import ConfigError
from baocao.forms.compare import CellChange, CellDifference, compare
from baocao.forms.recognise import Wishes
from baocao.people import Action
from desk.forms.asked import FORM, AskedForm, ask_form
from desk.guarding import Visiting
from desk.jobs import PageJob, begin_job, find_job, stream_job
from desk.pages import PageSet
from desk.rules import in_unit, somewhere
from desk.uploads import UploadedFile, read_upload
from desk.visits import Visit
from reporting.history.showing import VintageChoice, find_shown
from reporting.intake.any_form import read_any_content
from reporting.intake.given_file import NEUTRAL_NAME

PAGES = PageSet()
PLACE: Final = "/so-sanh"
BESIDE = f"{FORM}{PLACE}"
REFUSED = 422
CHOOSE = "Chọn tệp Word, Excel, PDF, CSV, văn bản hoặc form.json."
Sent = Annotated[UploadFile | None, File()]
Text = Annotated[str, Form()]


@dataclass(frozen=True)
class Comparison:
    """Two forms held against each other; `names` are what they are called on the page."""

    names: tuple[str, str]
    forms: tuple[FilledForm, FilledForm]
    cells: tuple[CellDifference, ...]

    @property
    def differing(self) -> list[CellDifference]:
        return [one for one in self.cells if one.change is not CellChange.UNCHANGED]


@PAGES.get(PLACE, may=somewhere(Action.AUDIT))
def show_comparing(visit: Visiting) -> Response:
    return _render(visit, PLACE)


@PAGES.post(PLACE, may=somewhere(Action.AUDIT))
def begin_two_files(
    visit: Visiting, before: Sent = None, after: Sent = None, sheet: Text = "", column: Text = ""
) -> Response:
    """Read both beside the page."""
    catalogue, wishes = visit.workspace.catalogue, Wishes(sheet=sheet.strip(), column=column.strip())
    try:
        files = read_upload(before, f"Tệp trước: {CHOOSE}"), read_upload(after, f"Tệp sau: {CHOOSE}")
    except ConfigError as error:
        return _render(visit, PLACE, wrong=str(error))

    def work() -> Comparison:
        first, second = (
            read_any_content(file.content, f"{name}{file.suffix}", catalogue, wishes)
            for name, file in zip(("tep-truoc", "tep-sau"), files, strict=True)
        )
        return Comparison(("Tệp trước", "Tệp sau"), (first, second), tuple(compare(first, second, catalogue)))

    return begin_job(visit, PLACE, work)


@PAGES.get(f"{PLACE}/{{job_key}}", may=somewhere(Action.AUDIT))
def show_two_files(visit: Visiting, job_key: str) -> Response:
    return _render(visit, PLACE, job=find_job(PLACE, job_key, visit.identity.code))


@PAGES.get(f"{PLACE}/{{job_key}}/dong", may=somewhere(Action.AUDIT))
def stream_two_files(visit: Visiting, job_key: str) -> Response:
    return stream_job(PLACE, job_key, visit.identity.code)


@PAGES.get(BESIDE, may=in_unit(Action.VIEW))
def show_beside(visit: Visiting, unit: str, period: str, form: str) -> Response:
    return _render_beside(ask_form(visit, unit, period, form))


@PAGES.post(BESIDE, may=in_unit(Action.VIEW))
def begin_beside(
    visit: Visiting, unit: str, period: str, form: str, after: Sent = None, ban: Text = "", sheet: Text = ""
) -> Response:
    """A file beside a vintage, by default the one the form stands by, else the last."""
    asked = ask_form(visit, unit, period, form)
    try:
        file = read_upload(after, CHOOSE)
    except ConfigError as error:
        return _render_beside(asked, wrong=str(error))
    number = int(ban) if ban.isascii() and ban.isdigit() else asked.standing.vintage
    shown = find_shown(visit.workspace.store, asked.key, VintageChoice(vintage=number))
    name = f"Lần lập {shown.vintage.key.vintage}"
    return begin_job(visit, _place(asked), _hold_against(visit, shown.filled, name, file, Wishes(sheet=sheet.strip())))


@PAGES.get(f"{BESIDE}/{{job_key}}", may=in_unit(Action.VIEW))
def show_held(visit: Visiting, unit: str, period: str, form: str, job_key: str) -> Response:
    asked = ask_form(visit, unit, period, form)
    return _render_beside(asked, find_job(_place(asked), job_key, visit.identity.code))


@PAGES.get(f"{BESIDE}/{{job_key}}/dong", may=in_unit(Action.VIEW))
def stream_held(visit: Visiting, unit: str, period: str, form: str, job_key: str) -> Response:
    return stream_job(_place(ask_form(visit, unit, period, form)), job_key, visit.identity.code)


def _hold_against(
    visit: Visit, kept: FilledForm, name: str, file: UploadedFile, wishes: Wishes
) -> Callable[[], Comparison]:
    catalogue = visit.workspace.catalogue

    def work() -> Comparison:
        read = read_any_content(file.content, f"{NEUTRAL_NAME}{file.suffix}", catalogue, wishes)
        return Comparison((name, "Tệp"), (kept, read), tuple(compare(kept, read, catalogue)))

    return work


def _place(asked: AskedForm) -> str:
    return f"{asked.path}{PLACE}"


def _render_beside(asked: AskedForm, job: PageJob | None = None, wrong: str = "") -> Response:
    store = asked.visit.workspace.store
    whole = [one for one in store.vintages.list(asked.key) if one.is_whole]
    return _render(
        asked.visit, _place(asked), job=job, wrong=wrong, asked=asked, standing=asked.standing, vintages=whole[::-1]
    )


def _render(visit: Visit, place: str, job: PageJob | None = None, wrong: str = "", **of_form: object) -> Response:
    found = job.result if job is not None and isinstance(job.result, Comparison) else None
    return visit.show(
        "comparing.html.j2",
        REFUSED if wrong else 200,
        place=place,
        job=job,
        found=found,
        wrong=wrong,
        **{"asked": None, "standing": None, "vintages": [], **of_form},
    )

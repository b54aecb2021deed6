"""Thử thay đổi: a change of figures or checks tried on past periods; which cells of which units would differ, and why.

Nothing is written: neither configuration nor a vintage.
"""

from dataclasses import dataclass, field
from typing import Annotated, Final

from fastapi import File, Form, Response, UploadFile

from baocao.catalogue import Catalogue
from baocao.catalogue.proposals import propose_text
from baocao.errors import ConfigError
from baocao.people import Action
from baocao.vocabulary import CHECK_CHANGES
from desk.guarding import Visiting
from desk.jobs import PageJob, begin_job, find_job, stream_job
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import everywhere
from desk.uploads import read_upload
from desk.visits import Visit
from desk.written import A_FILE
from reporting.delivery.desk_links import path_of
from reporting.history.what_if import TriedForm, list_past_periods, try_on_past
from reporting.progress import tell
from reporting.upkeep.config_changes import list_config_files, read_config_file, read_with
from reporting.upkeep.config_mistakes import hide_secrets

PAGES = PageSet()
PLACE: Final = "/quan-tri/thu"
ONE = f"{PLACE}/{{job_key}}"
REFUSED = 422
PART: Final = "thay-doi.yaml"
"""What a text is called that has only what changes, as `indicators:` and `checks:`."""
WHOLE = ("indicators", "checks.yaml", "fields.yaml", "measures.yaml", "forms/")
"""Files of the configuration that can be tried whole: those a figure or a verdict follows from."""


@dataclass(frozen=True)
class ProposedChange:
    """What is tried: a whole file of the configuration as it would be, or only what changes; on which past."""

    name: str
    text: str = field(repr=False)
    periods: str = ""
    unit: str = ""


@dataclass(frozen=True)
class TrialResult:
    """Each form of the past that was made, by the rules of today and by the proposed ones."""

    trial: ProposedChange
    forms: tuple[TriedForm, ...]

    @property
    def differing(self) -> list[TriedForm]:
        return [one for one in self.forms if not one.is_same]


@PAGES.get(PLACE, may=everywhere(Action.CONFIGURE))
def show_trial(visit: Visiting, tep: str = "") -> Response:
    """With a whole file to edit, where one is named."""
    if not tep:
        return _render(visit, ProposedChange(PART, ""))
    if tep not in _list_whole(visit):
        raise MissingPageError
    text = read_config_file(visit.workspace.settings.config_dir, tep).text
    return _render(visit, ProposedChange(tep, hide_secrets(tep, text)))


@PAGES.post(PLACE, may=everywhere(Action.CONFIGURE))
def begin(
    visit: Visiting,
    text: Annotated[str, Form(), A_FILE] = "",
    name: Annotated[str, Form()] = PART,
    periods: Annotated[str, Form()] = "",
    unit: Annotated[str, Form()] = "",
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Judge the text at once, then try it beside the page."""
    workspace = visit.workspace
    if name != PART and name not in _list_whole(visit):
        raise MissingPageError
    if unit and unit not in workspace.catalogue.units:
        raise MissingPageError
    trial = ProposedChange(name, text.replace("\r\n", "\n"), periods.strip(), unit)
    try:
        if file is not None and file.filename:
            trial = ProposedChange(name, _decode(read_upload(file, "").content), trial.periods, unit)
        if not trial.text.strip():
            raise ConfigError("Ghi thay đổi muốn thử, hoặc chọn một tệp.")  # noqa: TRY301  told like the others
        proposed = _propose(visit, trial)
        units = [unit] if unit else list(workspace.catalogue.units)
        wanted = list_past_periods(workspace.catalogue, units, trial.periods or None, visit.now.year)
    except ConfigError as error:
        return _render(visit, trial, wrong=str(error))

    def tell_tried(one: TriedForm) -> None:
        said = one.failed or f"{len(one.changed)} ô khác, {len(one.checks)} kiểm tra khác"
        tell(f"{one.label}, {one.key.form_code}: {said}")

    return begin_job(
        visit, PLACE, lambda: TrialResult(trial, try_on_past(workspace, proposed, wanted, units, tell_tried))
    )


@PAGES.get(ONE, may=everywhere(Action.CONFIGURE))
def show_tried(visit: Visiting, job_key: str) -> Response:
    job = find_job(PLACE, job_key, visit.identity.code)
    trial = job.result.trial if isinstance(job.result, TrialResult) else ProposedChange(PART, "")
    return _render(visit, trial, job)


@PAGES.get(f"{ONE}/dong", may=everywhere(Action.CONFIGURE))
def stream_trial(visit: Visiting, job_key: str) -> Response:
    return stream_job(PLACE, job_key, visit.identity.code)


def _list_whole(visit: Visit) -> list[str]:
    return [name for name in list_config_files(visit.workspace.settings.config_dir) if name.startswith(WHOLE)]


def _propose(visit: Visit, trial: ProposedChange) -> Catalogue:
    if trial.name == PART:
        return propose_text(visit.workspace.catalogue, trial.text, PART)
    return read_with(visit.workspace.settings.config_dir, trial.name, trial.text)


def _decode(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise ConfigError("Tệp không phải chữ UTF-8.") from None


def _render(visit: Visit, trial: ProposedChange, job: PageJob | None = None, wrong: str = "") -> Response:
    found = job.result if job is not None and isinstance(job.result, TrialResult) else None
    return visit.show(
        "what_if.html.j2",
        REFUSED if wrong else 200,
        place=PLACE,
        part=PART,
        trial=trial,
        whole=_list_whole(visit),
        units=visit.workspace.catalogue.units,
        job=job,
        found=found,
        differing=[(one, path_of(one.key.form_key)) for one in found.differing] if found else [],
        released=sum(one.is_released for one in found.differing) if found else 0,
        check_changes=CHECK_CHANGES,
        wrong=wrong,
    )

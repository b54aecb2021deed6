"""Nộp tệp: a Word, Excel or PDF form: what was understood of it, what is wrong, an annotated copy; then handed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from fastapi import File, Request, Response, UploadFile
from starlette.concurrency import run_in_threadpool

from baocao.documents.annotate import annotate
from baocao.documents.files import write_file
from baocao.documents.reading import markable_kind
from baocao.domain import CheckResult
from baocao.errors import ConfigError, UnreadableFormError
from baocao.forms.handmade.mending import tell_mends
from baocao.forms.recognise import Wishes
from baocao.people import Action
from baocao.unfinished import make_work_dir
from desk.forms.asked import FORM, AskedForm, ask_form
from desk.guarding import Visiting
from desk.jobs import PageJob, begin_job, find_job, stream_job
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import in_unit
from desk.uploads import read_upload
from desk.visits import Visit
from reporting.intake.acceptance import OF_ANOTHER, check_identity, say_not_owed
from reporting.intake.given_file import NEUTRAL_NAME, GivenFile, HandInWay
from reporting.intake.handing_in import hand_in
from reporting.intake.linting import LintResult, lint_files
from reporting.intake.mending import mend_files
from reporting.intake.released_before import released_in
from reporting.intake.replying import HandInAnswer
from reporting.intake.understanding import tell_understood
from reporting.intake.unit_names import OTHER_UNIT

PAGES = PageSet()
HAND_IN = f"{FORM}/nop-tep"
ONE = f"{HAND_IN}/{{job_key}}"
REFUSED = 422


@dataclass
class ReadFile:
    """A file somebody brought: read and judged, with a mended copy where one could be made; `answer` once handed in."""

    suffix: str
    content: bytes = field(repr=False)
    linted: list[LintResult]
    mended: bytes = field(default=b"", repr=False)
    mends: tuple[str, ...] = ()
    answer: HandInAnswer | None = None
    identity: tuple[CheckResult, ...] = ()

    @property
    def understood(self) -> list[LintResult]:
        """The forms whose figures can be taken."""
        return [one for one in self.linted if one.read is not None and not one.refusal]

    @property
    def has_comments(self) -> bool:
        """Whether there is a copy with comments: of a file that was understood and can carry them."""
        if not any(one.findings for one in self.understood):
            return False
        try:
            markable_kind(self.content)
        except UnreadableFormError:
            return False
        return True

    @property
    def is_of_another(self) -> bool:
        """Of another unit, period or form: no reason makes that good."""
        found = (*self.identity, *(self.answer.open if self.answer else ()))
        names_another = any(one.check == OTHER_UNIT for form in self.linted for one in form.findings)
        return names_another or any(one.check in OF_ANOTHER for one in found)

    @property
    def can_be_given(self) -> bool:
        is_taken = self.answer is not None and self.answer.given.is_accepted
        return len(self.understood) == 1 and not is_taken and not self.is_of_another


@PAGES.get(HAND_IN, may=in_unit(Action.HAND_IN))
def show_hand_in(visit: Visiting, unit: str, period: str, form: str) -> Response:
    return _render(ask_form(visit, unit, period, form))


@PAGES.post(HAND_IN, may=in_unit(Action.HAND_IN))
def read_file(
    visit: Visiting, unit: str, period: str, form: str, file: Annotated[UploadFile | None, File()] = None
) -> Response:
    """Read and judge it, beside the page; nothing is handed in yet."""
    asked = ask_form(visit, unit, period, form)
    try:
        given = read_upload(file, "Chọn một tệp Word, Excel, PDF, CSV hoặc văn bản.")
    except ConfigError as error:
        return _render(asked, wrong=str(error))
    return begin_job(visit, _place(asked), lambda: _read(asked, given.suffix, given.content))


@PAGES.get(ONE, may=in_unit(Action.HAND_IN))
def show_read(visit: Visiting, unit: str, period: str, form: str, job_key: str) -> Response:
    asked = ask_form(visit, unit, period, form)
    return _render(asked, find_job(_place(asked), job_key))


@PAGES.get(f"{ONE}/dong", may=in_unit(Action.HAND_IN))
def stream_reading(visit: Visiting, unit: str, period: str, form: str, job_key: str) -> Response:
    return stream_job(_place(ask_form(visit, unit, period, form)), job_key)


@PAGES.get(f"{ONE}/ghi-chu", may=in_unit(Action.HAND_IN))
def send_annotated(visit: Visiting, unit: str, period: str, form: str, job_key: str) -> Response:
    """A copy with a comment at each cell something is wrong with."""
    read = find_job(_place(ask_form(visit, unit, period, form)), job_key).result
    if not isinstance(read, ReadFile) or not read.has_comments:
        raise MissingPageError
    with make_work_dir() as folder:
        path, out = folder / f"{NEUTRAL_NAME}{read.suffix}", folder / f"ghi-chu{read.suffix}"
        write_file(path, read.content)
        annotate(path, out, [(one.findings, one.read) for one in read.linted if one.read is not None])
        content = out.read_bytes()
    headers = {"Content-Disposition": f'attachment; filename="{NEUTRAL_NAME}-ghi-chu{read.suffix}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


@PAGES.get(f"{ONE}/ban-sua", may=in_unit(Action.HAND_IN))
def send_mended(visit: Visiting, unit: str, period: str, form: str, job_key: str) -> Response:
    """A copy in which what is safe is mended, each place marked for the officer to accept."""
    read = find_job(_place(ask_form(visit, unit, period, form)), job_key).result
    if not isinstance(read, ReadFile) or not read.mended:
        raise MissingPageError
    headers = {"Content-Disposition": f'attachment; filename="{NEUTRAL_NAME}-da-sua{read.suffix}"'}
    return Response(read.mended, media_type="application/octet-stream", headers=headers)


@PAGES.post(f"{ONE}/nop", may=in_unit(Action.HAND_IN))
async def give(visit: Visiting, request: Request, unit: str, period: str, form: str, job_key: str) -> Response:
    """Hand it in, with the reason beside each critical finding that is right all the same (`g-check:cell`)."""
    said = {name.removeprefix("g-"): str(why) for name, why in (await request.form()).items() if name.startswith("g-")}
    return await run_in_threadpool(_give, visit, (unit, period, form), job_key, said)


def _give(visit: Visit, about: tuple[str, str, str], job_key: str, said: dict[str, str]) -> Response:
    asked = ask_form(visit, *about)
    read = find_job(_place(asked), job_key).result
    if not isinstance(read, ReadFile):
        raise MissingPageError
    given = GivenFile(
        content=read.content,
        suffix=read.suffix,
        unit_code=asked.key.unit_code,
        period=asked.key.period.code,
        way=HandInWay.DESK,
        explanations={name: why.strip() for name, why in said.items() if why.strip()},
        form_code=asked.key.form_code,
    )

    def work() -> ReadFile:
        answer = hand_in(visit.desk.office.fresh(), given)
        asked.note("form.handed_in", outcome=answer.given.outcome.value, number=answer.given.number)
        told = [one for form in answer.linted for one in form.findings]
        identity = tuple(one for one in answer.findings if one.check.startswith("hand_in.") and one not in told)
        return replace(read, linted=list(answer.linted), answer=answer, identity=identity)

    return begin_job(visit, _place(asked), work)


def _read(asked: AskedForm, suffix: str, content: bytes) -> ReadFile:
    workspace, plan = asked.visit.workspace, asked.plan
    wishes = Wishes(form_code=None, unit_code=plan.unit.unit_code, today=workspace.settings.now().date())
    with make_work_dir() as folder:
        path = folder / f"{NEUTRAL_NAME}{suffix}"
        write_file(path, content)
        linted = lint_files([Path(path)], workspace.catalogue, wishes, released=released_in(workspace))
        mended = next(mend_files(linted, workspace.catalogue, folder, wishes), None)
        copy = mended.copy_path.read_bytes() if mended and mended.copy_path else b""
    mends = tuple(line for plan in mended.plans for line in tell_mends(plan)) if mended and copy else ()
    return ReadFile(suffix, content, linted, copy, mends, identity=tuple(_check_identity(asked, linted)))


def _check_identity(asked: AskedForm, linted: Sequence[LintResult]) -> Iterator[CheckResult]:
    """Said at reading, before anybody hands it in: whose form it is beside the one of this page."""
    catalogue = asked.visit.workspace.catalogue
    for one in linted:
        if one.read is None or one.refusal:
            continue
        if one.read.form.form_code != asked.plan.form.form_code:
            yield say_not_owed(one.read, (asked.plan,))
        else:
            yield from check_identity(one.read, one.mark, asked.plan, catalogue)


def _place(asked: AskedForm) -> str:
    return f"{asked.path}/nop-tep"


def _render(asked: AskedForm, job: PageJob | None = None, wrong: str = "") -> Response:
    visit = asked.visit
    read = job.result if job is not None and isinstance(job.result, ReadFile) else None
    understood = [(one, list(tell_understood(one.read)) if one.read else []) for one in read.linted] if read else []
    return visit.show(
        "form/hand_in.html.j2",
        REFUSED if wrong else 200,
        asked=asked,
        standing=asked.standing,
        job=job,
        read=read,
        understood=understood,
        to_explain=[one for one in read.answer.open if one.check not in OF_ANOTHER] if read and read.answer else [],
        owners=visit.workspace.catalogue.owners,
        wrong=wrong,
    )

"""What a file was found to be: read by the checks of `lint`, held against what the unit owes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from baocao.documents.files import write_file
from baocao.domain import CheckResult
from baocao.forms.recognise import ReadForm, Wishes
from baocao.handed_in import ExplainedFinding
from baocao.messages import list_names
from baocao.store import HandIn, HandInOutcome
from baocao.unfinished import make_work_dir
from reporting.intake.acceptance import (
    check_identity,
    check_older_file,
    explain_findings,
    list_to_explain,
    say_not_owed,
)
from reporting.intake.given_file import NEUTRAL_NAME, GivenFile, clean_suffix
from reporting.intake.linting import LintResult, lint_files
from reporting.intake.released_before import released_in
from reporting.plan import Plan
from reporting.workspace import Workspace


@dataclass(frozen=True)
class JudgedFile:
    """What a file was found to be: the plan it is for, the form read, and whether it can be taken."""

    plan: Plan
    read: ReadForm | None
    linted: tuple[LintResult, ...]
    findings: tuple[CheckResult, ...] = ()
    explained: tuple[ExplainedFinding, ...] = ()
    open: tuple[CheckResult, ...] = ()
    refusal: str = ""

    @property
    def outcome(self) -> HandInOutcome:
        return HandInOutcome.SENT_BACK if self.refusal or self.open else HandInOutcome.ACCEPTED


def judge(workspace: Workspace, plans: Sequence[Plan], file: GivenFile, before: Sequence[HandIn]) -> JudgedFile:
    linted = tuple(_lint(workspace, plans[0], file))
    plan, found = plans[0], [one for one in linted if one.read is not None and not one.refusal]
    if len(found) != 1:
        return JudgedFile(plan, None, linted, refusal=_say_unclear(linted, found))
    (one,) = found
    assert one.read is not None
    owed = next((each for each in plans if each.form.form_code == one.read.form.form_code), None)
    if owed is None:
        wrong = (say_not_owed(one.read, plans),)
        return JudgedFile(plan, one.read, linted, (*wrong, *one.findings), open=wrong)
    identity = tuple(check_identity(one.read, one.mark, owed, workspace.catalogue))
    is_new = file.message_key is None or all(each.message_key != file.message_key for each in before)
    older = check_older_file(before, owed, file.sha256) if is_new else ()
    findings = (*identity, *older, *one.findings)
    explained, still_open = explain_findings(list_to_explain(findings), file.explanations)
    return JudgedFile(owed, one.read, linted, findings, tuple(explained), tuple(still_open))


def _lint(workspace: Workspace, plan: Plan, file: GivenFile) -> list[LintResult]:
    """By the very checks of `lint`, under a name that says nothing of anybody."""
    wishes = Wishes(
        form_code=file.form_code,
        tier=plan.unit.tier,
        period=plan.period,
        regime=plan.regime,
        unit_code=plan.unit.unit_code,
        column=file.column,
        sheet=file.sheet,
        today=workspace.settings.today(),
    )
    with make_work_dir() as folder:
        path = folder / f"{NEUTRAL_NAME}{clean_suffix(file.suffix)}"
        write_file(path, file.content)
        linted = lint_files([path], workspace.catalogue, wishes, released=released_in(workspace))
    return [replace(one, path=Path(path.name)) for one in linted]


def _say_unclear(linted: Sequence[LintResult], found: Sequence[LintResult]) -> str:
    if len(found) > 1:
        places = list_names(one.read.understood.place for one in found if one.read)
        return f"Tệp có {len(found)} biểu mẫu ({places}); nộp từng biểu mẫu, hoặc chỉ rõ bằng --sheet."
    return next((one.refusal for one in linted if one.refusal), "Không thấy biểu mẫu nào trong tệp.")

"""A form a unit hands in: read, checked, kept, answered; accepted, it is what the unit's report is made from.

The file and the answer are kept in one transaction before anything is made of them. Whoever is stopped in between
takes the same file once more: it is the same hand-in then, and what is lacking is made up for.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from baocao.catalogue.cell_names import name_cells
from baocao.documents.files import write_file
from baocao.domain import VIETNAM, CheckResult, Outcome, Severity
from baocao.errors import ChecksFailedError, ConfigError, UnreadableFormError
from baocao.forms.recognise import ReadForm, Wishes
from baocao.handed_in import ExplainedFinding
from baocao.messages import list_names
from baocao.store import FormKey, HandIn, HandInOutcome, Vintage
from baocao.unfinished import make_work_dir
from reporting.alerting.run_alerts import alert
from reporting.collection.handed_forms import find_handed
from reporting.configurations import keep_configuration
from reporting.differences.differing import ExplainedDifference, explain_differences, only_changed
from reporting.differences.evidence_sides import read_side
from reporting.intake.acceptance import (
    check_identity,
    check_older_file,
    explain_findings,
    list_to_explain,
    say_not_owed,
)
from reporting.intake.linting import LintResult, lint_files
from reporting.intake.released_before import released_in
from reporting.outcome import RunResult
from reporting.pipeline import run_from_payloads, run_from_sources
from reporting.plan import Plan, make_plans
from reporting.roll_up.children import has_children
from reporting.standing import find_standing
from reporting.workspace import Workspace

LEASE_NAME = "hand_in"
LARGEST_BYTES = 20_000_000
NEUTRAL_NAME = "bieu-mau"


class HandInWay(StrEnum):
    """Which way a form came."""

    COMMAND = "command"
    DESK = "desk"
    FOLDER = "folder"
    MAIL = "mail"


@dataclass(frozen=True)
class GivenFile:
    """A file as it was handed in. `explanations` say why critical findings are right, by check or `check:cell`.

    Only the ending of its name counts: a name may hold a person's. `message_key` tells one message from another.
    """

    content: bytes = field(repr=False)
    suffix: str
    unit_code: str
    period: str
    way: HandInWay = HandInWay.COMMAND
    explanations: Mapping[str, str] = field(default_factory=dict)
    form_code: str | None = None
    column: str = ""
    sheet: str = ""
    message_key: str | None = None

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class HandInAnswer:
    """What became of a file: `given` as it is kept, the answer in one sentence, everything found in it, what is open.

    `is_known` where the very file was taken before. `result` is there where it was accepted and the report was made of
    it, `changed` what differs from the report before; `is_locked` where a release stands, which it does not change. The
    sentence may quote what stands in the file: it is for who
    handed it in, and not kept.
    """

    given: HandIn
    says_vi: str
    linted: tuple[LintResult, ...]
    findings: tuple[CheckResult, ...]
    open: tuple[CheckResult, ...]
    is_known: bool = False
    result: RunResult | None = None
    changed: tuple[ExplainedDifference, ...] = ()
    is_locked: bool = False

    @property
    def exit_code(self) -> int:
        if not self.given.is_accepted:
            unreadable = self.given.form_code == ""
            return UnreadableFormError.exit_code if unreadable else ChecksFailedError.exit_code
        return self.result.exit_code if self.result else 0


@dataclass(frozen=True)
class _Judgement:
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


def hand_in(workspace: Workspace, file: GivenFile, *, largest_bytes: int = LARGEST_BYTES) -> HandInAnswer:
    """Take one file. Raise ConfigError where it is too large, or nobody owes a form for it."""
    plans = require_plans(workspace, file.unit_code, file.period, file.form_code)
    if len(file.content) > largest_bytes:
        raise ConfigError(f"tệp lớn hơn {largest_bytes // 1_000_000} MB, một biểu mẫu không thể lớn như vậy")
    unit, period = plans[0].unit, plans[0].period
    with workspace.store.leases.hold(FormKey(unit.unit_code, LEASE_NAME, period)):
        answer = _take(workspace, plans, file)
    return make_report(workspace, answer)


def require_plans(
    workspace: Workspace, unit_code: str, period_code: str, form_code: str | None = None
) -> tuple[Plan, ...]:
    """What the unit owes for the period; raise ConfigError where that is nothing, or is made from units below."""
    plans = make_plans(workspace.catalogue, unit_code, period_code, form_code, workspace.settings.now())
    own = tuple(plan for plan in plans if not has_children(workspace.catalogue, plan))
    if not own:
        raise ConfigError(f"{plans[0].unit.name}: biểu mẫu được tổng hợp từ các đơn vị trực thuộc, không nộp bằng tệp")
    return own


def make_report(workspace: Workspace, answer: HandInAnswer) -> HandInAnswer:
    """Make the form's next vintage from what was accepted, unless its latest already is from it."""
    given = answer.given
    if not given.is_accepted or _is_in_force(workspace, given):
        return answer
    (plan,) = make_plans(
        workspace.catalogue, given.unit_code, given.period.code, given.form_code, workspace.settings.now()
    )
    before = workspace.store.vintages.find_latest(plan.form_key)
    result = alert(workspace, _run(workspace, plan, before))
    changed = _find_changed(workspace, before, result)
    is_locked = find_standing(workspace.store, plan.form_key).is_locked
    return replace(answer, result=result, changed=changed, is_locked=is_locked)


def _run(workspace: Workspace, plan: Plan, before: Vintage | None) -> RunResult:
    """Systems that answered for the closed period are not asked again because somebody handed in a form."""
    is_closed = before is not None and before.known_at is not None and before.known_at >= plan.window.end_at
    is_whole = before is not None and before.exit_code in (0, ChecksFailedError.exit_code)
    if before is not None and plan.sources and is_closed and is_whole:
        return run_from_payloads(workspace, plan, before.key, given_today=True)
    return run_from_sources(workspace, (plan,))[0]


def _is_in_force(workspace: Workspace, given: HandIn) -> bool:
    """Whether the form's latest vintage was made from this file or a later one."""
    latest = workspace.store.vintages.find_latest(given.form_key)
    handed = find_handed(workspace.store, workspace.store.collections.list(latest.key)) if latest else None
    return handed is not None and handed.number >= given.number


def _find_changed(workspace: Workspace, before: Vintage | None, result: RunResult) -> tuple[ExplainedDifference, ...]:
    if before is None:
        return ()
    then, now = (read_side(workspace, key) for key in (before.key, result.vintage))
    return only_changed(explain_differences(then, now, workspace.catalogue))


def _take(workspace: Workspace, plans: Sequence[Plan], file: GivenFile) -> HandInAnswer:
    unit_code, period = plans[0].unit.unit_code, plans[0].period
    before = workspace.store.hand_ins.list(unit_code, period)
    judged = _judge(workspace, plans, file, before)
    known = _find_known(workspace, before, file, judged.read)
    if known is None:
        keep_configuration(workspace)
    given = known or _keep(workspace, judged, file, len(before) + 1)
    says = _say_answer(judged, given, is_known=known is not None)
    return HandInAnswer(given, says, judged.linted, judged.findings, judged.open, is_known=known is not None)


def _find_known(
    workspace: Workspace, before: Sequence[HandIn], file: GivenFile, read: ReadForm | None
) -> HandIn | None:
    """The same message, or the file that was accepted last for this form, handed in once more."""
    if file.message_key is not None:
        return workspace.store.hand_ins.find_message(file.message_key)
    of_form = [one for one in before if read is not None and one.form_code == read.form.form_code]
    last = of_form[-1] if of_form else None
    same = last is not None and last.is_accepted and last.payloads[0].sha256 == file.sha256
    return last if same else None


def _judge(workspace: Workspace, plans: Sequence[Plan], file: GivenFile, before: Sequence[HandIn]) -> _Judgement:
    linted = tuple(_lint(workspace, plans[0], file))
    plan, found = plans[0], [one for one in linted if one.read is not None and not one.refusal]
    if len(found) != 1:
        return _Judgement(plan, None, linted, refusal=_say_unclear(linted, found))
    (one,) = found
    assert one.read is not None
    owed = next((each for each in plans if each.form.form_code == one.read.form.form_code), None)
    if owed is None:
        wrong = (say_not_owed(one.read, plans),)
        return _Judgement(plan, one.read, linted, (*wrong, *one.findings), open=wrong)
    identity = tuple(check_identity(one.read, one.mark, owed, workspace.catalogue))
    is_new = file.message_key is None or all(each.message_key != file.message_key for each in before)
    older = check_older_file(before, owed, file.sha256) if is_new else ()
    findings = (*identity, *older, *one.findings)
    explained, still_open = explain_findings(list_to_explain(findings), file.explanations)
    return _Judgement(owed, one.read, linted, findings, tuple(explained), tuple(still_open))


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
        today=workspace.settings.now().astimezone(VIETNAM).date(),
    )
    with make_work_dir() as folder:
        path = folder / f"{NEUTRAL_NAME}{clean_suffix(file.suffix)}"
        write_file(path, file.content)
        linted = lint_files([path], workspace.catalogue, wishes, released=released_in(workspace))
    return [replace(one, path=Path(path.name)) for one in linted]


def clean_suffix(suffix: str) -> str:
    """The ending of a file's name, where it looks like one."""
    return suffix.lower() if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= len(".xhtml") else ""


def _say_unclear(linted: Sequence[LintResult], found: Sequence[LintResult]) -> str:
    if len(found) > 1:
        places = list_names(one.read.understood.place for one in found if one.read)
        return f"Tệp có {len(found)} biểu mẫu ({places}); nộp từng biểu mẫu, hoặc chỉ rõ bằng --sheet."
    return next((one.refusal for one in linted if one.refusal), "Không thấy biểu mẫu nào trong tệp.")


def _keep(workspace: Workspace, judged: _Judgement, file: GivenFile, number: int) -> HandIn:
    from connectors.files.handed_in import HandedFile, pack_figures, pack_file

    plan, now = judged.plan, workspace.settings.now()
    handed = HandedFile(file.content, plan.unit.unit_code, plan.window, number, now)
    payloads = [pack_file(handed, str(judged.read.document.kind) if judged.read else "")]
    if judged.outcome is HandInOutcome.ACCEPTED and judged.read is not None:
        payloads.append(pack_figures(handed, judged.read, [one.as_json() for one in judged.explained]))
    given = HandIn(
        unit_code=plan.unit.unit_code,
        period=plan.period,
        number=number,
        form_code=judged.read.form.form_code if judged.read else "",
        received_at=now,
        channel=file.way,
        outcome=judged.outcome,
        said={
            "findings": [_plain(one) for one in judged.findings],
            "explained": [one.as_json() for one in judged.explained],
        },
        message_key=file.message_key,
    )
    return workspace.store.hand_ins.add(given, payloads)


def _plain(finding: CheckResult) -> dict[str, object]:
    return {"check": finding.check, "severity": finding.severity.value, "cells": list(finding.cells)}


def _lines_of(read: ReadForm) -> list[tuple[str, str]]:
    return [(line.key, line.label) for line in read.filled.lines]


def _say_answer(judged: _Judgement, given: HandIn, *, is_known: bool) -> str:
    """One sentence, for who handed it in."""
    whose = f"{judged.plan.unit.name}, {judged.plan.period.label_vi} (nộp lần {given.number})"
    if judged.read is None:
        return f"Gửi trả tệp của {whose}: {judged.refusal}"
    named = f"{judged.read.form.appendix} của {whose}"
    if not given.is_accepted:
        cells = tuple(dict.fromkeys(cell for one in judged.open for cell in one.cells))
        where = f" ({name_cells(judged.read.form, cells, {}, _lines_of(judged.read))})" if cells else ""
        return f"Gửi trả {named}: {len(judged.open)} lỗi phải sửa hoặc giải trình{where}."
    if is_known:
        return f"Tệp này đã được nhận từ trước: {named}."
    figures = sum(cell.value is not None for cell in judged.read.filled.cells.values())
    said = f"; {len(judged.explained)} lỗi đã có giải trình" if judged.explained else ""
    warned = sum(one.severity is Severity.WARNING and one.outcome is Outcome.FAIL for one in judged.findings)
    beside = f"; {warned} cảnh báo cần xem lại" if warned else ""
    return f"Đã nhận {named}: {figures} số liệu{said}{beside}."

"""A form a unit hands in: read, checked, kept, answered; accepted, it is what the unit's report is made from.

The file and the answer are kept in one transaction before anything is made of them. Whoever is stopped in between
takes the same file once more: it is the same hand-in then, and what is lacking is made up for.
"""

from collections.abc import Sequence

from baocao.domain import CheckResult
from baocao.errors import ConfigError
from baocao.forms.recognise import ReadForm
from baocao.store import FormKey, HandIn, HandInOutcome
from reporting.configurations import keep_configuration
from reporting.intake.given_file import GivenFile
from reporting.intake.judging import JudgedFile, judge
from reporting.intake.next_vintage import make_report
from reporting.intake.replying import HandInAnswer, say_answer
from reporting.plan import Plan, make_plans
from reporting.roll_up.children import has_children
from reporting.workspace import Workspace

LEASE_NAME = "hand_in"
LARGEST_BYTES = 20_000_000


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


def _take(workspace: Workspace, plans: Sequence[Plan], file: GivenFile) -> HandInAnswer:
    unit_code, period = plans[0].unit.unit_code, plans[0].period
    before = workspace.store.hand_ins.list(unit_code, period)
    judged = judge(workspace, plans, file, before)
    known = _find_known(workspace, before, file, judged.read)
    if known is None:
        keep_configuration(workspace)
    given = known or _keep(workspace, judged, file, len(before) + 1)
    says = say_answer(judged, given, is_known=known is not None)
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


def _keep(workspace: Workspace, judged: JudgedFile, file: GivenFile, number: int) -> HandIn:
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

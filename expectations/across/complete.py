"""Every check of the suite `complete`: what each unit owes for a period against what it gave, and when."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from baocao.catalogue import Catalogue, OwedReport
from baocao.domain import CellStatus, CheckResult, FilledForm, FormMark, Period, Severity, Topic
from baocao.hints import hint
from baocao.vocabulary import STATUSES
from expectations.across.owing import OwingUnit, find_owing, list_owing
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.form.view import ABSENT, GIVEN
from expectations.rule import Check, CheckFinding, Demand, Obstacle, Operands, Rule, Subject, rule_holds

_DONE = frozenset({GIVEN, CellStatus.NO_DENOMINATOR})
_STATE_NAMES: dict[str, str] = {str(status): word for status, word in STATUSES.items()} | {
    ABSENT: "không có dòng",
}


def _is_given(_: Rule, owing: OwingUnit) -> Operands | Obstacle:
    if owing.view is None and owing.today <= owing.due_on:
        return Obstacle(f"chưa nhận được, chưa đến hạn {owing.due_on:%d/%m/%Y}")
    return (owing.view is not None,)


def _explain_given(_: Rule, owing: OwingUnit) -> CheckFinding:
    late = owing.working_days_late(owing.today)
    return CheckFinding(
        observed="chưa có báo cáo",
        expected=f"trước hết ngày {owing.due_on:%d/%m/%Y}",
        message_vi=f"{owing.unit.name} chưa có báo cáo {owing.period.label_vi}; hạn là ngày {owing.due_on:%d/%m/%Y}, "
        f"đã quá {late} ngày làm việc.",
        message_en=f"{owing.unit_code} gave no form for {owing.period}; due {owing.due_on}, {late} working days ago.",
        mend_vi=f"Chạy ngay: {hint('run', owing.period, unit=owing.unit_code)}.",
        evidence={"due_on": str(owing.due_on), "working_days_late": late},
    )


def _dated(owing: OwingUnit, day: date | None) -> date | Obstacle:
    if owing.view is None:
        return Obstacle("chưa có báo cáo")
    return day or Obstacle("báo cáo không ghi ngày")


def _due_and_given(_: Rule, owing: OwingUnit) -> Operands | Obstacle:
    given = _dated(owing, owing.handed_in_on)
    return given if isinstance(given, Obstacle) else (owing.due_on, given)


def _explain_late(_: Rule, owing: OwingUnit) -> CheckFinding:
    given = owing.handed_in_on or owing.today
    late = owing.working_days_late(given)
    return CheckFinding(
        observed=f"{given:%d/%m/%Y}",
        expected=f"trước hết ngày {owing.due_on:%d/%m/%Y}",
        message_vi=f"Báo cáo {owing.period.label_vi} của {owing.unit.name} lập ngày {given:%d/%m/%Y}, "
        f"muộn {late} ngày làm việc so với hạn {owing.due_on:%d/%m/%Y}.",
        message_en=f"The form of {owing.unit_code} for {owing.period} is of {given}, due {owing.due_on}.",
        mend_vi="Gửi ngay và ghi rõ lý do muộn; kỳ sau lấy số liệu ngay sau ngày chốt.",
        evidence={"due_on": str(owing.due_on), "working_days_late": late},
    )


def _given_and_closing(_: Rule, owing: OwingUnit) -> Operands | Obstacle:
    if owing.view is not None and owing.view.filled.status is FormMark.READ:
        return Obstacle("biểu đọc từ tệp: xem document.dated_before_cutoff", silent=True)
    given = _dated(owing, owing.given_on)
    return given if isinstance(given, Obstacle) else (given, owing.window.end_on)


def _explain_early(_: Rule, owing: OwingUnit) -> CheckFinding:
    given, closing = owing.given_on or owing.today, owing.window.end_on
    days = (closing - given).days
    return CheckFinding(
        observed=f"{given:%d/%m/%Y}",
        expected=f"từ {closing:%d/%m/%Y}",
        message_vi=f"Số liệu lấy ngày {given:%d/%m/%Y}, trước ngày chốt {closing:%d/%m/%Y} của {owing.period.label_vi} "
        f"{days} ngày nên không phủ hết kỳ báo cáo.",
        message_en=f"The figures are of {given}, {days} days before {owing.period} closes on {closing}.",
        mend_vi=f"Lấy lại số liệu sau ngày {closing:%d/%m/%Y}: {hint('run', owing.period, unit=owing.unit_code)}.",
        evidence={"closing_on": str(closing)},
    )


def _owed_and_done(_: Rule, owing: OwingUnit) -> Operands | Obstacle:
    if owing.view is None:
        return Obstacle("chưa có báo cáo")
    return len(owing.states), sum(state in _DONE for state in owing.states.values())


def _explain_cells(_: Rule, owing: OwingUnit) -> CheckFinding:
    missing: dict[str, list[str]] = {}
    for key, state in owing.states.items():
        if state not in _DONE:
            missing.setdefault(state, []).append(key)
    left = sum(map(len, missing.values()))
    said = "; ".join(f"{_STATE_NAMES[state]}: {', '.join(keys)}" for state, keys in missing.items())
    owed = len(owing.states)
    return CheckFinding(
        observed=str(owed - left),
        expected=str(owed),
        message_vi=f"{owing.unit.name} phải báo cáo {owed} ô, mới có {owed - left}; còn thiếu {left} ({said}).",
        message_en=f"{owing.unit_code} owes {owed} cells and gave {owed - left}.",
        mend_vi="Xem form.blank và form.not_collected để biết từng ô thiếu vì sao.",
        evidence={"missing": missing, "declared_zero": _zeros(owing), "not_applicable": owing.not_applicable},
    )


def _zeros(owing: OwingUnit) -> list[str]:
    """The cells that say zero outright: not to be taken for missing ones."""
    return [key for key in owing.states if owing.view is not None and owing.view.value(key) == Decimal(0)]


COMPLETE_CHECKS: tuple[Check[OwingUnit], ...] = (
    Check(
        check="complete.given",
        topic=Topic.OWED,
        severity=Severity.CRITICAL,
        cells_vi="đơn vị phải báo cáo",
        says_vi="Mỗi đơn vị phải báo cáo trong kỳ đã có báo cáo.",
        unclear_vi="Chưa có báo cáo nhưng chưa đến hạn.",
        columns=("is_given",),
        operands=_is_given,
        demand=rule_holds(bool),
        explain=_explain_given,
    ),
    Check(
        check="complete.on_time",
        topic=Topic.OWED,
        severity=Severity.WARNING,
        cells_vi="báo cáo của đơn vị",
        says_vi="Báo cáo lập trước hết ngày đến hạn của cấp mình.",
        unclear_vi="Chưa có báo cáo, hoặc báo cáo không ghi ngày.",
        columns=("due_on", "given_on"),
        operands=_due_and_given,
        demand=lambda _: Demand("ExpectColumnPairValuesAToBeGreaterThanB", {"or_equal": True}),
        explain=_explain_late,
    ),
    Check(
        check="complete.after_closing",
        topic=Topic.OWED,
        severity=Severity.WARNING,
        cells_vi="báo cáo của đơn vị",
        says_vi="Số liệu lấy từ ngày chốt của kỳ trở đi.",
        unclear_vi="Chưa có báo cáo, hoặc báo cáo không ghi ngày.",
        columns=("given_on", "closing_on"),
        operands=_given_and_closing,
        demand=lambda _: Demand("ExpectColumnPairValuesAToBeGreaterThanB", {"or_equal": True}),
        explain=_explain_early,
    ),
    Check(
        check="complete.cells",
        topic=Topic.OWED,
        severity=Severity.INFO,
        cells_vi="mọi ô đơn vị phải báo cáo",
        says_vi="Đủ số ô đơn vị phải báo cáo (tóm tắt; số 0 ghi rõ và “Không phát sinh” được tính là đã báo cáo).",
        unclear_vi="Chưa có báo cáo.",
        columns=("owed", "done"),
        operands=_owed_and_done,
        demand=lambda _: Demand("ExpectColumnPairValuesToBeEqual"),
        explain=_explain_cells,
    ),
)


def check_complete(
    forms: Sequence[FilledForm],
    catalogue: Catalogue,
    period: Period,
    *,
    today: date,
    owed: Sequence[OwedReport] | None = None,
    first_given_on: Mapping[tuple[str, str], date] | None = None,
) -> list[CheckResult]:
    """Check that every form owed for the period was given, whole, in time.

    Forms of other periods or units are left aside. Without `owed`, the units connected to a source owe what owed.yaml
    says. `first_given_on` says by unit and series when one was first given, where `forms` were made again since.
    """
    reports = list_owing(catalogue, period) if owed is None else owed
    owing = find_owing(forms, catalogue, today, reports, first_given_on)
    case_sets = []
    for check in COMPLETE_CHECKS:
        rule = check.rule(
            Subject(owner=catalogue.compiler, cells=(), sentence_vi=check.says_vi, sentence_en=check.check)
        )
        case_sets.append(CaseSet.of(check, (Case(number, rule, one) for number, one in enumerate(owing))))
    return evaluate(case_sets, len(owing))

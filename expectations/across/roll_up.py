"""The suite `roll_up`: a form made from those of the units below has them all, sound, and each counted once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Period, Severity, Topic
from baocao.rolling_up import NAMED_UNITS, Nesting
from baocao.vocabulary import SYSTEMS
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.rule import Check, CheckFinding, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import figure


@dataclass(frozen=True)
class RollUpView:
    """One roll-up. `lacking` says by unit code why it is not, or not wholly, in; `drafts` are names.

    `is_binding` where the form must not be released while a unit is lacking.
    """

    unit_code: str
    catalogue: Catalogue
    period: Period
    is_binding: bool
    units_count: int
    lacking: Mapping[str, str]
    drafts: tuple[str, ...] = ()
    nestings: tuple[Nesting, ...] = field(default=())

    @property
    def evidence(self) -> Mapping[str, Any]:
        return {"form": None, "period": self.period.code}

    def name(self, unit_code: str) -> str:
        unit = self.catalogue.units.get(unit_code)
        return unit.name if unit else unit_code


def check_roll_up(view: RollUpView) -> list[CheckResult]:
    """Every check of the suite; results concern no single cell."""
    nested = [_rule(COUNTED_ONCE, view, nesting) for nesting in view.nestings]
    case_sets = [CaseSet.of(check, [Case(0, _rule(check, view), view)]) for check in WHOLE_CHECKS]
    case_sets.append(CaseSet.of(COUNTED_ONCE, [Case(0, rule, view) for rule in nested]))
    return evaluate(case_sets, 1)


def _rule(check: Check[RollUpView], view: RollUpView, nesting: Nesting | None = None) -> Rule:
    subject = Subject(
        owner=view.catalogue.compiler,
        cells=(),
        sentence_vi=check.says_vi,
        sentence_en=check.check,
        limits={"nesting": nesting} if nesting else {},
        roles={"codes": (nesting.system.value,)} if nesting else {},
    )
    return check.rule(subject)


def _named(names: list[str]) -> str:
    return ", ".join(names[:NAMED_UNITS]) + (", …" if len(names) > NAMED_UNITS else "")


def _complete(_: Rule, view: RollUpView) -> Operands | Obstacle:
    if not view.units_count:
        return Obstacle("kỳ này không có đơn vị trực thuộc nào")
    return (not view.lacking,)


def _explain_lacking(_: Rule, view: RollUpView) -> CheckFinding:
    names = [f"{view.name(code)} ({why})" for code, why in sorted(view.lacking.items())]
    return CheckFinding(
        observed=f"thiếu {len(names)} đơn vị",
        expected=f"đủ {view.units_count} đơn vị trực thuộc",
        message_vi=f"Số liệu tổng hợp còn thiếu {len(names)} đơn vị: {_named(names)}.",
        message_en=f"Units missing from the roll-up: {', '.join(sorted(view.lacking))}.",
        mend_vi="Đôn đốc các đơn vị này lập báo cáo rồi tổng hợp lại; đơn vị chỉ nộp con số thì kết nối hệ thống "
        "hoặc nộp tệp danh sách. Phải gửi khi chưa đủ thì thêm --missing partial.",
        severity=Severity.CRITICAL if view.is_binding else Severity.WARNING,
        evidence={"units": sorted(view.lacking)},
    )


def _sound(_: Rule, view: RollUpView) -> Operands | Obstacle:
    if len(view.lacking) >= view.units_count and not view.drafts:
        return Obstacle("chưa đơn vị trực thuộc nào có báo cáo")
    return (not view.drafts,)


def _explain_drafts(_: Rule, view: RollUpView) -> CheckFinding:
    return CheckFinding(
        observed=f"{len(view.drafts)} bản nháp",
        expected="không có bản nháp",
        message_vi=f"{len(view.drafts)} đơn vị có báo cáo còn là bản nháp: {_named(list(view.drafts))}.",
        message_en=f"{len(view.drafts)} forms below are drafts.",
        mend_vi="Xem báo cáo của từng đơn vị; sửa xong thì tổng hợp lại.",
    )


def _once(rule: Rule, view: RollUpView) -> Operands | Obstacle:
    nesting: Nesting = rule.limits["nesting"]
    if len(view.lacking) * 2 > view.units_count:
        return Obstacle("còn thiếu quá nửa số đơn vị trực thuộc nên chưa so được hai cấp")
    return (nesting.holds_all == nesting.is_declared,)


def _explain_nesting(rule: Rule, view: RollUpView) -> CheckFinding:
    nesting: Nesting = rule.limits["nesting"]
    label = view.catalogue.indicators[nesting.indicator_code].label
    system = SYSTEMS[nesting.system]
    values = f"“{label}”: riêng đơn vị {figure(nesting.own)}, các đơn vị trực thuộc cộng lại {figure(nesting.below)}"
    if nesting.holds_all:
        said = f"Số của {system} khai cho chính đơn vị có vẻ đã gồm các đơn vị trực thuộc, cộng nữa là tính hai lần."
        mend = "Nếu đúng là đã gồm, khai nguồn này ở roll_up.includes_children trong units.yaml rồi tổng hợp lại."
    else:
        said = f"Số của {system} được khai là đã gồm các đơn vị trực thuộc nhưng lại nhỏ hơn số của các đơn vị đó."
        mend = "Kiểm tra lại roll_up.includes_children trong units.yaml và phạm vi của nguồn."
    return CheckFinding(
        observed=figure(nesting.own),
        expected=f"{'không gồm' if nesting.holds_all else 'ít nhất'} {figure(nesting.below)}",
        message_vi=f"{said} {values}.",
        message_en=f"{nesting.system}: own figures {'hold' if nesting.holds_all else 'do not hold'} those below.",
        mend_vi=mend,
        evidence={"system": nesting.system.value, "indicator": nesting.indicator_code},
    )


def _check(
    rule: str,
    topic: Topic,
    severity: Severity,
    says_vi: str,
    cells_vi: str,
    operands: Callable[[Rule, RollUpView], Operands | Obstacle],
    explain: Callable[[Rule, RollUpView], CheckFinding],
    unclear_vi: str,
    milder_vi: str = "",
) -> Check[RollUpView]:
    return Check(
        check=f"roll_up.{rule}",
        topic=topic,
        severity=severity,
        cells_vi=cells_vi,
        says_vi=says_vi,
        milder_vi=milder_vi,
        unclear_vi=unclear_vi,
        columns=("is_right",),
        operands=operands,
        demand=rule_holds(bool),
        explain=explain,
    )


UNITS_COMPLETE = _check(
    "units_complete", Topic.UNITS_MISSING, Severity.CRITICAL,
    "Mọi đơn vị trực thuộc trong kỳ đã có đủ số liệu trong biểu tổng hợp.",
    "đơn vị trực thuộc", _complete, _explain_lacking, "Kỳ này không có đơn vị trực thuộc nào.",
    "Chỉ là “cảnh báo” khi tổng hợp với --missing partial.",
)  # fmt: skip
UNITS_SOUND = _check(
    "units_sound", Topic.DRAFTS_BELOW, Severity.WARNING,
    "Báo cáo của các đơn vị trực thuộc không còn là bản nháp.",
    "đơn vị trực thuộc", _sound, _explain_drafts, "Chưa đơn vị trực thuộc nào có báo cáo.",
)  # fmt: skip
COUNTED_ONCE = _check(
    "counted_once", Topic.COUNTED_TWICE, Severity.CRITICAL,
    "Nguồn của đơn vị cấp trên gồm các đơn vị trực thuộc thì được khai là đã gồm, và không cộng thêm.",
    "hệ thống có ở cả hai cấp", _once, _explain_nesting, "Còn thiếu quá nửa số đơn vị trực thuộc.",
)  # fmt: skip
WHOLE_CHECKS = (UNITS_COMPLETE, UNITS_SOUND)

"""The suite `succession`: a period in which a unit came into being has the days of the units it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from operator import not_
from typing import Any

from baocao.domain import CheckResult, Severity, System, Topic
from baocao.vocabulary import SYSTEMS
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.rule import Check, CheckFinding, Operands, Rule, Subject, rule_holds


@dataclass(frozen=True)
class SuccessionView:
    """The days one unit's period lacks, in sentences by system; none where it existed throughout or has them all."""

    unit_code: str
    period_code: str
    owner: str
    gaps: Mapping[System, tuple[str, ...]]

    @property
    def evidence(self) -> Mapping[str, Any]:
        return {"form": None, "period": self.period_code}


def check_succession(view: SuccessionView) -> list[CheckResult]:
    """The suite, on one form."""
    subject = Subject(owner=view.owner, cells=(), sentence_vi=DAYS_COMPLETE.says_vi, sentence_en=DAYS_COMPLETE.check)
    rule = DAYS_COMPLETE.rule(subject)
    return evaluate([CaseSet.of(DAYS_COMPLETE, [Case(0, rule, view)])], 1)


def _count_gaps(_: Rule, view: SuccessionView) -> Operands:
    return (sum(len(said) for said in view.gaps.values()),)


def _explain_gaps(_: Rule, view: SuccessionView) -> CheckFinding:
    told = [f"{SYSTEMS[system]}: {'; '.join(said)}" for system, said in view.gaps.items() if said]
    return CheckFinding(
        observed=". ".join(told),
        expected="đủ các ngày của kỳ",
        message_vi=f"Số liệu của kỳ chưa gồm đủ các ngày trước khi sắp xếp đơn vị. {'. '.join(told)}.",
        message_en=f"Days of the units of before are missing: {', '.join(view.gaps)}.",
        mend_vi="Khai predecessors và source_keys của các đơn vị trước sắp xếp trong units.yaml, hoặc lập báo cáo các "
        "quý của đơn vị ấy, rồi chạy lại; không có số liệu thì giữ nguyên ghi chú tại ô.",
        evidence={"systems": sorted(system.value for system in view.gaps)},
    )


DAYS_COMPLETE: Check[SuccessionView] = Check(
    check="succession.days_complete",
    topic=Topic.SUCCESSION,
    severity=Severity.WARNING,
    cells_vi="mỗi hệ thống cho số liệu phát sinh trong kỳ",
    says_vi="Kỳ có ngày trước khi đơn vị thành lập thì gồm cả số liệu của các đơn vị trước sắp xếp.",
    unclear_vi="Chỉ khi bộ kiểm tra gặp lỗi.",
    columns=("gaps",),
    operands=_count_gaps,
    demand=rule_holds(not_),
    explain=_explain_gaps,
)

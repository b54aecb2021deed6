"""A figure of a system, or one typed in, beside what the unit wrote for it in the form it handed in.

Neither is right by itself: the system's is printed, the unit's is kept, and the difference is a finding.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Measure, Observation, Severity, Topic
from baocao.figures import print_figure
from baocao.forms.recognise.cells import agrees
from baocao.handed_in import HandedFigure, HandedIn
from baocao.vocabulary import SYSTEMS
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.form.figures_view import Figures
from expectations.rule import Check, CheckFinding, Obstacle, Operands, Rule, Subject, rule_holds


@dataclass(frozen=True)
class HandedView:
    """The figures of one unit beside those of the form it handed in."""

    unit_code: str
    observations: Figures
    handed: HandedIn
    catalogue: Catalogue
    evidence: Mapping[str, Any] = field(default_factory=dict)


def check_handed_in(observations: Figures, handed: HandedIn, catalogue: Catalogue, unit_code: str) -> list[CheckResult]:
    """Every figure of the form that was not itself taken from there."""
    view = HandedView(unit_code, observations, handed, catalogue)
    both = [(code, cell) for code, cell in handed.figures.items() if _is_of_another(observations.get(code), handed)]
    cases = [Case(number, _rule(code, cell, catalogue), view) for number, (code, cell) in enumerate(both)]
    return evaluate([CaseSet.of(AS_HANDED_IN, cases)], len(cases))


def _is_of_another(found: Observation | None, handed: HandedIn) -> bool:
    """Whether a figure was made from anything but the form alone."""
    return found is not None and not (found.payload_hashes and set(found.payload_hashes) <= set(handed.hashes))


def _rule(code: str, cell: HandedFigure, catalogue: Catalogue) -> Rule:
    indicator = catalogue.indicator(code)
    subject = Subject(
        owner=indicator.owner,
        cells=(cell.row,),
        sentence_vi=f"“{indicator.label}”: số đơn vị báo cáo bằng số thu thập từ hệ thống.",
        sentence_en=f"{code}: collected = handed in",
        roles={"codes": (code,)},
    )
    return AS_HANDED_IN.rule(subject)


def _both(rule: Rule, view: HandedView) -> Operands | Obstacle:
    code = rule.roles["codes"][0]
    found, cell = view.observations[code], view.handed.figures[code]
    if found.value is None and cell.value is None:
        return Obstacle("cả hai đều không có số", silent=True)
    if cell.value is None:
        return Obstacle("đơn vị để trống ô này trong biểu đã nộp")
    if found.value is None:
        return Obstacle("hệ thống không có số này để so với số đơn vị báo cáo")
    return found.value, cell.value, view.catalogue.indicator(code).measure


def _is_same(ours: Decimal, written: Decimal, measure: Measure) -> bool:
    return agrees(written, ours) if measure is Measure.PERCENT else ours == written


def _explain(rule: Rule, view: HandedView) -> CheckFinding:
    code = rule.roles["codes"][0]
    indicator, found, cell = view.catalogue.indicator(code), view.observations[code], view.handed.figures[code]
    assert found.value is not None
    assert cell.value is not None
    ours, theirs = (print_figure(value, indicator.measure) for value in (found.value, cell.value))
    whence = SYSTEMS[indicator.system] if indicator.system else "số nhập tay hoặc tính từ hệ thống"
    return CheckFinding(
        observed=ours,
        expected=theirs,
        message_vi=f"Ô {cell.row} (“{indicator.label}”): {whence} cho {ours}, đơn vị báo cáo {theirs} "
        f"({view.handed.says_vi}, {cell.place}). Biểu mẫu in số thứ nhất.",
        message_en=f"{code}: collected {found.value}, handed in {cell.value}",
        mend_vi="Đối chiếu với đơn vị: số nào đúng thì sửa bên còn lại (đơn vị nộp lại biểu, hoặc đính chính có ký).",
        evidence={"indicator": code, "handed_in": f"{cell.value:f}", "number": view.handed.number},
    )


AS_HANDED_IN: Check[HandedView] = Check(
    check="reconcile.as_handed_in",
    topic=Topic.TWO_COUNTS,
    severity=Severity.WARNING,
    cells_vi="số liệu vừa có từ hệ thống (hoặc nhập tay), vừa có trong biểu đơn vị nộp",
    says_vi="Số thu thập từ hệ thống bằng số đơn vị báo cáo trong biểu đã nộp.",
    unclear_vi="Một trong hai bên không có số.",
    columns=("collected", "handed_in", "measure"),
    operands=_both,
    demand=rule_holds(_is_same),
    explain=_explain,
)

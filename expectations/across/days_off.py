"""The check `complete.days_off_declared`: the due day lies in a year whose days off are known, not reckoned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from baocao.domain import CheckResult, Severity, Topic
from baocao.hints import hint
from baocao.vocabulary import IT_OWNER
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.rule import Check, CheckFinding, Operands, Rule, Subject, rule_holds


@dataclass(frozen=True)
class DueDayView:
    """When one unit's report is due, and whether the days off of that year are declared."""

    unit_code: str
    period_code: str
    due_on: date
    is_declared: bool

    @property
    def evidence(self) -> Mapping[str, Any]:
        return {"form": None, "period": self.period_code}


def check_days_off(view: DueDayView) -> list[CheckResult]:
    says = DAYS_OFF_DECLARED.says_vi
    subject = Subject(owner=IT_OWNER, cells=(), sentence_vi=says, sentence_en=DAYS_OFF_DECLARED.check)
    return evaluate([CaseSet.of(DAYS_OFF_DECLARED, [Case(0, DAYS_OFF_DECLARED.rule(subject), view)])], 1)


def _is_declared(_: Rule, view: DueDayView) -> Operands:
    return (view.is_declared,)


def _explain_undeclared(_: Rule, view: DueDayView) -> CheckFinding:
    year, due_on = view.due_on.year, f"{view.due_on:%d/%m/%Y}"
    return CheckFinding(
        observed=f"chưa khai báo năm {year}",
        expected=f"ngày nghỉ năm {year} có trong calendars.yaml",
        message_vi=f"Hạn nộp {due_on} là tạm tính: ngày nghỉ lễ, Tết năm {year} chưa khai báo, đang dùng ngày nghỉ "
        "theo Bộ luật Lao động; lịch được công bố có thể khác.",
        message_en=f"Due {view.due_on}, reckoned: the days off of {year} are not declared in calendars.yaml.",
        mend_vi=f"Khi có thông báo lịch nghỉ năm {year}, ghi vào calendars.yaml; {hint('doctor')} in sẵn dòng cần ghi.",
        evidence={"due_on": str(view.due_on), "year": year},
    )


DAYS_OFF_DECLARED: Check[DueDayView] = Check(
    check="complete.days_off_declared",
    topic=Topic.DAYS_OFF,
    severity=Severity.WARNING,
    cells_vi="hạn nộp của báo cáo",
    says_vi="Ngày nghỉ của năm có hạn nộp đã khai báo trong calendars.yaml, không phải tạm tính.",
    unclear_vi="Chỉ khi bộ kiểm tra gặp lỗi.",
    columns=("declared",),
    operands=_is_declared,
    demand=rule_holds(bool),
    explain=_explain_undeclared,
)

"""Whether a source that figures are only compared with gave anything to compare; never critical."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Source
from baocao.domain import CheckResult, Severity, SourceFailure, Topic
from baocao.errors import SourceUnavailableError
from baocao.hints import hint
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.rule import Check, CheckFinding, Rule, Subject, rule_holds

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ComparisonView:
    """One source and what came of asking it."""

    unit_code: str
    source: Source
    failure: SourceFailure | None
    record_count: int
    evidence: dict[str, Any] = field(default_factory=dict)

    @property
    def is_given(self) -> bool:
        return self.failure is None and self.record_count > 0


def check_comparison(
    source: Source, failure: SourceFailure | None, frames: "Mapping[str, pd.DataFrame]", unit_code: str
) -> list[CheckResult]:
    """Check that the source answered and gave figures of its own, or records, to compare with."""
    evidence = {"source": source.source_code, "system": source.system.value}
    view = ComparisonView(unit_code, source, failure, sum(map(len, frames.values())), evidence)
    subject = Subject(
        owner="",
        cells=(),
        sentence_vi=f"{source.label} (chỉ để đối chiếu) cho số tổng hợp hoặc danh sách để so sánh.",
        sentence_en=f"{source.source_code} gives tallies or records to compare with",
    )
    return evaluate([CaseSet.of(COMPARISON_GIVEN, [Case(0, COMPARISON_GIVEN.rule(subject), view)])], 1)


def _explain(rule: Rule, view: ComparisonView) -> CheckFinding:
    failure = view.failure
    why = failure.reason.rstrip(".") if failure else "không trả về số tổng hợp hay bản ghi nào"
    passing = failure is not None and failure.exit_code == SourceUnavailableError.exit_code
    return CheckFinding(
        observed=failure.kind if failure else "0",
        expected="số tổng hợp hoặc danh sách của hệ thống",
        message_vi=f"Không đối chiếu được với {view.source.label}: {why}. Số liệu của biểu không phụ thuộc nguồn này.",
        message_en=f"{rule.sentence_en}: {why}.",
        mend_vi=(
            "Không phải sửa ngay và không chặn việc phát hành; nếu lặp lại, chạy "
            f"`{hint('probe', view.source.source_code, unit=view.unit_code)}` và báo bộ phận kỹ thuật."
        ),
        severity=Severity.INFO if passing else Severity.WARNING,
    )


COMPARISON_GIVEN: Check[ComparisonView] = Check(
    check="reconcile.comparison_given",
    topic=Topic.COMPARISON,
    severity=Severity.WARNING,
    cells_vi="nguồn khai báo `role: comparison`",
    says_vi="Nguồn chỉ dùng để đối chiếu trả lời và cho số tổng hợp hoặc danh sách.",
    milder_vi="Chỉ là “thông tin” khi nguồn tạm thời không kết nối được. Không bao giờ chặn việc phát hành.",
    unclear_vi="Chỉ khi bộ kiểm tra gặp lỗi.",
    columns=("is_given",),
    operands=lambda _, view: (view.is_given,),
    demand=rule_holds(bool),
    explain=_explain,
)

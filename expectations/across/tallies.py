"""The suite `reconcile`: a figure counted from records beside what a source counted itself, over the same days.

A difference is a finding, never an error: the two count by different days, channels and states, and both are kept.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue, Source
from baocao.domain import CheckResult, Observation, Severity, System, Topic, Window
from baocao.vocabulary import SYSTEMS
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.form.figures_view import Figures
from expectations.rule import Check, CheckFinding, Demand, Obstacle, Operands, Rule, Subject
from expectations.wording import figure

if TYPE_CHECKING:
    import pandas as pd

NEAR_PCT = 5
REASONS: Mapping[str, str] = {
    "dossiers": "tính theo ngày nộp hay ngày tiếp nhận; hồ sơ qua bưu chính hoặc chưa ghi kênh; hồ sơ rút, dừng xử lý, "
    "chưa tiếp nhận hoặc bị từ chối; hồ sơ nhập muộn",
    "documents": "văn bản gửi kèm bản giấy; văn bản thu hồi, cập nhật; văn bản chưa ký số; tính theo ngày gửi hay ngày "
    "ban hành",
    "procedures": "danh mục thay đổi giữa hai lần lấy số liệu; thủ tục tính theo đơn vị hay theo toàn tỉnh",
}
MENDING = (
    "Không phải sửa ngay và không chặn việc phát hành: xem hai cách tính, chọn số phù hợp với hướng dẫn của biểu, "
    "ghi lý do vào ghi chú nếu chênh lệch lớn."
)


@dataclass(frozen=True)
class SourceTally:
    """What one system (or one source of it, `said_by`) says of one indicator over some days, on one basis."""

    system: System
    said_by: str
    indicator_code: str
    value: Decimal
    window: Window
    basis: str


@dataclass(frozen=True)
class TallyView:
    """The figures of one unit beside its sources' own."""

    unit_code: str
    observations: Figures
    catalogue: Catalogue
    window: Window
    evidence: Mapping[str, Any] = field(default_factory=dict)

    def counted(self, indicator_code: str) -> Observation | None:
        """The figure, where it was counted from records: more than one step led to it."""
        found = self.observations.get(indicator_code)
        return found if found and found.value is not None and len(found.steps) > 1 else None


def check_tallies(
    observations: Figures,
    tallies: "Mapping[System, pd.DataFrame]",
    catalogue: Catalogue,
    window: Window,
    unit_code: str,
    *,
    said_by: Source | None = None,
) -> list[CheckResult]:
    """Compare every figure counted from records with each tally of it (frames of the kind `tallies`, by system).

    Figures taken from a tally have nothing to be compared with and are left out; results concern no cell. `said_by`
    names the source where it is not the one the figures come from.
    """
    view = TallyView(unit_code, observations, catalogue, window)
    known = [tally for tally in _group(tallies, said_by) if view.counted(tally.indicator_code)]
    cases = [
        Case(number, _rule(tally, view), replace(view, evidence=_evidence(tally, said_by)))
        for number, tally in enumerate(known)
    ]
    return evaluate([CaseSet.of(LIST_VS_STATISTIC, cases)], len(cases))


def _evidence(tally: SourceTally, said_by: Source | None) -> dict[str, str]:
    """Which figure was compared with what, also where the two are equal."""
    source = {"source": said_by.source_code} if said_by else {}
    said = {"indicator": tally.indicator_code, "system": tally.system.value, "basis": tally.basis}
    return {**said, **source, "tallied": str(tally.value)}


def _group(tallies: "Mapping[System, pd.DataFrame]", said_by: Source | None) -> Iterator[SourceTally]:
    """Tallies of one indicator, days and basis added up: parts of one figure."""
    keys = ["indicator_code", "start_on", "end_on", "basis"]
    for system, frame in tallies.items():
        for code, start, end, basis, value in frame.groupby(keys, as_index=False)["value"].sum().to_numpy():
            words = said_by.label if said_by else SYSTEMS[system]
            yield SourceTally(system, words, code, Decimal(int(value)), Window(start.date(), end.date()), basis)


def _rule(tally: SourceTally, view: TallyView) -> Rule:
    indicator = view.catalogue.indicators[tally.indicator_code]
    subject = Subject(
        owner=indicator.owner,
        cells=(),
        sentence_vi=f"“{indicator.label}” đếm từ danh sách bằng số tổng hợp của {tally.said_by}.",
        sentence_en=f"{tally.indicator_code}: counted = tallied by {tally.system}",
        roles={"codes": (tally.indicator_code, tally.system, tally.window.start_on.isoformat(), tally.basis)},
        limits={"tally": tally},
    )
    return LIST_VS_STATISTIC.rule(subject)


def _both(rule: Rule, view: TallyView) -> Operands | Obstacle:
    tally: SourceTally = rule.limits["tally"]
    counted = view.counted(tally.indicator_code)
    if tally.window != view.window:
        return Obstacle(
            f"số tổng hợp là của {_days(tally.window)} ({tally.basis}), kỳ báo cáo là {_days(view.window)}: "
            "hai khoảng ngày khác nhau nên không so sánh"
        )
    return (counted.value if counted else None), tally.value


def _days(window: Window) -> str:
    return f"{window.start_on:%d/%m/%Y}–{window.end_on:%d/%m/%Y}"


def _explain(rule: Rule, view: TallyView) -> CheckFinding:
    tally: SourceTally = rule.limits["tally"]
    counted = view.counted(tally.indicator_code)
    assert counted is not None
    assert counted.value is not None
    difference = counted.value - tally.value
    indicator = view.catalogue.indicators[tally.indicator_code]
    ours = "; ".join(step.step for step in counted.steps[1:])
    reasons = REASONS.get(indicator.count.records, "") if indicator.count else ""
    said = (
        f"“{indicator.label}”: đếm từ danh sách được {figure(counted.value)}, {tally.said_by} tự tổng hợp "
        f"{figure(tally.value)}, lệch {figure(abs(difference))}."
    )
    return CheckFinding(
        observed=figure(counted.value),
        expected=figure(tally.value),
        message_vi=f"{said} Phần mềm tính: {ours}. Hệ thống tính: {tally.basis}. Chênh lệch thường do: {reasons}.",
        message_en=f"{rule.sentence_en}: {counted.value} beside {tally.value}.",
        mend_vi=MENDING,
        severity=Severity.INFO if abs(difference) * 100 <= counted.value * NEAR_PCT else Severity.WARNING,
        evidence={"difference": str(difference)},
    )


LIST_VS_STATISTIC: Check[TallyView] = Check(
    check="reconcile.list_vs_statistic",
    topic=Topic.TWO_COUNTS,
    severity=Severity.WARNING,
    cells_vi="số liệu đếm từ danh sách mà hệ thống nguồn cũng tự tổng hợp",
    says_vi="Số đếm từ danh sách bằng số tổng hợp của hệ thống nguồn trong cùng khoảng ngày.",
    milder_vi=f"Chỉ là “thông tin” khi lệch không quá {NEAR_PCT}%. Không bao giờ chặn việc phát hành.",
    unclear_vi="Số tổng hợp là của khoảng ngày khác (ví dụ quý dương lịch).",
    columns=("counted", "tallied"),
    operands=_both,
    demand=lambda _: Demand("ExpectColumnPairValuesToBeEqual"),
    explain=_explain,
)

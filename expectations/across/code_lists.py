"""`reconcile.portal_dossiers` and `reconcile.sent_documents`: one system's list against another's, code by code.

A list is compared where both sides give one; else the numbers they give, which is only for information, for
`reconcile.list_vs_statistic` judges those. Only codes are ever told.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from operator import not_
from typing import TYPE_CHECKING

from baocao.catalogue.checks import DossierTolerance
from baocao.counting import tallies_within
from baocao.domain import CheckResult, Severity, System, Topic, Window
from baocao.vocabulary import FIELDS, SYSTEMS
from expectations.across.lists import (
    AcrossView,
    SourceContent,
    UnitSources,
    judge_across,
    mind_predecessors,
    size_of,
    why_not_listed,
)
from expectations.across.two_lists import Difference, compare_lists, list_documents, list_dossiers
from expectations.across.wording import Wording, explain_with
from expectations.rule import Check, Obstacle, rule_holds

if TYPE_CHECKING:
    import pandas as pd

AXIS_VI = "trục liên thông"
NOTHING_BLOCKED = "Không phải sửa ngay và không chặn việc phát hành: "


@dataclass(frozen=True)
class ListComparison:
    """How two sources of one kind of records are held against each other."""

    kind: str
    indicator_code: str
    whom: str
    read: "Callable[[SourceContent], pd.DataFrame]"
    border_days: int
    tolerance_pct: float
    copies: Mapping[str, str] = field(default_factory=dict)


def check_portal_dossiers(asked: UnitSources) -> list[CheckResult]:
    """Online dossiers of the one-stop against those of the portal, by whichever source gives either."""
    ours = asked.figures.get(System.ONE_STOP)
    if ours is None:
        return []
    limits = asked.catalogue.limits.reconcile.portal_dossiers
    portal = asked.figures.get(System.PORTAL)
    others = [one for one in (*asked.comparisons, *([portal] if portal else ())) if one.system is System.PORTAL]
    plan = ListComparison(
        kind="dossiers",
        indicator_code="dossiers_online_count",
        whom=SYSTEMS[System.PORTAL],
        read=lambda given: list_dossiers(
            given.frames["dossiers"], limits.date_field, is_portal=given.system is System.PORTAL
        ),
        border_days=limits.border_days,
        tolerance_pct=limits.of(asked.unit_code),
        copies=limits.status_copies,
    )
    return judge_across(_portal_dossiers(limits), _views(asked, ours, others, plan), _owner(asked, plan))


def check_sent_documents(asked: UnitSources) -> list[CheckResult]:
    """Outgoing documents that go by the axis against what the axis has; what was received is in neither."""
    ours = asked.figures.get(System.DOCUMENTS)
    if ours is None:
        return []
    limits = asked.catalogue.limits.reconcile.sent_documents
    plan = ListComparison(
        kind="documents",
        indicator_code="documents_electronic_count",
        whom=AXIS_VI,
        read=lambda given: list_documents(given.frames["documents"]),
        border_days=limits.border_days,
        tolerance_pct=limits.of(asked.unit_code),
    )
    others = [one for one in asked.comparisons if one.system is System.DOCUMENTS]
    return judge_across(SENT_DOCUMENTS, _views(asked, ours, others, plan), _owner(asked, plan))


def _owner(asked: UnitSources, plan: ListComparison) -> str:
    return asked.catalogue.indicators[plan.indicator_code].owner


def _views(
    asked: UnitSources, ours: SourceContent, others: Sequence[SourceContent], plan: ListComparison
) -> Iterator[AcrossView]:
    """A view for each source that gives a list, else for each that gives a number, else one that says why not."""
    view = AcrossView(
        asked.unit_code, ours, None, _unlisted(ours, others, plan), plan.tolerance_pct,
        asked.catalogue.limits.reconcile.listed, {"indicator": plan.indicator_code},
    )  # fmt: skip
    listing = [one for one in others if plan.kind in one.frames]
    comparable = listing or [one for one in others if _tallies(one, plan)]
    if ours.failure or not comparable:
        yield view
        return
    for theirs in comparable:
        yield replace(view, theirs=theirs, found=mind_predecessors(ours, theirs) or _compare(asked, ours, theirs, plan))


def _unlisted(ours: SourceContent, others: Sequence[SourceContent], plan: ListComparison) -> Obstacle:
    return why_not_listed([ours] if ours.failure else others, plan.kind, plan.whom)


def _compare(
    asked: UnitSources, ours: SourceContent, theirs: SourceContent, plan: ListComparison
) -> Difference | Obstacle:
    if plan.kind in ours.frames and plan.kind in theirs.frames:
        return compare_lists(
            plan.read(ours), plan.read(theirs), asked.window, border_days=plan.border_days, copies=plan.copies
        )
    figure = asked.observations.get(plan.indicator_code)
    if figure is None or figure.value is None:
        return Obstacle(f"không có số liệu “{asked.catalogue.indicators[plan.indicator_code].label}” để so sánh")
    number = _number(theirs, plan, asked.window)
    if isinstance(number, Obstacle):
        return number
    return Difference(ours=int(figure.value), theirs=number, is_listed=False)


def _number(theirs: SourceContent, plan: ListComparison, window: Window) -> int | Obstacle:
    """What the source lists, else what it counted itself over just these days."""
    if plan.kind in theirs.frames:
        rows = plan.read(theirs)
        days = rows["day"].dt.date
        return int((rows["is_due"] & days.between(window.start_on, window.end_on)).sum())
    tallies = tallies_within(theirs.frames.get("tallies"), plan.indicator_code, window)
    if not len(tallies):
        return Obstacle(
            f"số tổng hợp của {theirs.source.label} là của khoảng ngày khác kỳ báo cáo "
            f"({window.start_on:%d/%m/%Y}–{window.end_on:%d/%m/%Y}) nên không so sánh"
        )
    return int(Decimal(str(tallies.loc[tallies["basis"] == tallies["basis"].iloc[0], "value"].sum())))


def _tallies(given: SourceContent, plan: ListComparison) -> bool:
    tallies = given.frames.get("tallies")
    return tallies is not None and bool(tallies["indicator_code"].eq(plan.indicator_code).any())


def _check(rule: str, says_vi: str, cells_vi: str, words: Wording) -> Check[AcrossView]:
    return Check(
        check=f"reconcile.{rule}",
        topic=Topic.TWO_LISTS,
        severity=Severity.WARNING,
        cells_vi=cells_vi,
        says_vi=says_vi,
        milder_vi=(
            "Chỉ là “thông tin” khi phần lệch không quá ngưỡng trong checks.yaml hoặc chỉ so được số lượng. "
            "Không bao giờ chặn việc phát hành."
        ),
        unclear_vi="Không nguồn nào cho danh sách hay số tổng hợp của đúng các ngày trong kỳ.",
        columns=("differing",),
        operands=size_of,
        demand=rule_holds(not_),
        explain=explain_with(words),
    )


def _portal_dossiers(limits: DossierTolerance) -> Check[AcrossView]:
    words = Wording(
        things_vi="Hồ sơ trực tuyến",
        basis_vi=f"theo {FIELDS[limits.date_field]}",
        reasons_vi="hồ sơ chưa đồng bộ lên Cổng hoặc đồng bộ muộn; hồ sơ đã xóa ở một bên; một hồ sơ được cấp hai mã; "
        "kênh nộp ghi khác nhau",
        mend_vi=f"{NOTHING_BLOCKED}tra các mã hồ sơ nêu trên ở cả hai hệ thống, đồng bộ lại hồ sơ còn thiếu; "
        "mã chỉ có ở Cổng thì kiểm tra đã tiếp nhận vào hệ thống một cửa chưa.",
    )
    return _check(
        "portal_dossiers",
        "Hồ sơ trực tuyến ở hệ thống một cửa và ở Cổng Dịch vụ công là cùng những hồ sơ, cùng kênh và trạng thái.",
        "hồ sơ trực tuyến của hệ thống một cửa",
        words,
    )


PORTAL_DOSSIERS = _portal_dossiers(DossierTolerance())
SENT_DOCUMENTS = _check(
    "sent_documents",
    "Văn bản đi gửi điện tử ở hệ thống quản lý văn bản và văn bản đã gửi trên trục liên thông là cùng những văn bản.",
    "văn bản đi, không kể văn bản mật và văn bản giấy",
    Wording(
        things_vi="Văn bản đi gửi điện tử",
        basis_vi="hệ thống văn bản theo ngày ban hành, trục theo ngày gửi",
        reasons_vi="văn bản gửi sau ngày ban hành; văn bản thu hồi hoặc gửi nội bộ không qua trục; "
        "văn bản chưa gửi được",
        mend_vi=f"{NOTHING_BLOCKED}kiểm tra các văn bản nêu trên đã gửi qua trục chưa; "
        "mã chỉ có ở trục thì kiểm tra đã vào sổ văn bản đi chưa.",
    ),
)

"""`reconcile.procedures_offered`: the procedures dossiers are filed under against those the portal's catalogue has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import not_
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue
from baocao.catalogue.checks import OfferedTolerance
from baocao.domain import CheckResult, Severity, System, Topic, Window
from baocao.notices import USUAL_PAGE_SIZES
from baocao.vocabulary import SYSTEMS
from expectations.across.lists import SourceContent, UnitSources, why_not_listed
from expectations.across.wording import keep_codes, say_codes
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.records.frame import RecordFrame
from expectations.rule import Check, CheckFinding, Obstacle, Operands, Rule, Subject, rule_holds
from expectations.wording import figure

if TYPE_CHECKING:
    import pandas as pd

Used = Mapping[str, int]
_NATIONAL = re.compile(r"\d\.\d{6}")


@dataclass(frozen=True)
class OfferedProcedures:
    """Dossiers of the window, and those by procedure whose procedure is not in the catalogue as it should be."""

    dossiers: int
    missing: Used = field(default_factory=dict)
    other_level: Used = field(default_factory=dict)
    listed: int = 0

    def lacks_too_much(self, limits: OfferedTolerance) -> bool:
        """Whether the catalogue was cut, for all one can see; codes that are not national ones say nothing of it."""
        lacking = sum(_NATIONAL.fullmatch(code) is not None for code in self.missing)
        share_is_large = lacking * 100 > limits.missing_pct * (self.listed + lacking)
        return lacking >= limits.missing_at_least and (share_is_large or self.listed in USUAL_PAGE_SIZES)

    @property
    def suspects(self) -> frozenset[str]:
        return frozenset((*self.missing, *self.other_level))


@dataclass(frozen=True)
class OfferedView:
    """The procedures of one unit's dossiers beside the catalogue."""

    unit_code: str
    found: OfferedProcedures | Obstacle
    tolerance_pct: float
    limits: OfferedTolerance
    listed: int
    evidence: Mapping[str, Any]


def check_procedures_offered(asked: UnitSources) -> list[CheckResult]:
    """Hold the dossiers of the window against the catalogue; a unit without a one-stop has nothing to hold."""
    ours, portal = asked.figures.get(System.ONE_STOP), asked.figures.get(System.PORTAL)
    if ours is None:
        return []
    limits = asked.catalogue.limits.reconcile
    sides = {"system": ours.system.value, "source": ours.source.source_code}
    against = {"against": portal.source.source_code} if portal else {}
    view = OfferedView(
        asked.unit_code,
        _compare(asked, ours, portal),
        limits.procedures_offered.of(asked.unit_code),
        limits.procedures_offered,
        limits.listed,
        {**sides, **against},
    )
    subject = Subject(
        owner=_owner(asked.catalogue),
        cells=(),
        sentence_vi=PROCEDURES_OFFERED.says_vi,
        sentence_en="every procedure dossiers are filed under is in the catalogue at the same level",
        roles={"codes": tuple({**sides, **against}.values())[1:]},
    )
    return evaluate([CaseSet.of(PROCEDURES_OFFERED, [Case(0, PROCEDURES_OFFERED.rule(subject), view)])], 1)


def _owner(catalogue: Catalogue) -> str:
    kinds = (found for found in catalogue.indicators.values() if found.count and found.count.records == "procedures")
    return next((found.owner for found in kinds), "")


def _compare(asked: UnitSources, ours: SourceContent, portal: SourceContent | None) -> OfferedProcedures | Obstacle:
    if "dossiers" not in ours.frames:
        return why_not_listed([ours], "dossiers", SYSTEMS[System.ONE_STOP])
    if portal is None or not len(portal.frames.get("procedures", ())):
        return why_not_listed([portal] if portal else [], "procedures", SYSTEMS[System.PORTAL])
    used = _used(ours.frames["dossiers"], asked.catalogue, asked.window)
    return _judge(used, portal.frames["procedures"])


def _used(dossiers: "pd.DataFrame", catalogue: Catalogue, window: Window) -> "pd.DataFrame":
    """How many dossiers of the window each procedure has at each level: `procedure_code`, `service_level`, `count`."""
    inside = RecordFrame("dossiers", dossiers, catalogue, window).days_inside.index
    chosen = dossiers.loc[inside, ["procedure_code", "service_level"]].astype(object)
    chosen["procedure_code"] = chosen["procedure_code"].map(national_code, na_action="ignore")
    return chosen.groupby(["procedure_code", "service_level"], dropna=False).size().rename("count").reset_index()


def national_code(code: str) -> str:
    """`1.003560` of `1.003560.000.00.00.H56`, as catalogue and dossiers write it differently."""
    return ".".join(code.split(".")[:2])


def _judge(used: "pd.DataFrame", procedures: "pd.DataFrame") -> OfferedProcedures:
    catalogue = procedures.assign(procedure_code=procedures["procedure_code"].map(national_code))
    offered = catalogue.drop_duplicates("procedure_code", keep="last").set_index("procedure_code")
    code, level = used["procedure_code"], used["service_level"]
    is_known = code.isin(offered.index)
    catalogue_level = code.map(offered["service_level"].astype(object))
    told = level.notna() & catalogue_level.notna()
    raised = code[told & level.eq(catalogue_level)]  # at both levels within the window: its level was changed in it
    is_other = told & level.ne(catalogue_level) & ~code.isin(raised)
    return OfferedProcedures(
        int(used["count"].sum()),
        missing=_by_code(used[~is_known & code.notna()]),
        other_level=_by_code(used[is_other]),
        listed=len(offered),
    )


def _by_code(rows: "pd.DataFrame") -> Used:
    counts = rows.groupby("procedure_code")["count"].sum().sort_index()
    return {str(code): int(count) for code, count in counts.items()}


def _operands(_: Rule, view: OfferedView) -> Operands | Obstacle:
    return view.found if isinstance(view.found, Obstacle) else (len(view.found.suspects),)


def _explain(rule: Rule, view: OfferedView) -> CheckFinding:
    found = view.found
    assert isinstance(found, OfferedProcedures)
    kinds = {
        "missing": ("không có trong danh mục của Cổng", found.missing),
        "other_level": ("ở mức dịch vụ khác với danh mục", found.other_level),
    }
    said = [f"{words}: {say_codes(_with_counts(used))}" for words, used in kinds.values() if used]
    kept = [keep_codes(name, _with_counts(used), view.listed) for name, (_, used) in kinds.items()]
    lost = sum(found.missing.values())
    if found.lacks_too_much(view.limits):
        return _explain_cut(rule, found, {name: value for part in kept for name, value in part.items()})
    return CheckFinding(
        observed=f"{figure(len(found.suspects))} thủ tục",
        expected="mọi thủ tục có hồ sơ đều có trong danh mục, cùng mức dịch vụ",
        message_vi=(
            f"Thủ tục có hồ sơ trong kỳ nhưng {'; '.join(said)}. Chênh lệch thường do: danh mục thay đổi "
            "giữa kỳ và lúc lấy; thủ tục đã bãi bỏ, thay thế còn hồ sơ; mã thủ tục riêng của địa phương."
        ),
        message_en=f"{rule.sentence_en}: {len(found.suspects)} are not, {lost} dossiers of procedures unknown to it.",
        mend_vi=(
            "Không phải sửa ngay và không chặn việc phát hành: đối chiếu các mã thủ tục nêu trên với quyết định "
            "công bố, cập nhật danh mục trên Cổng hoặc mã thủ tục ở hệ thống một cửa."
        ),
        severity=Severity.INFO if lost * 100 <= view.tolerance_pct * found.dossiers else Severity.WARNING,
        evidence={name: value for part in kept for name, value in part.items()} | {"dossiers": found.dossiers},
    )


def _explain_cut(rule: Rule, found: OfferedProcedures, kept: Mapping[str, Any]) -> CheckFinding:
    """The catalogue lacks what the unit works on every day: the figures counted from it are too small."""
    is_page = found.listed in USUAL_PAGE_SIZES
    return CheckFinding(
        observed=f"{figure(len(found.missing))} thủ tục có hồ sơ không có trong danh mục",
        expected="danh mục đầy đủ thủ tục của đơn vị",
        message_vi=(
            f"Danh mục lấy từ Cổng có {figure(found.listed)} thủ tục"
            f"{', đúng bằng số dòng của một trang' if is_page else ''}, nhưng hồ sơ trong kỳ thuộc "
            f"{figure(len(found.missing))} thủ tục không có trong đó: {say_codes(_with_counts(found.missing))}. "
            "Danh mục có thể bị cắt bớt khi lấy, nên các số đếm thủ tục có thể thiếu."
        ),
        message_en=f"{rule.sentence_en}: the catalogue of {found.listed} lacks {len(found.missing)} procedures in use.",
        mend_vi=(
            "Kiểm tra trên Cổng số thủ tục của đơn vị, hỏi đơn vị vận hành Cổng xem dịch vụ danh mục có giới hạn "
            "số dòng không rồi lấy lại. Nếu danh mục đúng là đủ, nâng "
            "reconcile.procedures_offered.missing_at_least trong checks.yaml."
        ),
        severity=Severity.CRITICAL,
        evidence={**kept, "dossiers": found.dossiers, "listed": found.listed},
    )


def _with_counts(used: Used) -> list[str]:
    """`1.003560×12`: the procedure and its dossiers."""
    return [f"{code}×{count}" for code, count in used.items()]


PROCEDURES_OFFERED: Check[OfferedView] = Check(
    check="reconcile.procedures_offered",
    topic=Topic.TWO_LISTS,
    severity=Severity.CRITICAL,
    cells_vi="thủ tục có hồ sơ trong kỳ",
    says_vi="Thủ tục có hồ sơ trong kỳ đều có trong danh mục của Cổng Dịch vụ công, cùng mức dịch vụ.",
    milder_vi=(
        "Chỉ là “cảnh báo” khi số thủ tục thiếu không quá ngưỡng trong checks.yaml; chỉ là “thông tin” khi chỉ khác "
        "mức dịch vụ, hay hồ sơ của thủ tục ngoài danh mục không quá ngưỡng."
    ),
    unclear_vi="Không thu thập được hồ sơ hoặc danh mục thủ tục.",
    columns=("differing",),
    operands=_operands,
    demand=rule_holds(not_),
    explain=_explain,
)

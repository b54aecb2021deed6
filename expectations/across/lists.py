"""What one system lists against what another does: the two sides, how far they are comparable, how it is told."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue, Source
from baocao.domain import CheckResult, System, Window
from baocao.vocabulary import RECORDS
from expectations.across.two_lists import Difference
from expectations.engine.case_sets import Case, CaseSet, evaluate
from expectations.form.figures_view import Figures
from expectations.rule import Check, Obstacle, Operands, Rule, Subject

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SourceContent:
    """One source that was asked for a unit: what it gave by kind of records, or why it gave nothing.

    `inherits` where the days of the units of before are among its records.
    """

    source: Source
    frames: "Mapping[str, pd.DataFrame]" = field(default_factory=dict)
    failure: str = ""
    inherits: bool = False

    @property
    def system(self) -> System:
        return self.source.system

    @property
    def is_comparison(self) -> bool:
        return self.source.role == "comparison"


@dataclass(frozen=True)
class UnitSources:
    """All sources of a unit and its figures: what is held against each other."""

    unit_code: str
    catalogue: Catalogue
    window: Window
    observations: Figures
    figures: Mapping[System, SourceContent]
    comparisons: Sequence[SourceContent] = ()


@dataclass(frozen=True)
class AcrossView:
    """One source (`ours`) beside another (`theirs`, None where none gives what is needed)."""

    unit_code: str
    ours: SourceContent
    theirs: SourceContent | None
    found: Difference | Obstacle
    tolerance_pct: float
    listed: int
    evidence: Mapping[str, Any] = field(default_factory=dict)


def judge_across(check: Check[AcrossView], views: Iterable[AcrossView], owner: str) -> list[CheckResult]:
    """A result for each pair of sources; they concern no cell."""
    cases = [Case(number, _rule(check, view, owner), _with_sides(view)) for number, view in enumerate(views)]
    return evaluate([CaseSet.of(check, cases)], len(cases))


def _rule(check: Check[AcrossView], view: AcrossView, owner: str) -> Rule:
    sources = (view.ours.source.source_code, *((view.theirs.source.source_code,) if view.theirs else ()))
    subject = Subject(
        owner=owner,
        cells=(),
        sentence_vi=check.says_vi,
        sentence_en=f"{check.check}: {' = '.join(sources)}",
        roles={"codes": sources},
    )
    return check.rule(subject)


def _with_sides(view: AcrossView) -> AcrossView:
    theirs = {"against": view.theirs.source.source_code} if view.theirs else {}
    counted = {} if isinstance(view.found, Obstacle) else {"ours": view.found.ours, "theirs": view.found.theirs}
    sides = {"system": view.ours.system.value, "source": view.ours.source.source_code, **theirs, **counted}
    return replace(view, evidence={**sides, **view.evidence})


def size_of(_: Rule, view: AcrossView) -> Operands | Obstacle:
    return view.found if isinstance(view.found, Obstacle) else (view.found.size,)


def why_not_listed(givens: Sequence[SourceContent], kind: str, whom: str) -> Obstacle:
    """Why no source gives a list of the kind: it failed, else nobody has set one up."""
    failed = next((one for one in givens if one.failure), None)
    if failed:
        return Obstacle(f"{failed.source.label}: không thu thập được ({failed.failure})")
    return Obstacle(
        f"chưa có nguồn nào cho danh sách {RECORDS[kind]} của {whom}; có thể khai báo nguồn `role: comparison`"
    )


def mind_predecessors(ours: SourceContent, theirs: SourceContent) -> Obstacle | None:
    """Where ours holds days of the units of before and a comparison source cannot, the days are not the same."""
    if ours.inherits and theirs.is_comparison:
        return Obstacle(
            f"số liệu của {ours.source.label} gồm cả ngày của đơn vị trước sắp xếp, {theirs.source.label} thì không: "
            "hai khoảng ngày khác nhau nên không so sánh"
        )
    return None

"""What the checks on a roll-up are given: which units lack what, which are drafts, which sources hold them already."""

from collections.abc import Iterable, Sequence

from baocao.catalogue import Catalogue, MissingMode
from baocao.domain import CheckResult
from baocao.rolling_up import NO_KEYS, Parts, add_up, find_nestings, over_tiers
from expectations.across import roll_up
from reporting.plan import Plan
from reporting.roll_up.children import included_systems
from reporting.roll_up.payloads import Overview

LACKING = "thiếu một số số liệu"
_NAMED_FIGURES = 2
WITHOUT_LISTS = "có con số nhưng không có danh sách để đếm lại ô {cells}"


def check_roll_up(catalogue: Catalogue, plan: Plan, overview: Overview) -> list[CheckResult]:
    """The suite `roll_up`, on what a roll-up was made from."""
    below = add_up(each.parts for each in overview.brought)
    view = roll_up.RollUpView(
        unit_code=plan.unit.unit_code,
        catalogue=catalogue,
        period=plan.period,
        is_binding=overview.mode is not MissingMode.PARTIAL,
        units_count=len(overview.brought) + len(overview.missing),
        lacking={**_lacking(plan, overview), **overview.missing},
        drafts=tuple(each.name for each in overview.brought if each.is_draft),
        nestings=find_nestings(plan.indicators, overview.own, below, included_systems(plan)),
    )
    return roll_up.check_roll_up(view)


def _lacking(plan: Plan, overview: Overview) -> dict[str, str]:
    """Each unit that does not bring all it owes, and why: a form handed in by hand has figures, but no lists."""
    shown = {row.indicator for row in plan.form.rows if row.indicator and plan.unit.tier in row.tiers}
    needed: Iterable[str] = {code for name in shown for code in (name, *plan.indicators[name].inputs)}
    counted = [code for code in needed if plan.indicators[code].count is not None]
    lacks: dict[str, list[str]] = {}
    for code in counted:
        for unit in over_tiers(overview.whole, code).missing:
            lacks.setdefault(unit, []).append(code)
    brought = {each.unit_code: each.parts for each in overview.brought}
    return {unit: _why_lacking(plan, brought.get(unit, {}), codes) for unit, codes in lacks.items()}


def _why_lacking(plan: Plan, parts: Parts, codes: Sequence[str]) -> str:
    uncounted = [code for code in codes if NO_KEYS in over_tiers(parts, code).notes]
    cells = [row.key for row in plan.form.rows if row.indicator in uncounted]
    labels = [f"“{plan.indicators[code].label}”" for code in codes if code not in uncounted]
    more = ", …" if len(labels) > _NAMED_FIGURES else ""
    whys = [f"thiếu {', '.join(labels[:_NAMED_FIGURES])}{more}"] if labels else []
    whys += [WITHOUT_LISTS.format(cells=", ".join(cells))] if cells else []
    return "; ".join(whys) or LACKING

"""The units below a unit in a period, and which form of each counts: the released one, else the latest made."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from baocao.catalogue import Catalogue, Unit, children_in, continuations
from baocao.catalogue.owed import find_regime, parts_by_series
from baocao.domain import System, Window
from baocao.store import Store, VintageKey
from reporting.collection.capturing import gives_stocks
from reporting.plan import Plan
from reporting.standing import Standing, fold

NOT_MADE = "chưa có báo cáo"
NOT_RELEASED = "chưa phát hành"
OTHER_DAYS = "kỳ báo cáo của đơn vị gồm những ngày khác"


@dataclass(frozen=True)
class ChildUnit:
    """One unit below. `vintage` is the form that counts, or `reason` says why there is none.

    `revision` is that of its release, None where it is not released; the figures of `continued` systems are counted
    with the unit that succeeded it.
    """

    unit: Unit
    vintage: VintageKey | None = None
    revision: int | None = None
    reason: str = ""
    continued: frozenset[System] = frozenset()


def has_children(catalogue: Catalogue, plan: Plan) -> bool:
    """Whether the form is one to be rolled up."""
    return bool(children_in(catalogue.units, plan.unit, plan.window))


def included_systems(plan: Plan) -> frozenset[System]:
    """The systems whose own source answers for the units below as well."""
    included = plan.unit.roll_up.includes_children
    return frozenset(source.system for source in plan.sources.values() if source.source_code in included)


def find_children(store: Store, catalogue: Catalogue, plan: Plan) -> tuple[ChildUnit, ...]:
    """Every unit below, with the form of it that counts, in a fixed number of questions to the store.

    A unit that lives on under another name, with the same keys in all its sources, is counted as that one alone.
    """
    units = tuple(unit for unit in children_in(catalogue.units, plan.unit, plan.window) if _owes(catalogue, unit, plan))
    latest = store.vintages.latest_numbers(plan.form.form_code, plan.period)
    standings = _standings(store, plan)
    chosen = {u.unit_code: _choose(u, plan, latest.get(u.unit_code), standings.get(u.unit_code)) for u in units}
    continued = continuations(catalogue.units, units, plan.window)
    inherited = _inherited(store, catalogue, chosen.values())
    found = []
    for unit in units:
        child = chosen[unit.unit_code]
        sources = continued.get(unit.unit_code, frozenset()) | inherited.get(unit.unit_code, frozenset())
        if sources and _are_all_counted(catalogue, plan, unit, sources):
            continue
        systems = frozenset(catalogue.source(code).system for code in sources)
        if _window_of(catalogue, unit, plan) != plan.window:
            child = ChildUnit(unit, reason=OTHER_DAYS)
        found.append(replace(child, continued=systems))
    return tuple(found)


def _are_all_counted(catalogue: Catalogue, plan: Plan, unit: Unit, counted: frozenset[str]) -> bool:
    """Whether all a unit owes is counted with its successor; one that is gone by the cut-off owes no stocks."""
    left = [catalogue.source(code) for code in set(unit.source_keys) - counted]
    is_gone = unit.valid_to is not None and unit.valid_to < plan.window.end_on
    return not left or (is_gone and all(gives_stocks(plan, source) for source in left))


def _choose(unit: Unit, plan: Plan, latest: int | None, standing: Standing | None) -> ChildUnit:
    def key(number: int) -> VintageKey:
        return VintageKey(unit.unit_code, plan.form.form_code, plan.period, number)

    if standing is not None and standing.released_vintage is not None:
        return ChildUnit(unit, key(standing.released_vintage), standing.revision)
    if plan.unit.roll_up.children == "released":
        return ChildUnit(unit, reason=NOT_RELEASED if latest else NOT_MADE)
    return ChildUnit(unit, key(latest)) if latest else ChildUnit(unit, reason=NOT_MADE)


def _inherited(store: Store, catalogue: Catalogue, children: Iterable[ChildUnit]) -> dict[str, frozenset[str]]:
    """By code of a unit of before: the sources whose records its successor's own form has counted already."""
    found: dict[str, frozenset[str]] = {}
    for child in children:
        kept = store.collections.list(child.vintage) if child.vintage and child.unit.predecessors else ()
        for one in kept:
            if one.unit_code != child.unit.unit_code and one.source_code in catalogue.sources and not one.failure:
                found[one.unit_code] = found.get(one.unit_code, frozenset()) | {one.source_code}
    return found


def _standings(store: Store, plan: Plan) -> Mapping[str, Standing]:
    found: dict[str, Standing] = {}
    for entry in store.releases.list():
        form_key = entry.form_key
        if (form_key.form_code, form_key.period) == (plan.form.form_code, plan.period):
            before = found.get(form_key.unit_code, Standing(form_key))
            found[form_key.unit_code] = fold(before, [entry])
    return found


def _owes(catalogue: Catalogue, unit: Unit, plan: Plan) -> bool:
    """Whether the unit owes the form at all, for this period or under another regime."""
    return plan.form.series_code in parts_by_series(catalogue, unit)


def _window_of(catalogue: Catalogue, unit: Unit, plan: Plan) -> Window | None:
    try:
        return catalogue.calendar.window(find_regime(catalogue, unit, plan.form), plan.period)
    except ValueError:
        return None


def missing_of(children: Iterable[ChildUnit]) -> dict[str, str]:
    """Why each unit without a form has none, by code."""
    return {child.unit.unit_code: child.reason for child in children if child.vintage is None}

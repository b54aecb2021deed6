"""A form made from the forms of the units below: brought from the store, kept as payloads, counted from those.

The figures of a roll-up come from its own payloads alone, so that it can be made again to the byte whatever has become
of the units' forms; what they say today is rolled up as a new vintage beside it.
"""

from collections.abc import Mapping
from datetime import datetime

from baocao.catalogue import MissingMode, Unit
from baocao.catalogue.groupings import Groupings
from baocao.counting import CountingContext, SourceRecords, observe
from baocao.domain import Observation, System
from baocao.errors import ReleaseError
from baocao.grouping import observe_groups
from baocao.groups import Dimension
from baocao.rolling_up import NAMED_UNITS, Parts, add_up, observe_parts, parts_of, without_systems
from baocao.store import Collection, VintageKey
from reporting.plan import Plan
from reporting.progress import tell
from reporting.roll_up.children import ChildUnit, find_children, has_children, included_systems, missing_of
from reporting.roll_up.contributions import KeyReader, bring, missing_children
from reporting.roll_up.payloads import Contribution, Overview, collect, find_collection, pack, unpack
from reporting.workspace import Workspace


def require_children(
    workspace: Workspace, plan: Plan, missing: MissingMode | None = None
) -> tuple[ChildUnit, ...] | None:
    """The units below; None where the form is no roll-up. Raise ReleaseError where one is missing and may not be.

    `missing` is by default the unit's own rule (units.yaml).
    """
    if not has_children(workspace.catalogue, plan):
        return None
    children = find_children(workspace.store, workspace.catalogue, plan)
    lacking = [f"{child.unit.name} ({child.reason})" for child in children if child.vintage is None]
    if (missing or plan.unit.roll_up.missing) is not MissingMode.REFUSE or not lacking:
        return children
    more = ", …" if len(lacking) > NAMED_UNITS else ""
    said = (
        f"{plan.form_key}: còn thiếu {len(lacking)}/{len(children)} đơn vị: {', '.join(lacking[:NAMED_UNITS])}{more}."
    )
    way = "người tổng hợp của tỉnh, bằng --missing partial; hoặc đợi đủ báo cáo của các đơn vị"
    raise ReleaseError.by_rule("roll_up.missing: refuse", said, f"{plan.window.end_on:%d/%m/%Y}", way)


def add_up_units(
    workspace: Workspace,
    plan: Plan,
    vintage: VintageKey,
    collected: Mapping[System, SourceRecords],
    known_at: datetime,
    children: tuple[ChildUnit, ...],
    missing: MissingMode | None,
) -> Collection:
    """Everything the form is counted from, of the units below and of the unit itself, kept before it is counted."""
    store, catalogue = workspace.store, workspace.catalogue
    reader = KeyReader(store, plan)
    known = _known(workspace, plan, vintage)
    found = (known.get(_mark(child)) or bring(store, catalogue, plan, child, reader) for child in children)
    brought = tuple(each for each in found if each is not None)
    tell(f"Đã đọc báo cáo của {len(brought)}/{len(children)} đơn vị trực thuộc")
    own = _own_parts(plan, collected, known_at, reader, catalogue.groupings)
    below = add_up([*(each.parts for each in brought), *missing_children(plan, children)])
    overview = Overview(
        mode=missing or plan.unit.roll_up.missing,
        children=plan.unit.roll_up.children,
        missing=missing_of(children),
        own=own,
        whole=add_up([own, without_systems(below, plan.indicators, included_systems(plan))]),
        brought=brought,
    )
    collection = collect(plan, tuple(map(store.payloads.keep, pack(plan, known_at, overview))), known_at)
    store.collections.keep(vintage, collection)
    return collection


def observe_below(
    plan: Plan, below: Overview, context: CountingContext, units: Mapping[str, Unit]
) -> dict[str, Observation]:
    """Typed-in figures of the unit itself, and counts from what was brought."""
    typed = observe({name: i for name, i in plan.indicators.items() if i.typed is not None}, context)
    own = {code: one for code, one in typed.items() if one.value is not None}
    return {**typed, **observe_parts(plan.indicators, below.whole, context, units, below.evidence), **own}


def _known(workspace: Workspace, plan: Plan, vintage: VintageKey) -> dict[tuple[object, ...], Contribution]:
    """What units brought to the latest roll-up under the same configuration and program: not to be read again."""
    latest = workspace.store.vintages.find_latest(plan.form_key)
    mine = workspace.store.vintages.find(vintage)
    if latest is None or (latest.config_hash, latest.code_version) != (mine.config_hash, mine.code_version):
        return {}
    kept = find_collection(workspace.store.collections.list(latest.key))
    brought = unpack(workspace.store, kept).brought if kept else ()
    return {(each.unit_code, each.vintage, each.revision): each for each in brought}


def _mark(child: ChildUnit) -> tuple[object, ...]:
    return child.unit.unit_code, child.vintage.vintage if child.vintage else None, child.revision


def _own_parts(
    plan: Plan,
    collected: Mapping[System, SourceRecords],
    known_at: datetime,
    reader: KeyReader,
    groupings: Groupings,
) -> Parts:
    """What the unit's own sources bring; nothing of a system it has no source of."""
    mine = {code: i for code, i in plan.indicators.items() if i.count is not None and i.system in plan.sources}
    if not mine:
        return {}
    context = CountingContext(plan.unit, plan.period, plan.window, known_at, collected)
    frames = {kind: frame for found in collected.values() for kind, frame in found.frames.items()}
    counts = observe(mine, context)
    asked = plan.form.matrix.groupings(plan.unit.tier) if plan.form.matrix else ()
    by_group = [
        (code, dimension) for code, dimension in asked if dimension != Dimension.UNIT and code in plan.indicators
    ]
    counts |= observe_groups(plan.indicators, by_group, counts, context, groupings)
    return parts_of(mine, plan.unit, counts, reader.count(frames, frozenset(plan.sources)))

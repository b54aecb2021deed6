"""A form made from the forms of the units below: gathered from the store, kept as payloads, counted from those.

The figures of a roll-up come from its own payloads alone, so that it can be made again to the byte whatever has become
of the units' forms; what they say today is rolled up as a new vintage beside it.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from baocao.catalogue import MissingMode
from baocao.corrections import apply_corrections
from baocao.counting import CountingContext, observe
from baocao.domain import Observation, System
from baocao.rolling_up import NAMED_UNITS, Parts, add_up, divide_parts, observe_parts, parts_of, without_systems
from baocao.store import Collection, VintageKey
from reporting import pipeline as reporting
from reporting.collection.collecting import SourceYield
from reporting.history.replaying import Gathered, gather_anew, gather_kept, keep_report
from reporting.outcome import RunResult
from reporting.past import read_past
from reporting.plan import Plan
from reporting.progress import tell
from reporting.release.rules import refuse
from reporting.roll_up.checks import check_roll_up
from reporting.roll_up.children import Child, find_children, form_key_of, missing_of
from reporting.roll_up.contributions import KeyReader, bring, missing_children
from reporting.roll_up.payloads import Brought, Overview, collect, evidence_of, find_collection, pack, unpack
from reporting.vintages import opened_vintage
from reporting.workspace import Workspace


def roll_up(workspace: Workspace, plan: Plan, mode: MissingMode | None = None) -> RunResult:
    """A new vintage of the form from those of the units below and from the unit's own sources.

    `mode` is by default the unit's own (units.yaml). Raise ReleaseError, having written nothing, where it is to be
    refused while a unit is missing.
    """
    mode = mode or plan.unit.roll_up.missing
    children = find_children(workspace.store, workspace.catalogue, plan)
    _require_complete(plan, children, mode)
    tell(f"Tổng hợp báo cáo: {plan.label}")
    with opened_vintage(workspace, plan) as vintage:
        own = gather_anew(workspace, plan, vintage, None, late_stocks=False)
        collection = _gather(workspace, plan, vintage, children, own, mode)
        return _finish(workspace, plan, vintage, collection, own)


def replay_roll_up(workspace: Workspace, plan: Plan, reference: VintageKey) -> RunResult:
    """A new vintage from what the units brought to the reference, without looking at their forms of today."""
    with opened_vintage(workspace, plan, replayed_from=reference.vintage) as vintage:
        tell(f"Đọc lại dữ liệu tổng hợp của lần lập thứ {reference.vintage}, không hỏi lại đơn vị nào")
        collections = workspace.store.collections(reference)
        for each in collections:
            workspace.store.keep_collection(vintage, each)
        collection = find_collection(collections)
        assert collection is not None
        return _finish(
            workspace, plan, vintage, collection, gather_kept(workspace.store, workspace.catalogue, plan, reference)
        )


def is_roll_up(workspace: Workspace, key: VintageKey) -> bool:
    """Whether a vintage was made from those of the units below."""
    return find_collection(workspace.store.collections(key)) is not None


def _require_complete(plan: Plan, children: tuple[Child, ...], mode: MissingMode) -> None:
    missing = missing_of(children)
    if mode is not MissingMode.REFUSE or not missing:
        return
    names = [f"{child.unit.name} ({child.reason})" for child in children if child.vintage is None]
    more = ", …" if len(names) > NAMED_UNITS else ""
    said = (
        f"{form_key_of(plan)}: còn thiếu {len(names)}/{len(children)} đơn vị: {', '.join(names[:NAMED_UNITS])}{more}."
    )
    way = "người tổng hợp của tỉnh, bằng --missing partial; hoặc đợi đủ báo cáo của các đơn vị"
    raise refuse("roll_up.missing: refuse", said, f"{plan.window.end_on:%d/%m/%Y}", way)


def _gather(
    workspace: Workspace,
    plan: Plan,
    vintage: VintageKey,
    children: tuple[Child, ...],
    own: Gathered,
    mode: MissingMode,
) -> Collection:
    """Everything the form is counted from, kept before it is counted."""
    store, catalogue = workspace.store, workspace.catalogue
    reader = KeyReader(store, plan)
    known = _known(workspace, plan, vintage)
    found = (known.get(_mark(child)) or bring(store, catalogue, plan, child, reader) for child in children)
    brought = tuple(each for each in found if each is not None)
    tell(f"Đã đọc báo cáo của {len(brought)}/{len(children)} đơn vị trực thuộc")
    mine = _own_parts(plan, own, reader)
    below = add_up([*(each.parts for each in brought), *missing_children(plan, children)])
    whole = add_up([mine, without_systems(below, plan.indicators, included_systems(plan))])
    overview = Overview(mode, plan.unit.roll_up.children, missing_of(children), mine, whole)
    payloads = pack(plan, own.known_at, overview, brought)
    collection = collect(plan, tuple(map(store.keep_payload, payloads)), own.known_at)
    store.keep_collection(vintage, collection)
    return collection


def _known(workspace: Workspace, plan: Plan, vintage: VintageKey) -> dict[tuple[object, ...], Brought]:
    """What units brought to the latest roll-up under the same configuration and program: not to be read again."""
    latest = workspace.store.latest_vintage(form_key_of(plan))
    mine = workspace.store.vintage(vintage)
    if latest is None or (latest.config_hash, latest.code_version) != (mine.config_hash, mine.code_version):
        return {}
    kept = find_collection(workspace.store.collections(latest.key))
    brought = unpack(workspace.store, kept)[1] if kept else ()
    return {(each.unit_code, each.vintage, each.revision): each for each in brought}


def _mark(child: Child) -> tuple[object, ...]:
    return child.unit.unit_code, child.vintage.vintage if child.vintage else None, child.revision


def included_systems(plan: Plan) -> frozenset[System]:
    """The systems whose own source answers for the units below as well."""
    included = plan.unit.roll_up.includes_children
    return frozenset(source.system for source in plan.sources.values() if source.source_code in included)


def _own_parts(plan: Plan, own: Gathered, reader: KeyReader) -> Parts:
    """What the unit's own sources bring; nothing of a system it has no source of."""
    mine = {code: i for code, i in plan.indicators.items() if i.count is not None and i.system in plan.sources}
    if not mine:
        return {}
    context = _context(plan, own.known_at, own.yields)
    frames = {kind: frame for found in own.yields.values() for kind, frame in found.collected.frames.items()}
    return parts_of(mine, plan.unit, observe(mine, context), reader.count(frames, frozenset(plan.sources)))


def _finish(workspace: Workspace, plan: Plan, vintage: VintageKey, collection: Collection, own: Gathered) -> RunResult:
    """Count, fill, check, keep and write."""
    workspace.store.mark_collected(vintage)
    report = _compute(workspace, plan, vintage.vintage, collection, own)
    return keep_report(workspace, plan, vintage, report, own.failures)


def compute_again(workspace: Workspace, plan: Plan, key: VintageKey) -> reporting.Report:
    """The report of a vintage once more, from what the units brought to it; nothing is kept."""
    collection = find_collection(workspace.store.collections(key))
    assert collection is not None
    return _compute(
        workspace, plan, key.vintage, collection, gather_kept(workspace.store, workspace.catalogue, plan, key)
    )


def _compute(workspace: Workspace, plan: Plan, number: int, collection: Collection, own: Gathered) -> reporting.Report:
    """Count, fill and check."""
    overview, brought = unpack(workspace.store, collection)
    observations, context = _count(workspace, plan, overview, collection, own.known_at)
    filled = reporting.fill(plan, observations, context, number)
    checks = check_roll_up(workspace.catalogue, plan, overview, brought, included_systems(plan))
    past = read_past(workspace.store, workspace.catalogue, plan, number)
    return reporting.check(workspace.catalogue, plan, own.yields, observations, filled, past, checks)


def _count(
    workspace: Workspace, plan: Plan, overview: Overview, collection: Collection, known_at: datetime
) -> tuple[dict[str, Observation], CountingContext]:
    """Counts from what was brought, typed-in figures of the unit itself, its corrections, then every ratio."""
    catalogue, code = workspace.catalogue, plan.unit.unit_code
    context = replace(_context(plan, known_at, {}), manual=catalogue.manual_figures(code, plan.period))
    typed = observe({name: i for name, i in plan.indicators.items() if i.typed is not None}, context)
    counts = observe_parts(plan.indicators, overview.whole, context, catalogue.units, evidence_of(collection))
    corrections = [c for c in catalogue.corrections(code, plan.period) if c.indicator in counts]
    corrected = apply_corrections({**typed, **counts}, corrections)
    return divide_parts(plan.indicators, corrected, overview.whole, context, catalogue.units), context


def _context(plan: Plan, known_at: datetime, yields: Mapping[System, SourceYield]) -> CountingContext:
    return CountingContext(
        unit=plan.unit,
        period=plan.period,
        window=plan.window,
        known_at=known_at,
        collected={system: found.collected for system, found in yields.items()},
    )

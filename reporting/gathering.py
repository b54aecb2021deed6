"""What a report is made from, gathered in one of three ways: from the sources, from kept payloads, from units below.

ReportInput from payloads it keeps the time of the vintage they are of (what the sources said, they said then), so that
with an unchanged configuration every figure and every byte comes out again.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field, replace
from datetime import datetime

from baocao.catalogue import MissingMode, Source
from baocao.counting import SourceRecords
from baocao.coverage import Coverage
from baocao.domain import SourceFailure, System
from baocao.errors import SourceError
from baocao.figures import print_instant
from baocao.store import Collection, VintageKey
from baocao.typed_figures import TypedFigures
from reporting.collection.capturing import gives_stocks
from reporting.collection.collecting import collect_source, give_up
from reporting.collection.comparing import collect_compared
from reporting.collection.kept_answers import captured_at, find_kept_stocks, read_kept
from reporting.collection.predecessors import bring_predecessors, join_predecessors
from reporting.collection.typing_in import find_typed
from reporting.plan import Plan, widen_plan
from reporting.progress import tell
from reporting.roll_up.adding_up import add_up_units
from reporting.roll_up.children import ChildUnit
from reporting.roll_up.payloads import Overview, find_collection, unpack
from reporting.workspace import Workspace

AT_ONCE = 4


@dataclass(frozen=True)
class ReportInput:
    """What a report is made from, whichever way it came. `known_at` is the figures' time.

    The figures are only held against what is in `compared`; those of a roll-up are counted from `below` alone. `typed`
    is None of a vintage made before typed-in figures were kept: they are in the configuration of its time.
    """

    records: Mapping[System, SourceRecords]
    known_at: datetime
    compared: Mapping[str, SourceRecords] = field(default_factory=dict)
    below: Overview | None = None
    typed: TypedFigures | None = None

    @property
    def failures(self) -> tuple[SourceFailure, ...]:
        """Of the sources asked for figures."""
        return tuple(found.failure for found in self.records.values() if found.failure is not None)


def list_coverages(plan: Plan, gathered: ReportInput) -> tuple[Coverage, ...]:
    """What the unit's own sources cover; one of which stocks alone are counted covers no days but a moment."""
    found = []
    for system, records in gathered.records.items():
        if records.coverage is not None and system in plan.sources:
            is_stock = gives_stocks(plan, plan.sources[system])
            found.append(replace(records.coverage, window=None) if is_stock else records.coverage)
    return tuple(found)


def gather_from_sources(
    workspace: Workspace,
    plan: Plan,
    vintage: VintageKey,
    *,
    reference: VintageKey | None = None,
    late_stocks: bool = False,
) -> ReportInput:
    """Ask all sources at once; those of stocks only where `late_stocks`, else what is kept of them is used."""
    kept = {} if late_stocks else find_kept_stocks(workspace, plan, reference)
    asked = [source for system, source in plan.sources.items() if system not in kept]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [pool.submit(copy_context().run, _ask, workspace, plan, source, vintage) for source in asked]
        beside = [
            pool.submit(copy_context().run, collect_compared, workspace, plan, source, vintage)
            for source in plan.comparisons
        ]
        found = {source.system: answer.result() for source, answer in zip(asked, answers, strict=True)}
        compared = [one.result() for one in beside]
    return join_answers(workspace, plan, vintage, found, kept, compared)


def join_answers(
    workspace: Workspace,
    plan: Plan,
    vintage: VintageKey,
    found: Mapping[System, SourceRecords],
    kept: Mapping[System, Collection],
    compared: Sequence[SourceRecords],
) -> ReportInput:
    """What was asked and what is kept, with what the unit inherits in the period in which it came into being.

    `compared` has what each of the plan's comparisons gave.
    """
    taken = {system: _take_kept(workspace, plan.sources[system], kept[system], vintage) for system in kept}
    every = {**found, **taken}
    bring_predecessors(workspace, plan, vintage)
    collections = workspace.store.collections.list(vintage)
    ordered = {system: every[system] for system in plan.sources}
    records = join_predecessors(workspace.store, workspace.catalogue, plan, collections, ordered)
    codes = (source.source_code for source in plan.comparisons)
    typed = find_typed(workspace.store, collections)
    return ReportInput(records, workspace.settings.now(), dict(zip(codes, compared, strict=True)), typed=typed)


def plan_of_kept(workspace: Workspace, plan: Plan, reference: VintageKey) -> Plan:
    """The plan for making a vintage again: of an older one everything it had asked for, so that no byte differs."""
    is_older = find_typed(workspace.store, workspace.store.collections.list(reference)) is None
    return widen_plan(workspace.catalogue, plan) if is_older else plan


def gather_from_payloads(workspace: Workspace, plan: Plan, reference: VintageKey) -> ReportInput:
    """Everything from one vintage's payloads; nobody is asked. A source it has nothing of stays unknown."""
    store = workspace.store
    every = store.collections.list(reference)
    own = {one.source_code: one for one in every if one.unit_code == plan.unit.unit_code}
    records = {
        system: read_kept(store, source, own[source.source_code])
        for system, source in plan.sources.items()
        if source.source_code in own
    }
    known_at = store.contents.filled_form(reference).known_at
    assert known_at is not None
    joined = join_predecessors(store, workspace.catalogue, plan, every, records)
    typed, rolled_up = find_typed(store, every), find_collection(every)
    if rolled_up is not None:
        return ReportInput(joined, known_at, below=unpack(store, rolled_up), typed=typed)
    beside = {source.source_code: source for source in plan.comparisons if source.source_code in own}
    compared = {code: read_kept(store, source, own[code]) for code, source in beside.items()}
    return ReportInput(joined, known_at, compared, typed=typed)


def gather_from_units(
    workspace: Workspace,
    plan: Plan,
    vintage: VintageKey,
    own: ReportInput,
    children: tuple[ChildUnit, ...],
    missing: MissingMode | None = None,
) -> ReportInput:
    """What the units below and the unit's own sources bring, kept before it is counted from.

    A comparison with the unit's own figures says nothing of the whole.
    """
    collection = add_up_units(workspace, plan, vintage, own.records, own.known_at, children, missing)
    return replace(own, compared={}, below=unpack(workspace.store, collection))


def _ask(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceRecords:
    try:
        return collect_source(workspace.store, workspace.settings, plan, source, vintage)
    except SourceError as error:
        return give_up(plan, source, error)


def _take_kept(workspace: Workspace, source: Source, collection: Collection, vintage: VintageKey) -> SourceRecords:
    """Make kept answers a vintage's own."""
    workspace.store.collections.keep(vintage, collection)
    at = print_instant(captured_at(collection))
    tell(f"{source.label}: dùng số liệu thời điểm đã chụp lúc {at}", source_code=source.source_code)
    return read_kept(workspace.store, source, collection)

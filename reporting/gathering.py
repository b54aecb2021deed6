"""What a report is made from, gathered in one of three ways: from the sources, from kept payloads, from units below.

ReportInput from payloads it keeps the time of the vintage they are of (what the sources said, they said then), so that
with an unchanged configuration every figure and every byte comes out again.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import replace

from baocao.catalogue import MissingMode, Source
from baocao.counting import SourceRecords
from baocao.errors import SourceError
from baocao.store import VintageKey
from reporting.collection.collecting import collect_source, give_up
from reporting.collection.comparing import collect_compared
from reporting.collection.handed_forms import find_handed
from reporting.collection.kept_answers import read_kept
from reporting.collection.predecessors import join_predecessors
from reporting.collection.typing_in import find_typed
from reporting.plan import Plan, join_plans, widen_plan
from reporting.report_input import ReportInput
from reporting.roll_up.adding_up import add_up_units
from reporting.roll_up.children import ChildUnit
from reporting.roll_up.payloads import find_collection, unpack
from reporting.shared_answers import Answers, OpenReport, join_answers, sources_to_ask, sources_to_compare
from reporting.workspace import Workspace

AT_ONCE = 4


def gather_from_sources(workspace: Workspace, reports: Sequence[OpenReport]) -> tuple[ReportInput, ...]:
    """Ask all sources at once, each once, whatever the number of reports that are made from it."""
    first, plan = reports[0], join_plans([one.plan for one in reports])
    asked, beside = sources_to_ask(reports), sources_to_compare(reports)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = {
            system: pool.submit(copy_context().run, _ask, workspace, plan, source, first.vintage)
            for system, source in asked.items()
        }
        others = {
            code: pool.submit(copy_context().run, collect_compared, workspace, plan, source, first.vintage)
            for code, source in beside.items()
        }
        found = {system: answer.result() for system, answer in answers.items()}
        compared = {code: answer.result() for code, answer in others.items()}
    return join_answers(workspace, reports, Answers(found, compared))


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
    typed, handed, rolled_up = find_typed(store, every), find_handed(store, every), find_collection(every)
    if rolled_up is not None:
        return ReportInput(joined, known_at, below=unpack(store, rolled_up), typed=typed, handed=handed)
    beside = {source.source_code: source for source in plan.comparisons if source.source_code in own}
    compared = {code: read_kept(store, source, own[code]) for code, source in beside.items()}
    return ReportInput(joined, known_at, compared, typed=typed, handed=handed)


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

"""Making a past report again: from the answers kept then, or by asking the sources once more.

A replay has two times. Its figures keep the time of the vintage they are made from (`known_at` of the form and of
every observation: what the sources said, they said then), so that with an unchanged configuration every figure and
every byte comes out again. The new vintage itself is known from the moment of the replay: `show --as-of` never
tells an earlier day something nobody knew on it.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from contextvars import copy_context
from dataclasses import dataclass
from datetime import datetime

from baocao.catalogue import Catalogue, Source
from baocao.counting import Collected
from baocao.domain import FilledForm, Observation, SourceFailure, System
from baocao.errors import ConfigError, SourceError
from baocao.figures import print_instant
from baocao.store import Collection, FormKey, Store, VintageKey
from connectors.contract import Parsed
from connectors.registry import connector_of
from reporting import pipeline as reporting
from reporting.collection.capturing import find_usable_capture, stock_sources
from reporting.collection.collecting import SourceYield, collect_source, describe_failure, failed
from reporting.collection.comparing import Compared, collect_compared
from reporting.collection.predecessors import bring_predecessors, join_predecessors
from reporting.files.writing import write_files
from reporting.outcome import RunResult, exit_code_of, note_end
from reporting.past import read_past
from reporting.plan import Plan
from reporting.progress import tell
from reporting.vintages import opened_vintage
from reporting.workspace import Workspace

AT_ONCE = 4
Write = Callable[[Workspace, Plan, reporting.Report, VintageKey], dict[str, str]]


@dataclass(frozen=True)
class Gathered:
    """What a report is made from: by system, with the collections it came in and what could not be had.

    `kept` are the sources whose answers of another vintage were used again; `known_at` is the figures' time;
    `compared` is what the figures are only held against.
    """

    yields: Mapping[System, SourceYield]
    failures: tuple[SourceFailure, ...]
    known_at: datetime
    kept: tuple[Source, ...] = ()
    compared: tuple[Compared, ...] = ()


def choose_reference(store: Store, form_key: FormKey, number: int | None, released: int | None) -> VintageKey:
    """The vintage whose answers are used: the one named, else the released one, else the latest whole one."""
    latest = store.latest_vintage(form_key)
    number = number or released or (latest.key.vintage if latest else None)
    if number is None:
        raise ConfigError(f"{form_key}: nothing was kept of this period yet. Run: baocao run {form_key.period}")
    return VintageKey(form_key.unit_code, form_key.form_code, form_key.period, number)


def parse_kept(store: Store, source: Source, collection: Collection) -> Parsed:
    """The records of a collection, from its kept payloads alone."""
    payloads = (store.load_payload(kept) for kept in collection.payloads)
    return connector_of(source).parse(payloads, source_code=source.source_code, unit_code=collection.unit_code)


def read_kept(store: Store, source: Source, collection: Collection) -> SourceYield:
    """What a source gave then. One that failed then has failed: what it gave before it did is not the whole."""
    if collection.failure is not None:
        return failed(source, collection.failure)
    parsed = parse_kept(store, source, collection)
    hashes = tuple(dict.fromkeys(collection.payload_hashes))
    return SourceYield(Collected(source.system, parsed.frames, hashes, captured_at(collection)), parsed.notices)


def gather_kept(store: Store, catalogue: Catalogue, plan: Plan, reference: VintageKey) -> Gathered:
    """Everything from one vintage's payloads; no source is asked. A source it has nothing of stays unknown."""
    every = store.collections(reference)
    collections = {one.source_code: one for one in every if one.unit_code == plan.unit.unit_code}
    kept = [source for source in plan.sources.values() if source.source_code in collections]
    yields = {source.system: read_kept(store, source, collections[source.source_code]) for source in kept}
    known_at = store.filled_form(reference).known_at
    assert known_at is not None
    joined = join_predecessors(store, catalogue, plan, every, yields)
    beside = [source for source in plan.comparisons if source.source_code in collections]
    compared = tuple(Compared(one, read_kept(store, one, collections[one.source_code])) for one in beside)
    return Gathered(joined, _failures(yields), known_at, tuple(kept), compared)


def gather_anew(
    workspace: Workspace, plan: Plan, vintage: VintageKey, reference: VintageKey | None, *, late_stocks: bool
) -> Gathered:
    """Ask the sources again; those of stocks only where `late_stocks`, else what was captured of them is used."""
    kept = {} if late_stocks else find_kept_stocks(workspace, plan, reference)
    asked = [source for source in plan.sources.values() if source.system not in kept]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = [pool.submit(copy_context().run, _ask, workspace, plan, source, vintage) for source in asked]
        beside = [
            pool.submit(copy_context().run, collect_compared, workspace, plan, source, vintage)
            for source in plan.comparisons
        ]
        found = {source.system: answer.result() for source, answer in zip(asked, answers, strict=True)}
        compared = tuple(one.result() for one in beside)
    for system, collection in kept.items():
        found[system] = take_kept(workspace.store, plan.sources[system], collection, vintage)
    yields = bring_and_join(workspace, plan, vintage, {system: found[system] for system in plan.sources})
    sources = tuple(plan.sources[system] for system in kept)
    return Gathered(yields, _failures(yields), workspace.settings.now(), sources, compared)


def bring_and_join(
    workspace: Workspace, plan: Plan, vintage: VintageKey, yields: Mapping[System, SourceYield]
) -> dict[System, SourceYield]:
    """What was gathered, with what the unit inherits in the period in which it came into being."""
    bring_predecessors(workspace, plan, vintage)
    return join_predecessors(workspace.store, workspace.catalogue, plan, workspace.store.collections(vintage), yields)


def find_kept_stocks(workspace: Workspace, plan: Plan, reference: VintageKey | None) -> dict[System, Collection]:
    """What a run takes of stocks instead of asking: the capture, or what the reference has where that is nearer."""
    captured = find_captured_stocks(workspace, plan)
    kept = workspace.store.collections(reference) if reference else ()
    before = {one.source_code: one for one in kept if one.unit_code == plan.unit.unit_code}
    found: dict[System, Collection] = {}
    for source in stock_sources(plan):
        given = [before.get(source.source_code), captured.get(source.system)]
        good = [collection for collection in given if collection is not None and collection.failure is None]
        if good:
            found[source.system] = min(good, key=lambda one: abs(captured_at(one) - plan.window.end_at))
    return found


def find_captured_stocks(workspace: Workspace, plan: Plan) -> dict[System, Collection]:
    """The captures a run takes instead of asking."""
    now = workspace.settings.now()
    found = {s.system: find_usable_capture(workspace.store, plan, s, now) for s in stock_sources(plan)}
    return {system: capture.collection for system, capture in found.items() if capture is not None}


def take_kept(store: Store, source: Source, collection: Collection, vintage: VintageKey) -> SourceYield:
    """Make kept answers a vintage's own."""
    store.keep_collection(vintage, collection)
    at = print_instant(captured_at(collection))
    tell(f"{source.label}: dùng số liệu thời điểm đã chụp lúc {at}", source_code=source.source_code)
    return read_kept(store, source, collection)


def captured_at(collection: Collection) -> datetime:
    """When the source was first asked."""
    return min((payload.fetched_at for payload in collection.payloads), default=collection.started_at)


def compute(workspace: Workspace, plan: Plan, gathered: Gathered, number: int) -> reporting.Report:
    """Count, fill and check: a function of what was gathered, of the past as known then, and of the configuration."""
    observations, filled = fill_again(workspace, plan, gathered, number)
    past = read_past(workspace.store, workspace.catalogue, plan, number)
    return reporting.check(
        workspace.catalogue, plan, gathered.yields, observations, filled, past, compared=gathered.compared
    )


def fill_again(
    workspace: Workspace, plan: Plan, gathered: Gathered, number: int
) -> tuple[dict[str, Observation], FilledForm]:
    """Count and fill only: enough to compare."""
    observations, context = reporting.count_figures(workspace.catalogue, plan, gathered.yields, gathered.known_at)
    return observations, reporting.fill(plan, observations, context, number)


def replay(workspace: Workspace, plan: Plan, reference: VintageKey) -> RunResult:
    """A new vintage from the reference's payloads and today's configuration, without asking anybody.

    Of a reference on another form it is no replay but the first vintage on its own: numbers are each form's own.
    """
    replayed = reference.vintage if reference.form_code == plan.form.form_code else None
    with opened_vintage(workspace, plan, replayed_from=replayed) as vintage:
        tell(f"Đọc lại dữ liệu gốc của lần lập thứ {reference.vintage}, không kết nối hệ thống nào")
        gathered = gather_kept(workspace.store, workspace.catalogue, plan, reference)
        for collection in workspace.store.collections(reference):
            workspace.store.keep_collection(vintage, collection)
        return finish(workspace, plan, vintage, gathered)


def ask_again(
    workspace: Workspace,
    plan: Plan,
    reference: VintageKey | None,
    *,
    late_stocks: bool,
    turn: AbstractContextManager[None] | None = None,
) -> RunResult:
    """A new vintage from what the sources say now; the first one where there is no reference.

    `turn` is entered once all was asked: of several made at once, it says when this one may be counted and written.
    """
    with opened_vintage(workspace, plan) as vintage:
        gathered = gather_anew(workspace, plan, vintage, reference, late_stocks=late_stocks)
        with turn or nullcontext():
            return finish(workspace, plan, vintage, gathered)


def finish(workspace: Workspace, plan: Plan, vintage: VintageKey, gathered: Gathered) -> RunResult:
    """Count, check, keep and write what was gathered."""
    workspace.store.mark_collected(vintage)
    report = compute(workspace, plan, gathered, vintage.vintage)
    return note_end(keep_report(workspace, plan, vintage, report, gathered.failures))


def keep_report(
    workspace: Workspace,
    plan: Plan,
    vintage: VintageKey,
    report: reporting.Report,
    failures: Sequence[SourceFailure],
    write: Write = write_files,
) -> RunResult:
    """Keep what was found out in one transaction, then write the files."""
    exit_code = exit_code_of(failures, report)
    workspace.store.finish_vintage(
        vintage,
        observations=list(report.observations.values()),
        filled_form=report.filled,
        check_results=report.checks,
        failures=failures,
        known_at=workspace.settings.now(),
        exit_code=exit_code,
    )
    files = write(workspace, plan, report, vintage)
    return RunResult.of(plan, report, vintage, failures, files, exit_code)


def _ask(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceYield:
    try:
        return collect_source(workspace.store, workspace.settings, plan, source, vintage)
    except SourceError as error:
        failure = describe_failure(source, plan.unit.unit_code, error)
        tell(f"{source.label}: {failure.reason}", source_code=source.source_code)
        return failed(source, failure)


def _failures(yields: Mapping[System, SourceYield]) -> tuple[SourceFailure, ...]:
    return tuple(found.collected.failure for found in yields.values() if found.collected.failure is not None)

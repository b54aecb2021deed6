"""What a unit inherits in the period in which it came into being: from the kept answers of the units of before, else
by asking their sources for their days; and reading it back from a vintage, without asking anybody.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date

from baocao.catalogue import Catalogue, OwedReport, Source
from baocao.catalogue.owed import list_owed, list_periods
from baocao.counting import SourceRecords
from baocao.domain import CheckResult, Period, System
from baocao.errors import ConfigError, SourceError
from baocao.store import Collection, FormKey, Store, VintageKey
from baocao.succession import (
    Inheritance,
    PredecessorPart,
    find_orphan_days,
    inherit,
    is_continued,
    list_days,
    list_parts,
)
from connectors.registry import assign, connector_of
from reporting.collection.capturing import gives_stocks
from reporting.collection.collecting import collect_source
from reporting.plan import Plan
from reporting.progress import tell
from reporting.workspace import Workspace

Records = Mapping[System, SourceRecords]


def bring_predecessors(workspace: Workspace, plan: Plan, vintage: VintageKey) -> None:
    """Make what there is of the units of before the vintage's own; what is not to be had is told by the reading."""
    for part in list_parts(plan.unit, plan.window, workspace.catalogue.units):
        for source in _sources_of(workspace.catalogue, plan, part):
            tell(f"{source.label}: số liệu của {part.unit.name}", source_code=source.source_code)
            if not _take_kept(workspace, part, source, vintage):
                _ask(workspace, plan, part, source, vintage)


def list_sources_before(catalogue: Catalogue, plan: Plan) -> list[Source]:
    """All sources of the units of before that may have to be asked."""
    parts = list_parts(plan.unit, plan.window, catalogue.units)
    return [source for part in parts for source in _sources_of(catalogue, plan, part)]


def join_predecessors(
    store: Store, catalogue: Catalogue, plan: Plan, collections: Iterable[Collection], own: Records
) -> dict[System, SourceRecords]:
    """The unit's own records with what the vintage's collections hold of the units of before.

    A pure function of kept answers.
    """
    parts = list_parts(plan.unit, plan.window, catalogue.units)
    orphans = find_orphan_days(plan.unit, plan.window, parts)
    if not parts and not orphans:
        return dict(own)
    kept = [one for one in collections if one.unit_code != plan.unit.unit_code and one.failure is None]
    joined = dict(own)
    for system, source in plan.sources.items():
        found = own.get(system)
        if found is None or found.failure is not None or gives_stocks(plan, source):
            continue
        owed = [part for part in parts if not is_continued(plan.unit, part, source.source_code)]
        brought = [_read(store, catalogue, part, system, kept) for part in owed]
        days = orphans if owed or not parts else ()
        joined[system] = inherit(found, brought, days)
    return joined


def check_gaps(catalogue: Catalogue, plan: Plan, own: Records) -> list[CheckResult]:
    """The suite `succession`, where the unit did not exist throughout the period."""
    from expectations.across.succession import SuccessionView, check_succession

    if plan.unit.valid_from is None or plan.unit.valid_from <= plan.window.start_on:
        return []
    gaps = {system: found.gaps for system, found in own.items() if found.gaps}
    return check_succession(SuccessionView(plan.unit.unit_code, plan.period.code, catalogue.compiler, gaps))


def _sources_of(catalogue: Catalogue, plan: Plan, part: PredecessorPart) -> Iterator[Source]:
    """The sources of a unit of before whose flows the unit's own figures need."""
    for system, source in catalogue.sources_of(part.unit).items():
        own = plan.sources.get(system)
        if own is None or gives_stocks(plan, own) or is_continued(plan.unit, part, source.source_code):
            continue
        yield source


def _take_kept(workspace: Workspace, part: PredecessorPart, source: Source, vintage: VintageKey) -> bool:
    """Whether the answers kept of that unit's own reports cover all its days; they are taken only then."""
    left, found = set(part.window.days()), list[Collection]()
    for period in _periods_of(workspace.catalogue, part):
        collection = _find_collection(workspace, part, source, period)
        days = _days_of(collection, part) if collection else frozenset()
        if collection and days & left:
            found.append(collection)
            left -= days
    if left:
        return False
    for collection in found:
        workspace.store.collections.keep(vintage, collection)
    return True


def _periods_of(catalogue: Catalogue, part: PredecessorPart) -> list[Period]:
    """The periods the unit owed forms for, the shortest first."""
    years = range(part.window.start_on.year, part.window.end_on.year + 2)
    periods = list_periods(catalogue, part.unit, years)
    return sorted(periods, key=lambda period: (len(period.quarters), period.year, period.part))


def _find_collection(workspace: Workspace, part: PredecessorPart, source: Source, period: Period) -> Collection | None:
    """What the last whole report of the unit, on any of its forms, had of the source once its days were over."""
    found = (_find_in(workspace, part, source, report) for report in list_owed(workspace.catalogue, part.unit, period))
    return next((collection for collection in found if collection is not None), None)


def _find_in(workspace: Workspace, part: PredecessorPart, source: Source, report: OwedReport) -> Collection | None:
    store, window = workspace.store, report.window
    if window.end_on < part.window.start_on or part.window.end_on < window.start_on:
        return None
    latest = store.vintages.find_latest(FormKey(part.unit.unit_code, report.form.form_code, report.period))
    over_at = min(window.end_at, part.window.end_at)
    if latest is None or latest.known_at is None or latest.known_at < over_at:
        return None
    for collection in store.collections.list(latest.key):
        same = collection.source_code == source.source_code and collection.unit_code == part.unit.unit_code
        if same and collection.failure is None:
            return collection
    return None


def _ask(workspace: Workspace, plan: Plan, part: PredecessorPart, source: Source, vintage: VintageKey) -> None:
    """Ask for exactly the days of before; a source that fails leaves its failure in the vintage, and a gap."""
    before = replace(plan, unit=part.unit, window=part.window, sources={source.system: source})
    with suppress(SourceError, ConfigError):
        assign(source, part.unit, part.window, workspace.settings)
        collect_source(workspace.store, workspace.settings, before, source, vintage)


def _read(
    store: Store, catalogue: Catalogue, part: PredecessorPart, system: System, kept: list[Collection]
) -> Inheritance:
    mine = [
        collection
        for collection in kept
        if collection.unit_code == part.unit.unit_code
        and collection.source_code in catalogue.sources
        and catalogue.source(collection.source_code).system is system
    ]
    brought = SourceRecords(system)
    for collection in mine:
        source = catalogue.source(collection.source_code)
        payloads = (store.payloads.load(one) for one in collection.payloads)
        parsed = connector_of(source).parse(payloads, source_code=source.source_code, unit_code=part.unit.unit_code)
        hashes = tuple(dict.fromkeys(collection.payload_hashes))
        later = SourceRecords(system, parsed.frames, hashes)
        brought = inherit(later, [Inheritance(part, brought, frozenset())], ())
    covered = frozenset[date]().union(*(_days_of(collection, part) for collection in mine))
    return Inheritance(part, brought, covered)


def _days_of(collection: Collection, part: PredecessorPart) -> frozenset[date]:
    return list_days({payload.window for payload in collection.payloads}, part.window)

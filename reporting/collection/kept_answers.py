"""Answers that are kept already: read back without asking anybody, or taken for a stock instead of asking late."""

from datetime import datetime

from baocao.catalogue import Source
from baocao.counting import SourceRecords
from baocao.domain import System
from baocao.store import Collection, Store, VintageKey
from connectors.contract import ParseResult
from connectors.covering import parse_covered
from reporting.collection.capturing import find_usable_capture, stock_sources
from reporting.collection.collecting import failed
from reporting.plan import Plan
from reporting.workspace import Workspace


def parse_kept(store: Store, source: Source, collection: Collection) -> ParseResult:
    """The records of a collection, from its kept payloads alone."""
    payloads = (store.payloads.load(kept) for kept in collection.payloads)
    return parse_covered(source, payloads, collection.unit_code)


def read_kept(store: Store, source: Source, collection: Collection) -> SourceRecords:
    """What a source gave then. One that failed then has failed: what it gave before it did is not the whole."""
    if collection.failure is not None:
        return failed(source, collection.failure)
    parsed = parse_kept(store, source, collection)
    hashes = tuple(dict.fromkeys(collection.payload_hashes))
    return SourceRecords(
        source.system, parsed.frames, hashes, captured_at(collection), notices=parsed.notices, coverage=parsed.coverage
    )


def find_kept_stocks(workspace: Workspace, plan: Plan, reference: VintageKey | None = None) -> dict[System, Collection]:
    """What a run takes of stocks instead of asking: the capture, or what the reference has where that is nearer."""
    now = workspace.settings.now()
    kept = workspace.store.collections.list(reference) if reference else ()
    before = {one.source_code: one for one in kept if one.unit_code == plan.unit.unit_code}
    found: dict[System, Collection] = {}
    for source in stock_sources(plan):
        capture = find_usable_capture(workspace.store, plan, source, now)
        given = [before.get(source.source_code), capture.collection if capture else None]
        good = [collection for collection in given if collection is not None and collection.failure is None]
        if good:
            found[source.system] = min(good, key=lambda one: abs(captured_at(one) - plan.window.end_at))
    return found


def captured_at(collection: Collection) -> datetime:
    """When the source was first asked."""
    return min((payload.fetched_at for payload in collection.payloads), default=collection.started_at)

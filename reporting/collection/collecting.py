"""What one source gives to one vintage: its answers become the vintage's own, or its failure does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Self

from baocao.catalogue import Source
from baocao.counting import SourceRecords
from baocao.domain import RawPayload, SourceFailure
from baocao.errors import SourceError
from baocao.settings import Settings
from baocao.store import Collection, Store, VintageKey
from connectors.registry import assign
from reporting.collection.asking import ask_source, describe_failure, say_failure
from reporting.plan import Plan
from reporting.progress import tell

GO_ON_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class CollectionKeeper:
    """Keeps answers as one collection of a vintage."""

    store: Store
    vintage: VintageKey
    collection_id: int

    @classmethod
    def open(cls, store: Store, plan: Plan, source: Source, vintage: VintageKey, at: datetime) -> Self:
        unit_code = plan.unit.unit_code
        stopped = SourceError(source.source_code, unit_code, "lần chạy dừng khi đang thu thập")
        failure = describe_failure(source, unit_code, stopped)
        opened = Collection(source.source_code, unit_code, plan.period, (), at, at, failure)
        return cls(store, vintage, store.collections.open(vintage, opened))

    def enter(self, payloads: Sequence[RawPayload], first: int) -> None:
        self.store.collections.enter(self.vintage, self.collection_id, payloads, first=first)

    def close(self, ended_at: datetime, failure: SourceFailure | None = None) -> None:
        self.store.collections.close(self.vintage, self.collection_id, ended_at=ended_at, failure=failure)


def collect_source(store: Store, settings: Settings, plan: Plan, source: Source, vintage: VintageKey) -> SourceRecords:
    """Ask, going on where an interrupted attempt of the last hours stopped. Raise SourceError."""
    assignment, started_at = assign(source, plan.unit, plan.window, settings), settings.now()
    found = store.collections.find_interrupted(vintage, source.source_code, since=started_at - GO_ON_WITHIN)
    already = [kept for kept in found if kept.window == plan.window]
    if already:
        said = f"{source.label}: lần chạy trước bị ngắt khi đã nhận {len(already)} gói dữ liệu; sẽ đi tiếp nếu còn đúng"
        tell(said, source_code=source.source_code)
    assignment = replace(assignment, already=lambda: map(store.payloads.load, already), rate_limits=store.rate_limits)
    return ask_source(assignment, CollectionKeeper.open(store, plan, source, vintage, started_at))


def give_up(plan: Plan, source: Source, error: SourceError) -> SourceRecords:
    """A source that failed: told, and as what counting takes."""
    return failed(source, say_failure(source, plan.unit.unit_code, error))


def failed(source: Source, failure: SourceFailure) -> SourceRecords:
    """A source that gave nothing, as what counting takes."""
    return SourceRecords(source.system, failure=failure)

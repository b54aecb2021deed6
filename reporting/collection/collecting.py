"""Asking one source for one unit: every answer is kept before anything reads it, and read while the next ones come.

Answers are kept in blocks; no more than three blocks are held. A run that is killed has kept all blocks before.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from baocao.catalogue import Source
from baocao.counting import SourceRecords
from baocao.domain import RawPayload, SourceFailure
from baocao.errors import SourceContractError, SourceError
from baocao.settings import Settings
from baocao.store import Collection, Store, VintageKey
from connectors.contract import Assignment, Parsed
from connectors.registry import assign, connector_of
from reporting.log.run_log import about, note, step
from reporting.plan import Plan
from reporting.progress import tell

BLOCK_PAYLOADS = 32
BLOCK_BYTES = 1024 * 1024
BLOCK_S = 5.0
GO_ON_WITHIN = timedelta(hours=24)


@dataclass
class _Take:
    """One collection while it grows: of what it has kept, only the hashes are held."""

    store: Store
    source: Source
    vintage: VintageKey
    collection_id: int
    count: int = 0
    hashes: dict[str, None] = field(default_factory=dict)
    captured_at: datetime | None = None

    def keep(self, payloads: Iterable[RawPayload]) -> Iterator[RawPayload]:
        """Each payload once it is kept; while one block is being kept, the next is being fetched."""
        keeping: Future[list[RawPayload]] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="baocao-keep") as keeper:
            try:
                for block in _in_blocks(payloads):
                    before, keeping = keeping, keeper.submit(self._keep_block, block)
                    yield from before.result() if before else ()
            except SourceError:
                yield from keeping.result() if keeping else ()
                raise
            yield from keeping.result() if keeping else ()

    def _keep_block(self, block: list[RawPayload]) -> list[RawPayload]:
        self.store.collections.enter(self.vintage, self.collection_id, block, first=self.count)
        self.count += len(block)
        self.hashes |= dict.fromkeys(payload.sha256 for payload in block)
        first_at = min(payload.fetched_at for payload in block)
        self.captured_at = first_at if self.captured_at is None else min(self.captured_at, first_at)
        said = f"{self.source.label}: đã nhận {self.count} gói dữ liệu"
        tell(said, source_code=self.source.source_code, done=self.count)
        return block


def collect_source(store: Store, settings: Settings, plan: Plan, source: Source, vintage: VintageKey) -> SourceRecords:
    """Fetch, keep, parse. Raise SourceError; what came before the failure is kept all the same."""
    started_at = settings.now()
    assignment = _assign(store, settings, plan, source, vintage, started_at)
    with (
        about(source=source.source_code),
        step("collect"),
        _opened_in_store(store, settings, plan, source, vintage, started_at) as take,
    ):
        parsed = _parse(plan, take, assignment)
    captured_at = take.captured_at or started_at
    return SourceRecords(source.system, parsed.frames, tuple(take.hashes), captured_at, notices=parsed.notices)


def describe_failure(source: Source, unit_code: str, error: SourceError) -> SourceFailure:
    """The failure as a fact to keep: which source, which kind, why, never a row's content."""
    return SourceFailure(
        source_code=source.source_code,
        system=source.system,
        unit_code=unit_code,
        exit_code=error.exit_code,
        kind=_kind(error),
        reason=error.reason,
    )


def give_up(plan: Plan, source: Source, error: SourceError) -> SourceRecords:
    """A source that failed: told, and as what counting takes."""
    failure = describe_failure(source, plan.unit.unit_code, error)
    tell(f"{source.label}: {failure.reason}", source_code=source.source_code)
    return failed(source, failure)


def failed(source: Source, failure: SourceFailure) -> SourceRecords:
    """A source that gave nothing, as what counting takes."""
    return SourceRecords(source.system, failure=failure)


def _assign(
    store: Store, settings: Settings, plan: Plan, source: Source, vintage: VintageKey, started_at: datetime
) -> Assignment:
    """What to collect, and what an interrupted attempt of the last hours has kept of it."""
    assignment = assign(source, plan.unit, plan.window, settings)
    found = store.collections.find_interrupted(vintage, source.source_code, since=started_at - GO_ON_WITHIN)
    already = [kept for kept in found if kept.window == plan.window]
    if already:
        said = f"{source.label}: lần chạy trước bị ngắt khi đã nhận {len(already)} gói dữ liệu; sẽ đi tiếp nếu còn đúng"
        tell(said, source_code=source.source_code)
    return replace(assignment, already=lambda: map(store.payloads.load, already), turns=store.turns)


def _parse(plan: Plan, take: _Take, assignment: Assignment) -> Parsed:
    """Records from the payloads as they come; a failure to read them does not keep the others from being kept."""
    source, connector = take.source, connector_of(take.source)
    payloads = take.keep(connector.fetch(assignment))
    try:
        parsed = connector.parse(payloads, source_code=source.source_code, unit_code=plan.unit.unit_code)
    except SourceContractError:
        with suppress(SourceError):
            deque(payloads, maxlen=0)
        raise
    records = sum(len(frame) for frame in parsed.frames.values())
    said = f"{source.label}: {records:,} bản ghi trong {take.count} gói dữ liệu".replace(",", ".")
    tell(said, source_code=source.source_code)
    note("source collected", records=records, payloads=take.count)
    return parsed


def _in_blocks(payloads: Iterable[RawPayload]) -> Iterator[list[RawPayload]]:
    """Blocks of some payloads, megabytes or seconds; what came before a failure is a block too."""
    block: list[RawPayload] = []
    begun_s = time.monotonic()
    try:
        for payload in payloads:
            block.append(payload)
            if _is_full(block, begun_s):
                yield block
                block, begun_s = [], time.monotonic()
    except SourceError:
        if block:
            yield block
        raise
    if block:
        yield block


def _is_full(block: list[RawPayload], begun_s: float) -> bool:
    size = sum(len(payload.body) for payload in block)
    return len(block) >= BLOCK_PAYLOADS or size >= BLOCK_BYTES or time.monotonic() - begun_s > BLOCK_S


@contextmanager
def _opened_in_store(
    store: Store, settings: Settings, plan: Plan, source: Source, vintage: VintageKey, started_at: datetime
) -> Iterator[_Take]:
    """The collection, entered at its beginning as interrupted, at its end with its outcome, good or bad."""
    interrupted = SourceError(source.source_code, plan.unit.unit_code, "the run stopped while it was collecting")
    opened = Collection(
        source_code=source.source_code,
        unit_code=plan.unit.unit_code,
        period=plan.period,
        payloads=(),
        started_at=started_at,
        ended_at=started_at,
        failure=describe_failure(source, plan.unit.unit_code, interrupted),
    )
    take = _Take(store, source, vintage, store.collections.open(vintage, opened))
    try:
        yield take
    except SourceError as error:
        failure = describe_failure(source, plan.unit.unit_code, error)
        note("source failed", level=logging.WARNING, kind=failure.kind, reason=failure.reason, payloads=take.count)
        store.collections.close(vintage, take.collection_id, ended_at=settings.now(), failure=failure)
        raise
    store.collections.close(vintage, take.collection_id, ended_at=settings.now())


def _kind(error: SourceError) -> str:
    """The documented class of the error, not a connector's own refinement of it."""
    return next(cls.__name__ for cls in type(error).__mro__ if cls.__module__ == SourceError.__module__)

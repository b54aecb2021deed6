"""Asking one source for one unit: every answer is kept before anything reads it, and read while the next ones come.

Answers are kept in blocks; no more than three blocks are held. A run that is killed has kept all blocks before.
"""

import logging
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from baocao.catalogue import Source
from baocao.counting import SourceRecords
from baocao.domain import RawPayload, SourceFailure
from baocao.errors import SourceContractError, SourceError
from connectors.contract import Assignment, ParseResult
from connectors.covering import parse_covered
from connectors.registry import connector_of
from reporting.log.run_log import about, note, step
from reporting.progress import tell

BLOCK_PAYLOADS = 32
BLOCK_BYTES = 1024 * 1024
BLOCK_S = 5.0


class Keeper(Protocol):
    """Where the answers are kept: as a vintage's, or as a capture. What is not closed says that it was interrupted."""

    def enter(self, payloads: Sequence[RawPayload], first: int) -> None: ...

    def close(self, ended_at: datetime, failure: SourceFailure | None = None) -> None: ...


def ask_source(assignment: Assignment, keeper: Keeper) -> SourceRecords:
    """Fetch, keep, parse. Raise SourceError; what came before the failure is kept all the same."""
    source, take = assignment.source, _GrowingCollection(assignment.source, keeper)
    started_at = assignment.clock()
    with about(source=source.source_code), step("collect"):
        try:
            parsed = _parse(take, assignment)
        except SourceError as error:
            failure = describe_failure(source, assignment.unit_code, error)
            note("source failed", level=logging.WARNING, kind=failure.kind, reason=failure.reason, payloads=take.count)
            keeper.close(assignment.clock(), failure)
            raise
        keeper.close(assignment.clock())
    hashes, captured_at = tuple(take.hashes), take.captured_at or started_at
    return SourceRecords(
        source.system, parsed.frames, hashes, captured_at, notices=parsed.notices, coverage=parsed.coverage
    )


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


def say_failure(source: Source, unit_code: str, error: SourceError) -> SourceFailure:
    """Tell whoever watches the run, and describe it."""
    failure = describe_failure(source, unit_code, error)
    tell(f"{source.label}: {failure.reason}", source_code=source.source_code)
    return failure


@dataclass
class _GrowingCollection:
    """One collection while it grows: of what it has kept, only the hashes are held."""

    source: Source
    keeper: Keeper
    count: int = 0
    hashes: dict[str, None] = field(default_factory=dict)
    captured_at: datetime | None = None

    def keep(self, payloads: Iterable[RawPayload]) -> Iterator[RawPayload]:
        """Each payload once it is kept; while one block is being kept, the next is being fetched."""
        keeping: Future[list[RawPayload]] | None = None
        with ThreadPoolExecutor(1, thread_name_prefix="baocao-keep") as thread:
            try:
                for block in _in_blocks(payloads):
                    before, keeping = keeping, thread.submit(self._keep_block, block)
                    yield from before.result() if before else ()
            except SourceError:
                yield from keeping.result() if keeping else ()
                raise
            yield from keeping.result() if keeping else ()

    def _keep_block(self, block: list[RawPayload]) -> list[RawPayload]:
        self.keeper.enter(block, self.count)
        self.count += len(block)
        self.hashes |= dict.fromkeys(payload.sha256 for payload in block)
        first_at = min(payload.fetched_at for payload in block)
        self.captured_at = first_at if self.captured_at is None else min(self.captured_at, first_at)
        said = f"{self.source.label}: đã nhận {self.count} gói dữ liệu"
        tell(said, source_code=self.source.source_code, done=self.count)
        return block


def _parse(take: _GrowingCollection, assignment: Assignment) -> ParseResult:
    """Records from the payloads as they come; a failure to read them does not keep the others from being kept."""
    source = take.source
    payloads = take.keep(connector_of(source).fetch(assignment))
    try:
        parsed = parse_covered(source, payloads, assignment.unit_code)
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


def _kind(error: SourceError) -> str:
    """The documented class of the error, not a connector's own refinement of it."""
    return next(cls.__name__ for cls in type(error).__mro__ if cls.__module__ == SourceError.__module__)

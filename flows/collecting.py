"""Asking one source for one unit: every answer is kept before anything reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from baocao.catalogue import Source
from baocao.counting import Collected
from baocao.domain import RawPayload, SourceFailure
from baocao.errors import SourceError
from baocao.settings import Settings
from baocao.store import Collection, KeptPayload, Store, VintageKey
from connectors.contract import Notices, Parsed
from connectors.registry import assign, connector_of
from flows.plan import Plan
from flows.progress import tell


@dataclass(frozen=True)
class SourceYield:
    """What one source gave: records to count, and what in them was not understood."""

    collected: Collected
    notices: Notices


@dataclass
class _Take:
    """The payloads of one collection while it grows."""

    started_at: datetime
    payloads: list[RawPayload] = field(default_factory=list)
    kept: list[KeptPayload] = field(default_factory=list)


def collect_source(store: Store, settings: Settings, plan: Plan, source: Source, vintage: VintageKey) -> SourceYield:
    """Fetch, keep, parse. Raise SourceError; what came before the failure is kept all the same."""
    take = _Take(started_at=settings.now())
    with _entered_in_store(store, settings, plan, source, vintage, take):
        _fetch(store, settings, plan, source, take)
        parsed = _parse(plan, source, take)
    hashes = tuple(dict.fromkeys(payload.sha256 for payload in take.payloads))
    captured_at = min((payload.fetched_at for payload in take.payloads), default=take.started_at)
    return SourceYield(Collected(source.system, parsed.frames, hashes, captured_at), parsed.notices)


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


def failed(source: Source, failure: SourceFailure) -> SourceYield:
    """A source that gave nothing, as what counting takes."""
    return SourceYield(Collected(source.system, failure=failure), Notices())


def _fetch(store: Store, settings: Settings, plan: Plan, source: Source, take: _Take) -> None:
    assignment = assign(source, plan.unit, plan.window, settings)
    for payload in connector_of(source).fetch(assignment):
        take.kept.append(store.keep_payload(payload))
        take.payloads.append(payload)
        got = len(take.payloads)
        tell(f"{source.label}: đã nhận {got} gói dữ liệu", source_code=source.source_code, done=got)


def _parse(plan: Plan, source: Source, take: _Take) -> Parsed:
    connector = connector_of(source)
    parsed = connector.parse(take.payloads, source_code=source.source_code, unit_code=plan.unit.unit_code)
    records = sum(len(frame) for frame in parsed.frames.values())
    said = f"{source.label}: {records:,} bản ghi trong {len(take.payloads)} gói dữ liệu".replace(",", ".")
    tell(said, source_code=source.source_code)
    return parsed


@contextmanager
def _entered_in_store(
    store: Store, settings: Settings, plan: Plan, source: Source, vintage: VintageKey, take: _Take
) -> Iterator[None]:
    """Enter the collection with its outcome, good or bad."""
    failure = None
    try:
        yield
    except SourceError as error:
        failure = describe_failure(source, plan.unit.unit_code, error)
        raise
    finally:
        store.keep_collection(
            vintage,
            Collection(
                source_code=source.source_code,
                unit_code=plan.unit.unit_code,
                period=plan.period,
                payloads=tuple(take.kept),
                started_at=take.started_at,
                ended_at=settings.now(),
                failure=failure,
            ),
        )


def _kind(error: SourceError) -> str:
    """The documented class of the error, not a connector's own refinement of it."""
    return next(cls.__name__ for cls in type(error).__mro__ if cls.__module__ == SourceError.__module__)

"""Trying a source over a few days: does it answer, what came back, how fresh is it. Nothing is kept."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

import pandas as pd

from baocao.catalogue import Source, Unit
from baocao.domain import VIETNAM, Window
from baocao.errors import SourceError
from baocao.records import COLUMNS, INSTANT
from baocao.settings import Settings
from connectors.asking.narrowing import nobody_of
from connectors.contract import ParseResult, RateLimits, SeenExchange
from connectors.registry import assign, connector_of
from reporting.collection.site_draft import start_sightings


@dataclass(frozen=True)
class TryResult:
    """What one try gave."""

    parsed: ParseResult
    answers: int
    answer_bytes: int
    took_s: float


def try_source(
    source: Source,
    unit: Unit,
    window: Window,
    settings: Settings,
    rate_limits: RateLimits | None = None,
    *,
    watch: Callable[[SeenExchange], None] | None = None,
) -> TryResult:
    """Fetch and parse; raise SourceError where it fails. `rate_limits` are the store's, where runs ask too; `watch` is
    shown every exchange.
    """
    quick = source.model_copy(update={"lookback_days": 0})
    started = time.monotonic()
    connector = connector_of(quick)
    payloads = list(
        connector.fetch(replace(assign(quick, unit, window, settings), rate_limits=rate_limits, watch=watch))
    )
    parsed = connector.parse(payloads, source_code=source.source_code, unit_code=unit.unit_code)
    sizes = sum(payload.answer_bytes for payload in payloads)
    return TryResult(parsed, len(payloads), sizes, time.monotonic() - started)


def ask_for_nobody(source: Source, unit: Unit, window: Window, settings: Settings) -> tuple[str, int]:
    """A unit's key that nobody has, and how many rows came at first: any show that it does not choose by unit."""
    seen = start_sightings(source)
    if seen is None or not seen.declared.unit or seen.site.sees_one_unit:
        return "", 0
    quick = source.model_copy(update={"lookback_days": 0})
    asked = assign(quick, unit, window, settings)
    nobody = nobody_of(asked.unit_key)
    with suppress(SourceError):
        next(iter(connector_of(quick).fetch(replace(asked, unit_key=nobody, watch=seen.see))), None)
    return nobody, sum(seen.rows_count.values())


def newest(frame: pd.DataFrame, kind: str) -> tuple[str, datetime] | None:
    """The latest day in any date column of the records, and which column it is in."""
    found = [(name, frame[name].max()) for name, dtype in COLUMNS[kind].items() if dtype.startswith("datetime64")]
    dated = [(name, at) for name, at in found if not pd.isna(at)]
    if not dated:
        return None
    name, at = max(dated, key=lambda pair: pd.Timestamp(pair[1]).tz_localize(None))
    instant = COLUMNS[kind][name] == INSTANT
    return name, (at.tz_convert(VIETNAM) if instant else at).to_pydatetime()

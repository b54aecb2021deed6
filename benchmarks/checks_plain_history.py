"""The checks of `history.*` written out by hand in bare pandas, under their default thresholds and without breaks.

What Great Expectations answers must equal it. Figures are frames with a row per unit and a column per quarter.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import sqrt

import numpy as np
import pandas as pd

from benchmarks.checks_world import CODES, FLOWS, STOCKS, Series

Finding = tuple[int, str, str]
STEPS = {"jump_from_previous": 1, "jump_from_last_year": 4}
SPREADS, AT_LEAST, PCT, OWN, PEERS = 4, 10, 30, 4, 8


def failing_history(series: Series, tiers: Mapping[str, str]) -> set[Finding]:
    """The failed checks by position of the unit, check and first indicator."""
    frames = {code: pd.DataFrame([unit[code] for unit in series.values()], dtype=float) for code in CODES}
    tier = pd.Series([tiers[unit] for unit in series])
    silent = {system: _silent([frames[code] for code in codes]) for system, codes in FLOWS.items()}
    found: set[Finding] = set()
    for system, codes in FLOWS.items():
        first = " ".join(sorted(codes))
        found |= {(n, "fell_silent", first) for n in _true(silent[system])}
        for code in codes:
            found |= {(n, "frozen", code) for n in _true(_frozen(frames[code]))}
    for code in STOCKS:
        found |= {(n, "stock_shrank", code) for n in _true(_shrunk(frames[code]))}
    for code in CODES:
        quiet = next((silent[system] for system, codes in FLOWS.items() if code in codes), None)
        found |= set(_jumps(frames[code], tier, code, quiet))
    return found


def _true(fails: pd.Series) -> list[int]:
    return [int(n) for n in fails[fails].index]


def _silent(frames: Sequence[pd.DataFrame]) -> pd.Series:
    total = sum(frame for frame in frames)
    return (total.iloc[:, -1] == 0) & (total.iloc[:, -2] >= 5) & (total.iloc[:, -3] >= 5)


def _frozen(frame: pd.DataFrame) -> pd.Series:
    last = frame.iloc[:, -3:]
    return last.nunique(axis=1, dropna=False).eq(1) & last.iloc[:, -1].ge(100)


def _shrunk(frame: pd.DataFrame) -> pd.Series:
    before = frame.iloc[:, -2]
    return frame.iloc[:, -1] < before - np.maximum(2, before / 10)


def _jumps(frame: pd.DataFrame, tier: pd.Series, code: str, quiet: pd.Series | None) -> Iterator[Finding]:
    now = frame.iloc[:, -1]
    for name, step in STEPS.items():
        low, high = _bounds(frame, tier, step)
        if code in STOCKS:
            low = pd.Series(-np.inf, index=now.index)
        fails = (now < low) | (now > high)
        if quiet is not None:
            fails &= ~(quiet & now.eq(0))
        yield from ((n, name, code) for n in _true(fails))


def _bounds(frame: pd.DataFrame, tier: pd.Series, step: int) -> tuple[pd.Series, pd.Series]:
    """What is usual; missing where nothing can be said, which no comparison is true of."""
    before = frame.iloc[:, -1 - step]
    growth = _growth(frame.iloc[:, -1], before, tier)
    expected = before * growth
    scale = 2 * np.sqrt(frame.clip(lower=0) + 0.375)
    changes = scale - scale.shift(step, axis=1)
    own = changes.iloc[:, :-1]
    peers, counts = _peer_spread(changes / scale.shift(step, axis=1), tier)
    middle = 2 * np.sqrt(expected + 0.375)
    spread = pd.Series(np.nan, index=tier.index).where(counts < PEERS, peers * middle)
    spread = spread.where(own.notna().sum(axis=1) < OWN, _row_spread(own))
    reach = SPREADS * spread.clip(lower=sqrt(2))
    slack = np.maximum(AT_LEAST, expected * PCT / 100)
    low = np.minimum(_unscale(middle - reach), expected - slack).clip(lower=0)
    return np.floor(low), np.ceil(np.maximum(_unscale(middle + reach), expected + slack))


def _growth(now: pd.Series, before: pd.Series, tier: pd.Series) -> pd.Series:
    ratio = (now + 0.5) / (before + 0.5)
    groups = ratio.groupby(tier)
    return groups.transform("median").where(groups.transform("count") >= PEERS, 1.0)


def _row_spread(changes: pd.DataFrame) -> pd.Series:
    distance = changes.sub(changes.median(axis=1), axis=0).abs()
    mad = 1.4826 * distance.median(axis=1)
    return mad.where(mad > 0, 1.2533 * distance.mean(axis=1))


def _peer_spread(changes: pd.DataFrame, tier: pd.Series) -> tuple[pd.Series, pd.Series]:
    spreads, counts = {}, {}
    for name, mine in changes.groupby(tier):
        values = mine.to_numpy()[mine.notna().to_numpy()]
        distance = np.abs(values - np.median(values)) if len(values) else np.zeros(1)
        spreads[name] = 1.4826 * np.median(distance) or 1.2533 * distance.mean()
        counts[name] = len(values)
    return tier.map(spreads), tier.map(counts)


def _unscale(scale: pd.Series) -> pd.Series:
    return ((scale / 2) ** 2 - 0.375).where(scale > 0, 0.0)

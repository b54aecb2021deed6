"""A period in which a unit came into being: what of its days belongs to the units it came from, and what is missing.

Their records are counted with the unit's own: counts add up, different procedures are counted over the union, ratios
are recomputed. Only flows are inherited; a stock is the unit's own at the cut-off.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import pandas as pd

from baocao.catalogue import Unit
from baocao.counting import SourceRecords
from baocao.domain import Window
from baocao.records import join_frames

INHERITED_KINDS = ("documents", "dossiers")
DAY = timedelta(days=1)


@dataclass(frozen=True)
class PredecessorPart:
    """The days of a period that belong to a unit of before."""

    unit: Unit
    window: Window


@dataclass(frozen=True)
class Inheritance:
    """What one unit of before brought for one system: its records and the days they cover."""

    part: PredecessorPart
    collected: SourceRecords
    covered: frozenset[date]

    @property
    def missing(self) -> tuple[Window, ...]:
        """The days of the part nobody has records of."""
        return tuple(_in_runs(day for day in self.part.window.days() if day not in self.covered))


def list_parts(unit: Unit, window: Window, units: Mapping[str, Unit]) -> tuple[PredecessorPart, ...]:
    """The units of before, and theirs, each with its own days of the window; none where the unit existed throughout."""
    if unit.valid_from is None or unit.valid_from <= window.start_on:
        return ()
    before = Window(window.start_on, min(window.end_on, unit.valid_from - DAY))
    parts = []
    for code in unit.predecessors:
        one = units[code]
        if one.exists_in(before):
            start, end = one.valid_from or before.start_on, one.valid_to or before.end_on
            parts.append(PredecessorPart(one, Window(max(start, before.start_on), min(end, before.end_on))))
            parts += list_parts(one, before, units)
    return tuple(parts)


def find_orphan_days(unit: Unit, window: Window, parts: Iterable[PredecessorPart]) -> tuple[Window, ...]:
    """The days before the unit for which no unit of before is known."""
    if unit.valid_from is None or unit.valid_from <= window.start_on:
        return ()
    owned = {day for part in parts for day in part.window.days()}
    before = Window(window.start_on, min(window.end_on, unit.valid_from - DAY))
    return tuple(_in_runs(day for day in before.days() if day not in owned))


def is_continued(unit: Unit, part: PredecessorPart, source_code: str) -> bool:
    """Whether the source calls both units by one key: then the unit's own answer has the days of before already."""
    key = unit.source_keys.get(source_code)
    return key is not None and part.unit.source_keys.get(source_code) == key


def inherit(own: SourceRecords, brought: Iterable[Inheritance], orphan_days: Iterable[Window]) -> SourceRecords:
    """The unit's own records and those of before; a record in both is the unit's, which knows it last."""
    brought = tuple(brought)
    frames = dict(own.frames)
    for kind in INHERITED_KINDS:
        if kind in frames:
            others = [one.collected.frames[kind] for one in brought if kind in one.collected.frames]
            frames[kind] = _join(kind, frames[kind], others)
    hashes = [sha256 for one in (own, *(each.collected for each in brought)) for sha256 in one.payload_hashes]
    notes = [f"Gồm số liệu {_days(one.part.window)} của {one.part.unit.name}" for one in brought if one.covered]
    gaps = [
        *(f"Thiếu số liệu {_days(days)} của {one.part.unit.name}" for one in brought for days in one.missing),
        *(f"Thiếu số liệu {_days(days)}, trước khi đơn vị thành lập" for days in orphan_days),
    ]
    return replace(
        own, frames=frames, payload_hashes=tuple(dict.fromkeys(hashes)), inherited=tuple(notes), gaps=tuple(gaps)
    )


def list_days(windows: Iterable[Window], within: Window) -> frozenset[date]:
    """The days of `within` that the windows cover."""
    return frozenset(day for window in windows for day in window.days() if within.start_on <= day <= within.end_on)


def _join(kind: str, own: pd.DataFrame, others: list[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all; a record in two is kept as the later of them has it, the unit's own being the last."""
    found = [frame for frame in (*others, own) if len(frame)]
    if not found or (len(found) == 1 and found[0] is own):
        return own
    return join_frames(kind, found)


def _in_runs(days: Iterable[date]) -> Iterator[Window]:
    run: list[date] = []
    for day in days:
        if run and day != run[-1] + DAY:
            yield Window(run[0], run[-1])
            run = []
        run.append(day)
    if run:
        yield Window(run[0], run[-1])


def _days(window: Window) -> str:
    return f"từ {window.start_on:%d/%m/%Y} đến {window.end_on:%d/%m/%Y}"

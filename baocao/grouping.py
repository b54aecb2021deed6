"""From records to figures by groups: the same definitions, counted in the records of each group alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from baocao.catalogue import Correction, Indicator
from baocao.catalogue.groupings import Groupings
from baocao.corrections import apply_corrections, corrected_groups, corrections_of_group
from baocao.counting import CountingContext, SourceRecords, add_computed, is_made_of, observe
from baocao.domain import CountStep, Observation, System
from baocao.groups import UNKNOWN_GROUP, Dimension, GroupCode, list_groups, put_group, total_code
from baocao.handed_in import HandedIn
from baocao.selection import GROUP_COLUMNS, GroupFrames, group_keys, group_words
from baocao.source_text import SourceText
from baocao.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    import pandas as pd

    from baocao.selection.marks import Marks

KIND, SYSTEM = "dossiers", System.ONE_STOP
MOST_TOLD = 5
_ID = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Ids systems give by themselves: longer than a code, and nobody's name."""


def observe_groups(
    indicators: Mapping[str, Indicator],
    asked: Iterable[tuple[str, str]],
    totals: Mapping[str, Observation],
    context: CountingContext,
    groupings: Groupings,
    corrections: Sequence[Correction] = (),
) -> dict[str, Observation]:
    """Every figure asked by a dimension, in every group that has a record; by the codes of groups.

    Only what is counted from dossiers has groups, and what is computed from such figures. `totals` are the plain ones;
    of the signed corrections those of groups are applied.
    """
    found: dict[str, Observation] = {}
    by_dimension: dict[Dimension, list[str]] = {}
    for code, dimension in asked:
        by_dimension.setdefault(Dimension(dimension), []).append(code)
    for dimension, codes in by_dimension.items():
        wanted = tuple(dict.fromkeys(part for code in codes for part in with_inputs(code, indicators)))
        asked_for = {code: one for code, one in indicators.items() if code in wanted}
        counted = {code: one for code, one in asked_for.items() if one.count and one.count.records == KIND}
        computed = {code: one for code, one in asked_for.items() if is_made_of(one, counted, indicators)}
        for key, mine in _split(context, dimension, groupings, corrected_groups(corrections, dimension)):
            counts = {
                code: _said_of(one, key, dimension, mine, groupings)
                for code, one in observe(counted, mine.context).items()
            }
            signed = corrections_of_group(corrections, dimension, key)
            counts = apply_corrections(counts, [one for one in signed if total_code(one.indicator) in counts])
            whole = add_computed(computed, counts, mine.context, totals)
            found |= put_group({code: whole[code] for code in wanted if code in whole}, dimension, key)
    return found


@dataclass(frozen=True)
class _Group:
    """The records of one group, how many there are, and of how many; `note` is what must be said of them."""

    context: CountingContext
    count: int
    of_count: int
    note: str = ""


def with_inputs(code: str, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    """A figure and what it is made of: whoever explains the one asks for the others."""
    yield code
    for part in indicators[code].inputs if code in indicators else ():
        yield from with_inputs(part, indicators)


def _split(
    context: CountingContext, dimension: Dimension, groupings: Groupings, corrected: set[str]
) -> Iterator[tuple[str, _Group]]:
    """The context with the dossiers of one group only, group by group; the corrected ones without any too."""
    if context.handed is not None and SYSTEM not in context.collected:
        yield from _split_handed(context, context.handed, dimension, corrected)
    for system, source in context.collected.items():
        frame = source.frames.get(KIND)
        if frame is None and "tallies" in source.frames:
            yield from _split_tallies(context, system, source, dimension, groupings)
        if frame is None or not (len(frame) or corrected):
            continue
        keys = group_keys(frame, dimension, groupings)
        marked: dict[tuple[object, ...], tuple[Marks, str]] = {}
        for key in sorted({*keys, *corrected}):
            places = (keys == key).to_numpy().nonzero()[0]
            records = frame.iloc[places]
            frames = GroupFrames({**source.frames, KIND: records}, KIND, frame, places, marked)
            mine: SourceRecords = replace(source, frames=frames)
            is_told = key == UNKNOWN_GROUP and dimension in GROUP_COLUMNS
            note = _tell_unknown(records, dimension) if is_told else ""
            handed = _handed_of(context.handed, dimension, key)
            narrowed = replace(context, collected={**context.collected, system: mine}, handed=handed)
            yield key, _Group(narrowed, len(records), len(frame), note)


def _split_handed(
    context: CountingContext, handed: HandedIn, dimension: Dimension, corrected: set[str]
) -> Iterator[tuple[str, _Group]]:
    """The lines of the form the unit handed in."""
    for key in sorted({*list_groups(handed.figures, dimension), *corrected}):
        yield key, _Group(replace(context, handed=_handed_of(handed, dimension, key)), 0, 0)


def _handed_of(handed: HandedIn | None, dimension: Dimension, key: str) -> HandedIn | None:
    """One line of it, by the plain codes."""
    if handed is None:
        return None
    figures = {GroupCode.parse(code): figure for code, figure in handed.figures.items()}
    mine = {c.indicator_code: f for c, f in figures.items() if (c.dimension, c.group_key) == (dimension, key)}
    return replace(handed, figures=mine)


def _split_tallies(
    context: CountingContext, system: System, source: SourceRecords, dimension: Dimension, groupings: Groupings
) -> Iterator[tuple[str, _Group]]:
    """What a source counted itself by its own words for the groups; words of one group are added up."""
    tallies = source.frames["tallies"]
    codes = [GroupCode.parse(code) for code in tallies["indicator_code"]]
    find = groupings.keys_of_words(dimension)
    keys = [find(code.group_key) or UNKNOWN_GROUP if code.dimension is dimension else "" for code in codes]
    plain = tallies.assign(indicator_code=[code.indicator_code for code in codes])
    for key in sorted(set(keys) - {""}):
        mine = replace(source, frames={**source.frames, "tallies": plain[[key == one for one in keys]]})
        handed = _handed_of(context.handed, dimension, key)
        yield key, _Group(replace(context, collected={**context.collected, system: mine}, handed=handed), 0, 0)


def _tell_unknown(frame: pd.DataFrame, dimension: Dimension) -> str:
    """Which words of the source are declared nowhere, by code or mark; never the text."""
    words = sorted(set(group_words(frame, dimension).dropna()))
    said = [word if _ID.fullmatch(word) else SourceText(word).as_code() for word in words[:MOST_TOLD]]
    more = f" … ({len(words)} mã)" if len(words) > MOST_TOLD else ""
    what = f"{', '.join(said)}{more}" if said else "nguồn để trống"
    return f"{DIMENSIONS[dimension].capitalize()} chưa khai báo: {what}"


def _said_of(
    observation: Observation, key: str, dimension: Dimension, mine: _Group, groupings: Groupings
) -> Observation:
    """With the step that chose the group, and what is said of an unknown one."""
    if not mine.of_count:
        return observation
    step = CountStep(f"{DIMENSIONS[dimension]}: {groupings.label(dimension, key)}", mine.count)
    first, *others = observation.steps or (None,)
    steps = (replace(first, left_count=mine.of_count), step, *others) if first is not None else ()
    note = "; ".join(filter(None, (observation.note, mine.note if observation.value else "")))
    return replace(observation, steps=steps, note=note)

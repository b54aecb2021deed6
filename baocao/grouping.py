"""From records to figures by groups: the same definitions, counted in the records of each group alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from baocao.catalogue import Catalogue, Indicator
from baocao.counting import CountingContext, SourceRecords, add_computed, observe
from baocao.domain import CountStep, Observation
from baocao.groups import UNKNOWN_GROUP, Dimension, put_group
from baocao.source_text import SourceText
from baocao.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    import pandas as pd

KIND = "dossiers"
MOST_TOLD = 5
_ID = re.compile(r"[0-9a-f]{24}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Ids systems give by themselves: longer than a code, and nobody's name."""
_COLUMNS = {Dimension.FIELD: "field_key", Dimension.UNIT: "receiving_unit_key"}


@dataclass(frozen=True)
class Groupings:
    """Which group a record is in: by what it says (`by_word`), a field first by its procedure."""

    by_word: Mapping[Dimension, Mapping[str, str]] = field(default_factory=dict)
    field_of_procedure: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, catalogue: Catalogue) -> Groupings:
        """As the configuration says; a key two units share names neither."""
        keys: dict[str, set[str]] = {}
        for code, unit in catalogue.units.items():
            for key in unit.source_keys.values():
                keys.setdefault(key, set()).add(code)
        by_unit = {key: codes.pop() for key, codes in keys.items() if len(codes) == 1}
        by_word = {Dimension.FIELD: catalogue.fields.by_word, Dimension.UNIT: by_unit}
        return cls(by_word, catalogue.fields.by_procedure, catalogue.group_labels)

    def keys_of(self, frame: pd.DataFrame, dimension: Dimension) -> pd.Series:
        """The group of every record; UNKNOWN_GROUP of what no file declares, and of what says nothing."""
        procedures = frame["procedure_code"].astype(object)
        if dimension is Dimension.PROCEDURE:
            return procedures.fillna(UNKNOWN_GROUP)
        given = self._given(frame, dimension)
        keys = given.map(self.by_word.get(dimension, {})).astype(object)
        if dimension is Dimension.FIELD:
            keys = procedures.map(self.field_of_procedure).astype(object).fillna(keys)
        return keys.fillna(UNKNOWN_GROUP)

    def tell_unknown(self, frame: pd.DataFrame, dimension: Dimension) -> str:
        """Which words of the source are declared nowhere, by code or mark; never the text."""
        words = sorted(set(self._given(frame, dimension).dropna()))
        said = [word if _ID.fullmatch(word) else SourceText(word).as_code() for word in words[:MOST_TOLD]]
        more = f" … ({len(words)} mã)" if len(words) > MOST_TOLD else ""
        what = f"{', '.join(said)}{more}" if said else "nguồn để trống"
        return f"{DIMENSIONS[dimension].capitalize()} chưa khai báo: {what}"

    def label(self, dimension: Dimension, key: str) -> str:
        return "chưa khai báo" if key == UNKNOWN_GROUP else self.labels.get(dimension, {}).get(key, key)

    def _given(self, frame: pd.DataFrame, dimension: Dimension) -> pd.Series:
        import pandas as pd

        column = _COLUMNS[dimension]
        return frame[column].astype(object) if column in frame else pd.Series(None, index=frame.index, dtype=object)


def observe_groups(
    indicators: Mapping[str, Indicator],
    asked: Iterable[tuple[str, str]],
    totals: Mapping[str, Observation],
    context: CountingContext,
    groupings: Groupings,
) -> dict[str, Observation]:
    """Every figure asked by a dimension, in every group that has a record; by the codes of groups.

    Only what is counted from dossiers has groups, and what is computed from such figures. `totals` are the plain ones.
    """
    found: dict[str, Observation] = {}
    by_dimension: dict[Dimension, list[str]] = {}
    for code, dimension in asked:
        by_dimension.setdefault(Dimension(dimension), []).append(code)
    for dimension, codes in by_dimension.items():
        wanted = tuple(dict.fromkeys(part for code in codes for part in _with_inputs(code, indicators)))
        counted = {code: one for code, one in indicators.items() if one.count and one.count.records == KIND}
        computed = {code: one for code, one in indicators.items() if _is_of(one, counted, indicators)}
        for key, mine in _split(context, dimension, groupings):
            counts = {
                code: _said_of(one, key, dimension, mine, groupings)
                for code, one in observe(counted, mine.context).items()
            }
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


def _with_inputs(code: str, indicators: Mapping[str, Indicator]) -> Iterator[str]:
    """A figure and what it is made of: whoever explains the one asks for the others."""
    yield code
    for part in indicators[code].inputs if code in indicators else ():
        yield from _with_inputs(part, indicators)


def _is_of(indicator: Indicator, counted: Mapping[str, Indicator], indicators: Mapping[str, Indicator]) -> bool:
    """Whether a figure is computed from counted ones alone."""
    return indicator.is_computed and all(
        code in counted or (code in indicators and _is_of(indicators[code], counted, indicators))
        for code in indicator.inputs
    )


def _split(context: CountingContext, dimension: Dimension, groupings: Groupings) -> Iterator[tuple[str, _Group]]:
    """The context with the dossiers of one group only, group by group."""
    for system, source in context.collected.items():
        frame = source.frames.get(KIND)
        if frame is None or not len(frame):
            continue
        keys = groupings.keys_of(frame, dimension)
        for key in sorted(set(keys)):
            records = frame[(keys == key).to_numpy()]
            mine: SourceRecords = replace(source, frames={**source.frames, KIND: records})
            note = groupings.tell_unknown(records, dimension) if key == UNKNOWN_GROUP and dimension in _COLUMNS else ""
            narrowed = replace(context, collected={**context.collected, system: mine})
            yield key, _Group(narrowed, len(records), len(frame), note)


def _said_of(
    observation: Observation, key: str, dimension: Dimension, mine: _Group, groupings: Groupings
) -> Observation:
    """With the step that chose the group, and what is said of an unknown one."""
    step = CountStep(f"{DIMENSIONS[dimension]}: {groupings.label(dimension, key)}", mine.count)
    first, *others = observation.steps or (None,)
    steps = (replace(first, left_count=mine.of_count), step, *others) if first is not None else ()
    note = "; ".join(filter(None, (observation.note, mine.note if observation.value else "")))
    return replace(observation, steps=steps, note=note)

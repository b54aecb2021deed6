"""Ratios, sums and differences, and what is said of those that cannot be made."""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from decimal import Decimal

from baocao.catalogue import Indicator
from baocao.counting.context import CountingContext, make_observation
from baocao.counting.counted import NOT_COUNTED
from baocao.counting.people import take_handed
from baocao.domain import UNCOLLECTED, CellStatus, Observation
from baocao.figures import ratio_pct

_BETWEEN_NOTES = "; "
_WHY_NONE = (*UNCOLLECTED, CellStatus.BLANK, CellStatus.NO_DENOMINATOR)
"""Why a figure a computed one is made of is not there, the graver first."""


def add_computed(
    indicators: Mapping[str, Indicator],
    counts: Mapping[str, Observation],
    context: CountingContext,
    wholes: Mapping[str, Observation] | None = None,
) -> dict[str, Observation]:
    """The given observations and every ratio, sum and difference recomputed from them, whatever order they are in.

    `counts` may be those of one group; `wholes` are then the figures of all, for shares of the whole.
    """
    found = dict(counts)
    waiting = {code: one for code, one in indicators.items() if one.is_computed}
    while ready := [one for one in waiting.values() if not waiting.keys() & set(one.inputs)]:
        for indicator in ready:
            del waiting[indicator.indicator_code]
            found[indicator.indicator_code] = _compute(indicator, found, context, wholes)
    return found


def is_made_of(indicator: Indicator, given: Container[str], indicators: Mapping[str, Indicator]) -> bool:
    """Whether a figure is computed from the given ones alone."""
    return indicator.is_computed and all(
        code in given or (code in indicators and is_made_of(indicators[code], given, indicators))
        for code in indicator.inputs
    )


def _join_notes(inputs: Sequence[Observation], *, is_ratio: bool) -> str:
    """Each once; of a ratio, what only its numerator leaves out is said of that."""
    parts = [[text for text in one.note.split(_BETWEEN_NOTES) if text] for one in inputs]
    if is_ratio:
        top, bottom = parts
        parts[0] = [_of_numerator(text) if text not in bottom else text for text in top]
    return _BETWEEN_NOTES.join(dict.fromkeys(text for texts in parts for text in texts))


def _of_numerator(note: str) -> str:
    return f"Tử số {note[:1].lower()}{note[1:]}" if note.startswith(NOT_COUNTED) else note


def _compute(
    indicator: Indicator,
    counts: Mapping[str, Observation],
    context: CountingContext,
    wholes: Mapping[str, Observation] | None,
) -> Observation:
    """From figures that are all known; else the gravest reason why one is not."""
    inputs = tuple(counts[code] for code in indicator.inputs)
    if indicator.ratio is not None and indicator.ratio.over == "all" and wholes is not None:
        inputs = (inputs[0], wholes[indicator.ratio.denominator])
    if context.handed is not None and _is_for_the_unit_to_say(indicator, counts, context):
        return take_handed(indicator, context.handed, context)
    note = _join_notes(inputs, is_ratio=indicator.ratio is not None)
    hashes = tuple(dict.fromkeys(h for part in inputs for h in part.payload_hashes))
    values = [part.value for part in inputs if part.value is not None]
    if len(values) < len(inputs):
        missing = next((one for one in _WHY_NONE if _any(inputs, one)), CellStatus.BLANK)
        kept = hashes if missing is CellStatus.INCOMPLETE else ()
        return make_observation(indicator, context, None, missing, payload_hashes=kept, note=note)
    value = _value_of(indicator, values)
    status = CellStatus.NO_DENOMINATOR if value is None else _status_of_computed(inputs)
    return make_observation(indicator, context, value, status, payload_hashes=hashes, note=note)


def _value_of(indicator: Indicator, values: Sequence[Decimal]) -> Decimal | None:
    if indicator.ratio is not None:
        return ratio_pct(*values)
    first, *others = values
    return first - sum(others) if indicator.difference is not None else first + sum(others)


def _is_for_the_unit_to_say(indicator: Indicator, counts: Mapping[str, Observation], context: CountingContext) -> bool:
    """Whether a ratio is taken as it was handed in: it cannot be divided, and no system was to give what is missing."""
    if context.handed is None or context.handed.find_value(indicator.indicator_code) is None:
        return False
    lacking = [counts[code] for code in indicator.inputs if counts[code].value is None]
    asked = [
        one for one in lacking if one.status in UNCOLLECTED and not set(one.payload_hashes) & set(context.handed.hashes)
    ]
    return bool(lacking) and not asked


def _status_of_computed(inputs: tuple[Observation, ...]) -> CellStatus:
    order = (CellStatus.PROVISIONAL, CellStatus.CORRECTED, CellStatus.HANDED_IN, CellStatus.TYPED_IN)
    return next((status for status in order if _any(inputs, status)), CellStatus.REPORTED)


def _any(inputs: tuple[Observation, ...], status: CellStatus) -> bool:
    return any(part.status is status for part in inputs)

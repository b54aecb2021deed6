"""Figures a unit has whole and not in parts: sums of a form it handed in, and what its people typed in.

A handed-in form prints a sum and not always what it is made of. The unit then brings what the sum has beyond the parts
it does bring, so that nothing is lost and nothing counted twice.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from baocao.catalogue import Indicator, Unit
from baocao.domain import CellStatus, Observation
from baocao.groups import GROUP_MARK
from baocao.rolling_up.parts import NOTHING, FigurePart, Parts, over_tiers

Terms = Mapping[str, int]


def find_terms(indicators: Mapping[str, Indicator], code: str) -> Terms:
    """A sum or difference as its counted and typed-in figures, each so many times; nothing of any other figure."""
    indicator = indicators.get(code)
    if indicator is None or not indicator.is_computed or indicator.ratio is not None:
        return {}
    found: Counter[str] = Counter()
    for place, part in enumerate(indicator.inputs):
        sign = -1 if indicator.difference is not None and place else 1
        inner = find_terms(indicators, part) if part in indicators and indicators[part].is_computed else {part: 1}
        if not inner:
            return {}
        found.update({base: sign * times for base, times in inner.items()})
    return found


def reported_parts(
    indicators: Mapping[str, Indicator], unit: Unit, observations: Mapping[str, Observation]
) -> dict[str, FigurePart]:
    """Every sum and difference the unit has, of its groups too, although something it is made of is not there."""
    return dict(_find_reported(indicators, unit, observations))


def _find_reported(
    indicators: Mapping[str, Indicator], unit: Unit, observations: Mapping[str, Observation]
) -> Iterator[tuple[str, FigurePart]]:
    for code, found in observations.items():
        total, mark, group = code.partition(GROUP_MARK)
        terms = find_terms(indicators, total) if found.value is not None else {}
        parts = {base: observations.get(f"{base}{mark}{group}") for base in terms}
        values = {base: one.value if one else None for base, one in parts.items()}
        if found.value is None or None not in values.values():
            continue
        beyond = found.value - sum((terms[base] * (value or 0) for base, value in values.items()), Decimal(0))
        yield code, _whole(unit, found, beyond)


def typed_parts(
    codes: Iterable[str], unit: Unit, observations: Mapping[str, Observation] | None
) -> dict[str, FigurePart]:
    """What the people of a unit typed in; of a unit without a form, that it is missing."""
    found = {code: observations.get(code) if observations else None for code in codes}
    absent = FigurePart(missing=frozenset({unit.unit_code}))
    return {
        code: absent if one is None or one.value is None else FigurePart(
            one.value, given_count=1, is_provisional=one.status is CellStatus.PROVISIONAL
        )
        for code, one in found.items()
    }  # fmt: skip


def _whole(unit: Unit, found: Observation, value: Decimal) -> FigurePart:
    return FigurePart(
        value,
        given_count=1,
        is_provisional=found.status is CellStatus.PROVISIONAL,
        notes={found.note: 1} if found.note else {},
        givers=frozenset({unit.unit_code}),
    )


def join_reported(indicators: Mapping[str, Indicator], parts: Parts) -> dict[str, FigurePart]:
    """Every sum some unit reports itself, over all units: from their parts where they have them."""
    given = {code for figures in parts.values() for code, part in figures.items() if part.givers}
    return {code: _join(indicators, parts, code) for code in sorted(given)}


def _join(indicators: Mapping[str, Indicator], parts: Parts, code: str) -> FigurePart:
    total, mark, group = code.partition(GROUP_MARK)
    terms, own = find_terms(indicators, total), over_tiers(parts, code)
    bases = {base: over_tiers(parts, f"{base}{mark}{group}") for base in terms}
    value = (own.value or Decimal(0)) + sum(
        (terms[base] * (part.value or 0) for base, part in bases.items()), Decimal(0)
    )
    together = NOTHING
    for part in (own, *bases.values()):
        together = together.plus(part)
    return FigurePart(
        value,
        given_count=len(own.givers) + min((part.given_count for part in bases.values()), default=0),
        missing=together.missing - own.givers,
        is_provisional=together.is_provisional,
        notes=together.notes,
    )

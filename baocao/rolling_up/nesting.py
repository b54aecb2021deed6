"""Whether a unit's own source already answers for the units below it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from baocao.catalogue import Indicator
from baocao.domain import System
from baocao.rolling_up.parts import FigurePart, Parts, over_tiers


@dataclass(frozen=True)
class Nesting:
    """A system that both a unit and those below it have: whether the unit's own figures look like all of theirs.

    `is_declared` where the configuration says so; `own` and `below` are of the figure that shows it best.
    """

    system: System
    is_declared: bool
    holds_all: bool
    indicator_code: str
    own: Decimal
    below: Decimal


def find_nestings(
    indicators: Mapping[str, Indicator], own: Parts, below: Parts, declared: frozenset[System]
) -> tuple[Nesting, ...]:
    """Every system that answers on both levels. One that nests is nowhere below the sum, and has all the keys."""
    found = []
    for system in System:
        pairs = [
            (code, over_tiers(own, code), over_tiers(below, code))
            for code, indicator in indicators.items()
            if indicator.count is not None and not indicator.count.days and indicator.system is system
        ]
        both = [(code, mine, theirs) for code, mine, theirs in pairs if mine.value is not None and theirs.value]
        if both:
            holds_all = all(_holds(mine, theirs) for _, mine, theirs in both)
            code, mine, theirs = max(both, key=lambda pair: (pair[2].keys is None, pair[2].value or 0, pair[0]))
            values = (mine.value or Decimal(0), theirs.value or Decimal(0))
            found.append(Nesting(system, system in declared, holds_all, code, *values))
    return tuple(found)


def _holds(mine: FigurePart, theirs: FigurePart) -> bool:
    if theirs.keys is not None:
        return theirs.keys <= (mine.keys or frozenset())
    return (mine.value or 0) >= (theirs.value or 0)

"""How the units of a tier change together: their common movement, and the spread of their changes."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from baocao.catalogue import Catalogue, Unit
from baocao.domain import Period, Tier
from expectations.form.figures_view import Figures
from expectations.history.breaks import BreakFinder
from expectations.history.spread import median, residual, scaled, spread_of


@dataclass(frozen=True)
class Movement:
    """`growth` is the median ratio of this period's figures to those compared with, of so many units.

    `spread` is of `change_count` changes, each relative to the size of its figure on the scale of counts.
    """

    growth: float = 1.0
    growth_count: int = 0
    spread: float = 0.0
    change_count: int = 0


@dataclass(frozen=True)
class Peers:
    """The figures of many units by unit and period, this period's (`now`) included where they are known."""

    figures: Mapping[str, Mapping[Period, Figures]]
    catalogue: Catalogue
    breaks: BreakFinder
    now: Period | None
    _found: dict[tuple[Tier, str, str], Movement] = field(default_factory=dict)
    _by_tier: dict[Tier, list[Unit]] = field(default_factory=dict)

    def movement(self, tier: Tier, code: str, kind: str, step: Callable[[Period], Period]) -> Movement:
        """Of one figure, from the period `step` leads to; `kind` names the step."""
        if (tier, code, kind) not in self._found:
            self._found[tier, code, kind] = self._measure(tier, code, step)
        return self._found[tier, code, kind]

    def _measure(self, tier: Tier, code: str, step: Callable[[Period], Period]) -> Movement:
        changes = [change for unit in self._units(tier) for change in self._changes(unit, code, step)]
        moved = [(reference, value) for period, reference, value in changes if period == self.now]
        relative = [residual(reference, value) / scaled(reference) for _, reference, value in changes]
        return Movement(
            median((value + 0.5) / (reference + 0.5) for reference, value in moved) if moved else 1.0,
            len(moved),
            spread_of(relative) if relative else 0.0,
            len(relative),
        )

    def _units(self, tier: Tier) -> list[Unit]:
        if not self._by_tier:
            for code in self.figures:
                unit = self.catalogue.units.get(code)
                if unit is not None:
                    self._by_tier.setdefault(unit.tier, []).append(unit)
        return self._by_tier.get(tier, [])

    def _changes(
        self, unit: Unit, code: str, step: Callable[[Period], Period]
    ) -> Iterator[tuple[Period, float, float]]:
        periods = self.figures[unit.unit_code]
        for period, figures in periods.items():
            if self.now and not is_as_long(period, self.now):
                continue
            before = periods.get(step(period), {}).get(code)
            after = figures.get(code)
            if before is None or after is None or before.value is None or after.value is None:
                continue
            if not self.breaks.of_unit(unit, code, (before.period, period)):
                yield period, float(before.value), float(after.value)


@cache
def is_as_long(period: Period, other: Period) -> bool:
    """Whether two periods are made of as many quarters."""
    return len(period.quarters) == len(other.quarters)

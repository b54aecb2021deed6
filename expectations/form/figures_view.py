"""The figures of one unit and period, with those of the periods before and inside it: what balances are tried on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from baocao.catalogue import Catalogue, Form, Unit
from baocao.catalogue.owed import find_regime
from baocao.domain import Observation, Period, Tier, Window
from baocao.vocabulary import STATUSES
from expectations.rule import Obstacle
from expectations.wording import figure

Figures = Mapping[str, Observation]


@dataclass(frozen=True)
class FiguresView:
    """`observations` by indicator code; `before` are the period's before it, `inside` those of the periods in it.

    `lacking` are the units below whose part of a figure is not in it.
    """

    unit_code: str
    observations: Figures
    catalogue: Catalogue
    form: Form | None = None
    before: Figures = field(default_factory=dict)
    inside: Sequence[Figures] = ()
    lacking: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @cached_property
    def period(self) -> Period | None:
        return period_of(self.observations)

    @cached_property
    def evidence(self) -> dict[str, str | None]:
        return {"form": self.form.form_code if self.form else None, "period": self.period.code if self.period else None}

    @cached_property
    def unit(self) -> Unit | None:
        return self.catalogue.units.get(self.unit_code)

    @cached_property
    def has_children(self) -> bool:
        """Whether other units stand below this one, so that its figures may be theirs together."""
        return any(unit.parent == self.unit_code for unit in self.catalogue.units.values())

    def concerns(self, codes: Sequence[str]) -> bool:
        """Whether somebody counted the figures for this unit, and no form row says they are another tier's."""
        if not self.observations.keys() >= set(codes) or self.form is None or self.unit is None:
            return self.observations.keys() >= set(codes)
        tiers = [tiers_of(code, self.form, self.catalogue) for code in codes]
        return all(self.unit.tier in found for found in tiers if found)

    def value(self, code: str) -> Decimal | None:
        found = self.observations.get(code)
        return found.value if found else None

    def window(self, period: Period | None) -> Window | None:
        """The days a period covers for this unit; None where unit or period has none."""
        if self.unit is None or period is None:
            return None
        regime = find_regime(self.catalogue, self.unit, self.form)
        return self.catalogue.calendar.window(regime, period) if self._has(regime, period) else None

    def _has(self, regime: str, period: Period) -> bool:
        return (period.part or "year") in self.catalogue.calendar.regimes[regime].part_codes

    def label(self, code: str) -> str:
        return self.catalogue.indicators[code].label

    def named(self, code: str) -> str:
        """`“Số hồ sơ đã tiếp nhận” (484)`."""
        value = self.value(code)
        return f"“{self.label(code)}” ({figure(value) if value is not None else 'trống'})"

    def unless_given(self, codes: Sequence[str], figures: Figures | None = None) -> Obstacle | None:
        """None where every figure is there; else why the first that is not, is not."""
        for code in codes:
            found = (self.observations if figures is None else figures).get(code)
            if found is None:
                return Obstacle(f"không có số liệu “{self.label(code)}”")
            if found.value is None:
                return Obstacle(f"“{self.label(code)}”: {STATUSES[found.status]}")
        if len({self.lacking.get(code, frozenset()) for code in codes}) > 1:
            return Obstacle("các số liệu này cộng từ số của những đơn vị khác nhau")
        return None


def tiers_of(code: str, form: Form, catalogue: Catalogue) -> frozenset[Tier]:
    """The tiers of the rows that show a figure or are divided from it; none where no row does."""
    rows = [
        row
        for row in form.rows
        if row.indicator and code in {row.indicator, *catalogue.indicators[row.indicator].inputs}
    ]
    return frozenset(tier for row in rows for tier in row.tiers)


def period_of(figures: Figures) -> Period | None:
    """The one period of a set of figures; None where there is none."""
    return next((observation.period for observation in figures.values()), None)

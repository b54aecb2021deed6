"""One filled form seen through the catalogue, and the checks made on it.

What each cell holds, and whether its row is this unit's to fill.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from baocao.catalogue import Catalogue, Form, FormRow, Indicator, Unit
from baocao.domain import Cell, CellStatus, FilledForm, Tier
from expectations.rule import Check, Rule, Subject

GIVEN = "given"
ABSENT = "absent"
_WITH_FIGURE = frozenset({
    CellStatus.REPORTED, CellStatus.TYPED_IN, CellStatus.HANDED_IN, CellStatus.CORRECTED, CellStatus.PROVISIONAL,
})  # fmt: skip


@dataclass(frozen=True)
class FormLayout:
    """A form's rows by key, with their indicators: what all filled forms of one code share."""

    form: Form
    catalogue: Catalogue

    @cached_property
    def rows(self) -> dict[str, FormRow]:
        return {row.key: row for row in self.form.rows}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return {row.key: self.catalogue.indicators[row.indicator] for row in self.form.rows if row.indicator}

    @cached_property
    def keys(self) -> dict[str, str]:
        """Row keys by indicator code."""
        return {row.indicator: row.key for row in self.form.rows if row.indicator}

    @cached_property
    def tiers(self) -> dict[str, frozenset[Tier] | None]:
        """The tiers that fill a row; None where all do."""
        every = frozenset(Tier)
        return {key: None if every <= set(row.tiers) else frozenset(row.tiers) for key, row in self.rows.items()}


@dataclass(frozen=True)
class FormView:
    """A filled form and its unit. `as_read` is true for a form somebody filled by hand.

    `tier_read` is the tier such a form says it is of, where its unit is not in the catalogue.
    """

    filled: FilledForm
    layout: FormLayout
    as_read: bool
    tier_read: Tier | None = None

    @property
    def form(self) -> Form:
        return self.layout.form

    @property
    def catalogue(self) -> Catalogue:
        return self.layout.catalogue

    @property
    def unit_code(self) -> str:
        return self.filled.unit_code

    @cached_property
    def unit(self) -> Unit | None:
        """None where the unit is not in the catalogue."""
        return self.catalogue.units.get(self.filled.unit_code)

    @cached_property
    def tier(self) -> Tier | None:
        return self.unit.tier if self.unit else self.tier_read

    @cached_property
    def evidence(self) -> dict[str, str | None]:
        """Which form of which period a result is about."""
        period = self.filled.period
        return {"form": self.filled.form_code, "period": period.code if period else None}

    def row(self, key: str) -> FormRow:
        return self.layout.rows[key]

    def indicator(self, key: str) -> Indicator:
        return self.layout.indicators[key]

    def cell(self, key: str) -> Cell | None:
        return self.filled.cells.get(key)

    def value(self, key: str) -> Decimal | None:
        cell = self.filled.cells.get(key)
        return cell.value if cell else None

    def applies(self, key: str) -> bool | None:
        """Whether the row is this unit's to fill; None where that depends on a tier we do not know."""
        tiers = self.layout.tiers[key]
        if tiers is None:
            return True
        return None if self.tier is None else self.tier in tiers

    def state(self, key: str) -> str:
        """`given`, `absent`, or the cell's status; an empty row of another tier is `not_applicable`."""
        cell = self.cell(key)
        if cell is not None and cell.value is not None:
            return GIVEN
        if self.applies(key) is False:
            return CellStatus.NOT_APPLICABLE
        if cell is None:
            return ABSENT
        return CellStatus.BLANK if cell.status in _WITH_FIGURE else cell.status


@dataclass(frozen=True, kw_only=True)
class FormCheck(Check[FormView]):
    """A check on forms; `derive` finds its subjects in the catalogue."""

    derive: Callable[[Form, Catalogue], Iterator[Subject]]

    def rules(self, form: Form, catalogue: Catalogue) -> tuple[Rule, ...]:
        return tuple(self.rule(subject) for subject in self.derive(form, catalogue))

"""What each unit owes for a period, and the form it gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from baocao.catalogue import Catalogue, Unit
from baocao.domain import VIETNAM, CellStatus, FilledForm, FormMark, Period, Window
from baocao.regimes import YEAR_PART
from expectations.form.view import FormLayout, FormView


@dataclass(frozen=True)
class OwingUnit:
    """One unit that owes a form for a period, and the form it gave, if any, as things stand on a day.

    `first_given_on` is when it first gave one that covers the period: making it again later does not make it late.
    """

    unit: Unit
    period: Period
    catalogue: Catalogue
    today: date
    view: FormView | None
    first_given_on: date | None = None

    @property
    def unit_code(self) -> str:
        return self.unit.unit_code

    @property
    def evidence(self) -> dict[str, str | None]:
        return {"form": self.view.filled.form_code if self.view else None, "period": self.period.code}

    @property
    def window(self) -> Window:
        return self.catalogue.calendar.window(self.unit.regime, self.period)

    @cached_property
    def due_on(self) -> date:
        return self.catalogue.calendar.due_on(self.unit.regime, self.period, self.unit.tier)

    @property
    def given_on(self) -> date | None:
        """The day the form bears, else the day its figures were known."""
        if self.view is None:
            return None
        known_at = self.view.filled.known_at
        return self.view.filled.head.dated_on or (known_at.astimezone(VIETNAM).date() if known_at else None)

    @property
    def handed_in_on(self) -> date | None:
        return self.first_given_on or self.given_on

    @cached_property
    def not_applicable(self) -> list[str]:
        """The cells it need not give: rows of other tiers."""
        if self.view is None:
            return []
        return [key for key in self.view.layout.indicators if self.view.state(key) == CellStatus.NOT_APPLICABLE]

    @cached_property
    def states(self) -> dict[str, str]:
        """The state of every cell the unit owes."""
        if self.view is None:
            return {}
        keys = [key for key in self.view.layout.indicators if self.view.applies(key) is not False]
        return {key: self.view.state(key) for key in keys if self.view.state(key) != CellStatus.NOT_APPLICABLE}

    def working_days_late(self, on: date) -> int:
        return self.catalogue.calendar.working_days_between(self.due_on, on)


def units_owing(catalogue: Catalogue, period: Period) -> list[Unit]:
    """The units connected to a source that exist in the period and whose regime has it."""
    regimes = catalogue.calendar.regimes
    owing = [unit for unit in catalogue.units.values() if unit.source_keys]
    owing = [unit for unit in owing if (period.part or YEAR_PART) in regimes[unit.regime].part_codes]
    return [unit for unit in owing if unit.exists_in(catalogue.calendar.window(unit.regime, period))]


def find_owing(
    forms: Sequence[FilledForm],
    catalogue: Catalogue,
    period: Period,
    today: date,
    units: Sequence[Unit],
    first_given_on: Mapping[str, date] | None = None,
) -> list[OwingUnit]:
    """Each unit with the form it gave for the period; forms of other periods or units are left aside."""
    layouts = {code: FormLayout(catalogue.form(code), catalogue) for code in {form.form_code for form in forms}}
    given = {
        form.unit_code: FormView(form, layouts[form.form_code], as_read=form.status is FormMark.READ)
        for form in forms
        if form.period == period
    }
    first = first_given_on or {}
    return [
        OwingUnit(unit, period, catalogue, today, given.get(unit.unit_code), first.get(unit.unit_code))
        for unit in units
    ]

"""What each unit owes for a period, and the form it gave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from baocao.catalogue import Catalogue, OwedReport, Unit
from baocao.catalogue.owed import list_owed
from baocao.domain import VIETNAM, CellStatus, FilledForm, FormMark, Period, Window
from expectations.form.view import FormLayout, FormView


@dataclass(frozen=True)
class OwingUnit:
    """One unit that owes a form for a period, and the form it gave, if any, as things stand on a day.

    `first_given_on` is when it first gave one that covers the period: making it again later does not make it late.
    """

    report: OwedReport
    catalogue: Catalogue
    today: date
    view: FormView | None
    first_given_on: date | None = None

    @property
    def unit(self) -> Unit:
        return self.report.unit

    @property
    def period(self) -> Period:
        return self.report.period

    @property
    def unit_code(self) -> str:
        return self.unit.unit_code

    @property
    def evidence(self) -> dict[str, str | None]:
        return {"form": self.view.filled.form_code if self.view else None, "period": self.period.code}

    @property
    def window(self) -> Window:
        return self.report.window

    @property
    def due_on(self) -> date:
        return self.report.due_on

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

    @property
    def not_applicable(self) -> list[str]:
        """The cells it need not give: rows of other tiers."""
        return [key for key, state in self._all_states.items() if state == CellStatus.NOT_APPLICABLE]

    @cached_property
    def states(self) -> dict[str, str]:
        """The state of every cell the unit owes."""
        return {
            key: state
            for key, state in self._all_states.items()
            if state != CellStatus.NOT_APPLICABLE and self.view and self.view.applies(key) is not False
        }

    @cached_property
    def _all_states(self) -> dict[str, str]:
        view = self.view
        return {key: view.state(key) for key in view.layout.indicators} if view else {}

    def working_days_late(self, on: date) -> int:
        return self.catalogue.calendar.working_days_between(self.due_on, on)


def list_owing(catalogue: Catalogue, period: Period) -> list[OwedReport]:
    """What units connected to a source, or handing in their forms, owe for the period."""
    units = [unit for unit in catalogue.units.values() if unit.source_keys or catalogue.hands_in(unit)]
    return [report for unit in units for report in list_owed(catalogue, unit, period)]


def find_owing(
    forms: Sequence[FilledForm],
    catalogue: Catalogue,
    today: date,
    reports: Sequence[OwedReport],
    first_given_on: Mapping[tuple[str, str], date] | None = None,
) -> list[OwingUnit]:
    """Each report with the form given for it, of whatever version; forms of other periods or units are left aside."""
    layouts = {code: FormLayout(catalogue.form(code), catalogue) for code in {form.form_code for form in forms}}
    given = {
        (form.unit_code, form.period, catalogue.form(form.form_code).series_code): FormView(
            form, layouts[form.form_code], as_read=form.status is FormMark.READ
        )
        for form in forms
    }
    first = first_given_on or {}
    return [
        OwingUnit(
            report,
            catalogue,
            today,
            given.get((report.unit.unit_code, report.period, report.form.series_code)),
            first.get((report.unit.unit_code, report.form.series_code)),
        )
        for report in reports
    ]

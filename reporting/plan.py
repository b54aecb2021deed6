"""What a run is about, decided and refused before anything is asked of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from baocao.catalogue import Catalogue, Form, Indicator, Source, Unit
from baocao.domain import Period, System, Window
from baocao.errors import ConfigError
from baocao.forms.series import SeriesBreak, find_breaks


@dataclass(frozen=True)
class Plan:
    """One form of one unit for one period: which days, which figures, which sources; which are only compared with.

    `breaks` are those of the series where the form is another one than the one in force.
    """

    unit: Unit
    period: Period
    window: Window
    form: Form
    indicators: Mapping[str, Indicator]
    sources: Mapping[System, Source]
    comparisons: tuple[Source, ...] = ()
    breaks: tuple[SeriesBreak, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.unit.name}, {self.period.label_vi}, {self.form.appendix}"


def make_plan(catalogue: Catalogue, unit_code: str, period_code: str, form_code: str | None, now: datetime) -> Plan:
    """Raise ConfigError where the unit owes no such report: no such period, not begun, or the unit did not exist."""
    unit = catalogue.unit(unit_code)
    period, window = _find_window(catalogue, unit, period_code)
    if now < window.start_at:
        raise ConfigError(f"{period}: begins on {window.start_on:%d/%m/%Y}; nothing can be counted before that day")
    if not unit.exists_in(window):
        raise ConfigError(f"units.yaml: {unit_code} does not exist in {period} ({_days(window)})")
    form = catalogue.form(form_code) if form_code else catalogue.form_in_force(window.end_on)
    return Plan(
        unit=unit,
        period=period,
        window=window,
        form=form,
        indicators=_needed_indicators(catalogue, form),
        sources=catalogue.sources_of(unit),
        comparisons=catalogue.comparisons_of(unit),
        breaks=_find_breaks(catalogue, form, window) if form_code else (),
    )


def missing_figures(catalogue: Catalogue, plan: Plan) -> tuple[str, ...]:
    """The typed-in figures the unit's rows need and nobody has given."""
    given = catalogue.manual_figures(plan.unit.unit_code, plan.period)
    return tuple(code for code in typed_figures(catalogue, plan) if code not in given)


def typed_figures(catalogue: Catalogue, plan: Plan) -> tuple[str, ...]:
    """The typed-in figures the unit's rows need, in the order of the form."""
    rows = [row for row in plan.form.rows if row.indicator and plan.unit.tier in row.tiers]
    needed = [code for row in rows for code in (row.indicator or "", *catalogue.indicator(row.indicator or "").inputs)]
    return tuple(dict.fromkeys(code for code in needed if catalogue.indicator(code).typed is not None))


def missing_systems(catalogue: Catalogue, plan: Plan) -> tuple[System, ...]:
    """The systems the plan's figures come from and the unit is not connected to."""
    needed = {catalogue.indicator(code).system for code in plan.indicators}
    return tuple(system for system in System if system in needed and system not in plan.sources)


def _find_breaks(catalogue: Catalogue, form: Form, window: Window) -> tuple[SeriesBreak, ...]:
    in_force = next((other for other in catalogue.forms.values() if other.in_force_on(window.end_on)), form)
    return find_breaks(form, in_force, catalogue.indicators)


def _find_window(catalogue: Catalogue, unit: Unit, period_code: str) -> tuple[Period, Window]:
    try:
        period = Period.parse(period_code)
        return period, catalogue.calendar.window(unit.regime, period)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _needed_indicators(catalogue: Catalogue, form: Form) -> dict[str, Indicator]:
    """The form's own figures, and those only the balances need."""
    needed = catalogue.indicators_of(form)
    for balance in catalogue.balances.values():
        for code in (*balance.left, *balance.right):
            needed[code] = catalogue.indicator(code)
    return needed


def _days(window: Window) -> str:
    return f"{window.start_on:%d/%m/%Y} - {window.end_on:%d/%m/%Y}"

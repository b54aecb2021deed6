"""What a run is about, decided and refused before anything is asked of anybody."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from baocao.catalogue import Catalogue, Form, Indicator, Source, Unit
from baocao.domain import Period, System, Window
from baocao.errors import ConfigError
from baocao.forms.series import SeriesBreak, find_breaks
from baocao.written.asked import ask_period


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
        raise ConfigError(f"{period}: kỳ này bắt đầu ngày {window.start_on:%d/%m/%Y}; trước ngày đó chưa có gì để lập")
    if not unit.exists_in(window):
        raise ConfigError(f"units.yaml: {unit_code} không tồn tại trong kỳ {period} ({_days(window)})")
    form = catalogue.form(form_code) if form_code else catalogue.form_in_force(window.end_on)
    return Plan(
        unit=unit,
        period=period,
        window=window,
        form=form,
        indicators=needed_indicators(catalogue, form),
        sources=needed_sources(catalogue, unit, form),
        comparisons=_needed_comparisons(catalogue, unit, form),
        breaks=_find_breaks(catalogue, form, window) if form_code else (),
    )


def widen_plan(catalogue: Catalogue, plan: Plan) -> Plan:
    """The plan with every source the unit is connected to and every balance.

    Of a vintage made before typed-in figures were kept: its run asked for all of that, whatever the form needed.
    """
    balanced = {code: catalogue.indicator(code) for codes in _balanced(catalogue) for code in codes}
    sources, comparisons = catalogue.sources_of(plan.unit), catalogue.comparisons_of(plan.unit)
    return replace(plan, indicators={**plan.indicators, **balanced}, sources=sources, comparisons=comparisons)


def needed_sources(catalogue: Catalogue, unit: Unit, form: Form) -> dict[System, Source]:
    """The unit's sources of the systems the form's figures are counted from; a form typed in as a whole has none.

    Rows of other tiers count too: the form of the unit above adds them up.
    """
    systems = _systems_of(catalogue.indicators_of(form))
    return {system: source for system, source in catalogue.sources_of(unit).items() if system in systems}


def missing_figures(catalogue: Catalogue, plan: Plan) -> tuple[str, ...]:
    """The typed-in figures the unit's rows need and nobody has given."""
    given = catalogue.manual_figures(plan.unit.unit_code, plan.period)
    return tuple(code for code in typed_figures(catalogue, plan) if code not in given)


def typed_figures(catalogue: Catalogue, plan: Plan) -> tuple[str, ...]:
    """The typed-in figures the unit's rows need, in the order of the form."""
    return find_typed_codes(catalogue, plan.form, plan.unit)


def find_typed_codes(catalogue: Catalogue, form: Form, unit: Unit) -> tuple[str, ...]:
    """The typed-in figures a form's rows of the unit's tier need."""
    rows = [row for row in form.rows if row.indicator and unit.tier in row.tiers]
    needed = [code for row in rows for code in (row.indicator or "", *catalogue.indicator(row.indicator or "").inputs)]
    return tuple(dict.fromkeys(code for code in needed if catalogue.indicator(code).typed is not None))


def missing_systems(plan: Plan) -> tuple[System, ...]:
    """The systems the plan's figures come from and the unit is not connected to."""
    needed = _systems_of(plan.indicators)
    return tuple(system for system in System if system in needed and system not in plan.sources)


def _find_breaks(catalogue: Catalogue, form: Form, window: Window) -> tuple[SeriesBreak, ...]:
    in_force = next((other for other in catalogue.forms.values() if other.in_force_on(window.end_on)), form)
    return find_breaks(form, in_force, catalogue.indicators)


def _find_window(catalogue: Catalogue, unit: Unit, period_code: str) -> tuple[Period, Window]:
    period = ask_period(period_code)
    try:
        return period, catalogue.calendar.window(unit.regime, period)
    except ValueError as error:
        raise ConfigError(f"{unit.name}: {error}") from error


def needed_indicators(catalogue: Catalogue, form: Form) -> dict[str, Indicator]:
    """The form's own figures, and those only the balances need, of systems the form needs anyhow."""
    needed = catalogue.indicators_of(form)
    systems = _systems_of(needed)
    for codes in _balanced(catalogue):
        members = {code: catalogue.indicator(code) for code in codes}
        if _systems_of(members) <= systems:
            needed.update(members)
    return needed


def _balanced(catalogue: Catalogue) -> list[tuple[str, ...]]:
    """The figures of each balance."""
    return [(*balance.left, *balance.right) for balance in catalogue.balances.values()]


def _systems_of(indicators: Mapping[str, Indicator]) -> set[System]:
    """The systems these are counted from; a dossier's level at the period's end stands in the portal's catalogue."""
    counts = [indicator.count for indicator in indicators.values() if indicator.count is not None]
    joined = {System.PORTAL} if any(count.level_as_of == "period_end" for count in counts) else set()
    return {indicator.system for indicator in indicators.values() if indicator.system is not None} | joined


def _needed_comparisons(catalogue: Catalogue, unit: Unit, form: Form) -> tuple[Source, ...]:
    """Those of systems the form's figures come from: there is nothing else to compare."""
    needed = needed_sources(catalogue, unit, form)
    return tuple(source for source in catalogue.comparisons_of(unit) if source.system in needed)


def _days(window: Window) -> str:
    return f"{window.start_on:%d/%m/%Y} - {window.end_on:%d/%m/%Y}"

"""What a run is about, decided and refused before anything is asked of anybody."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from baocao.catalogue import Catalogue, Form, Indicator, OwedReport, Source, Unit
from baocao.catalogue.owed import list_owed, list_periods, report_of
from baocao.domain import Period, System, Window
from baocao.errors import ConfigError
from baocao.forms.series import SeriesBreak, find_breaks
from baocao.groups import Dimension
from baocao.selection import grouped_by, needed_columns
from baocao.store import FormKey
from baocao.written.asked import ask_period


@dataclass(frozen=True)
class Plan:
    """One form of one unit for one period: which days, until when, which figures, which sources; which are only
    compared with.

    `regime` is the one the form is owed under; `breaks` are those of the series where the form is another version than
    the one in force.
    """

    unit: Unit
    period: Period
    window: Window
    due_on: date
    regime: str
    form: Form
    indicators: Mapping[str, Indicator]
    sources: Mapping[System, Source]
    comparisons: tuple[Source, ...] = ()
    breaks: tuple[SeriesBreak, ...] = ()

    @property
    def label(self) -> str:
        return f"{self.unit.name}, {self.period.label_vi}, {self.form.appendix}"

    @property
    def form_key(self) -> FormKey:
        """What the plan's vintages are numbered within."""
        return FormKey(self.unit.unit_code, self.form.form_code, self.period)


def make_plans(
    catalogue: Catalogue, unit_code: str, period_code: str, form_code: str | None, now: datetime
) -> tuple[Plan, ...]:
    """A plan for every form the unit owes for the period, or for the one form named, owed or not.

    Raise ConfigError where there is none: no such period, not begun, the unit did not exist, or nothing is owed.
    """
    unit = catalogue.unit(unit_code)
    period = ask_period(period_code)
    if form_code:
        return (_plan_named(catalogue, unit, period, catalogue.form(form_code), now),)
    owed = list_owed(catalogue, unit, period)
    if not owed:
        raise ConfigError(_why_nothing(catalogue, unit, period))
    begun = [report for report in owed if report.window.start_at <= now]
    if not begun:
        raise ConfigError(_not_begun(min(owed, key=lambda report: report.window.start_on)))
    return tuple(_plan(catalogue, report) for report in begun)


def make_plan(catalogue: Catalogue, unit_code: str, period_code: str, form_code: str | None, now: datetime) -> Plan:
    """The one form meant; raise ConfigError, naming them, where the unit owes several and none is named."""
    plans = make_plans(catalogue, unit_code, period_code, form_code, now)
    if len(plans) == 1:
        return plans[0]
    named = ", ".join(f"{plan.form.form_code} ({plan.form.appendix})" for plan in plans)
    raise ConfigError(
        f"{unit_code} phải nộp {len(plans)} biểu mẫu cho kỳ {period_code}: {named}. Thêm --form và mã biểu mẫu cần xem."
    )


def list_plans(catalogue: Catalogue, unit: Unit, period: Period, now: datetime) -> tuple[Plan, ...]:
    """The plans of what the unit owes for the period and has begun; none where that is nothing."""
    return tuple(
        _plan(catalogue, report) for report in list_owed(catalogue, unit, period) if report.window.start_at <= now
    )


def _plan_named(catalogue: Catalogue, unit: Unit, period: Period, form: Form, now: datetime) -> Plan:
    """Another version than the one in force says where the series breaks."""
    try:
        report = report_of(catalogue, unit, period, form)
    except ValueError as error:
        raise ConfigError(f"{unit.name}: {error}") from error
    if now < report.window.start_at:
        raise ConfigError(_not_begun(report))
    if not unit.exists_in(report.window):
        raise ConfigError(_did_not_exist(unit, period, report.window))
    in_force = catalogue.series_on(form.series_code, report.window.end_on) or form
    return replace(_plan(catalogue, report), breaks=find_breaks(form, in_force, catalogue.indicators))


def _plan(catalogue: Catalogue, report: OwedReport) -> Plan:
    unit, form = report.unit, report.form
    return Plan(
        unit=unit,
        period=report.period,
        window=report.window,
        due_on=report.due_on,
        regime=report.regime,
        form=form,
        indicators=needed_indicators(catalogue, form),
        sources=_asked_for_more(catalogue, unit, form),
        comparisons=_needed_comparisons(catalogue, unit, form),
    )


def _why_nothing(catalogue: Catalogue, unit: Unit, period: Period) -> str:
    """Why the unit owes nothing for the period: its regime has none, it did not exist, or no form is in force."""
    try:
        window = catalogue.calendar.window(unit.regime, period)
    except ValueError as error:
        return f"{unit.name}: {error}"
    if not unit.exists_in(window):
        return _did_not_exist(unit, period, window)
    periods = list_periods(catalogue, unit, [period.year])
    if period not in periods:
        allowed = ", ".join(one.code for one in periods) or "không kỳ nào"
        return f"owed.yaml: {unit.unit_code} không phải nộp biểu mẫu nào cho kỳ {period}; có: {allowed}"
    return (
        f"{catalogue.config_dir / 'forms'}: không biểu mẫu nào {unit.unit_code} phải nộp có hiệu lực ngày "
        f"{window.end_on:%d/%m/%Y}. Xem valid_from, valid_to của các tệp trong forms/."
    )


def _did_not_exist(unit: Unit, period: Period, window: Window) -> str:
    return f"units.yaml: {unit.unit_code} không tồn tại trong kỳ {period} ({_days(window)})"


def _not_begun(report: OwedReport) -> str:
    day = f"{report.window.start_on:%d/%m/%Y}"
    return f"{report.period}: kỳ này bắt đầu ngày {day}; trước ngày đó chưa có gì để lập"


def join_plans(plans: Sequence[Plan]) -> Plan:
    """What all plans of one unit and window need together: how their sources are asked once for all."""
    first = plans[0]
    if len(plans) == 1:
        return first
    return replace(
        first,
        indicators={code: one for plan in plans for code, one in plan.indicators.items()},
        sources=_join_sources(plans),
        comparisons=tuple({s.source_code: s for plan in plans for s in plan.comparisons}.values()),
    )


def _join_sources(plans: Sequence[Plan]) -> dict[System, Source]:
    """Each source once, asked for what any of the plans needs of it."""
    found: dict[System, Source] = {}
    for system, source in ((system, source) for plan in plans for system, source in plan.sources.items()):
        found[system] = source.asked_for(found[system].more) if system in found else source
    return found


def group_by_window(plans: Sequence[Plan]) -> list[tuple[Plan, ...]]:
    """The plans whose sources can be asked once: those of the same unit and the same days."""
    found: dict[tuple[str, Window], list[Plan]] = {}
    for plan in plans:
        found.setdefault((plan.unit.unit_code, plan.window), []).append(plan)
    return [tuple(group) for group in found.values()]


def find_key_in_force(catalogue: Catalogue, plan: Plan) -> FormKey:
    """The key of the version of the plan's form that is in force at the period's end."""
    in_force = catalogue.series_on(plan.form.series_code, plan.window.end_on) or plan.form
    return replace(plan.form_key, form_code=in_force.form_code)


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


def _asked_for_more(catalogue: Catalogue, unit: Unit, form: Form) -> dict[System, Source]:
    """The sources, each with the columns only some figures need: those of the form's figures, and of its groups."""
    indicators = needed_indicators(catalogue, form)
    more: dict[System, frozenset[str]] = {}
    for indicator in indicators.values():
        if indicator.count is not None and indicator.system is not None:
            needed = needed_columns(indicator.count) + grouped_by(indicator.count, dimensions_of(form, unit))
            more[indicator.system] = more.get(indicator.system, frozenset()) | frozenset(needed)
    sources = needed_sources(catalogue, unit, form)
    return {system: source.asked_for(more.get(system, frozenset())) for system, source in sources.items()}


def dimensions_of(form: Form, unit: Unit) -> tuple[Dimension, ...]:
    """By what some figure of the form is grouped, for a unit of this tier."""
    asked = form.matrix.groupings(unit.tier) if form.matrix is not None else ()
    return tuple(dict.fromkeys(Dimension(dimension) for _, dimension in asked))


def missing_figures(catalogue: Catalogue, plan: Plan, given: Container[str]) -> tuple[str, ...]:
    """The typed-in figures the unit's rows need and that are not among those given."""
    return tuple(code for code in typed_figures(catalogue, plan) if code not in given)


def typed_figures(catalogue: Catalogue, plan: Plan) -> tuple[str, ...]:
    """The typed-in figures the unit's rows need, in the order of the form."""
    return find_typed_codes(catalogue, plan.form, plan.unit)


def find_typed_codes(catalogue: Catalogue, form: Form, unit: Unit) -> tuple[str, ...]:
    """The typed-in figures a form's rows of the unit's tier need."""
    rows = [row for row in form.rows if row.indicator and unit.tier in row.tiers]
    needed = [part for row in rows for part in catalogue.base_figures(catalogue.indicator(row.indicator or ""))]
    return tuple(dict.fromkeys(part.indicator_code for part in needed if part.typed is not None))


def missing_systems(plan: Plan) -> tuple[System, ...]:
    """The systems the plan's figures come from and the unit is not connected to."""
    needed = _systems_of(plan.indicators)
    return tuple(system for system in System if system in needed and system not in plan.sources)


def needed_indicators(catalogue: Catalogue, form: Form) -> dict[str, Indicator]:
    """The form's own figures, and those only the balances need, of systems the form needs anyhow."""
    needed = catalogue.indicators_of(form)
    systems = _systems_of(needed)
    for codes in _balanced(catalogue, needed):
        members = {one.indicator_code: one for code in codes for one in _with_parts(catalogue, code)}
        if _systems_of(members) <= systems:
            needed.update(members)
    return needed


def _with_parts(catalogue: Catalogue, code: str) -> Iterator[Indicator]:
    """A figure of a balance, and what it is made of."""
    indicator = catalogue.indicator(code)
    yield indicator
    for part in indicator.inputs:
        yield from _with_parts(catalogue, part)


def _balanced(catalogue: Catalogue, shown: Container[str] = ()) -> list[tuple[str, ...]]:
    """The figures of each balance; of one `where_shown` only where one of them is."""
    balances = [(balance, (*balance.left, *balance.right)) for balance in catalogue.balances.values()]
    return [codes for balance, codes in balances if not balance.where_shown or any(code in shown for code in codes)]


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

"""How far every form is: unit by unit, system by system, period by period, and what is to be done next."""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from baocao.catalogue import Catalogue, OwedReport, Source, Unit, children_in
from baocao.catalogue.owed import list_owed, list_periods
from baocao.domain import Period, SourceFailure, System
from baocao.errors import ConfigError
from baocao.store import FormKey, FormState
from baocao.written.asked import ask_period
from reporting.plan import needed_sources
from reporting.standing import Standing, fold
from reporting.status.rows import GridRow, SystemState
from reporting.workspace import Workspace


@dataclass(frozen=True)
class OwedForm:
    """A form a unit owes, and whether it is made from those of the units below."""

    report: OwedReport
    rolls_up: bool

    @property
    def key(self) -> FormKey:
        return FormKey(self.report.unit.unit_code, self.report.form.form_code, self.report.period)


def read_grid(
    workspace: Workspace, period_code: str | None, unit_codes: Collection[str] | None = None
) -> tuple[GridRow, ...]:
    """Every form that is owed, by some units or by all, in a handful of questions to the store however many they are.

    Of the period named; else of the period that ended last and the one under way, form by form. Raise ConfigError
    where the period is none, or no unit owes it.
    """
    catalogue = workspace.catalogue
    today = workspace.settings.today()
    wanted = None if unit_codes is None else set(unit_codes)
    owed = list(_owed(catalogue, period_code, today, wanted))
    if not owed and wanted is None:
        raise ConfigError(
            "không đơn vị nào trong units.yaml phải báo cáo kỳ này; các kỳ của từng chế độ ở calendars.yaml"
        )
    periods = {one.report.period for one in owed}
    states = {state.form_key: state for state in workspace.store.vintages.list_states(periods, wanted)}
    standings = _standings(workspace, {one.key.unit_code for one in owed}, periods)
    counts = Counter((one.key.unit_code, one.key.period) for one in owed)
    given = workspace.store.hand_ins.list_of(periods)
    of_form, of_unit = {one.form_key: one for one in given}, {(one.unit_code, one.period): one for one in given}
    days = {one.report.due_on for one in owed}
    left = {day: catalogue.calendar.working_days_between(today, day) for day in days}
    sources: dict[tuple[str, ...], Mapping[System, Source]] = {}
    rows = []
    for one in owed:
        forms, key, unit = counts[one.key.unit_code, one.key.period], one.key, one.report.unit
        alike = (key.form_code, *unit.source_keys)
        if alike not in sources:
            sources[alike] = needed_sources(catalogue, unit, one.report.form)
        row = _row(one, forms, states.get(key), standings.get(key), today, left[one.report.due_on])
        last = of_unit.get((key.unit_code, key.period)) if forms == 1 else of_form.get(key)
        systems = _list_systems(sources[alike], states.get(key))
        rows.append(replace(row, systems=systems, hands_in=catalogue.hands_in(unit), hand_in=last))
    return tuple(rows)


def _owed(
    catalogue: Catalogue, period_code: str | None, today: date, wanted: Collection[str] | None
) -> Iterator[OwedForm]:
    """The units that report: from sources of their own, from units below, or by forms they hand in."""
    named = ask_period(period_code) if period_code else None
    parents = {unit.parent for unit in catalogue.units.values()}
    current: dict[Hashable, list[OwedReport]] = {}
    for unit in catalogue.units.values():
        if wanted is not None and unit.unit_code not in wanted:
            continue
        reports = list_owed(catalogue, unit, named) if named else _current_alike(catalogue, unit, today, current)
        for report in reports:
            rolls_up = unit.unit_code in parents and bool(children_in(catalogue.units, unit, report.window))
            if unit.source_keys or rolls_up or catalogue.hands_in(unit) or not _has_systems(catalogue, report):
                yield OwedForm(report, rolls_up)


def _has_systems(catalogue: Catalogue, report: OwedReport) -> bool:
    """Whether a form has figures of a system: one without is owed by units that are connected to none, too."""
    return any(indicator.system is not None for indicator in catalogue.indicators_of(report.form).values())


def _current_alike(
    catalogue: Catalogue, unit: Unit, today: date, found: dict[Hashable, list[OwedReport]]
) -> Iterable[OwedReport]:
    """What is owed follows from these alone: thousands of units share it, and it is worked out once for them."""
    concerned = tuple(one.concerns(unit) for one in catalogue.obligations)
    kind = (unit.tier, unit.regime, unit.valid_from, unit.valid_to, concerned)
    if kind not in found:
        found[kind] = _current(catalogue, unit, today)
    return [replace(report, unit=unit) for report in found[kind]]


def _current(catalogue: Catalogue, unit: Unit, today: date) -> list[OwedReport]:
    """Of each form the report that ended last and the one that ends next; of those that end together the shortest."""
    found: dict[str, list[OwedReport]] = {}
    for period in list_periods(catalogue, unit, (today.year - 1, today.year, today.year + 1)):
        for report in list_owed(catalogue, unit, period):
            found.setdefault(report.form.series_code, []).append(report)
    return [report for reports in found.values() for report in _last_and_next(reports, today)]


def _last_and_next(reports: list[OwedReport], today: date) -> list[OwedReport]:
    ended = [one for one in reports if one.window.end_on < today]
    under_way = [one for one in reports if one.window.start_on <= today <= one.window.end_on]
    last = max(ended, key=lambda one: (one.window.end_on, one.window.start_on), default=None)
    soonest = min(under_way, key=lambda one: (one.window.end_on, -one.window.start_on.toordinal()), default=None)
    return [one for one in (last, soonest) if one is not None]


def _standings(workspace: Workspace, units: Collection[str], periods: Collection[Period]) -> dict[FormKey, Standing]:
    found: dict[FormKey, Standing] = {}
    for entry in workspace.store.releases.list_about(units, periods):
        found[entry.form_key] = fold(found.get(entry.form_key, Standing(entry.form_key)), [entry])
    return found


def _row(
    owed: OwedForm, forms: int, state: FormState | None, standing: Standing | None, today: date, days_left: int
) -> GridRow:
    """Without what is its unit's alone: systems and files handed in."""
    report = owed.report
    return GridRow(
        unit=report.unit,
        period=report.period,
        form_code=report.form.form_code,
        form_name=report.form.appendix,
        is_alone=forms == 1,
        due_on=report.due_on,
        days_left=days_left,
        stage=_stand(owed.key, state, standing).stage,
        is_locked=standing is not None and standing.is_locked,
        last_run=state.last_status if state else None,
        systems={},
        blocking=state.blocking if state else (),
        vintage=state.whole if state else None,
        has_ended=report.window.end_on < today,
        is_rolled_up=owed.rolls_up,
    )


def _list_systems(sources: Mapping[System, Source], state: FormState | None) -> dict[System, SystemState]:
    asked = state.collected if state else {}
    return {system: _system(source, asked) for system, source in sources.items()}


def _system(source: Source, asked: Mapping[str, SourceFailure | None]) -> SystemState:
    code = source.source_code
    return SystemState(code, source.label, code in asked, asked.get(code))


def _stand(key: FormKey, state: FormState | None, standing: Standing | None) -> Standing:
    """The standing by the log, with what the latest whole vintage says."""
    has_figures = state is not None and state.whole is not None
    is_draft = state is not None and bool(state.blocking)
    return replace(standing or Standing(key), has_figures=has_figures, is_draft=is_draft)

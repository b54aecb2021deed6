"""How far every form is: unit by unit, system by system, period by period, and what is to be done next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from baocao.catalogue import Catalogue, Source, Unit, children_in
from baocao.domain import VIETNAM, Period, SourceFailure, Window
from baocao.errors import ConfigError
from baocao.regimes import YEAR_PART
from baocao.store import FormKey, FormState
from baocao.written.asked import ask_period
from reporting.plan import needed_sources
from reporting.standing import Standing, fold
from reporting.status.rows import GridRow, SystemState
from reporting.workspace import Workspace


@dataclass(frozen=True)
class OwedForm:
    """A form a unit owes: of which days, and whether it is made from those of the units below."""

    unit: Unit
    period: Period
    window: Window
    rolls_up: bool


def read_grid(workspace: Workspace, period_code: str | None) -> tuple[GridRow, ...]:
    """Every form that is owed, in a handful of questions to the store however many units there are.

    Of the period named; else of the period that ended last and the one under way, regime by regime. Raise ConfigError
    where the period is none, or no unit owes it.
    """
    catalogue = workspace.catalogue
    today = workspace.settings.now().astimezone(VIETNAM).date()
    owed = list(_owed(catalogue, period_code, today))
    if not owed:
        raise ConfigError(
            "không đơn vị nào trong units.yaml phải báo cáo kỳ này; các kỳ của từng chế độ ở calendars.yaml"
        )
    states = {state.form_key: state for state in workspace.store.vintages.list_states({one.period for one in owed})}
    standings = _standings(workspace)
    rows = []
    for one in owed:
        form_code = catalogue.form_in_force(one.window.end_on).form_code
        key = FormKey(one.unit.unit_code, form_code, one.period)
        rows.append(_row(catalogue, one, key, states.get(key), standings.get(key), today))
    return tuple(rows)


def _owed(catalogue: Catalogue, period_code: str | None, today: date) -> Iterator[OwedForm]:
    """The units that report, from sources of their own or from units below, with the days of the period."""
    named = ask_period(period_code) if period_code else None
    by_regime = {
        name: [named] if named else current_periods(catalogue, name, today) for name in catalogue.calendar.regimes
    }
    parents = {unit.parent for unit in catalogue.units.values()}
    for unit in catalogue.units.values():
        for period in by_regime[unit.regime]:
            if (period.part or YEAR_PART) not in catalogue.calendar.regimes[unit.regime].part_codes:
                continue
            window = catalogue.calendar.window(unit.regime, period)
            rolls_up = unit.unit_code in parents and bool(children_in(catalogue.units, unit, window))
            if (unit.source_keys or rolls_up) and unit.exists_in(window):
                yield OwedForm(unit, period, window, rolls_up)


def current_periods(catalogue: Catalogue, regime: str, today: date) -> list[Period]:
    """The period that ended last and the one that ends next; of several that end together, the shortest."""
    parts = ["" if part == YEAR_PART else part for part in catalogue.calendar.regimes[regime].part_codes]
    periods = [Period(year, part) for year in (today.year - 1, today.year, today.year + 1) for part in parts]
    windows = {period: catalogue.calendar.window(regime, period) for period in periods}
    ended = [period for period in periods if windows[period].end_on < today]
    under_way = [period for period in periods if windows[period].start_on <= today <= windows[period].end_on]
    last = max(ended, key=lambda period: (windows[period].end_on, windows[period].start_on), default=None)
    soonest = min(under_way, key=lambda p: (windows[p].end_on, -windows[p].start_on.toordinal()), default=None)
    return [period for period in (last, soonest) if period is not None]


def _standings(workspace: Workspace) -> dict[FormKey, Standing]:
    found: dict[FormKey, Standing] = {}
    for entry in workspace.store.releases.list():
        found[entry.form_key] = fold(found.get(entry.form_key, Standing(entry.form_key)), [entry])
    return found


def _row(
    catalogue: Catalogue,
    owed: OwedForm,
    key: FormKey,
    state: FormState | None,
    standing: Standing | None,
    today: date,
) -> GridRow:
    unit = owed.unit
    due_on = catalogue.calendar.due_on(unit.regime, owed.period, unit.tier)
    asked = state.collected if state else {}
    sources = needed_sources(catalogue, unit, catalogue.form(key.form_code))
    return GridRow(
        unit=unit,
        period=owed.period,
        form_code=key.form_code,
        due_on=due_on,
        days_left=catalogue.calendar.working_days_between(today, due_on),
        stage=_stand(key, state, standing).stage,
        is_locked=standing is not None and standing.is_locked,
        last_run=state.last.status if state else None,
        systems={system: _system(source, asked) for system, source in sources.items()},
        blocking=state.blocking if state else (),
        vintage=state.whole if state else None,
        has_ended=owed.window.end_on < today,
        is_rolled_up=owed.rolls_up,
    )


def _system(source: Source, asked: Mapping[str, SourceFailure | None]) -> SystemState:
    code = source.source_code
    return SystemState(code, source.label, code in asked, asked.get(code))


def _stand(key: FormKey, state: FormState | None, standing: Standing | None) -> Standing:
    """The standing by the log, with what the latest whole vintage says."""
    has_figures = state is not None and state.whole is not None
    is_draft = state is not None and bool(state.blocking)
    return replace(standing or Standing(key), has_figures=has_figures, is_draft=is_draft)

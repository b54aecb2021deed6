"""How far every form is: unit by unit, system by system, period by period, and what is to be done next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from baocao.calendar import YEAR_PART
from baocao.catalogue import Catalogue, Source, Unit, children_in
from baocao.domain import VIETNAM, Period, SourceFailure, System, Window
from baocao.errors import ConfigError
from baocao.store import FormKey, FormState, VintageStatus
from flows.standing import Standing, State, fold
from flows.workspace import Workspace

SOON_DAYS = 2


class Stage(StrEnum):
    """The steps of a form on its way, in their order."""

    NOT_RUN = "not_run"
    RUNNING = "running"
    FAILED = "failed"
    DRAFT = "draft"
    CHECKED = "checked"
    PREPARED = "prepared"
    APPROVED = "approved"
    RELEASED = "released"


STAGES: Mapping[Stage, str] = {
    Stage.NOT_RUN: "chưa chạy",
    Stage.RUNNING: "đang chạy",
    Stage.FAILED: "chạy hỏng",
    Stage.DRAFT: "nháp",
    Stage.CHECKED: "đã kiểm tra",
    Stage.PREPARED: "đã trình",
    Stage.APPROVED: "đã duyệt",
    Stage.RELEASED: "đã phát hành",
}
_BY_STATE = {
    State.CHECKED: Stage.PREPARED,
    State.APPROVED: Stage.APPROVED,
    State.RELEASED: Stage.RELEASED,
    State.RESTATED: Stage.RELEASED,
}


class Urgency(StrEnum):
    """How the due day stands to today."""

    DONE = "done"
    OPEN = "open"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True)
class SystemState:
    """One system of one form: asked and answered, failed, or not asked yet."""

    source_code: str
    label: str
    was_asked: bool
    failure: SourceFailure | None = None

    @property
    def word(self) -> str:
        if self.failure is not None:
            return "lỗi"
        return "đủ" if self.was_asked else "chưa"


@dataclass(frozen=True)
class GridRow:
    """One form. `days_left` are working days until it is due, negative once that is past."""

    unit: Unit
    period: Period
    form_code: str
    due_on: date
    days_left: int
    stage: Stage
    systems: Mapping[System, SystemState]
    blocking: tuple[str, ...]
    vintage: int | None
    has_ended: bool
    is_rolled_up: bool

    @property
    def urgency(self) -> Urgency:
        if self.stage is Stage.RELEASED:
            return Urgency.DONE
        if self.days_left < 0:
            return Urgency.LATE
        return Urgency.SOON if self.days_left <= SOON_DAYS else Urgency.OPEN

    @property
    def failures(self) -> tuple[SourceFailure, ...]:
        return tuple(found.failure for found in self.systems.values() if found.failure is not None)

    def as_json(self) -> dict[str, Any]:
        from flows.status_words import next_step

        return {
            "unit": self.unit.unit_code,
            "name": self.unit.name,
            "tier": self.unit.tier.value,
            "period": self.period.code,
            "form": self.form_code,
            "due_on": self.due_on.isoformat(),
            "working_days_left": self.days_left,
            "urgency": self.urgency.value,
            "stage": self.stage.value,
            "vintage": self.vintage,
            "systems": {
                system.value: {
                    "source": found.source_code,
                    "state": "failed" if found.failure else "given" if found.was_asked else "not_asked",
                    "reason": found.failure.reason if found.failure else "",
                    "exit_code": found.failure.exit_code if found.failure else 0,
                }
                for system, found in self.systems.items()
            },
            "blocking": list(self.blocking),
            "next": next_step(self),
        }


def read_grid(workspace: Workspace, period_code: str | None) -> tuple[GridRow, ...]:
    """Every form that is owed, in a handful of questions to the store however many units there are.

    Of the period named; else of the period that ended last and the one under way, regime by regime. Raise ConfigError
    where the period is none, or no unit owes it.
    """
    catalogue = workspace.catalogue
    today = workspace.settings.now().astimezone(VIETNAM).date()
    owed = list(_owed(catalogue, period_code, today))
    if not owed:
        raise ConfigError(f"{period_code or 'status'}: no unit of units.yaml owes a report for it")
    states = {state.form_key: state for state in workspace.store.form_states({period for _, period, _ in owed})}
    standings = _standings(workspace)
    rows = []
    for unit, period, window in owed:
        key = FormKey(unit.unit_code, catalogue.form_in_force(window.end_on).form_code, period)
        rows.append(_row(catalogue, unit, key, window, states.get(key), standings.get(key), today))
    return tuple(rows)


def _owed(catalogue: Catalogue, period_code: str | None, today: date) -> Iterator[tuple[Unit, Period, Window]]:
    """The units that report, from sources of their own or from units below, with the days of the period."""
    named = _parse(period_code) if period_code else None
    by_regime = {
        name: [named] if named else current_periods(catalogue, name, today) for name in catalogue.calendar.regimes
    }
    for unit in catalogue.units.values():
        for period in by_regime[unit.regime]:
            if (period.part or YEAR_PART) not in catalogue.calendar.regimes[unit.regime].part_codes:
                continue
            window = catalogue.calendar.window(unit.regime, period)
            reports = bool(unit.source_keys) or bool(children_in(catalogue.units, unit, window))
            if reports and unit.exists_in(window):
                yield unit, period, window


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


def _parse(period_code: str) -> Period:
    try:
        return Period.parse(period_code)
    except ValueError as error:
        raise ConfigError(str(error)) from error


def _standings(workspace: Workspace) -> dict[FormKey, Standing]:
    found: dict[FormKey, Standing] = {}
    for entry in workspace.store.release_log():
        found[entry.form_key] = fold(found.get(entry.form_key, Standing(entry.form_key)), [entry])
    return found


def _row(
    catalogue: Catalogue,
    unit: Unit,
    key: FormKey,
    window: Window,
    state: FormState | None,
    standing: Standing | None,
    today: date,
) -> GridRow:
    due_on = catalogue.calendar.due_on(unit.regime, key.period, unit.tier)
    asked = state.collected if state else {}
    return GridRow(
        unit=unit,
        period=key.period,
        form_code=key.form_code,
        due_on=due_on,
        days_left=catalogue.calendar.working_days_between(today, due_on),
        stage=_stage(state, standing),
        systems={
            system: SystemState(
                source.source_code, source.label, source.source_code in asked, asked.get(source.source_code)
            )
            for system, source in catalogue.sources_of(unit).items()
        },
        blocking=state.blocking if state else (),
        vintage=state.whole if state else None,
        has_ended=window.end_on < today,
        is_rolled_up=bool(children_in(catalogue.units, unit, window)),
    )


def _system(source: Source, asked: Mapping[str, SourceFailure | None]) -> SystemState:
    code = source.source_code
    return SystemState(code, source.label, code in asked, asked.get(code))


def _stage(state: FormState | None, standing: Standing | None) -> Stage:
    if standing is not None and standing.state in _BY_STATE:
        return _BY_STATE[standing.state]
    if state is None:
        return Stage.NOT_RUN
    if state.last.status in (VintageStatus.RUNNING, VintageStatus.COLLECTED):
        return Stage.RUNNING
    if state.whole is None:
        return Stage.FAILED
    return Stage.DRAFT if state.blocking else Stage.CHECKED


def count_stages(rows: Iterable[GridRow]) -> dict[Stage, int]:
    """How many forms are at each stage, every stage named."""
    stages = [row.stage for row in rows]
    return {stage: stages.count(stage) for stage in Stage}


def periods_of(rows: Sequence[GridRow]) -> list[Period]:
    return sorted({row.period for row in rows})

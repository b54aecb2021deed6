"""The flow of a unit with others below it: has them reported for, then adds them up.

It adds up as soon as all are in, and on the due day whatever is in, with what is missing named. Before that day it ends
without a form; its next scheduled run asks again for those that are missing, and for them alone. Nothing is to do where
nothing below has changed since it was last added up.
"""

import os
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from baocao.catalogue import children_in
from baocao.domain import VIETNAM
from baocao.settings import Settings
from flows.engine.fan_out import INCOMPLETE, FanOutPlan, fan_out
from flows.engine.own_code import own_code
from flows.engine.parameters import GroupMode, Missing, PeriodCode, UnitCode, missing_mode
from flows.engine.run_context import due_at, end_run, name_unit_run, skip_missed
from flows.group_report import list_absences, plan_all
from flows.quarterly_report import make_report
from reporting.plan import Plan, make_plan
from reporting.roll_up.arrivals import Absence
from reporting.roll_up.changes import find_same
from reporting.roll_up.children import find_children
from reporting.schedule.operations import read_operations
from reporting.schedule.scheduled_periods import resolve_period
from reporting.workspace import Workspace, open_workspace

UNCHANGED = "Unchanged"


@flow(
    name="province-report",
    flow_run_name=name_unit_run,
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # invariant in its future type
    persist_result=False,
)
@own_code
def province_report(
    unit: UnitCode, period: PeriodCode = "", mode: GroupMode = "missing", missing: Missing = "as-configured"
) -> State[Any]:
    """Cộng số liệu các đơn vị trực thuộc: hỏi những đơn vị còn thiếu, đủ thì tổng hợp, đến hạn thì nêu đơn vị thiếu."""
    with open_workspace(Settings.read(os.environ)) as workspace:
        if left_out := skip_missed(workspace):
            return left_out
        catalogue = workspace.catalogue
        asked = resolve_period(catalogue.calendar, catalogue.unit(unit).regime, period, due_at(workspace.settings))
        plan = make_plan(catalogue, unit, asked.code, None, workspace.settings.now())
        absences = ask_units(workspace, plan, asks_again=mode == "all")
        if absences and missing == "as-configured" and not is_due(workspace, plan):
            return Failed(name=INCOMPLETE, message=f"{unit} {asked}: waits for {list_absences(absences)}")
        if mode == "missing" and (same := find_same(workspace, plan, missing_mode(missing))):
            said = f"{same}: nothing below has changed since; missing: {list_absences(absences) or 'nobody'}"
            return Completed(name=UNCHANGED, message=said)
        result = make_report(workspace, plan, "collect", missing_mode(missing))
    return end_run(result, list_absences(absences))


def ask_units(workspace: Workspace, plan: Plan, *, asks_again: bool) -> tuple[Absence, ...]:
    """Have the units below reported for; return those that are not in, or not released where only that counts."""
    catalogue = workspace.catalogue
    units = [unit for unit in children_in(catalogue.units, plan.unit, plan.window) if unit.source_keys]
    plans = plan_all(workspace, units, plan.period.code)
    absences: tuple[Absence, ...] = ()
    if plans:
        per_run = read_operations(catalogue).units_per_run
        absences = fan_out(workspace, FanOutPlan(plan.unit.unit_code, plans, per_run, asks_again))
    known = {absence.unit_code for absence in absences}
    others = (child for child in find_children(workspace.store, catalogue, plan) if child.vintage is None)
    return (*absences, *(Absence(o.unit.unit_code, o.reason) for o in others if o.unit.unit_code not in known))


def is_due(workspace: Workspace, plan: Plan) -> bool:
    """Whether the unit's own due day has come."""
    due_on = workspace.catalogue.calendar.due_on(plan.unit.regime, plan.period, plan.unit.tier)
    return due_at(workspace.settings).astimezone(VIETNAM).date() >= due_on

"""The flow of a unit with others below it: has them reported for, then adds them up.

It adds up as soon as all are in, and on the due day whatever is in, with what is missing named. Before that day it ends
without a form; its next scheduled run asks again for those that are missing, and for them alone. Nothing is to do where
nothing below has changed since it was last added up.
"""

import os
from collections.abc import Sequence
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
from flows.quarterly_report import make_reports
from reporting.outcome import ReportSet
from reporting.plan import Plan, make_plans
from reporting.roll_up.arrivals import Absence
from reporting.roll_up.changes import find_same
from reporting.roll_up.children import find_children
from reporting.schedule.operations import read_operations
from reporting.schedule.scheduled_periods import resolve_unit_period
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
        asked = resolve_unit_period(catalogue, unit, period, due_at(workspace.settings))
        plans = make_plans(catalogue, unit, asked.code, None, workspace.settings.now())
        absences = ask_units(workspace, plans, asks_again=mode == "all")
        if absences and missing == "as-configured" and not is_due(workspace, plans):
            return Failed(name=INCOMPLETE, message=f"{unit} {asked}: đợi {list_absences(absences)}")
        same = [find_same(workspace, plan, missing_mode(missing)) if mode == "missing" else None for plan in plans]
        changed = tuple(plan for plan, kept in zip(plans, same, strict=True) if not kept)
        if not changed:
            kept = ", ".join(map(str, same))
            lacking = list_absences(absences) or "không đơn vị nào"
            said = f"{kept}: từ đó các đơn vị trực thuộc không đổi gì; còn thiếu: {lacking}"
            return Completed(name=UNCHANGED, message=said)
        results = make_reports(workspace, changed, "collect", missing_mode(missing))
    return end_run(ReportSet(results), list_absences(absences))


def ask_units(workspace: Workspace, plans: Sequence[Plan], *, asks_again: bool) -> tuple[Absence, ...]:
    """Have the units below reported for; return those that are not in, or not released where only that counts."""
    catalogue, first = workspace.catalogue, plans[0]
    units = [unit for unit in children_in(catalogue.units, first.unit, first.window) if unit.source_keys]
    series = {plan.form.series_code for plan in plans}
    owed = [plan for plan in plan_all(workspace, units, first.period) if plan.form.series_code in series]
    absences: tuple[Absence, ...] = ()
    if owed:
        per_run = read_operations(catalogue).units_per_run
        absences = fan_out(workspace, FanOutPlan(first.unit.unit_code, owed, per_run, asks_again))
    known = {absence.unit_code for absence in absences}
    others = {
        child.unit.unit_code: child.reason
        for plan in plans
        for child in find_children(workspace.store, catalogue, plan)
        if child.vintage is None and child.unit.unit_code not in known
    }
    return (*absences, *(Absence(unit_code, reason) for unit_code, reason in others.items()))


def is_due(workspace: Workspace, plans: Sequence[Plan]) -> bool:
    """Whether the due day of some form of the unit's own has come."""
    return due_at(workspace.settings).astimezone(VIETNAM).date() >= min(plan.due_on for plan in plans)

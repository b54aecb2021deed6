"""The flow of a unit group: every unit of it that is not in for a period, spread over the workers."""

import os
from collections.abc import Sequence
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

from baocao.catalogue import Unit
from baocao.domain import Period
from baocao.settings import Settings
from flows.engine.fan_out import INCOMPLETE, FanOutPlan, fan_out
from flows.engine.own_code import own_code
from flows.engine.parameters import GroupMode, GroupName, PeriodCode
from flows.engine.run_context import due_at, name_group_run, skip_missed
from reporting.plan import Plan, list_plans
from reporting.roll_up.arrivals import Absence
from reporting.schedule.operations import group_of, read_operations, units_of_group
from reporting.schedule.scheduled_periods import resolve_period
from reporting.workspace import Workspace, open_workspace


@flow(name="group-report", flow_run_name=name_group_run, persist_result=False)
@own_code
def group_report(group: GroupName, period: PeriodCode = "", mode: GroupMode = "missing") -> State[Any]:
    """Lập báo cáo cho mọi đơn vị của một nhóm: chia cho các máy, mỗi máy một số đơn vị."""
    with open_workspace(Settings.read(os.environ)) as workspace:
        if left_out := skip_missed(workspace):
            return left_out
        asked, plans = plan_group(workspace, group, period)
        if not plans:
            return Completed(message=f"{group} {asked}: không đơn vị nào của nhóm phải báo cáo kỳ này")
        per_run = read_operations(workspace.catalogue).units_per_run
        absences = fan_out(workspace, FanOutPlan(group, plans, per_run, mode == "all"))
    return tell_outcome(f"{group} {asked}", len({plan.unit.unit_code for plan in plans}), absences)


def plan_group(workspace: Workspace, group: str, period: str) -> tuple[Period, list[Plan]]:
    """The period that is asked for, and what every unit of the group that exists in it owes by the group's regime."""
    calendar = workspace.catalogue.calendar
    chosen = group_of(read_operations(workspace.catalogue), group)
    asked = resolve_period(calendar, chosen.regime, period, due_at(workspace.settings))
    units = units_of_group(workspace.catalogue, chosen, calendar.window(chosen.regime, asked))
    return asked, [plan for plan in plan_all(workspace, units, asked) if plan.regime == chosen.regime]


def plan_all(workspace: Workspace, units: Sequence[Unit], period: Period) -> list[Plan]:
    """Every form the units owe for the period."""
    now = workspace.settings.now()
    return [plan for unit in units for plan in list_plans(workspace.catalogue, unit, period, now)]


def tell_outcome(label: str, unit_count: int, absences: Sequence[Absence]) -> State[Any]:
    """Completed where all are in; else failed, with everybody who is missing and why."""
    said = f"{label}: {unit_count - len(absences)}/{unit_count} đơn vị đã có số liệu"
    if not absences:
        return Completed(message=said)
    return Failed(name=INCOMPLETE, message=f"{said}; còn thiếu: {list_absences(absences)}")


def list_absences(absences: Sequence[Absence]) -> str:
    return "; ".join(f"{absence.unit_code} ({absence.reason})" for absence in absences)

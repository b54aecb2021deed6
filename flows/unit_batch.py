"""The flow that makes several units' reports one after another: what a worker takes at a time.

A run of the engine costs seconds to start; a dozen units share it. A unit that fails stops none of the others, and a
batch that is lost has kept every form it had finished.
"""

import gc
import os
import time
from importlib import import_module
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from baocao.documents.writing import load_writers
from baocao.errors import BaocaoError
from baocao.settings import Settings
from flows.engine.fan_out import INCOMPLETE
from flows.engine.own_code import own_code
from flows.engine.parameters import PeriodCode
from flows.quarterly_report import make_reports
from reporting.outcome import ReportSet
from reporting.plan import make_plans
from reporting.progress import tell
from reporting.workspace import Workspace, open_workspace

LATE_IMPORTS = ("expectations.records.suite", "expectations.engine.great_engine", "baocao.records.joining")


@flow(
    name="unit-batch",
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # invariant in its future type
    persist_result=False,
)
@own_code
def unit_batch(units: list[str], period: PeriodCode) -> State[Any]:
    """Lập báo cáo lần lượt cho một số đơn vị; do luồng của nhóm hoặc của tỉnh gọi."""
    import_all()
    with open_workspace(Settings.read(os.environ)) as workspace:
        begun_s, cpu_s = time.monotonic(), time.process_time()
        codes = {unit: report_unit(workspace, unit, period) for unit in units}
        took = f"{time.monotonic() - begun_s:.2f} giây, bộ xử lý {time.process_time() - cpu_s:.2f} giây"
    not_ready = [f"{unit} ({code})" for unit, code in codes.items() if code]
    said = f"{period}: {len(codes) - len(not_ready)}/{len(codes)} đơn vị sẵn sàng; {took}"
    if not_ready:
        return Failed(name=INCOMPLETE, message=f"{said}; chưa: {', '.join(not_ready)}")
    return Completed(message=said)


def import_all() -> None:
    """What reports import when they come to it, once for all units."""
    for name in LATE_IMPORTS:
        import_module(name)
    load_writers()
    gc.collect()
    gc.freeze()  # lives as long as the process: no need to go through it at every full collection


def report_unit(workspace: Workspace, unit: str, period: str) -> int:
    """The exit code of one unit's forms, whatever became of them; of a form still under way nothing is made yet."""
    try:
        plans = make_plans(workspace.catalogue, unit, period, None, workspace.settings.now())
        closed = tuple(plan for plan in plans if plan.window.end_at <= workspace.settings.now())
        made = ReportSet(make_reports(workspace, closed or plans, "collect"))
    except BaocaoError as error:
        tell(f"{unit}: {error}")
        return error.exit_code
    tell(made.summary)
    return made.exit_code

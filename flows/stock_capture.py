"""The flow that captures stocks at the cut-off: at 23:59:59, and again every half hour until the morning."""

import time
from datetime import datetime, timedelta
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Completed

from baocao.settings import Settings
from flows.engine.own_code import own_code
from flows.engine.run_context import end_run, on_timeline
from flows.engine.task_arguments import quote_arguments
from reporting.alerting.capture_alerts import alert_captures
from reporting.collection.capture_plans import (
    LAST_SECOND,
    CaptureResult,
    capture_plans,
    find_deadline,
    plan_captures,
    plan_tonight,
)
from reporting.plan import Plan
from reporting.progress import tell
from reporting.workspace import Workspace, open_workspace

TRY_EVERY_S = 1800
LONGEST_WAIT = timedelta(hours=1)


class StocksDownError(Exception):
    """Some source was down; the engine asks again. What was captured is kept and not asked again."""

    def __init__(self, result: CaptureResult) -> None:
        super().__init__(result.summary)
        self.result = result

    def __reduce__(self) -> tuple[type["StocksDownError"], tuple[CaptureResult]]:
        return type(self), (self.result,)


def may_heal(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether the next try may help."""
    return isinstance(state.result(raise_on_failure=False), StocksDownError)


@task(
    name="capture",
    task_run_name=on_timeline("Chụp số liệu"),
    cache_policy=NO_CACHE,
    persist_result=False,
    retry_delay_seconds=TRY_EVERY_S,
    retry_condition_fn=may_heal,
)
def capture(workspace: Workspace, plans: tuple[Plan, ...], tries: list[CaptureResult]) -> CaptureResult:
    """What came of it; `tries` holds what came of the tries before, and is added to."""
    result = capture_plans(workspace, plans, tries[-1] if tries else None)
    tries.append(result)
    if result.may_heal:
        alert_captures(workspace, result, goes_on=True)
        raise StocksDownError(result)
    return result


@flow(name="stock-capture", flow_run_name="Chụp số liệu thời điểm", persist_result=False, validate_parameters=True)
@own_code
def stock_capture(period: str | None = None, unit: str | None = None) -> Any:
    """Chụp số liệu thời điểm của kỳ vào đêm chốt.

    Để trống kỳ: kỳ nào chốt đêm nay hoặc vừa chốt đêm qua, của mọi đơn vị. Hệ thống không trả lời thì nửa giờ hỏi lại,
    đến 07:00; vẫn không được thì lần chạy hỏng, nói rõ thiếu gì, và cảnh báo được gửi đi.
    """
    import os

    with open_workspace(Settings.read(os.environ)) as workspace:
        catalogue, now = workspace.catalogue, workspace.settings.now()
        plans = plan_captures(catalogue, period, unit, now) if period else plan_tonight(catalogue, unit, now)
        if not plans:
            return Completed(message="đêm nay không kỳ nào chốt", data=CaptureResult(()))
        result = _capture(workspace, plans)
        alert_captures(workspace, result)
    return end_run(result)


def _capture(workspace: Workspace, plans: tuple[Plan, ...]) -> CaptureResult:
    _wait_for_cutoff(workspace, min(plan.window.end_at for plan in plans))
    tries = count_tries(workspace.settings.now(), max(find_deadline(plan.window.end_at) for plan in plans))
    tell(f"Chụp số liệu thời điểm: {len(plans)} đơn vị, thử lại nhiều nhất {tries} lần")
    before: list[CaptureResult] = []
    future = capture.with_options(retries=tries).submit(*quote_arguments(workspace, plans, before))
    found = future.result(raise_on_failure=False)
    if isinstance(found, StocksDownError):
        return found.result
    if isinstance(found, BaseException):
        raise found
    return found


def count_tries(now: datetime, deadline: datetime) -> int:
    """How many further tries the night has room for; none once the morning has come."""
    return max(0, (deadline - now) // timedelta(seconds=TRY_EVERY_S))


def _wait_for_cutoff(workspace: Workspace, cutoff_at: datetime) -> None:
    """To the last second of the day, if that is minutes away; a fixed clock is not waited for."""
    left = cutoff_at - LAST_SECOND - workspace.settings.now()
    if workspace.settings.now_at is None and timedelta(0) < left <= LONGEST_WAIT:
        time.sleep(left.total_seconds())

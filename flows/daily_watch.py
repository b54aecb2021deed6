"""The flow of the daily watch: one look a day at every report coming due."""

import os
from dataclasses import replace
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from baocao.settings import Settings
from flows.ground.clock import morning_of
from flows.ground.workspace import open_workspace
from flows.scheduling.parameters import PeriodCode
from flows.scheduling.run_context import is_deployed, skip_missed
from flows.watching.watching import watch_day


@flow(name="daily-watch", flow_run_name="Nhắc việc hằng ngày", persist_result=False)
def daily_watch(on: str | None = None, period: PeriodCode = "") -> State[Any]:
    """Báo từng người phụ trách báo cáo còn thiếu gì, nhắc lại sự cố chưa khắc phục, gửi những thông báo đang chờ."""
    settings = Settings.read(os.environ)
    if on:
        settings = replace(settings, now_at=morning_of(on))
    with open_workspace(settings) as workspace:
        if left_out := skip_missed(workspace):
            return left_out
        watched = watch_day(workspace, period or None)
    return Completed(message=watched.summary, data=None if is_deployed() else watched.as_json())

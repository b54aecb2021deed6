"""The flow of the daily watch: one look a day at every report coming due."""

import os
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from baocao.settings import Settings
from flows.engine.own_code import own_code
from flows.engine.parameters import PeriodCode
from flows.engine.run_context import is_deployed, skip_missed
from reporting.watch.daily import choose_day, watch_day
from reporting.workspace import open_workspace


@flow(name="daily-watch", flow_run_name="Nhắc việc hằng ngày", persist_result=False)
@own_code
def daily_watch(on: str | None = None, period: PeriodCode = "") -> State[Any]:
    """Báo từng người phụ trách báo cáo còn thiếu gì, nhắc lại sự cố chưa khắc phục, gửi những thông báo đang chờ."""
    settings, only_look = choose_day(Settings.read(os.environ), on)
    with open_workspace(settings) as workspace:
        if left_out := skip_missed(workspace):
            return left_out
        watched = watch_day(workspace, period or None, only_look=only_look)
    return Completed(message=watched.summary, data=None if is_deployed() else watched.as_json())

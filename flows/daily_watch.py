"""The flow of the daily watch: one look a day at every report coming due."""

import os
from dataclasses import replace
from typing import Any

from prefect import flow

from baocao.settings import Settings
from flows.clock import morning_of
from flows.watching import watch_day
from flows.workspace import open_workspace


@flow(name="daily-watch", flow_run_name="watch {on}", persist_result=False, validate_parameters=True)
def daily_watch(on: str | None = None, period: str | None = None) -> dict[str, Any]:
    """Tell each owner what is still missing, escalate what is open, send what waits.

    on: the day to judge by, YYYY-MM-DD; today where none is given. period: one period instead of those coming due.
    """
    settings = Settings.read(os.environ)
    if on:
        settings = replace(settings, now_at=morning_of(on))
    with open_workspace(settings) as workspace:
        return watch_day(workspace, period).as_json()

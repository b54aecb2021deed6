"""What a run of the scripted quarter does in a process of its own: the flows themselves, on the clock it is given.

A group's units are made by one batch in this process, not handed to workers; the night's half hours are the script's.
"""

import logging
import os
import signal
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

from baocao.settings import Settings
from flows.engine.environment import apply_environment

apply_environment(Settings.read(os.environ).var_dir)
from prefect.client.schemas.objects import State  # noqa: E402

from flows.daily_watch import daily_watch  # noqa: E402
from flows.engine.settings import pointed_at, quiet_logs  # noqa: E402
from flows.group_report import plan_group  # noqa: E402
from flows.province_report import province_report  # noqa: E402
from flows.quarterly_report import quarterly_report  # noqa: E402
from flows.retention import clear_runs  # noqa: E402
from flows.stock_capture import count_tries  # noqa: E402
from flows.take_over import take_over  # noqa: E402
from flows.unit_batch import import_all, unit_batch  # noqa: E402
from flows.weekly_verify import weekly_verify  # noqa: E402
from reporting.collection.capture_plans import capture_plans, find_deadline, plan_tonight  # noqa: E402
from reporting.plan import make_plan  # noqa: E402
from reporting.release.entries import StepRequest  # noqa: E402
from reporting.release.releasing import approve, prepare, publish  # noqa: E402
from reporting.roll_up.arrivals import find_absences  # noqa: E402
from reporting.workspace import Workspace, open_workspace  # noqa: E402

NOTHING, AGAIN = "no unit", "tries again"
import_all()


def take_step(step: dict[str, Any], environment: Mapping[str, str], fatal: str | None) -> dict[str, Any]:
    """How the run ended, and what it said. `fatal` is the unit at whose first answer that is kept the process is killed."""
    os.environ.update(environment)
    if fatal:
        progress = logging.getLogger("baocao.progress")
        progress.setLevel(logging.INFO)
        progress.addHandler(Death(fatal))
    with pointed_at(os.environ["PREFECT_API_URL"]), quiet_logs():
        ended = WORK[step["flow"]](**step["parameters"])
    return {"ends": ended, "says": ""} if isinstance(ended, str) else {"ends": ended.name, "says": ended.message}


class Death(logging.Handler):
    """SIGKILL as soon as something of the unit's sources has been kept."""

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self._is_at_work = False

    def emit(self, record: logging.LogRecord) -> None:
        said = record.getMessage()
        self._is_at_work |= self._label in said
        if self._is_at_work and "đã nhận" in said:
            os.kill(os.getpid(), signal.SIGKILL)


def report_group(group: str, period: str) -> str | State[Any]:
    with _open() as workspace:
        asked, plans = plan_group(workspace, group, period)
        wanted = [absence.unit_code for absence in find_absences(workspace.store, plans)]
    if not plans:
        return NOTHING
    return unit_batch(wanted, asked.code, return_state=True) if wanted else "Completed"


def capture() -> str:
    """One try of the night."""
    with _open() as workspace:
        now = workspace.settings.now()
        plans = plan_tonight(workspace.catalogue, None, now)
        result = capture_plans(workspace, plans)
    tries_left = max(count_tries(now, find_deadline(plan.window.end_at)) for plan in plans)
    return AGAIN if result.may_heal and tries_left else "Failed" if result.exit_code else "Completed"


def watch() -> str:
    daily_watch.fn()
    return "Completed"


def release(unit: str, period: str) -> str:
    """By two persons, as the rules of release want it."""
    with _open() as workspace:
        key = make_plan(workspace.catalogue, unit, period, None, workspace.settings.now()).form_key
        prepare(workspace, key, StepRequest("lan"))
        approve(workspace, key, StepRequest("minh"))
        publish(workspace, key, StepRequest("minh"))
    return "Completed"


def _open() -> AbstractContextManager[Workspace]:
    return open_workspace(Settings.read(os.environ))


def clear(before: str, *, dry_run: bool) -> str:
    """How many records of Prefect's runs were cleared away."""
    return str(clear_runs(datetime.fromisoformat(before), dry_run=dry_run).count)


WORK: Mapping[str, Callable[..., str | State[Any]]] = {
    "group-report": report_group,
    "province-report": lambda **given: province_report(**given, return_state=True),
    "quarterly-report": lambda **given: quarterly_report(**given, return_state=True),
    "stock-capture": capture,
    "daily-watch": watch,
    "weekly-verify": lambda: weekly_verify(return_state=True),
    "release": release,
    "clear-runs": clear,
    "take-over": lambda **given: take_over.fn(**given),
}

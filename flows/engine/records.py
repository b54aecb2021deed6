"""What the API has on record about this process's task runs, and about runs whose process is dead.

Prefect's client tells the server of task runs by events, which the server writes some seconds late. A private server
must not be stopped before. This module imports Prefect: import it after `flows.engine.environment.apply_environment`.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from httpx import HTTPError, HTTPStatusError
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.orchestration.routes import ServerRoutes
from prefect.client.schemas.objects import TERMINAL_STATES
from prefect.events.clients import AssertingPassthroughEventsClient
from prefect.events.worker import EventsWorker
from prefect.logging.handlers import APILogWorker
from prefect.settings import PREFECT_API_REQUEST_TIMEOUT, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from baocao.errors import EngineError
from flows.engine.signals import leave_threads_behind

logger = logging.getLogger(__name__)

DRAIN_LIMIT_S = 60
RECORD_LIMIT_S = 15
CHECK_TIMEOUT_S = 20.0
ANSWER_TIMEOUT_S = 5.0
RECORD_LIMIT_PER_TASK_RUN_S = 0.25
POLL_INTERVAL_S = 0.25
IDS_PER_REQUEST = 500
NOT_ADMITTED = (401, 403)
LIVE_STATES = ["PENDING", "RUNNING", "CANCELLING"]
FINAL_STATES = sorted(state.value for state in TERMINAL_STATES)
CRASHED = {"type": "CRASHED", "name": "Crashed", "message": "Tiến trình của lần chạy này không còn."}


@dataclass(frozen=True)
class RunKind:
    name: str
    filter_route: ServerRoutes
    set_state_route: ServerRoutes


RUN_KINDS = (
    RunKind("flow_runs", "/flow_runs/filter", "/flow_runs/{id}/set_state"),
    RunKind("task_runs", "/task_runs/filter", "/task_runs/{id}/set_state"),
)


@contextmanager
def keeping_events() -> Iterator[None]:
    """Keep the events this process sends inside, from whatever thread, for `wait_until_recorded`.

    Prefect emits through its own client classes only; this is the one of them that keeps what it has sent.
    """
    AssertingPassthroughEventsClient.reset()
    EventsWorker.set_client_override(AssertingPassthroughEventsClient)
    try:
        yield
    finally:
        EventsWorker.set_client_override(None)
        AssertingPassthroughEventsClient.reset()


def check_answers(url: str) -> None:
    """Raise EngineError when the configured API does not answer, or does not let us in."""
    with _impatient(CHECK_TIMEOUT_S), get_client(sync_client=True) as client:
        error = client.api_healthcheck()
        if error is None:
            _check_admitted(client, url)
    if error:
        raise EngineError(
            f"PREFECT_API_URL={url}: không có máy chủ Prefect nào trả lời ở đó ({type(error).__name__}). "
            "Khởi động máy chủ ấy, hoặc bỏ PREFECT_API_URL."
        )


def answers() -> bool:
    """Whether the API of this process answers at once."""
    with _impatient(ANSWER_TIMEOUT_S), get_client(sync_client=True) as client:
        return client.api_healthcheck() is None


@contextmanager
def _impatient(timeout_s: float) -> Iterator[None]:
    """Prefect's own client would wait for minutes, a minute at a time."""
    with temporary_settings({PREFECT_API_REQUEST_TIMEOUT: timeout_s, PREFECT_CLIENT_MAX_RETRIES: 0}):
        yield


def _check_admitted(client: SyncPrefectClient, url: str) -> None:
    """Health is told to anybody, all else only to who signs in."""
    try:
        client.request("POST", "/flows/count", json={})
    except HTTPError as error:
        if not isinstance(error, HTTPStatusError) or error.response.status_code not in NOT_ADMITTED:
            raise EngineError(f"máy chủ Prefect tại {url} trả lời không đúng ({type(error).__name__}).") from error
        raise EngineError(
            f"máy chủ Prefect tại {url} từ chối (HTTP {error.response.status_code}): đặt PREFECT_API_AUTH_STRING bằng "
            "user:password mà máy chủ được khởi động với (PREFECT_SERVER_API_AUTH_STRING), trong môi trường của tài "
            "khoản chạy baocao."
        ) from error


def send_what_is_queued(limit_s: float = DRAIN_LIMIT_S) -> None:
    """Hand over all events and log lines this process still holds; say so if that does not succeed."""
    for worker in (EventsWorker, APILogWorker):
        outcome = worker.drain_all(timeout=limit_s)
        if isinstance(outcome, tuple) and outcome[1]:
            logger.warning("%s: not everything was sent to Prefect in %s s", worker.__name__, limit_s)
            leave_threads_behind()


def wait_until_recorded(tell: Callable[[str], None], limit_s: float | None = None) -> None:
    """Wait until each task run stands in the database, as ended if it has ended; warn if that takes too long.

    Inside `keeping_events`, after `send_what_is_queued`.
    """
    has_ended = _sent_task_runs()
    deadline = time.monotonic() + (limit_s or RECORD_LIMIT_S + RECORD_LIMIT_PER_TASK_RUN_S * len(has_ended))
    told = False
    with get_client(sync_client=True) as client:
        while missing := _count_missing(client, has_ended):
            if time.monotonic() > deadline:
                logger.warning("Prefect has no final record of %s of %s task runs", missing, len(has_ended))
                return
            if not told:
                tell(f"Đang chờ Prefect ghi xong {len(has_ended)} tác vụ …")
                told = True
            time.sleep(POLL_INTERVAL_S)


def _sent_task_runs() -> dict[str, bool]:
    """Each task run the server has been told of, and whether it was told of its end."""
    has_ended: dict[str, bool] = {}
    for client in AssertingPassthroughEventsClient.all:
        for event in client.events:
            subject = event.resource
            if subject.get("prefect.orchestration") == "client" and event.event.startswith("prefect.task-run."):
                task_run_id = subject.id.removeprefix("prefect.task-run.")
                is_final = subject.get("prefect.state-type") in FINAL_STATES
                has_ended[task_run_id] = is_final or has_ended.get(task_run_id, False)
    return has_ended


def crash_flow_run(flow_run_id: str) -> None:
    """Set one flow run to Crashed, where the API answers at once: its process is about to go."""
    kind = RUN_KINDS[0]
    with _impatient(ANSWER_TIMEOUT_S), get_client(sync_client=True) as client:
        client.request(
            "POST", kind.set_state_route, path_params={"id": flow_run_id}, json={"state": CRASHED, "force": True}
        )


def crash_dead_runs(before: datetime) -> None:
    """Set to Crashed the flow and task runs that have counted as live since before that time.

    For a private server whose runs of that time can have no live process any more.
    """
    with get_client(sync_client=True) as client:
        for kind in RUN_KINDS:
            _crash_dead(client, kind, before)


def _crash_dead(client: SyncPrefectClient, kind: RunKind, before: datetime) -> None:
    crashed: set[str] = set()
    while dead := set(_read_live(client, kind, before)) - crashed:
        for run_id in dead:
            body = {"state": CRASHED, "force": True}
            client.request("POST", kind.set_state_route, path_params={"id": run_id}, json=body)
        crashed |= dead
        logger.info("set to Crashed: %s %s", len(dead), kind.name)


def _read_live(client: SyncPrefectClient, kind: RunKind, before: datetime) -> list[str]:
    """Ids of the runs, oldest first and no more than the server's page, that entered a live state before that time."""
    body = {kind.name: {"state": {"type": {"any_": LIVE_STATES}}}, "sort": "EXPECTED_START_TIME_ASC"}
    runs = client.request("POST", kind.filter_route, json=body).json()
    return [run["id"] for run in runs if datetime.fromisoformat(run["state"]["timestamp"]) < before]


def _count_missing(client: SyncPrefectClient, has_ended: dict[str, bool]) -> int:
    begun_ids = [task_run_id for task_run_id, ended in has_ended.items() if not ended]
    ended_ids = [task_run_id for task_run_id, ended in has_ended.items() if ended]
    final = {"state": {"type": {"any_": FINAL_STATES}}}
    return len(has_ended) - _count(client, begun_ids, {}) - _count(client, ended_ids, final)


def _count(client: SyncPrefectClient, task_run_ids: list[str], condition: dict[str, Any]) -> int:
    count = 0
    for start in range(0, len(task_run_ids), IDS_PER_REQUEST):
        ids = task_run_ids[start : start + IDS_PER_REQUEST]
        body = {"task_runs": {"id": {"any_": ids}, **condition}}
        count += client.request("POST", "/task_runs/count", json=body).json()
    return count

"""Asking a configured Prefect server without importing Prefect: is it well, how long do the steps take."""

import base64
import os
from collections import defaultdict
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import orjson

TIMEOUT_S = 5
RECENT_TASK_RUNS = 200
FEWEST_AHEAD = 2
STEPS = ("collect", "count", "check", "write")
DAILY_RUNS = {"flows": {"name": {"any_": ["daily-watch"]}}}
ENDED_TASKS = {
    "sort": "END_TIME_DESC",
    "limit": RECENT_TASK_RUNS,
    "task_runs": {"state": {"type": {"any_": ["COMPLETED"]}}},
}


class EngineNotAnsweringError(Exception):
    """The server does not answer, or not as a Prefect server does."""


def ask_engine(api_url: str, path: str, body: Any = None) -> Any:
    """The decoded answer; with a body by POST. Signs in as Prefect's own client does."""
    headers = {"Content-Type": "application/json", **_sign_in()}
    sent = None if body is None else orjson.dumps(body)
    try:
        with urlopen(Request(f"{api_url.rstrip('/')}{path}", sent, headers), timeout=TIMEOUT_S) as answer:  # noqa: S310
            return orjson.loads(answer.read())
    except (URLError, HTTPException, OSError, ValueError) as error:
        reason = getattr(error, "reason", "") or type(error).__name__
        raise EngineNotAnsweringError(str(reason)) from error


def read_step_seconds(api_url: str) -> dict[str, tuple[float, ...]]:
    """How long the steps of the last runs took, by step; nothing where the server does not tell."""
    try:
        ended = ask_engine(api_url, "/task_runs/filter", ENDED_TASKS)
    except EngineNotAnsweringError:
        return {}
    seconds: dict[str, list[float]] = defaultdict(list)
    for task_run in ended:
        step = str(task_run["task_key"]).partition("-")[0]  # its name is for people
        if step in STEPS:
            seconds[step].append(float(task_run["total_run_time"]))
    return {step: tuple(each) for step, each in seconds.items()}


def has_dead_scheduler(api_url: str) -> bool:
    """Whether fewer daily watches are ahead than Prefect's scheduler keeps there; False where none is to be run daily.

    It keeps three, and two for up to a minute after one was started. Raise EngineNotAnsweringError.
    """
    deployed = ask_engine(api_url, "/deployments/filter", DAILY_RUNS)
    if not any(schedule["active"] for one in deployed if not one["paused"] for schedule in one["schedules"]):
        return False
    ahead = {**DAILY_RUNS, "flow_runs": {"state": {"type": {"any_": ["SCHEDULED"]}}}}
    return int(ask_engine(api_url, "/flow_runs/count", ahead)) < FEWEST_AHEAD


def _sign_in() -> dict[str, str]:
    if given := os.environ.get("PREFECT_API_AUTH_STRING"):
        return {"Authorization": f"Basic {base64.b64encode(given.encode()).decode()}"}
    if key := os.environ.get("PREFECT_API_KEY"):
        return {"Authorization": f"Bearer {key}"}
    return {}

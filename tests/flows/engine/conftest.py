"""One home, one story: a run from scratch, a run that is killed, then several runs on one server.

A server takes seconds to start, so the tests look at what these few have left.
"""

import json
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.flows.engine.processes import HANG_GUARD_S, Run, live_processes, states_of, wait_until_gone


@dataclass(frozen=True)
class SharedServer:
    """What was seen of runs that shared a server; `interrupted`, ended by Ctrl-C, was its first and last user."""

    api_url: str
    states_at_start: list[str]
    deploying: Run
    deploying_home: Path
    scheduled_runs: list[dict[str, Any]]
    terminated: Run
    interrupted: Run
    processes_before_ctrl_c: list[str]


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("engine")


@pytest.fixture(scope="session")
def first_run(home: Path) -> Run:
    """Sixty tasks in a home where there was nothing before."""
    run = Run(home, "run-tasks", 60)
    run.finish()
    return run


@pytest.fixture(scope="session")
def killed_run(home: Path, first_run: Run) -> Run:
    """A run killed with SIGKILL; its server is gone as well."""
    run = Run(home, "wait-directly", 100)
    run.wait_for("waiting")
    run.process.kill()
    run.finish()
    wait_until_gone(home)
    return run


@pytest.fixture(scope="session")
def shared_server(home: Path, killed_run: Run, tmp_path_factory: pytest.TempPathFactory) -> SharedServer:
    interrupted = Run(home, "wait-in-threads", 200)
    interrupted.wait_for("ready")
    api_url = interrupted.word_after("ready ")
    states = states_of(home, "flow_run", "waiting-directly")
    deploying_home = tmp_path_factory.mktemp("deploying")
    deploying = Run(deploying_home, "deploy", PREFECT_API_URL=api_url)
    terminated = Run(home, "wait-directly", 200)
    deploying.finish()
    terminated.wait_for("waiting")
    terminated.process.terminate()
    terminated.finish()
    scheduled_runs = wait_for_scheduled_runs(api_url)
    interrupted.wait_for("waiting")
    processes = live_processes(home)
    interrupted.press_ctrl_c()
    interrupted.finish()
    return SharedServer(api_url, states, deploying, deploying_home, scheduled_runs, terminated, interrupted, processes)


def wait_for_scheduled_runs(api_url: str) -> list[dict[str, Any]]:
    """The runs of the deployment `quarterly`; none when the limit is reached."""
    body = json.dumps({"deployments": {"name": {"any_": ["quarterly"]}}}).encode()
    request = urllib.request.Request(f"{api_url}/flow_runs/filter", body, {"Content-Type": "application/json"})
    deadline = time.monotonic() + HANG_GUARD_S
    while time.monotonic() < deadline:
        with urllib.request.urlopen(request, timeout=600) as answer:
            if runs := json.load(answer):
                return runs
        time.sleep(0.5)
    return []

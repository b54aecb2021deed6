"""A stand-in for the command line: one run as a process of its own, in the way told by its arguments.

See `tests.flows.engine.processes.one_run`.
"""

import json
import os
import signal
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

from baocao.errors import BaocaoError
from flows.engine.api import EngineAddress, prefect_api
from flows.engine.environment import apply_environment


def main() -> int:
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background ignores it
    home, way, number = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    apply_environment(home)
    try:
        with prefect_api(home, on_wait=lambda sentence: print(sentence, flush=True)) as address:
            print(f"ready {address.api_url}", flush=True)
            WAYS[way](number, address)
    except BaocaoError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def run_tasks(count: int, address: EngineAddress) -> None:
    """A flow of `count` tasks, half of them in threads, one of which prints what settings it sees."""
    from prefect import flow, task

    @task
    def settings() -> None:
        print("settings", json.dumps(seen_settings(address)), flush=True)

    @task
    def double(number: int) -> int:
        return 2 * number

    @flow
    def doubling() -> None:
        settings()
        for number in range(1, count // 2):
            double(number)
        double.map(list(range(count // 2, count))).result()

    doubling()


def seen_settings(address: EngineAddress) -> dict[str, Any]:
    """What Prefect's own objects hold in this process, and what the server says of itself."""
    from prefect.analytics import is_telemetry_enabled
    from prefect.settings import get_current_settings

    ours = get_current_settings()
    with urllib.request.urlopen(address.ui_url, timeout=600) as answer:
        content_security_policy = answer.headers["Content-Security-Policy"]
    return {
        "sdk_telemetry": is_telemetry_enabled(),
        "server_analytics": ours.server.analytics_enabled,
        "cloud_telemetry": ours.cloud.enable_orchestration_telemetry,
        "resource_metrics": ours.telemetry.enable_resource_metrics,
        "gx_analytics_variable": os.environ["GX_ANALYTICS_ENABLED"],
        "server": read_json(f"{address.api_url}/admin/settings"),
        "ui": read_json(f"{address.ui_url}/ui-settings"),
        "content_security_policy": content_security_policy,
        "api_url": address.api_url,
    }


def read_json(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=600) as answer:
        return json.load(answer)


def wait_directly(seconds: int, address: EngineAddress) -> None:
    """A flow that sits in one task of its own thread."""
    from prefect import flow, task

    @task
    def wait() -> None:
        print("waiting", flush=True)
        time.sleep(seconds)

    @flow
    def waiting_directly() -> None:
        wait()

    waiting_directly()


def wait_in_threads(seconds: int, address: EngineAddress) -> None:
    """A flow whose tasks sit in threads, where no signal reaches them."""
    from prefect import flow, task

    @task
    def wait(number: int) -> None:
        print(f"waiting {number}", flush=True)
        time.sleep(seconds)

    @flow
    def waiting_in_threads() -> None:
        wait.map([1, 2]).result()

    waiting_in_threads()


def deploy(number: int, address: EngineAddress) -> None:
    """Put up a deployment with a schedule, and run its flow once."""
    from prefect.deployments.runner import RunnerDeployment

    from tests.flows.engine.scheduled import quarter

    deployment = quarter.to_deployment("quarterly", cron="0 7 5 * *")
    assert isinstance(deployment, RunnerDeployment)
    deployment.apply()
    quarter()


def hold(number: int, address: EngineAddress) -> None:
    """Keep the API until our standard input closes."""
    sys.stdin.read()


WAYS = {
    "run-tasks": run_tasks,
    "wait-directly": wait_directly,
    "wait-in-threads": wait_in_threads,
    "deploy": deploy,
    "hold": hold,
}

if __name__ == "__main__":
    raise SystemExit(main())

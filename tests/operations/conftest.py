"""One province of four communes in real processes, looked at by all tests of a module."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from baocao.domain import VIETNAM
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox, start
from tests.operations.installations import PERIOD, write_config
from tests.operations.stage import Program, Stage, wait_until
from tests.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]

UNITS = 4
DOSSIERS = 240
DATA_SET = f"province:{UNITS}x{DOSSIERS}"
PACE = {"requests_per_s": 40, "at_once": 2}
ENOUGH_TO_START_S = 45
LOSS_LIMIT_S = 240
GROUP_RUN = "group-report/cap-xa"


@dataclass
class Province:
    """A running installation: server and store on PostgreSQL, two workers."""

    stage: Stage
    sandbox: RunningSandbox
    config_dir: Path
    database_url: str
    workers: dict[str, Program]
    verify_at: datetime
    first_deploy: Any
    second_deploy: Any


@pytest.fixture(scope="session")
def province(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Province]:
    folder = tmp_path_factory.mktemp("province")
    verify_at = next_minute(datetime.now(VIETNAM) + timedelta(seconds=ENOUGH_TO_START_S))
    verify = {"weekday": f"{verify_at:%A}".lower(), "hour": verify_at.hour, "minute": verify_at.minute}
    config_dir = write_config(folder, UNITS, PACE, verify=verify, units_per_run=UNITS // 2)
    with (
        start(DATA_SET) as sandbox,
        postgres_server.new_database() as engine_url,
        postgres_server.new_database() as store_url,
    ):
        stage = Stage.set_up(folder, environment_of(sandbox, config_dir, store_url))
        try:
            stage.start_server(engine_url)
            deploys = [stage.run("deploy", "--json") for _ in range(2)]
            assert [one.returncode for one in deploys] == [0, 0], deploys
            workers = {name: stage.start_worker(name) for name in ("may-1", "may-2")}
            for worker in workers.values():
                worker.wait_for("started!")
            yield Province(stage, sandbox, config_dir, store_url, workers, verify_at, *deploys)
        finally:
            stage.close()


@dataclass
class Loss:
    """A worker killed with the batch it was at, while the group's other batch went on elsewhere."""

    group_run: str
    lost_batch: str
    lost_units: list[str]


@pytest.fixture(scope="session")
def loss(province: Province) -> Loss:
    """Kill the worker that does not hold the group's own run, with its child, and put another in its place."""
    stage, api = province.stage, province.stage.api
    group_run = api.start_run(GROUP_RUN, period=PERIOD)

    def both_at_work() -> list[dict[str, Any]] | None:
        batches = [run for run in api.runs_of("unit-batch") if run["state_type"] == "RUNNING"]
        return batches if len(batches) == 2 else None

    batches = wait_until(both_at_work, 120, "two batches at work")
    keeper = worker_of(province, api.run(group_run))
    lost = next(batch for batch in batches if worker_of(province, batch) != keeper)
    victim = province.workers.pop(worker_of(province, lost))
    os.kill(pid_of(lost), signal.SIGKILL)
    victim.kill_all()
    province.workers["may-3"] = stage.start_worker("may-3")
    return Loss(group_run, lost["id"], lost["parameters"]["units"])


def pid_of(run: dict[str, Any]) -> int:
    return int(run["infrastructure_pid"].rpartition(":")[2])


def worker_of(province: Province, run: dict[str, Any]) -> str:
    """The worker whose child a run's process is."""
    pid, workers = pid_of(run), {worker.process.pid: name for name, worker in province.workers.items()}
    while pid not in workers:
        pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return workers[pid]


def environment_of(sandbox: RunningSandbox, config_dir: Path, store_url: str) -> dict[str, str]:
    return {
        **ENVIRONMENT,
        "BAOCAO_CONFIG_DIR": str(config_dir),
        "BAOCAO_DATABASE_URL": store_url,
        "BAOCAO_SANDBOX_URL": sandbox.url,
        "BAOCAO_NOW": sandbox.now.isoformat(),
        "PREFECT_WORKER_QUERY_SECONDS": "2",
        "PREFECT_RUNNER_POLL_FREQUENCY": "2",
    }


def next_minute(at: datetime) -> datetime:
    return (at + timedelta(minutes=1)).replace(second=0, microsecond=0)

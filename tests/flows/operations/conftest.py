"""One province of four communes in real processes, looked at by all tests of a module."""

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from baocao.domain import VIETNAM
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox, start
from tests.crash.zygote import Zygote, start_zygote
from tests.flows.operations.installations import PERIOD, set_operations, take_figure_away, write_config, write_yaml
from tests.flows.operations.stage import Program, Stage, wait_until
from tests.postgres import PostgresServer

UNITS = 4
DOSSIERS = 240
DATA_SET = f"province:{UNITS}x{DOSSIERS}"
PACE = {"requests_per_s": 40, "at_once": 2}
ENOUGH_TO_DEPLOY_S = 45
GROUP_RUN, UNIT_RUN = "group-report/cap-xa", "quarterly-report/unit"
WITHOUT_A_FIGURE = ("don-vi-002", "don-vi-004")
"""One of each batch: whichever is lost, somebody has something to tell."""
ALERTS = {
    "channels": {"log": {"kind": "file", "path": "alerts.txt"}},
    "routes": {"all": {"channels": ["log"]}},
}
TAKEN_OVER = "don-vi-003"
"""The unit whose own run is killed under a living worker."""
GONE, SOMEBODY_ELSES = "so-cu", "viec-khac"


@dataclass
class Engine:
    """Server and store on PostgreSQL with everything deployed, and nobody yet who takes the runs."""

    stage: Stage
    sandbox: RunningSandbox
    config_dir: Path
    engine_url: str
    database_url: str
    verify_at: datetime
    first_deploy: Any
    second_deploy: Any


@dataclass
class Province(Engine):
    """With two workers."""

    workers: dict[str, Program]


@pytest.fixture(scope="session")
def engine(postgres_server: PostgresServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("province")
    config_dir = write_config(folder, UNITS, PACE, units_per_run=UNITS // 2)
    write_yaml(config_dir / "alerts.yaml", ALERTS)
    for unit in WITHOUT_A_FIGURE:
        take_figure_away(config_dir, unit, "architecture_updated_code")
    with (
        start(DATA_SET) as sandbox,
        postgres_server.new_database() as engine_url,
        postgres_server.new_database() as store_url,
    ):
        stage = Stage.set_up(folder, environment_of(sandbox, config_dir, store_url))
        try:
            stage.start_server(engine_url)
            verify_at = set_next_check(config_dir)
            first = stage.run("deploy", "--json")
            stage.api.add_deployment(GONE, ["baocao"])
            stage.api.add_deployment(SOMEBODY_ELSES, ["other"])
            deploys = [first, stage.run("deploy", "--json")]
            assert [one.returncode for one in deploys] == [0, 0], deploys
            yield Engine(stage, sandbox, config_dir, engine_url, store_url, verify_at, *deploys)
        finally:
            stage.close()


def set_next_check(config_dir: Path) -> datetime:
    """Have the weekly check fall due as soon as everything can be deployed."""
    at = next_minute(datetime.now(VIETNAM) + timedelta(seconds=ENOUGH_TO_DEPLOY_S))
    set_operations(config_dir, verify={"weekday": f"{at:%A}".lower(), "hour": at.hour, "minute": at.minute})
    return at


@pytest.fixture(scope="session")
def province(engine: Engine) -> Province:
    workers = {name: engine.stage.start_worker(name) for name in ("may-1", "may-2")}
    for worker in workers.values():
        worker.wait_for("started!")
    return Province(**{each.name: getattr(engine, each.name) for each in fields(engine)}, workers=workers)


@pytest.fixture(scope="session")
def zygote(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Zygote]:
    """Forks processes that are flow runs of their own on the shared server."""
    home = tmp_path_factory.mktemp("zygote")
    (home / "var" / "prefect").mkdir(parents=True)
    environment = engine.stage.environment | {"BAOCAO_HOME": str(home)}
    with start_zygote("tests.flows.operations.quarter_work", environment) as running:
        yield running


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

    batches = wait_until(both_at_work, "two batches at work")
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

"""`baocao serve` whose server is killed, and that is stopped with runs under way: nothing asked for is lost or made twice."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from baocao.domain import Period
from baocao.store import FormKey, open_store
from sandbox.server import RunningSandbox, start
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.flows.engine.processes import live_processes
from tests.flows.operations.conftest import environment_of
from tests.flows.operations.stage import HANG_GUARD_S, Program, Stage, free_port, wait_until

pytestmark = pytest.mark.slow

READY = "Trang điều hành: "
AGAIN = "Máy chủ Prefect đã dừng: khởi động lại máy chủ Prefect."
UNIT_RUN = "quarterly-report/unit"


@dataclass(frozen=True)
class Story:
    """Served, run beside it, its server killed, stopped under a run, stopped under its successor, served to its end."""

    beside: str
    runs_beside: list[dict[str, Any]]
    after_kill: str
    stops: list[tuple[int, str, list[str]]]
    made: list[dict[str, Any]]
    whole_vintages: int


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("interrupted")
    with start("tiny") as sandbox:
        database = f"sqlite:///{folder / 'a.db'}"
        environment = environment_of(sandbox, ONE_FORM_CONFIG_DIR, database)
        stage = Stage.set_up(folder, {**environment, "BAOCAO_UNIT": "dac-khu"})
        try:
            yield tell_story(stage, sandbox, database)
        finally:
            stage.close()


def tell_story(stage: Stage, sandbox: RunningSandbox, database: str) -> Story:
    port = free_port()
    served = serve(stage, port)
    run = stage.start("run", "2025-Q4", PREFECT_API_URL="")
    assert run.process.wait(HANG_GUARD_S) == 0, run.said
    runs_beside = stage.api.runs_of("quarterly-report")
    kill_server(stage)
    wait_until(lambda: served.said.count(READY) == 2, "a server again")
    after_kill = served.said
    sandbox.set_fault("one_stop", "silent", path="dossier/search")
    sandbox.requests.clear()
    stage.api.start_run(UNIT_RUN, unit="dac-khu", period="2025-Q4")
    wait_until(lambda: sandbox.requests.count("one_stop") > 1, "a run that waits for its source")
    stops = [stop(stage, served)]
    served = serve(stage, port)
    wait_until(lambda: under_way(stage), "the run taken up again", every_s=0.1)
    stops.append(stop(stage, served))
    sandbox.clear_faults()
    served = serve(stage, port)
    made = wait_until(lambda: completed(stage), "the run that was asked for")
    stops.append(stop(stage, served))
    with open_store(database, str(stage.folder / "home" / "var" / "payloads")) as store:
        kept = store.vintages.list(FormKey("dac-khu", "2025-bieu-mau-7", Period.parse("2025-Q4")))
    return Story(run.said, runs_beside, after_kill, stops, made, sum(one.is_whole for one in kept))


def serve(stage: Stage, port: int) -> Program:
    served = stage.start("serve", "--port", str(port), PREFECT_API_URL="")
    served.wait_for(READY)
    stage.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
    return served


def stop(stage: Stage, served: Program) -> tuple[int, str, list[str]]:
    """The exit code of a stop, all that was printed, and the processes it left."""
    return served.stop(), served.said, live_processes(stage.folder / "home")


def kill_server(stage: Stage) -> None:
    path: Path = stage.folder / "home" / "var" / "prefect" / "server.json"
    os.kill(int(json.loads(path.read_text())["pid"]), signal.SIGKILL)


def under_way(stage: Stage) -> list[dict[str, Any]]:
    return [run for run in of_deployment(stage) if run["state_type"] in {"PENDING", "RUNNING"}]


def completed(stage: Stage) -> list[dict[str, Any]]:
    return [run for run in of_deployment(stage) if run["state_type"] == "COMPLETED"]


def of_deployment(stage: Stage) -> list[dict[str, Any]]:
    return [run for run in stage.api.runs_of("quarterly-report") if run["deployment_id"]]


def test_a_run_beside_serve_is_a_flow_run_on_its_server(story: Story) -> None:
    (run,) = story.runs_beside
    assert (run["state_type"], run["deployment_id"]) == ("COMPLETED", None)
    assert f"/runs/flow-run/{run['id']}" in story.beside


def test_a_killed_server_is_found_and_started_again(story: Story) -> None:
    assert story.after_kill.count(AGAIN) == 1


def test_stopping_with_a_run_under_way_ends_in_order_and_without_a_traceback(story: Story) -> None:
    for code, said, left in story.stops:
        assert code == 0
        assert "Traceback" not in said
        assert left == []


def test_a_run_that_was_asked_for_is_made_after_two_stops_and_once(story: Story) -> None:
    assert len(story.made) == 1
    assert story.made[0]["parameters"] | {"unit": "dac-khu", "period": "2025-Q4"} == story.made[0]["parameters"]
    assert story.whole_vintages == 2

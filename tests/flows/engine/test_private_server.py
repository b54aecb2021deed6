"""A run needs no server beforehand, and leaves none behind."""

import importlib.util
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from baocao.errors import EngineError
from flows.engine.server import PrivateServer
from tests.flows.engine.conftest import SharedServer
from tests.flows.engine.processes import Run, live_processes, states_of

SILENCE_S = 5.0


@pytest.fixture(scope="session")
def settings(first_run: Run) -> dict[str, Any]:
    """What the flow of the first run saw, from inside a task."""
    line = next(line for line in first_run.out.splitlines() if line.startswith("settings "))
    return json.loads(line.removeprefix("settings "))


def test_every_task_run_is_on_record_as_ended(home: Path, first_run: Run):
    assert first_run.process.returncode == 0
    assert states_of(home, "flow_run", "doubling") == ["Completed"]
    assert Counter(states_of(home, "task_run", "doubling")) == {"Completed": 60}


def test_standard_error_stays_empty(first_run: Run):
    assert first_run.error == ""


def test_the_server_logs_no_error(home: Path, first_run: Run):
    log = (home / "prefect" / "server.log").read_text()
    assert "ERROR" not in log
    assert "Traceback" not in log


def test_no_process_is_left(home: Path, shared_server: SharedServer):
    assert live_processes(home) == []


def test_telemetry_is_off_in_the_process_of_the_flow(settings: dict[str, Any]):
    assert settings["sdk_telemetry"] is False
    assert settings["server_analytics"] is False
    assert settings["cloud_telemetry"] is False
    assert settings["resource_metrics"] is False
    assert settings["gx_analytics_variable"] == "false"


def test_telemetry_is_off_in_the_process_of_the_server(settings: dict[str, Any]):
    assert settings["server"]["server"]["analytics_enabled"] is False


def test_great_expectations_has_nothing_to_call_home_with():
    """Its 1.24 has no analytics left; should a later version bring them back, look at its switch anew."""
    package = importlib.util.find_spec("great_expectations")
    assert package is not None
    assert package.origin is not None
    assert not (Path(package.origin).parent / "analytics").exists()
    assert importlib.util.find_spec("posthog") is None


def test_the_pages_call_the_port_they_came_from_and_no_other_host(settings: dict[str, Any]):
    api_url = settings["api_url"]
    assert settings["ui"]["api_url"] == api_url
    sources = settings["content_security_policy"].split()
    hosts = [source for source in sources if "//" in source]
    assert {host.split("//")[1] for host in hosts} == {api_url.split("/")[2]}


def test_the_database_is_ours_alone(settings: dict[str, Any], home: Path):
    assert settings["server"]["home"] == str(home / "prefect")


def test_runs_at_the_same_time_share_one_server(shared_server: SharedServer):
    assert shared_server.terminated.word_after("ready ") == shared_server.interrupted.word_after("ready ")


def test_a_server_that_does_not_start_is_reported_with_its_last_words(tmp_path: Path):
    class Broken(PrivateServer):
        def _spawn(self) -> subprocess.Popen[bytes]:
            (self.folder / "server.log").write_text("sqlite3.OperationalError: disk is full\n")
            return subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])

    server = Broken(tmp_path)
    server.start(lambda sentence: None)
    with pytest.raises(EngineError, match=r"với mã 3(.|\n)*disk is full"):
        server.wait_until_healthy(print)
    server.leave()


def test_a_server_that_starts_slowly_is_waited_for_as_long_as_it_is_at_work(tmp_path: Path):
    """Twice as long as it may be silent, writing to its log as one does that migrates its database."""

    class Slow(PrivateServer):
        silence_s = SILENCE_S

        def _spawn(self) -> subprocess.Popen[bytes]:
            at_work = f"import time; [print(i, flush=True) or time.sleep({SILENCE_S / 20}) for i in range(40)]; exit(3)"
            with (self.folder / "server.log").open("ab") as log:
                return subprocess.Popen([sys.executable, "-c", at_work], stdout=log)

    server = Slow(tmp_path)
    server.start(print)
    with pytest.raises(EngineError, match="với mã 3"):
        server.wait_until_healthy(print)
    server.leave()


def test_a_server_that_shows_no_life_is_given_up_and_ended(tmp_path: Path):
    class Dumb(PrivateServer):
        silence_s = SILENCE_S

        def _spawn(self) -> subprocess.Popen[bytes]:
            return subprocess.Popen(["sleep", "1000"])

    server = Dumb(tmp_path)
    server.start(print)
    with pytest.raises(EngineError, match="không trả lời sau"):
        server.wait_until_healthy(print)
    server.leave()
    assert server._child is not None
    assert server._child.returncode is not None

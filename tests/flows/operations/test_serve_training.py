"""`baocao serve --sandbox`: what README tells a newcomer to try before any system is connected."""

import subprocess
from pathlib import Path

import pytest

from tests.flows.conftest import Installation
from tests.flows.engine.processes import live_processes
from tests.flows.operations.stage import Stage, free_port, wait_until

READY = "Trang điều hành: "
DAILY = {"deployments": {"name": {"any_": ["daily"]}}}


@pytest.mark.slow
def test_a_past_period_is_made_on_demand_against_the_training_server(tmp_path: Path) -> None:
    stage = Stage.set_up(tmp_path, {"PREFECT_API_URL": ""})
    port = free_port()
    stage.cwd = make_checkout(tmp_path / "checkout")
    try:
        served = stage.start("serve", "--sandbox", "tiny", "--port", str(port))
        served.wait_for(READY)
        assert "bộ dữ liệu tiny" in served.said
        stage.environment["PREFECT_API_URL"] = served.said.partition(READY)[2].split()[0] + "/api"
        run = stage.api.wait_for_end(stage.api.start_run("quarterly-report/unit", unit="dac-khu", period="2025-Q4"))
        assert run["state_type"] == "COMPLETED", run["state"]["message"]
        (form,) = (tmp_path / "home" / "out").rglob("form.docx")
        assert form.stat().st_size > 5_000
        assert (tmp_path / "home" / "var" / "tmp" / "runner_storage").is_dir()
        ahead = wait_until(lambda: stage.api.runs(**DAILY), "runs ahead")
        assert served.stop() == 0
        assert live_processes(tmp_path / "home") == []
        stage.environment["PREFECT_API_URL"] = ""
        again = stage.start("serve", "--sandbox", "tiny", "--port", str(port))
        again.wait_for(READY)
        stage.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        assert {run["id"] for run in stage.api.runs(**DAILY)} == {run["id"] for run in ahead}
        assert again.stop() == 0
    finally:
        stage.close()


def make_checkout(folder: Path) -> Path:
    """As a newcomer has it, cloned from somewhere: Prefect takes such a checkout's commit for a deployment's version."""
    author = ["-c", "user.name=a", "-c", "user.email=a@example.invalid"]
    for given in (
        ["init", "-q", str(folder)],
        ["-C", str(folder), "remote", "add", "origin", "https://example.invalid/baocao.git"],
        ["-C", str(folder), *author, "commit", "-q", "--allow-empty", "-m", "a"],
    ):
        subprocess.run(["git", *given], check=True)
    return folder


def test_the_training_server_is_for_one_machine(tmp_path: Path) -> None:
    ended = Installation(tmp_path, {"BAOCAO_HOME": str(tmp_path)}).run("serve", "--sandbox", "tiny", "--server-only")
    assert ended.code == 2
    assert "--sandbox không dùng được cùng --server-only" in ended.err


@pytest.mark.slow
def test_a_runner_that_cannot_start_is_not_said_to_be_ready(tmp_path: Path) -> None:
    """As where Prefect's folder in /tmp belonged to another account."""
    in_the_way = tmp_path / "home" / "var" / "tmp" / "runner_storage"
    in_the_way.parent.mkdir(parents=True)
    in_the_way.touch()
    done = Stage.set_up(tmp_path, {"PREFECT_API_URL": ""}).run("serve", "--sandbox", "tiny", "--port", str(free_port()))
    assert (done.returncode, READY in done.stdout) == (40, False)
    assert "bộ chạy của Prefect đã dừng" in done.stderr
    assert str(in_the_way) in done.stderr
    assert "Traceback" not in done.stderr

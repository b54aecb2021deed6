"""Prefect's scheduler stands still while its server answers: nobody has to notice that by a report that never came."""

from pathlib import Path

import pytest

from tests.flows.operations.stage import HANG_GUARD_S, Stage, free_port, wait_until

pytestmark = pytest.mark.slow
HASTY = "tests.flows.operations.hasty_guard"
READY = "Trang điều hành: "
AGAIN = "khởi động lại máy chủ Prefect"


def test_serve_starts_a_server_again_whose_scheduler_is_dead(tmp_path: Path) -> None:
    stage, port = Stage.set_up(tmp_path, {"PREFECT_API_URL": ""}), free_port()
    try:
        served = stage.start_module(HASTY, "serve", "--sandbox", "tiny", "--port", str(port))
        served.wait_for(AGAIN)
        served.wait_for(READY)
        stage.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        wait_until(lambda: served.said.count(READY) == 2, "the second start")
        wait_until(lambda: stage.api.runs(deployments={"name": {"any_": ["daily"]}}), "runs ahead")
        assert served.stop() == 0
        assert served.said.count(AGAIN) == 1
    finally:
        stage.close()


def test_a_shared_server_whose_scheduler_is_dead_ends_for_whoever_keeps_it_up(tmp_path: Path) -> None:
    stage, port = Stage.set_up(tmp_path, {"PREFECT_API_URL": ""}), free_port()
    try:
        server = stage.start_module(HASTY, "serve", "--server-only", "--port", str(port))
        stage.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"
        wait_until(stage.api.is_healthy, "the server")
        assert stage.run("deploy").returncode == 0
        health = stage.run("health")
        assert "không lên lịch lần chạy nào nữa" in health.stdout
        assert server.process.wait(HANG_GUARD_S) == 40
        assert "bộ lập lịch của Prefect không tạo lần chạy nào nữa" in server.said
    finally:
        stage.close()

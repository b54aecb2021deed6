"""A server that is there is used and left alone; it also has to schedule."""

from pathlib import Path

from tests.flows.engine.conftest import SharedServer
from tests.flows.engine.processes import Run


def test_a_scheduled_deployment_gets_its_run(shared_server: SharedServer):
    """Fails when FastAPI or SQLAlchemy are too new for this Prefect; runs of flows alone do not show that."""
    assert {run["state"]["name"] for run in shared_server.scheduled_runs} == {"Scheduled"}


def test_a_configured_server_is_used_and_no_other_started(shared_server: SharedServer):
    assert shared_server.deploying.process.returncode == 0
    assert shared_server.deploying.error == ""
    assert shared_server.deploying.word_after("ready ") == shared_server.api_url
    assert not (shared_server.deploying_home / "prefect" / "server.log").exists()


def test_a_configured_server_that_does_not_answer_is_an_error_that_says_what_to_do(tmp_path: Path):
    run = Run(tmp_path, "hold", PREFECT_API_URL="http://127.0.0.1:9/api")
    assert run.finish() == 40
    assert "http://127.0.0.1:9/api" in run.error
    assert "bỏ PREFECT_API_URL" in run.error
    assert "Traceback" not in run.error

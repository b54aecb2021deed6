"""`baocao serve` on one machine: what a stop, a kill and two weeks without power do to its schedules."""

import itertools
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from sandbox.server import start
from tests.flows.engine.processes import HANG_GUARD_S, live_processes, wait_until_gone
from tests.flows.operations.conftest import environment_of
from tests.flows.operations.installations import write_config
from tests.flows.operations.stage import Stage, free_port, wait_until

READY = "Trang điều hành: "
WEEKS = 2


@dataclass(frozen=True)
class Story:
    """Served, stopped by SIGTERM, off for two weeks, served again, killed."""

    was_healthy_when_ready: bool
    scheduled_while_up: int
    stopped_with: int
    left_after_stop: list[str]
    scheduled_while_down: int
    paused_while_down: int
    late_runs: list[dict[str, Any]]
    ui_url: str
    port: int
    desk_said: str
    left_after_kill: list[str]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("serve")
    config_dir = write_config(folder, 1)
    with start("province:1x40") as sandbox:
        stage = Stage.set_up(folder, environment_of(sandbox, config_dir, f"sqlite:///{folder / 'a.db'}"))
        try:
            yield tell_story(stage)
        finally:
            stage.close()


def tell_story(stage: Stage) -> Story:
    port, desk_port, home = free_port(), free_port(), stage.folder / "home"
    stage.environment["PREFECT_API_URL"] = ""
    served = stage.start("serve", "--port", str(port), "--desk-port", str(desk_port))
    served.wait_for(READY)
    desk_said = requests.get(f"http://127.0.0.1:{desk_port}/", timeout=HANG_GUARD_S).text
    ui_url = served.said.partition(READY)[2].split()[0]
    stage.environment["PREFECT_API_URL"] = f"{ui_url}/api"
    api = stage.api
    healthy = api.is_healthy()
    verify = {"deployments": {"name": {"any_": ["weekly"]}}}
    scheduled = len(wait_until(lambda: api.runs(**verify), "runs ahead"))
    stage.environment["PREFECT_API_URL"] = ""
    stopped_with = served.stop()
    left = live_processes(home)
    database = home / "var" / "prefect" / "prefect.db"
    still, paused = (
        count(database, "flow_run JOIN deployment d ON d.id = deployment_id WHERE d.name = 'weekly'"),
        count(database, "deployment WHERE paused"),
    )
    pass_weeks(database)
    again = stage.start("serve", "--port", str(port), "--desk-port", str(desk_port))
    again.wait_for(READY)
    late = wait_until(lambda: all_ended(api.runs(**verify)), "the late runs")
    again.kill()
    wait_until_gone(home)
    return Story(
        healthy, scheduled, stopped_with, left, still, paused, late, ui_url, port, desk_said, live_processes(home)
    )


def pass_weeks(database: Path) -> None:
    """As if the machine had been off: the next two weekly checks were due in the weeks that have passed."""
    with closing(sqlite3.connect(database)) as connection, connection:
        rows = connection.execute(
            "SELECT r.id FROM flow_run r JOIN deployment d ON d.id = r.deployment_id WHERE d.name = 'weekly' "
            "ORDER BY r.expected_start_time"
        ).fetchall()
        for (run_id,), weeks in zip(rows, range(WEEKS, 0, -1), strict=False):
            at = f"{datetime.now(UTC) - timedelta(weeks=weeks):%Y-%m-%d %H:%M:%S.%f}"
            connection.execute(
                "UPDATE flow_run SET expected_start_time = ?, next_scheduled_start_time = ? WHERE id = ?",
                (at, at, run_id),
            )
            connection.execute(
                "UPDATE flow_run_state SET state_details = json_set(state_details, '$.scheduled_time', ?) "
                "WHERE flow_run_id = ?",
                (f"{at.replace(' ', 'T')}+00:00", run_id),
            )


def count(database: Path, what: str) -> int:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        found: int = connection.execute(f"SELECT count(*) FROM {what}").fetchone()[0]
        return found


def all_ended(runs: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    past = [run for run in runs if datetime.fromisoformat(run["expected_start_time"]) < datetime.now(UTC)]
    return past if len(past) == WEEKS and all(run["end_time"] for run in past) else None


def test_ready_is_said_when_the_server_answers(story: Story) -> None:
    """`prefect server start --background` says so before."""
    assert story.was_healthy_when_ready
    assert story.ui_url == f"http://127.0.0.1:{story.port}"


def test_stopping_is_clean_and_leaves_no_process(story: Story) -> None:
    assert story.stopped_with == 0
    assert story.left_after_stop == []


def test_stopping_leaves_the_schedules_and_their_runs(story: Story) -> None:
    """Prefect's own `serve` pauses its deployments and deletes the runs ahead when it is stopped."""
    assert story.scheduled_while_up == story.scheduled_while_down > 0
    assert story.paused_while_down == 0


def test_of_the_runs_missed_meanwhile_one_is_made_and_the_others_say_why_not(story: Story) -> None:
    names = sorted(run["state_name"] for run in story.late_runs)
    assert names == ["Completed", *["Skipped"] * (WEEKS - 1)]
    assert story.late_runs[-1]["state_name"] == "Completed"
    assert "đã lỡ: bỏ qua (backfill.yaml, missed_schedules: last)" in story.late_runs[0]["state"]["message"]


def test_the_runs_missed_meanwhile_do_not_all_start_at_once(story: Story) -> None:
    spans = sorted((run["start_time"], run["end_time"]) for run in story.late_runs)
    assert all(ended <= begun for (_, ended), (begun, _) in itertools.pairwise(spans))


def test_a_kill_leaves_no_server_behind(story: Story) -> None:
    assert story.left_after_kill == []


def test_officers_find_the_desk_beside_the_schedules(story: Story) -> None:
    assert "<h1>Đăng nhập</h1>" in story.desk_said

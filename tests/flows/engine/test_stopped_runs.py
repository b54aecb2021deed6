"""Ctrl-C, `kill` and `kill -9`: nothing runs on, nothing counts as running for ever."""

import signal
import time
from pathlib import Path

from tests.flows.engine.conftest import SharedServer
from tests.flows.engine.processes import HANG_GUARD_S, Run, live_processes, states_of, wait_until_gone


def test_kill_ends_a_run_with_143_and_one_line(shared_server: SharedServer):
    assert shared_server.terminated.process.returncode == 128 + signal.SIGTERM
    assert shared_server.terminated.error.splitlines() == ["Đã dừng theo yêu cầu (SIGTERM). Chạy lại lệnh này khi cần."]


def test_kill_of_one_run_leaves_the_server_to_the_other(shared_server: SharedServer):
    assert any("flows.engine.process" in line for line in shared_server.processes_before_ctrl_c)
    assert any("wait-in-threads" in line for line in shared_server.processes_before_ctrl_c)


def test_ctrl_c_ends_a_run_with_130_and_one_line_even_when_its_threads_do_not_listen(shared_server: SharedServer):
    assert shared_server.interrupted.process.returncode == 128 + signal.SIGINT
    assert shared_server.interrupted.error.splitlines() == ["Đã dừng theo yêu cầu (Ctrl-C). Chạy lại lệnh này khi cần."]


def test_stopped_runs_are_on_record_as_crashed_by_the_next_start(home: Path, shared_server: SharedServer):
    """Mostly at once; a stop does not wait for a server that is slow to write down what it was told."""
    following = Run(home, "hold")
    following.wait_for("ready")
    assert following.finish() == 0
    for kind in ("flow_run", "task_run"):
        assert set(states_of(home, kind, "waiting-directly")) == {"Crashed"}
        assert set(states_of(home, kind, "waiting-in-threads")) == {"Crashed"}


def test_ctrl_c_while_the_server_starts_leaves_nothing(tmp_path: Path):
    run = Run(tmp_path, "hold")
    deadline = time.monotonic() + HANG_GUARD_S
    while not any("flows.engine.process" in line for line in live_processes(tmp_path)):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run.press_ctrl_c()
    assert run.finish() == 128 + signal.SIGINT
    assert len(run.error.splitlines()) == 1
    wait_until_gone(tmp_path)


def test_the_server_of_a_killed_run_ends_by_itself(killed_run: Run):
    assert killed_run.process.returncode == -signal.SIGKILL


def test_the_next_start_sets_what_a_killed_run_left_to_crashed(shared_server: SharedServer):
    assert shared_server.states_at_start == ["Crashed"]

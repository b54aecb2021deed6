"""Who holds a lease: told apart where host name and process number are the same, known to be dead only for sure."""

import os
import signal
import subprocess
import sys

import pytest

from baocao.store.leasing import holders
from baocao.store.leasing.holders import is_dead, name_process, print_holder

SLEEP = """
import time
from baocao.store.leasing.holders import name_process
print(name_process(), flush=True)
time.sleep(600)
"""


def test_a_living_process_is_not_dead_and_one_killed_is_at_once_even_unburied() -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert not is_dead(name)
        other.send_signal(signal.SIGKILL)
        os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
        assert is_dead(name)
    assert is_dead(name)


def test_a_number_given_out_again_is_another_process() -> None:
    head, _, tail = name_process().partition(" #")
    table, began, token = tail.split(".")
    assert not is_dead(name_process())
    assert is_dead(f"{head} #{table}.{int(began) + 1}.{token}")


def test_a_process_of_another_table_of_the_same_host_is_never_called_dead(monkeypatch: pytest.MonkeyPatch) -> None:
    with subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        other.kill()
    assert is_dead(name)
    monkeypatch.setattr(holders, "_name_table", lambda: "0" * 12)
    assert not is_dead(name)
    assert not is_dead("server-1, process 999999")


def test_two_processes_of_one_number_have_different_names(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = name_process()
    assert name_process() == ours
    monkeypatch.setattr(holders, "_tokens", {})
    assert name_process() != ours
    assert print_holder(name_process()) == print_holder(ours)

"""Two processes of one host name and one number, each in a table of processes of its own, as in containers."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import pytest

from baocao.store.leasing.holders import is_dead, name_process, print_holder
from tests.installed import skip_without

APART = ["unshare", "--pid", "--fork", "--mount-proc", "--uts", "--kill-child"]
TELLS = """
import sys
from baocao.store.leasing.holders import is_dead, name_process
print(name_process(), flush=True)
for line in sys.stdin:
    print(is_dead(line.rstrip("\\n")), flush=True)
"""


def can_be_apart() -> bool:
    if shutil.which("unshare") is None:
        return False
    return subprocess.run([*APART, "true"], check=False, capture_output=True).returncode == 0


@pytest.fixture(autouse=True)
def apart() -> None:
    if not can_be_apart():
        skip_without("tables of processes of one's own (unshare)", "run as root")


@contextmanager
def container(host: str) -> Iterator[tuple[str, IO[str], IO[str]]]:
    """A process numbered 1 on a host of that name: what it calls itself, and where it can be asked who is dead."""
    command = [*APART, "sh", "-c", f'hostname {host}; exec "$0" -c "$1"', sys.executable, TELLS]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().rstrip("\n"), process.stdin, process.stdout
        process.stdin.close()


def ask(asked: IO[str], told: IO[str], name: str) -> str:
    asked.write(f"{name}\n")
    asked.flush()
    return told.readline().strip()


def test_who_cannot_see_another_s_processes_never_calls_it_dead_whether_it_lives_or_not() -> None:
    with container("may-chu") as (second, ask_second, told_second):
        with container("may-chu") as (first, ask_first, told_first):
            assert print_holder(first) == print_holder(second) == "may-chu, process 1", "alike to a person"
            assert first != second
            assert ask(ask_second, told_second, first) == "False"
            assert ask(ask_first, told_first, second) == "False"
            assert not is_dead(first)
        assert ask(ask_second, told_second, first) == "False", "it has ended, and that cannot be seen from there"
        assert not is_dead(first), "nor from here"
        assert ask(ask_second, told_second, name_process()) == "False"


def test_who_sees_the_same_table_knows_the_dead_at_once() -> None:
    words = [sys.executable, "-c", "from baocao.store.leasing.holders import name_process; print(name_process())"]
    ended = subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
    assert is_dead(ended)

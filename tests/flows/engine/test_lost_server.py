"""A form never waits for an engine: its server does not come up, hangs or dies, and costs a line."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from baocao.domain import Period
from baocao.store import FormKey, open_store
from sandbox.server import RunningSandbox
from tests.flows.conftest import install
from tests.flows.engine.commands import Command
from tests.flows.engine.processes import wait_until_gone

Start = Callable[..., Command]
FIRST_ANSWER = "bản ghi trong"
NOWHERE = "http://127.0.0.1:9/api"


@pytest.fixture
def start(tmp_path: Path, tiny_sandbox: RunningSandbox) -> Iterator[Start]:
    started: list[Command] = []

    def start_one(*arguments: str, **changed: str) -> Command:
        started.append(Command.start(tmp_path, tiny_sandbox, *arguments, **changed))
        return started[-1]

    yield start_one
    for one in started:
        one.close()


def vintages(home: Path) -> list[bool]:
    """Of each vintage, whether it is whole."""
    with open_store(f"sqlite:///{home / 'var' / 'baocao.db'}", str(home / "var" / "payloads")) as store:
        kept = store.vintages.list(FormKey("dac-khu", "2025-bieu-mau-7", Period.parse("2025-Q4")))
        return [one.is_whole for one in kept]


def has_form(home: Path) -> bool:
    return (home / "out" / "dac-khu" / "2025-Q4" / "2025-bieu-mau-7" / "form.docx").is_file()


def test_a_run_whose_server_is_killed_after_the_first_task_ends_with_its_form(
    start: Start, tmp_path: Path, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("one_stop", "silent", path="dossier/search")
    run = start("run", "2025-Q4", "--on", "prefect")
    run.wait_for(FIRST_ANSWER)
    os.kill(run.server_pid, signal.SIGKILL)
    tiny_sandbox.clear_faults()
    assert run.end() == 0, run.out + run.err
    assert has_form(tmp_path)
    assert vintages(tmp_path) == [True]
    assert "Máy chủ Prefect không trả lời nữa" in run.out
    assert run.err == ""
    wait_until_gone(tmp_path)


@pytest.mark.slow
def test_a_run_whose_server_hangs_in_the_middle_ends_with_its_form(
    start: Start, tmp_path: Path, tiny_sandbox: RunningSandbox
) -> None:
    tiny_sandbox.set_fault("one_stop", "silent", path="dossier/search")
    run = start("run", "2025-Q4", "--on", "prefect")
    run.wait_for(FIRST_ANSWER)
    os.kill(run.server_pid, signal.SIGSTOP)
    tiny_sandbox.clear_faults()
    assert run.end() == 0, run.out + run.err
    assert has_form(tmp_path)
    assert "Máy chủ Prefect không trả lời nữa" in run.out


@pytest.mark.slow
def test_a_server_killed_while_it_starts_costs_a_line(start: Start, tmp_path: Path) -> None:
    run = start("run", "2025-Q4", "--on", "prefect")
    lock = tmp_path / "var" / "prefect" / "server.lock"
    run.wait_until(lambda: lock.is_file() and lock.read_text().isdecimal())
    os.kill(int(lock.read_text()), signal.SIGKILL)
    assert run.end() == 0, run.out + run.err
    assert has_form(tmp_path)
    assert "Không lập được trên Prefect (máy chủ Prefect đã tự dừng với mã -9): lập ngay tại đây." in run.out


def test_a_configured_server_that_does_not_answer_costs_a_line(start: Start, tmp_path: Path) -> None:
    run = start("run", "2025-Q4", PREFECT_API_URL=NOWHERE)
    assert run.end() == 0, run.out + run.err
    assert has_form(tmp_path)
    (line,) = [line for line in run.out.splitlines() if "Không lập được trên Prefect" in line]
    assert NOWHERE in line
    assert run.err == ""


def test_without_a_server_a_run_is_made_here_and_knows_no_prefect(start: Start, tmp_path: Path) -> None:
    run = start("run", "2025-Q4", code=f"{IMPORTED}\nmain()")
    assert run.end() == 0, run.out + run.err
    assert has_form(tmp_path)
    assert run.err.splitlines()[-1:] == ["prefect: no"]
    assert not list((tmp_path / "var").glob("prefect/server*"))


IMPORTED = """\
import atexit, sys; from cli.main import main
atexit.register(lambda: print("prefect:", "yes" if "prefect" in sys.modules else "no", file=sys.stderr))"""


def test_here_is_here_whatever_is_configured(tmp_path: Path, tiny_sandbox: RunningSandbox) -> None:
    home = install(tmp_path, tiny_sandbox, tiny_sandbox.now, "dac-khu", NOWHERE)
    ended = home.run("run", "2025-Q4", "--on", "here")
    assert ended.code == 0, ended.err
    assert "Prefect" not in ended.out

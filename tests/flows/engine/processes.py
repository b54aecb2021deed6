"""Runs as processes of their own, and what they leave in Prefect's database and in the process table."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from baocao.settings import CHECKOUT_DIR

HANG_GUARD_S = 600
"""Nothing is measured by it: a process that hangs is not to hang the tests, and a busy machine is waited for."""


def one_run(home: Path, way: str, number: int = 0) -> list[str]:
    """What to start, its folder to be found in PYTHONPATH: a file, as the installed command is.

    Under `-m` CPython ends itself by SIGINT, though Ctrl-C was handled, where it came while a dataclass was made.
    """
    return [sys.executable, "-P", str(Path(__file__).with_name("one_run.py")), str(home), way, str(number)]


class Run:
    """One `tests.flows.engine.one_run` in a session of its own, as from a terminal."""

    def __init__(self, home: Path, way: str, number: int = 0, **environment: str) -> None:
        self.out_path, self.error_path = home / f"{time.time_ns()}.out", home / f"{time.time_ns()}.err"
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
        with self.out_path.open("w") as out, self.error_path.open("w") as error:
            self.process = subprocess.Popen(
                one_run(home, way, number),
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=error,
                env=clean | {"PYTHONPATH": str(CHECKOUT_DIR)} | environment,
                cwd=CHECKOUT_DIR,
                start_new_session=True,
            )

    @property
    def out(self) -> str:
        return self.out_path.read_text()

    @property
    def error(self) -> str:
        return self.error_path.read_text()

    def wait_for(self, text: str) -> None:
        deadline = time.monotonic() + HANG_GUARD_S
        while text not in self.out:
            assert self.process.poll() is None, f"ended before {text!r}: {self.out}{self.error}"
            assert time.monotonic() < deadline, f"no {text!r}: {self.out}{self.error}"
            time.sleep(0.1)

    def word_after(self, text: str) -> str:
        return self.out.partition(text)[2].split()[0]

    def press_ctrl_c(self) -> None:
        """A terminal sends it to the whole foreground group."""
        os.killpg(self.process.pid, signal.SIGINT)

    def finish(self) -> int:
        """Close its standard input and return its exit code."""
        assert self.process.stdin
        self.process.stdin.close()
        return self.process.wait(HANG_GUARD_S)


def live_processes(home: Path) -> list[str]:
    """The command lines of processes that work in `home`, zombies left out."""
    lines = (path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists())
    return [line.replace(b"\0", b" ").decode() for line in lines if str(home).encode() in line]


def wait_until_gone(home: Path) -> None:
    deadline = time.monotonic() + HANG_GUARD_S
    while remaining := live_processes(home):
        assert time.monotonic() < deadline, remaining
        time.sleep(0.1)


def states_of(home: Path, kind: str, flow: str) -> list[str]:
    """State names of the `flow_run`s or `task_run`s of a flow, read from the database itself."""
    joins = {"flow_run": "flow_run run", "task_run": "task_run run JOIN flow_run r ON r.id = run.flow_run_id"}
    flow_id = "run.flow_id" if kind == "flow_run" else "r.flow_id"
    query = f"SELECT run.state_name FROM {joins[kind]} JOIN flow ON flow.id = {flow_id} WHERE flow.name = ?"
    with closing(sqlite3.connect(f"file:{home / 'prefect' / 'prefect.db'}?mode=ro", uri=True)) as database:
        return [name for (name,) in database.execute(query, (flow,))]

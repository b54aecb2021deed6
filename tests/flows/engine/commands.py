"""`baocao` as a process of its own in a home of its own, its Prefect server in sight and within reach of a kill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from baocao.settings import CHECKOUT_DIR
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox
from tests.flows.engine.processes import HANG_GUARD_S, live_processes

COMMAND = "from cli.main import main; main()"


@dataclass
class Command:
    """One command under way; its output is read as it comes."""

    process: subprocess.Popen[bytes]
    home: Path
    out_path: Path
    err_path: Path

    @classmethod
    def start(
        cls, home: Path, sandbox: RunningSandbox, *arguments: str, code: str = COMMAND, **changed: str
    ) -> "Command":
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "BAOCAO"))}
        environment = {
            **clean,
            **ENVIRONMENT,
            "BAOCAO_HOME": str(home),
            "BAOCAO_SANDBOX_URL": sandbox.url,
            "BAOCAO_NOW": sandbox.now.isoformat(),
            "BAOCAO_UNIT": "dac-khu",
            "COLUMNS": "160",
            **changed,
        }
        paths = [home / f"{time.time_ns()}.{kind}" for kind in ("out", "err")]
        with paths[0].open("wb") as out, paths[1].open("wb") as err:
            process = subprocess.Popen(
                [sys.executable, "-c", code, *arguments],
                cwd=CHECKOUT_DIR, env=environment, stdout=out, stderr=err, stdin=subprocess.DEVNULL,
                start_new_session=True,
            )  # fmt: skip
        return cls(process, home, *paths)

    @property
    def out(self) -> str:
        return self.out_path.read_text()

    @property
    def err(self) -> str:
        return self.err_path.read_text()

    def wait_until(self, met: Callable[[], object]) -> None:
        deadline = time.monotonic() + HANG_GUARD_S
        while not met():
            assert self.process.poll() is None, f"ended: {self.out}{self.err}"
            assert time.monotonic() < deadline, f"not met: {self.out}{self.err}"
            time.sleep(0.05)

    def wait_for(self, text: str) -> None:
        self.wait_until(lambda: text in self.out)

    @property
    def server_pid(self) -> int:
        return int(json.loads((self.home / "var" / "prefect" / "server.json").read_text())["pid"])

    def end(self) -> int:
        return self.process.wait(HANG_GUARD_S)

    def close(self) -> None:
        """Kill what is left of it, its server too."""
        for line in ("server.lock",):
            path = self.home / "var" / "prefect" / line
            if path.is_file() and live_processes(self.home) and path.read_text().isdecimal():
                _kill(int(path.read_text()))
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(HANG_GUARD_S)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return

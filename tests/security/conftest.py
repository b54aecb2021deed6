"""One run as a process of its own, under a careless umask, watched from outside: the tests here look at what it left."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from baocao.settings import CHECKOUT_DIR
from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from sandbox.world.data_sets import data_set
from tests.flows.engine.processes import HANG_GUARD_S

COMMAND = "import os; os.umask(0); from cli.main import main; main()"
GUARD_DIR = Path(__file__).parent / "guard"


@dataclass
class Process:
    """What anybody may see of a process (`command`), and its own account and root (`environment`)."""

    command: str
    environment: str


@dataclass
class WatchedRun:
    """A run that ended, the processes that were alive meanwhile, and whom they tried to reach."""

    home: Path
    code: int = -1
    out: str = ""
    err: str = ""
    pid: int = 0
    processes: dict[int, Process] = field(default_factory=dict)

    @property
    def calls(self) -> list[str]:
        return (self.home / "calls").read_text().splitlines()

    @property
    def log(self) -> Path:
        return self.home / "var" / "log" / "baocao.log"

    def look_around(self) -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes()
                if str(self.home).encode() in environment:
                    command = (folder / "cmdline").read_bytes()
                    self.processes[int(folder.name)] = Process(*(text.decode() for text in (command, environment)))
            except OSError:
                continue


@pytest.fixture(scope="session")
def watched_run(tmp_path_factory: pytest.TempPathFactory) -> WatchedRun:
    """The tiny data set, one source of which answers with a sign-in page, so that a failure is told of too."""
    run = WatchedRun(tmp_path_factory.mktemp("watched"))
    with start("tiny") as sandbox:
        sandbox.set_fault("portal", "login_page")
        with subprocess.Popen(
            [sys.executable, "-c", COMMAND, "run", "2025-Q4", "--on", "prefect", "--json"],
            env=environment(run.home, sandbox.url), cwd=CHECKOUT_DIR,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        ) as process:  # fmt: skip
            run.pid = process.pid
            limit = time.monotonic() + HANG_GUARD_S
            while process.poll() is None and time.monotonic() < limit:
                run.look_around()
                time.sleep(0.2)
            run.out, run.err = process.communicate(timeout=600)
            run.code = process.returncode
    return run


def environment(home: Path, sandbox_url: str) -> dict[str, str]:
    """Nothing of the test's own but the path; telemetry switched on, as a careless account may have it."""
    secrets = home / "secrets"
    secrets.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(GUARD_DIR),
        "PYTHON_CALLS_FILE": str(home / "calls"),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "true",
        "DO_NOT_TRACK": "0",
        "PREFECT_SERVER_API_AUTH_STRING": "admin:not-for-the-private-server",
        **ENVIRONMENT,
        "BAOCAO_HOME": str(home),
        "BAOCAO_SANDBOX_URL": sandbox_url,
        "BAOCAO_NOW": data_set("tiny").now.isoformat(),
        "BAOCAO_UNIT": "dac-khu",
    }

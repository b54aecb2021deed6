"""A province's installation in real processes: PostgreSQL, Prefect's server, workers that can be killed, a sandbox.

Used by the tests of this folder and by benchmarks/scale.py.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from baocao.settings import CHECKOUT_DIR

HANG_GUARD_S = 600
"""Nothing is measured by it: a program that hangs is not to hang the tests, and a busy machine is waited for."""
BUSY = 503
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def for_asyncpg(url: str) -> str:
    """The same database as Prefect's server names it."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def wait_until(met: Callable[[], Any], what: str, every_s: float = 0.5) -> Any:
    deadline = time.monotonic() + HANG_GUARD_S
    while not (found := met()):
        assert time.monotonic() < deadline, f"never came: {what}"
        time.sleep(every_s)
    return found


@dataclass
class Program:
    """One of our commands as a process in a session of its own; its output goes to a file."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_for(self, text: str) -> None:
        def is_there() -> bool:
            assert self.process.poll() is None, f"ended: {self.said}"
            return text in self.said

        wait_until(is_there, f"{text!r} in {self.said}", every_s=0.1)

    def kill_all(self) -> None:
        """SIGKILL to the process and everything it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(HANG_GUARD_S)

    def kill(self) -> None:
        """SIGKILL to the process alone."""
        self.process.kill()
        self.process.wait(HANG_GUARD_S)

    def stop(self) -> int:
        """SIGTERM, as a service manager sends it; the exit code."""
        self.process.terminate()
        try:
            return self.process.wait(HANG_GUARD_S)
        except subprocess.TimeoutExpired:
            self.kill_all()
            raise


@dataclass
class Api:
    """Prefect's REST API as a person with curl uses it."""

    url: str

    def call(self, method: str, path: str, body: Any = None) -> Any:
        given = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}{path}", given, {"Content-Type": "application/json"}, method=method
        )
        content = self._ask_patiently(request)
        return json.loads(content) if content else None

    @staticmethod
    def _ask_patiently(request: urllib.request.Request) -> bytes:
        """As Prefect's own client: a server on SQLite that is locked out for a moment says 503, and is asked again."""
        for wait_s in (1, 2, 4, 8, None):
            try:
                with urllib.request.urlopen(request, timeout=600) as answer:
                    content: bytes = answer.read()
                    return content
            except urllib.error.HTTPError as error:
                if error.code != BUSY or wait_s is None:
                    raise
                time.sleep(wait_s)
        raise AssertionError("unreachable")

    def is_healthy(self) -> bool:
        try:
            return self.call("GET", "/health") is True
        except (urllib.error.URLError, ConnectionError):
            return False

    def deployment(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/deployments/name/{name}")
        return found

    def add_deployment(self, name: str, tags: list[str]) -> None:
        """Of a flow that is there already."""
        flow_id = self.deployment("weekly-verify/weekly")["flow_id"]
        self.call("POST", "/deployments/", {"name": name, "flow_id": flow_id, "tags": tags})

    def start_run(self, deployment: str, **parameters: Any) -> str:
        deployment_id = self.deployment(deployment)["id"]
        made = self.call("POST", f"/deployments/{deployment_id}/create_flow_run", {"parameters": parameters})
        return str(made["id"])

    def run(self, run_id: str) -> dict[str, Any]:
        found: dict[str, Any] = self.call("GET", f"/flow_runs/{run_id}")
        return found

    def runs(self, **filters: Any) -> list[dict[str, Any]]:
        body = {**filters, "sort": "EXPECTED_START_TIME_ASC", "limit": 200}
        found: list[dict[str, Any]] = self.call("POST", "/flow_runs/filter", body)
        return found

    def runs_of(self, flow: str) -> list[dict[str, Any]]:
        return self.runs(flows={"name": {"any_": [flow]}})

    def wait_for_process(self, run_id: str) -> dict[str, Any]:
        """The run as soon as it runs in a process of its own."""

        def at_work() -> dict[str, Any] | None:
            run = self.run(run_id)
            return run if run["state_type"] == "RUNNING" and run["infrastructure_pid"] else None

        found: dict[str, Any] = wait_until(at_work, f"start of {self.run(run_id)}")
        return found

    def wait_for_end(self, run_id: str) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            run = self.run(run_id)
            return run if run["state_type"] in FINAL else None

        found: dict[str, Any] = wait_until(ended, f"end of {self.run(run_id)}")
        return found


@dataclass
class Stage:
    """Where processes of one installation are started."""

    folder: Path
    environment: dict[str, str]
    programs: list[Program] = field(default_factory=list)
    cwd: Path = CHECKOUT_DIR

    @classmethod
    def set_up(cls, folder: Path, environment: Mapping[str, str]) -> "Stage":
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT", "BAOCAO"))}
        return cls(folder, {**clean, "BAOCAO_HOME": str(folder / "home"), "COLUMNS": "200", **environment})

    @property
    def api(self) -> Api:
        return Api(self.environment["PREFECT_API_URL"])

    def start(self, *arguments: str, **changed: str) -> Program:
        return self._start([sys.executable, "-c", "from cli.main import main; main()", *arguments], changed)

    def start_module(self, *arguments: str, **changed: str) -> Program:
        return self._start([sys.executable, "-m", *arguments], changed)

    def run(self, *arguments: str, **changed: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            [sys.executable, "-c", "from cli.main import main; main()", *arguments],
            env=self.environment | changed,
            cwd=CHECKOUT_DIR,
            capture_output=True,
            text=True,
            timeout=600,
            check=False,
        )

    def start_server(self, database_url: str) -> Program:
        """The server workers share, on PostgreSQL; its address goes into the environment of what is started later."""
        port = free_port()
        server = self.start(
            "serve",
            "--server-only",
            "--port",
            str(port),
            PREFECT_SERVER_DATABASE_CONNECTION_URL=for_asyncpg(database_url),
        )
        self.environment["PREFECT_API_URL"] = f"http://127.0.0.1:{port}/api"

        def is_up() -> bool:
            assert server.process.poll() is None, server.said
            return self.api.is_healthy()

        wait_until(is_up, "health of Prefect's server")
        return server

    def start_worker(self, name: str, limit: int = 2) -> Program:
        return self.start("worker", "--name", name, "--limit", str(limit))

    def close(self) -> None:
        """Kill everything that was started, and what a killed worker has left behind."""
        for program in reversed(self.programs):
            program.kill_all()
        for number in self._left():
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)

    def _left(self) -> list[int]:
        """The processes that work in this installation's home, by what they were given."""
        mark, found = f"BAOCAO_HOME={self.folder / 'home'}\0".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                if mark in (folder / "environ").read_bytes() + b"\0":
                    found.append(int(folder.name))
        return found

    def _start(self, arguments: list[str], changed: Mapping[str, str]) -> Program:
        log = self.folder / f"{len(self.programs)}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                arguments,
                env=self.environment | changed,
                cwd=self.cwd,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        program = Program(process, log)
        self.programs.append(program)
        return program

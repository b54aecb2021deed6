"""Prefect's shared server with its basic authentication, and a secret that lives in one of its blocks."""

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from baocao.settings import CHECKOUT_DIR
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox
from sandbox.world.data_sets import data_set
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.flows.engine.processes import HANG_GUARD_S, one_run
from tests.flows.test_privacy import texts_of

SIGN_IN = "operator:bcsbx-prefect-7120"
PORTAL_PASSWORD = ENVIRONMENT["BAOCAO_PORTAL_PASSWORD"]
COMMAND = "from cli.main import main; main()"


@dataclass(frozen=True)
class SignedInServer:
    home: Path
    port: int
    pid: int

    @property
    def api_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def ask(self, path: str, body: Any = None, sign_in: str | None = SIGN_IN) -> Any:
        headers = {"Content-Type": "application/json"}
        if sign_in:
            headers["Authorization"] = f"Basic {base64.b64encode(sign_in.encode()).decode()}"
        sent = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.api_url}{path}", sent, headers)
        with urllib.request.urlopen(request, timeout=600) as answer:
            return json.load(answer)

    def refusal(self, path: str, sign_in: str | None) -> int:
        with pytest.raises(urllib.error.HTTPError) as refused:
            self.ask(path, {}, sign_in)
        with refused.value as error:
            return error.code


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def bare_environment(home: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "BAOCAO_HOME": str(home), **more}


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedInServer]:
    home, port = tmp_path_factory.mktemp("server"), free_port()
    environment = bare_environment(home, PREFECT_SERVER_API_AUTH_STRING=SIGN_IN)
    with subprocess.Popen(
        [sys.executable, "-c", COMMAND, "serve", "--server-only", "--port", str(port)],
        env=environment, cwd=CHECKOUT_DIR, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as process:  # fmt: skip
        found = SignedInServer(home, port, process.pid)
        deadline = time.monotonic() + HANG_GUARD_S
        while True:
            try:
                assert found.ask("/health", sign_in=None) is True
                break
            except (urllib.error.URLError, ConnectionError):
                assert time.monotonic() < deadline
                assert process.poll() is None
                time.sleep(0.2)
        yield found
        process.terminate()
        process.wait(HANG_GUARD_S)


def listening_hosts(port: int) -> set[str]:
    """The addresses of this machine at which anything listens on the port."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()]
    places = [fields[1].split(":") for fields in lines if fields[3] == "0A"]
    return {host for host, number in places if int(number, 16) == port}


def test_the_server_listens_on_this_machine_only(server: SignedInServer) -> None:
    assert listening_hosts(server.port) == {"0100007F"}


def test_only_who_signs_in_is_answered(server: SignedInServer) -> None:
    assert server.refusal("/flow_runs/filter", None) == 401
    assert server.refusal("/flow_runs/filter", "operator:guessed") == 401
    assert server.ask("/flow_runs/filter", {}) == []


def test_the_sign_in_is_not_in_the_process_list(server: SignedInServer) -> None:
    assert b"bcsbx" not in Path(f"/proc/{server.pid}/cmdline").read_bytes()


def run(server: SignedInServer, home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = bare_environment(home, PREFECT_API_URL=server.api_url, **more)
    return subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        env=environment, cwd=CHECKOUT_DIR, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip


def test_a_run_with_a_secret_in_a_block_signs_in_and_shows_neither(
    server: SignedInServer, tiny_sandbox: RunningSandbox, tmp_path: Path
) -> None:
    """The portal's password is at Prefect alone; the run finds it there and leaves it nowhere else."""
    put_up_secret(server, "portal-password", PORTAL_PASSWORD)
    config_dir = tmp_path / "config"
    subprocess.run(["cp", "-r", ONE_FORM_CONFIG_DIR, config_dir], check=True)
    sources = (config_dir / "sources.yaml").read_text()
    (config_dir / "sources.yaml").write_text(sources.replace("env:BAOCAO_PORTAL_PASSWORD", "prefect:portal-password"))
    others = {name: value for name, value in ENVIRONMENT.items() if name != "BAOCAO_PORTAL_PASSWORD"}
    now = data_set("tiny").now.isoformat()
    place = {"BAOCAO_CONFIG_DIR": str(config_dir), "BAOCAO_SANDBOX_URL": tiny_sandbox.url, "BAOCAO_NOW": now}
    told = run(
        server, tmp_path, "run", "2025-Q4", "--unit", "dac-khu", "--json",
        PREFECT_API_AUTH_STRING=SIGN_IN, **others, **place,
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    assert json.loads(told.stdout)["failures"] == []
    (flow_run,) = server.ask("/flow_runs/filter", {})
    assert flow_run["parameters"] | {"unit": "dac-khu", "period": "2025-Q4"} == flow_run["parameters"]
    for secret in (PORTAL_PASSWORD, SIGN_IN.partition(":")[2]):
        assert secret not in json.dumps(flow_run) + told.stdout + told.stderr
        kept = [path for home in (tmp_path, server.home) for path in home.rglob("*") if path.is_file()]
        assert len(kept) > 20
        assert [where for path in kept for where, text in texts_of(path) if secret in text] == []


def put_up_secret(server: SignedInServer, name: str, value: str) -> None:
    block_type = server.ask("/block_types/slug/secret")
    (schema, *_) = server.ask(
        "/block_schemas/filter", {"block_schemas": {"block_type_id": {"any_": [block_type["id"]]}}}
    )
    made = {"name": name, "data": {"value": value}, "block_type_id": block_type["id"], "block_schema_id": schema["id"]}
    server.ask("/block_documents/", made)
    masked = server.ask(f"/block_types/slug/secret/block_documents/name/{name}")
    assert value not in json.dumps(masked), "the API masks it unless asked"


def test_a_run_that_is_not_let_in_says_what_to_set(server: SignedInServer, tmp_path: Path) -> None:
    wrong = "operator:guessed"
    environment = bare_environment(
        tmp_path, PREFECT_API_URL=server.api_url, PREFECT_API_AUTH_STRING=wrong, PYTHONPATH=str(CHECKOUT_DIR)
    )
    ended = subprocess.run(
        one_run(tmp_path, "hold"), env=environment, cwd=CHECKOUT_DIR, capture_output=True, text=True, timeout=600, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    assert ended.returncode == 40
    assert "đặt PREFECT_API_AUTH_STRING" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "guessed" not in ended.stderr


def test_metrics_read_the_seconds_of_the_steps_from_the_server(
    server: SignedInServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reporting.upkeep.engine_api import read_step_seconds

    monkeypatch.setenv("PREFECT_API_AUTH_STRING", SIGN_IN)
    deadline = time.monotonic() + HANG_GUARD_S
    while len(found := read_step_seconds(server.api_url)) < 4 and time.monotonic() < deadline:
        time.sleep(0.5)  # the server writes task runs some seconds late
    assert set(found) == {"collect", "count", "check", "write"}
    monkeypatch.setenv("PREFECT_API_AUTH_STRING", "operator:guessed")
    assert read_step_seconds(server.api_url) == {}

"""Whole runs by the command line, as people start them: one engine for the session, a fresh home for each test."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from baocao.settings import CHECKOUT_DIR
from cli.main import main
from flows.engine.environment import apply_environment
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox, start
from tests.flows.engine.processes import HANG_GUARD_S

COMMAND = "from cli.main import main; main()"


@contextmanager
def held_engine(home: Path) -> Iterator[str]:
    """The address of a Prefect API whose database and logs are in this folder."""
    arguments = [sys.executable, "-m", "tests.flows.hold_engine", str(home)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT")}
    with subprocess.Popen(
        arguments, cwd=CHECKOUT_DIR, env=clean, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdin is not None
        yield holder.stdout.readline().strip()
        holder.stdin.close()
        holder.wait(HANG_GUARD_S)


@pytest.fixture(scope="session")
def api_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Prefect API shared by the runs, so that each does not wait for its own; this process uses it too."""
    home = tmp_path_factory.mktemp("engine")
    apply_in_time(home)
    with held_engine(home) as url:
        yield url


def apply_in_time(home: Path) -> None:
    """As before the first import of Prefect, whichever test of this process had it imported already."""
    with mock.patch.dict(sys.modules):
        sys.modules.pop("prefect", None)
        apply_environment(home)
    if "prefect" in sys.modules:
        from prefect.context import refresh_global_settings_context

        refresh_global_settings_context()


@dataclass(frozen=True)
class Ended:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Installation:
    """A home folder and the sources it is pointed at."""

    home: Path
    environment: dict[str, str]

    def run(self, *arguments: str, **changed: str) -> Ended:
        """Run a command in this process: what its imports cost is paid once, not by every test."""
        out, err = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, {**self.environment, **changed}),
            mock.patch.object(sys, "argv", ["baocao", *arguments]),
            redirect_stdout(out),
            redirect_stderr(err),
        ):
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = int(ended.code or 0)
        return Ended(code, out.getvalue(), err.getvalue())

    def report(self, period: str, **changed: str) -> Ended:
        return self.run("run", period, "--json", **changed)

    def file(self, unit: str, period: str, form: str, name: str) -> Path:
        return self.home / "out" / unit / period / form / name


def install(home: Path, sandbox: RunningSandbox, now: datetime, unit: str, api_url: str) -> Installation:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BAOCAO_")}
    return Installation(
        home,
        {
            **kept,
            **ENVIRONMENT,
            "BAOCAO_HOME": str(home),
            "BAOCAO_SANDBOX_URL": sandbox.url,
            "BAOCAO_NOW": now.isoformat(),
            "BAOCAO_UNIT": unit,
            "PREFECT_API_URL": api_url,
            "COLUMNS": "160",
        },
    )


@pytest.fixture
def tiny(tmp_path: Path, tiny_sandbox: RunningSandbox, api_url: str) -> Installation:
    from sandbox.world.data_sets import data_set

    return install(tmp_path, tiny_sandbox, data_set("tiny").now, "dac-khu", api_url)


@pytest.fixture(scope="session")
def dac_khu(tmp_path_factory: pytest.TempPathFactory, api_url: str) -> Iterator[Installation]:
    yield from _full("dac-khu-2025", "dac-khu", tmp_path_factory.mktemp("dac-khu"), api_url)


@pytest.fixture(scope="session")
def xa(tmp_path_factory: pytest.TempPathFactory, api_url: str) -> Iterator[Installation]:
    yield from _full("xa-2024", "xa", tmp_path_factory.mktemp("xa"), api_url)


def _full(name: str, unit: str, home: Path, api_url: str) -> Iterator[Installation]:
    from sandbox.world.data_sets import data_set

    with start(name) as running:
        yield install(home, running, data_set(name).now, unit, api_url)

"""One installation in this process: a real store, the sandbox's sources, a clock that can be set."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from baocao.settings import Settings
from baocao.store import FormKey
from reporting.outcome import RunResult
from reporting.pipeline import run_from_sources
from reporting.plan import Plan, make_plan
from reporting.workspace import Workspace, open_workspace
from sandbox.server import RunningSandbox, start
from sandbox.world.data_sets import data_set
from tests.baocao.store.conftest import store
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.roll_up.land import land, made_land, province_sandbox

__all__ = ["land", "made_land", "province_sandbox", "store"]

NOW = data_set("tiny").now
PERIOD = "2025-Q4"
UNIT = "dac-khu"


@dataclass
class Office:
    """A unit's installation. `config_dir` is its own copy, to be changed."""

    home: Path
    config_dir: Path
    database_url: str
    sandbox_url: str | None

    @contextmanager
    def open(self, now: datetime = NOW, sandbox_url: str | None = None) -> Iterator[Workspace]:
        environment = {
            "BAOCAO_HOME": str(self.home),
            "BAOCAO_CONFIG_DIR": str(self.config_dir),
            "BAOCAO_DATABASE_URL": self.database_url,
            "BAOCAO_NOW": now.isoformat(),
            "BAOCAO_SANDBOX_URL": sandbox_url or self.sandbox_url or "http://127.0.0.1:9",
        }
        with open_workspace(Settings.read(environment)) as workspace:
            yield workspace

    def run(self, now: datetime = NOW, sandbox_url: str | None = None, period: str = PERIOD) -> RunResult:
        """An ordinary run, without the engine around it."""
        with self.open(now, sandbox_url) as workspace:
            return run_from_sources(workspace, (plan_of(workspace, period),), late_stocks=True)[0]

    @property
    def out(self) -> Path:
        return self.home / "out" / UNIT / PERIOD / "2025-bieu-mau-7"

    @property
    def payloads(self) -> Path:
        return self.home / "var" / "payloads"

    def change_config(self, name: str, old: str, new: str) -> None:
        path = self.config_dir / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")


def plan_of(workspace: Workspace, period: str = PERIOD) -> Plan:
    return make_plan(workspace.catalogue, UNIT, period, None, workspace.settings.now())


def form_key(workspace: Workspace) -> FormKey:
    plan = plan_of(workspace)
    return FormKey(UNIT, plan.form.form_code, plan.period)


@pytest.fixture
def payload_url(tmp_path: Path) -> str:
    return str(tmp_path / "var" / "payloads")


@pytest.fixture
def config_dir(tmp_path: Path) -> Path:
    return Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))


@pytest.fixture
def office(
    tmp_path: Path, config_dir: Path, database_url: str, tiny_sandbox: RunningSandbox, credentials: None
) -> Office:
    """On SQLite and on PostgreSQL: for what the database may change. Nothing was run yet."""
    return Office(tmp_path, config_dir, database_url, tiny_sandbox.url)


@pytest.fixture
def small_office(
    tmp_path: Path, config_dir: Path, migrated_sqlite_url: str, tiny_sandbox: RunningSandbox, credentials: None
) -> Office:
    """On SQLite only."""
    return Office(tmp_path, config_dir, migrated_sqlite_url, tiny_sandbox.url)


def make_home(home: Path, sqlite_original: Path) -> Path:
    """One in which the period was run once."""
    from sandbox.credentials import ENVIRONMENT

    shutil.copytree(ONE_FORM_CONFIG_DIR, home / "config")
    (home / "var").mkdir()
    shutil.copy(sqlite_original, home / "var" / "baocao.db")
    with pytest.MonkeyPatch.context() as patch, start("tiny") as running:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", running.url).run()
    return home


@pytest.fixture
def made(made_once: Path, tmp_path: Path) -> Office:
    """A copy of that home, on SQLite, without sources: nothing here may ask one."""
    home = Path(shutil.copytree(made_once, tmp_path / "home"))
    return Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", None)

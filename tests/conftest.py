"""What every test may use: the shipped configuration, and a sandbox that answers for one data set."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from baocao.catalogue import Catalogue
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox, start
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.databases import (
    database_url,
    migrated_postgresql_url,
    migrated_sqlite_url,
    postgres_original,
    sqlite_original,
)
from tests.installed import REQUIRE_ALL, is_all_required
from tests.postgres import postgres_server, postgres_url

__all__ = [
    "database_url", "migrated_postgresql_url", "migrated_sqlite_url", "postgres_original", "postgres_server",
    "postgres_url", "sqlite_original",
]  # fmt: skip

os.environ["BAOCAO_CONFIG_DIR"] = str(ONE_FORM_CONFIG_DIR)

TOGETHER = {
    "flows/operations": "operations",
    "flows/engine": "engine",
    "flows": "flows",
    "reporting/roll_up": "land",
    "reporting/status": "land",
}
"""Folders whose files share what takes long to make, a server or a province: one worker takes them all."""
SLOW_FOLDERS = (
    *TOGETHER,
    "reporting/history",
    "reporting/release",
    "reporting/collection",
    "security",
    "reporting/upkeep",
    "reporting/alerting",
    "crash",
    "connectors",
    "cli",
    "baocao/documents",
)
"""Each is worth starting early, so that what comes last is short and no worker ends long before the other."""


class FolderScheduling(LoadScopeScheduling):
    """One worker for each file, or for all files that share something expensive."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.split("::", 1)[0]
        folder = "/".join(file.split("/")[1:-1])
        return TOGETHER.get(folder, file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> FolderScheduling:
    return FolderScheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _rank(_folder(item)))


def _folder(item: pytest.Item) -> str:
    return item.path.parent.relative_to(Path(__file__).parent).as_posix()


def _rank(folder: str) -> int:
    """Where the folder stands among the slow ones, or the one it lies in; behind them all otherwise."""
    inside = (folder == slow or folder.startswith(f"{slow}/") for slow in SLOW_FOLDERS)
    return next((rank for rank, is_inside in enumerate(inside) if is_inside), len(SLOW_FOLDERS))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that says something is missing has not passed where everything has to be there."""
    report = yield
    if report.skipped and is_all_required():
        report.outcome = "failed"
        report.longrepr = f"{REQUIRE_ALL}=1: nothing may be skipped. {report.longreprtext}"
    return report


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return Catalogue.read(ONE_FORM_CONFIG_DIR)


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def _tiny_server() -> Iterator[RunningSandbox]:
    with start("tiny") as running:
        yield running


@pytest.fixture
def tiny_sandbox(_tiny_server: RunningSandbox) -> Iterator[RunningSandbox]:
    """The smallest data set, without faults."""
    _tiny_server.clear_faults()
    yield _tiny_server
    _tiny_server.clear_faults()


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, sqlite_original: Path) -> Path:
    """A home in which the period was run once, for all tests of a process: copied, never changed."""
    from tests.reporting.conftest import make_home

    return make_home(tmp_path_factory.mktemp("made"), sqlite_original)


@pytest.fixture(scope="session")
def matrix_once(tmp_path_factory: pytest.TempPathFactory, sqlite_original: Path) -> Path:
    """The same of a unit that owes a matrix form alone."""
    from tests.reporting.matrix_home import make_matrix_home

    return make_matrix_home(tmp_path_factory.mktemp("matrix") / "home", sqlite_original)

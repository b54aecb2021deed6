"""Every test that takes `database_url`, `database` or `store` runs on a real SQLite file and on a real PostgreSQL."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from baocao.store import Store, open_store
from baocao.store.database.opening import Database, open_database
from tests.postgres import PostgresServer, postgres_server, postgres_url

__all__ = ["postgres_server", "postgres_url"]


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'baocao.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Where there is a database of the code's schema, with nothing in it."""
    return str(request.getfixturevalue(f"migrated_{request.param}_url"))


@pytest.fixture
def payload_url(tmp_path: Path) -> str:
    return str(tmp_path / "payloads")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with open_database(database_url) as database:
        yield database


@pytest.fixture
def store(database_url: str, payload_url: str) -> Iterator[Store]:
    with open_store(database_url, payload_url) as store:
        yield store


@pytest.fixture(scope="session")
def sqlite_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("original") / "baocao.db"
    open_database(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def migrated_sqlite_url(sqlite_original: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_original, tmp_path / 'baocao.db')}"


@pytest.fixture(scope="session")
def postgres_original(postgres_server: PostgresServer) -> Iterator[str]:
    with postgres_server.new_database() as url:
        open_database(url).close()
        yield url


@pytest.fixture
def migrated_postgresql_url(postgres_server: PostgresServer, postgres_original: str) -> Iterator[str]:
    with postgres_server.new_database(copy_of=postgres_original) as url:
        yield url

"""Databases of the code's schema: migrated once for all tests of a process, then copied."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import PostgresServer


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Where there is a database of the code's schema, with nothing in it: on a SQLite file and on a PostgreSQL."""
    return str(request.getfixturevalue(f"migrated_{request.param}_url"))


@pytest.fixture(scope="session")
def sqlite_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from baocao.store.database.opening import open_database

    file = tmp_path_factory.mktemp("original") / "baocao.db"
    open_database(f"sqlite:///{file}").close()
    return file


@pytest.fixture
def migrated_sqlite_url(sqlite_original: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_original, tmp_path / 'baocao.db')}"


@pytest.fixture(scope="session")
def postgres_original(postgres_server: PostgresServer) -> Iterator[str]:
    from baocao.store.database.opening import open_database

    with postgres_server.new_database() as url:
        open_database(url).close()
        yield url


@pytest.fixture
def migrated_postgresql_url(postgres_server: PostgresServer, postgres_original: str) -> Iterator[str]:
    with postgres_server.new_database(copy_of=postgres_original) as url:
        yield url

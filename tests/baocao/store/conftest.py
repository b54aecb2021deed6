"""Every test that takes `database_url`, `database` or `store` runs on a real SQLite file and on a real PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from baocao.store import Store, open_store
from baocao.store.database.opening import Database, open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is nothing yet."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'baocao.db'}"
    return str(request.getfixturevalue("postgres_url"))


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

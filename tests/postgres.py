"""A real PostgreSQL for tests: `from tests.postgres import postgres_server, postgres_url` in a conftest.

An own cluster in a temporary folder, on a Unix socket only, without fsync, run by the user `postgres` when the
tests run as root. BAOCAO_TEST_POSTGRES_URL names a server to use instead; its user must be allowed to make databases.
"""

import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL, make_url

from tests.installed import skip_without

ENOUGH_BYTES = 2 * 1024**3
SERVER_OPTIONS = "-c fsync=off -c full_page_writes=off -c listen_addresses='' -c timezone=Asia/Ho_Chi_Minh"


class PostgresServer:
    """A running server; every database it makes is dropped when the block ends."""

    def __init__(self, address: URL) -> None:
        self._address = address.set(drivername="postgresql+psycopg")

    @contextmanager
    def new_database(self, copy_of: str | None = None, encoding: str = "UTF8") -> Iterator[str]:
        """The URL of an empty database, or of a copy of one that nobody is connected to."""
        name = f"baocao_test_{uuid.uuid4().hex}"
        original = make_url(copy_of).database if copy_of else "template0"
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} ENCODING {}")
        self._run(create.format(sql.Identifier(name), sql.Identifier(str(original)), sql.Literal(encoding)))
        try:
            yield self._address.set(database=name).render_as_string(hide_password=False)
        finally:
            self._run(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    def _run(self, statement: sql.Composed) -> None:
        plain = self._address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain, autocommit=True) as connection:
            connection.execute(statement)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    given = os.environ.get("BAOCAO_TEST_POSTGRES_URL")
    if given:
        yield PostgresServer(make_url(given))
        return
    programs = find_programs()
    if programs is None:
        skip_without("PostgreSQL", "apt-get install postgresql, or name a server in BAOCAO_TEST_POSTGRES_URL")
    with running_cluster(programs) as (address, _, _):
        yield PostgresServer(address)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database."""
    with postgres_server.new_database() as url:
        yield url


def find_programs() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version's first."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].partition(".")[0])
    )
    on_path = shutil.which("initdb")
    found = [*debian[::-1], *([Path(on_path)] if on_path else [])]
    return found[0].parent if found else None


def _find_fast_dir() -> str | None:
    """Memory where there is plenty of it: databases are made five times as fast there."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH_BYTES else None


@dataclass(frozen=True)
class Cluster:
    """A server of one test's own: its folder, where its certificates may lie, and a way to start it anew."""

    folder: Path
    url: str
    control: tuple[str, ...]
    options: str

    def restart(self) -> None:
        _call(*self.control, "-m", "immediate", "stop")
        _call(*self.control, "-l", str(self.folder / "log"), "-o", self.options, "start")


@contextmanager
def own_cluster(options: str = "", prepare: Callable[[Path], None] = lambda _: None) -> Iterator[Cluster]:
    """A server to be restarted or set up in another way; skips where PostgreSQL is not installed.

    `prepare` is given the folder before the server starts; all files in it become the server's.
    """
    programs = find_programs()
    if programs is None:
        skip_without("PostgreSQL", "apt-get install postgresql")
    with running_cluster(programs, options, prepare) as (address, control, all_options):
        url = address.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        yield Cluster(Path(str(address.query["host"])), url, control, all_options)


@contextmanager
def running_cluster(
    programs: Path, more_options: str = "", prepare: Callable[[Path], None] = lambda _: None
) -> Iterator[tuple[URL, tuple[str, ...], str]]:
    folder = Path(tempfile.mkdtemp(prefix="baocao-pg-", dir=_find_fast_dir()))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    cluster = folder / "cluster"
    control = (str(programs / "pg_ctl"), "-D", str(cluster), "-w", "-s")
    try:
        _call(
            str(programs / "initdb"),
            "-D",
            str(cluster),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C",
            "-N",
        )
        prepare(folder)
        if os.geteuid() == 0:
            for path in folder.glob("*.*"):
                shutil.chown(path, "postgres", "postgres")
        options = f"{SERVER_OPTIONS} -k {folder} {more_options}"
        _call(*control, "-l", str(folder / "log"), "-o", options, "start")
        address = URL.create("postgresql", username="postgres", database="postgres", query={"host": str(folder)})
        try:
            yield address, control, options
        finally:
            _call(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _call(*command: str) -> None:
    as_postgres = ("runuser", "-u", "postgres", "--") if os.geteuid() == 0 else ()
    done = subprocess.run([*as_postgres, *command], capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, f"{command[0]}: {done.stdout}{done.stderr}"

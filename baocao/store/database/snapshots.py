"""One consistent picture of the database in a file, and back: SQLite's own back-up, or pg_dump and pg_restore.

Runs may go on meanwhile. Passwords go to PostgreSQL's programs by their environment, never by the command line.
"""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from baocao.errors import ConfigError
from baocao.store.database.addresses import is_sqlite, print_address, read_address
from baocao.store.database.trouble import explain_database_error
from baocao.store.errors import StoreUnavailableError

SQLITE_NAME, POSTGRESQL_NAME = "database.sqlite", "database.pgdump"
_VARIABLES = {
    "host": "PGHOST", "port": "PGPORT", "username": "PGUSER", "password": "PGPASSWORD", "database": "PGDATABASE",
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
}  # fmt: skip


def snapshot_name(url: str) -> str:
    """What the file is called: it says of which kind of database it is."""
    return SQLITE_NAME if is_sqlite(read_address(url)) else POSTGRESQL_NAME


def take_snapshot(url: str, folder: Path) -> Path:
    """Write it into the folder, whole or not at all. Raise StoreUnavailableError where that fails."""
    address = read_address(url)
    target = folder / snapshot_name(url)
    part = target.with_suffix(".part")
    part.unlink(missing_ok=True)
    if is_sqlite(address):
        _copy_sqlite(Path(str(address.database)), part)
    else:
        _run(address, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}")
    part.replace(target)
    return target


def bring_back(url: str, snapshot: Path) -> None:
    """Fill an empty database. Raise ConfigError where the snapshot is of another kind of database."""
    address = read_address(url)
    if snapshot.name != snapshot_name(url):
        raise ConfigError(
            f"{snapshot.name} không cùng loại với cơ sở dữ liệu ở BAOCAO_DATABASE_URL={print_address(address)}; khôi "
            "phục vào đúng loại đã sao lưu"
        )
    if is_sqlite(address):
        _copy_sqlite(snapshot, Path(str(address.database)))
    else:
        _run(
            address, "pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction",
            f"--dbname={address.database}", str(snapshot),
        )  # fmt: skip


def _copy_sqlite(source: Path, target: Path) -> None:
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as one,
            closing(sqlite3.connect(target)) as to,
        ):
            one.backup(to)
    except sqlite3.Error as error:
        raise StoreUnavailableError(
            f"{source}: không sao chép được sang {target}: {explain_database_error(error)}"
        ) from error


def _run(address: URL, program: str, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603
        [_find(program), *arguments], env=_environment(address), capture_output=True, text=True, check=False
    )
    if done.returncode:
        says = explain_database_error(RuntimeError(done.stderr))
        raise StoreUnavailableError(f"{print_address(address)}: {program} dừng với mã {done.returncode}: {says}")


def _find(program: str) -> str:
    """The program on the path, else the newest of Debian's."""
    found = shutil.which(program)
    versions = Path("/usr/lib/postgresql").glob(f"*/bin/{program}")
    debian = sorted(versions, key=lambda path: int(path.parts[-3].partition(".")[0]))
    if debian:
        return str(debian[-1])
    if found is None:
        raise ConfigError(f"chưa cài {program}: cài phần máy khách của PostgreSQL (Debian: postgresql-client)")
    return found


def _environment(address: URL) -> Mapping[str, str]:
    """What libpq takes from the environment, from the address; the rest of the environment stays."""
    query = {name: value for name, value in address.query.items() if isinstance(value, str)}
    host = query.get("host") or address.host
    parts = {**query, "username": address.username, "password": address.password, "database": address.database}
    parts |= {"host": host, "port": str(address.port) if address.port else query.get("port")}
    known = {_VARIABLES[name]: str(value) for name, value in parts.items() if value and name in _VARIABLES}
    return {**os.environ, **known}

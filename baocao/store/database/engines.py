"""Engines: the settings SQLite and PostgreSQL need so that concurrent runs wait for each other."""

import os
import sqlite3
import time
from contextlib import closing, suppress
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from baocao.errors import ConfigError
from baocao.private_files import open_private
from baocao.store.database.addresses import is_sqlite, print_address

WRITES = "baocao_writes"
BUSY_TIMEOUT_S = 30
CONNECT_TIMEOUT_S = 10
RESTART_S = 20
POSTGRESQL = {
    "connect_timeout": CONNECT_TIMEOUT_S,
    "application_name": "baocao",
    "client_encoding": "utf8",
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
}
_TRY_AGAIN_S = 0.02
_ASK_AGAIN_S = 0.25
_PRIMARY_CODE = 0xFF


def make_engine(address: URL) -> Engine:
    """An engine that has not connected yet. Its errors and logs never show the values of a statement."""
    if not is_sqlite(address):
        engine = create_engine(address, connect_args=POSTGRESQL, pool_pre_ping=True, hide_parameters=True)
        event.listen(engine, "do_connect", _Patience().connect)
        return engine
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_S}, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


class _Patience:
    """Waits a while for a PostgreSQL that answered before: it may be starting again. At first nothing is waited for."""

    def __init__(self) -> None:
        self._has_answered = False

    def connect(self, dialect: Any, _record: object, arguments: Any, named: Any) -> Any:
        deadline = time.monotonic() + (RESTART_S if self._has_answered else 0)
        while True:
            try:
                connection = dialect.connect(*arguments, **named)
            except dialect.loaded_dbapi.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(_ASK_AGAIN_S)
            else:
                self._has_answered = True
                return connection


def switch_to_wal(engine: Engine) -> None:
    """Let readers and one writer work at once on SQLite.

    The switch needs the file for itself and SQLite does not wait for it, so that two processes opening a new
    database at once need another try.
    """
    if not is_sqlite(engine.url):
        return
    _make_private_file(str(engine.url.database))
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while _is_busy(str(engine.url.database)):
        if time.monotonic() > deadline:
            raise ConfigError(
                f"{engine.url.database}: chương trình khác đang giữ tệp này; đóng chương trình đó rồi thử lại"
            )
        time.sleep(_TRY_AGAIN_S)


def refuse_other_encoding(engine: Engine) -> None:
    """PostgreSQL set up without a locale makes databases that cannot hold Vietnamese; ConfigError."""
    if is_sqlite(engine.url):
        return
    with engine.connect() as connection:
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
    if encoding != "UTF8":
        raise ConfigError(
            f"{print_address(engine.url)}: bảng mã của cơ sở dữ liệu là {encoding}, không phải UTF8; tạo cơ sở dữ liệu "
            "khác bằng CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
        )


def _make_private_file(file: str) -> None:
    """SQLite gives its -wal and -shm the permissions of the file itself; what keeps it from being made shows later."""
    with suppress(OSError):
        os.close(open_private(file, os.O_RDWR | os.O_CREAT))


def _is_busy(file: str) -> bool:
    """Ask for the write-ahead log. Any other trouble shows, with its reason, at the first statement."""
    try:
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as connection:
            if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
                connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.Error as error:
        return error.sqlite_errorcode & _PRIMARY_CODE == sqlite3.SQLITE_BUSY
    return False


def _set_up_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN comes too late to guard a read before a write, and not at all before DDL.
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

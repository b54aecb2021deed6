"""Opening the database (SQLite by default, PostgreSQL by one setting) and its two kinds of transaction."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from sqlalchemy import URL, Engine, StaticPool, create_engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from baocao.errors import BaocaoError, ConfigError
from baocao.hints import hint
from baocao.store.database.addresses import is_sqlite, parse_address, print_address, read_address
from baocao.store.database.engines import WRITES, make_engine, refuse_other_encoding, switch_to_wal
from baocao.store.database.schema import is_current
from baocao.store.database.trouble import explain_database_error, is_of_disk
from baocao.store.errors import StoreUnavailableError
from baocao.store.tables.rows import Row

NOT_ALLOWED = "42501"


class Database:
    """A database at the code's schema. Threads may share it; a forked process opens its own."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        self._is_closed = False

    @property
    def name(self) -> str:
        """The database's address without password."""
        return print_address(self.engine.url)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A transaction that only reads. Raise StoreUnavailableError when the database does not answer."""
        with self._telling_failure(), Session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A transaction: all of it is kept at its end, or nothing where an error leaves it.

        On SQLite it has the write lock from its beginning. Raise StoreUnavailableError when the database does
        not answer, stays locked for half a minute, or is full.
        """
        with self._telling_failure(), Session(self._writer) as session, session.begin():
            yield session

    def close(self) -> None:
        """Give back all connections; a thread left behind that comes back to it gets StoreUnavailableError."""
        self._is_closed = True
        self.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _telling_failure(self) -> Iterator[None]:
        if self._is_closed:
            raise StoreUnavailableError(f"{self.name}: tiến trình này đã đóng cơ sở dữ liệu.")
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            raise StoreUnavailableError(
                f"{self.name}: {explain_database_error(error.orig)}. Chưa ghi gì của bước này."
            ) from error


def open_database(url: str) -> Database:
    """Open the database and bring it to the code's schema, making it where there is none.

    Raise ConfigError when the address is not usable, the database does not answer, or is newer than the code.
    """
    address = read_address(url)
    engine = make_engine(address)
    try:
        switch_to_wal(engine)
        refuse_other_encoding(engine)
        _bring_to_schema(engine)
    except DBAPIError as error:
        engine.dispose()
        if getattr(error.orig, "sqlstate", None) == NOT_ALLOWED:
            raise ConfigError(
                f"BAOCAO_DATABASE_URL={print_address(address)}: lược đồ không phải của bản baocao này mà tài khoản này "
                f"không được đổi. Dùng tài khoản nâng cấp (migrator) chạy: {hint('database migrate')}"
            ) from error
        raise say_not_opened(address, error) from error
    except ConfigError:
        engine.dispose()
        raise
    return Database(engine)


def say_not_opened(address: URL, error: DBAPIError) -> BaocaoError:
    """A disk that is full or read-only is nobody's mistake in a file; what else keeps a database shut may be."""
    is_disk = is_of_disk(error.orig) or _is_read_only(address)
    says = f"BAOCAO_DATABASE_URL={print_address(address)}: không mở được: {explain_database_error(error.orig)}"
    return StoreUnavailableError(says) if is_disk else ConfigError(says)


def _is_read_only(address: URL) -> bool:
    """Whether a database that is there lies in a folder nothing can be written to."""
    file = Path(str(address.database))
    return is_sqlite(address) and file.is_file() and not os.access(file.parent, os.W_OK)


def has_store(url: str) -> bool:
    """Whether a database was made already: the file of an SQLite one; a server's is somebody's own making."""
    address = parse_address(url)
    return not is_sqlite(address) or Path(str(address.database)).exists()


def open_empty_database() -> Database:
    """A database in memory, of the code's schema."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    Row.metadata.create_all(engine)
    return Database(engine)


def _bring_to_schema(engine: Engine) -> None:
    with engine.connect() as connection:
        if is_current(connection):
            return
    from baocao.store.database.migration import migrate

    migrate(engine)

"""Reading a view of somebody else's database: read-only, streamed, within a time limit, nothing but SELECT."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    Select,
    String,
    TableClause,
    column,
    create_engine,
    event,
    func,
    inspect,
    literal,
    make_url,
    or_,
    select,
    table,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, NoSuchTableError, OperationalError
from sqlalchemy.pool import NullPool

from baocao.errors import BaocaoError
from baocao.store.database.addresses import is_sqlite, print_address

CONNECT_TIMEOUT_S = 10
_STEPS_BETWEEN_LOOKS = 20_000
_NO_RIGHT = ("28", "42501")
_STOPPED = "57014"
_DAY = "%Y-%m-%d"


class ViewUnavailableError(BaocaoError):
    """The database does not answer, or not in time."""


class ViewRefusedError(BaocaoError):
    """The database refuses our account."""


class ViewChangedError(BaocaoError):
    """There is no such view, or it has other columns, or the address cannot be used."""


@dataclass(frozen=True)
class View:
    """A view to read. `url` holds a password: it is in no representation. `days` limits it to rows of some days.

    Rows whose `day_column` is empty are read too: they may be open.
    """

    url: str = field(repr=False)
    name: str
    schema: str | None = None
    day_column: str | None = None
    days: tuple[date, date] | None = None
    timeout_s: float = 60
    block_rows: int = 5_000


@contextmanager
def open_view(view: View) -> Iterator[tuple[list[str], "ViewReader"]]:
    """The view's columns and what reads them, in one read-only transaction.

    Raise ViewUnavailableError, ViewRefusedError or ViewChangedError; their text holds no password and no row.
    """
    engine = _make_engine(view)
    address = print_address(engine.url)
    try:
        with engine.connect() as connection:
            _begin_snapshot(connection)
            _forbid_writing(connection, view.timeout_s)
            yield _list_columns(connection, view), ViewReader(connection, view)
            connection.rollback()
    except DBAPIError as error:
        raise _translate(error, address, view) from error
    finally:
        engine.dispose()


@dataclass(frozen=True)
class ViewReader:
    """Reads blocks of rows as they come, never the whole view."""

    connection: Connection
    view: View

    def blocks(self, names: Sequence[str]) -> Iterator[Sequence[Sequence[Any]]]:
        """Only the named columns, in blocks of `view.block_rows`."""
        streaming = self.connection.execution_options(stream_results=True, yield_per=self.view.block_rows)
        with streaming.execute(self._statement(names)) as rows:
            yield from rows.partitions()

    def count(self) -> int:
        """How many rows the same question has, counted by the database."""
        return int(self.connection.execute(self._limited(select(func.count()).select_from(self._table()))).scalar_one())

    def _statement(self, names: Sequence[str]) -> Select[Any]:
        chosen: list[Column[Any]] = [column(name) for name in names]  # type: ignore[misc]
        return self._limited(select(*chosen).select_from(self._table(*chosen)))

    def _table(self, *chosen: Column[Any]) -> TableClause:
        return table(self.view.name, *chosen, schema=self.view.schema)

    def _limited(self, statement: Select[Any]) -> Select[Any]:
        if self.view.day_column is None or self.view.days is None:
            return statement
        day: Any = column(self.view.day_column)
        first, after = (self._bound(each) for each in self.view.days)
        return statement.where(or_(day.is_(None), (day >= first) & (day < after)))

    def _bound(self, day: date) -> Any:
        return literal(f"{day:{_DAY}}", String()) if is_sqlite(self.connection.engine.url) else literal(day)


def _make_engine(view: View) -> Engine:
    try:
        address = make_url(view.url)
        if is_sqlite(address):
            return _open_file(address, view.timeout_s)
        arguments: dict[str, Any] = {}
        if address.get_backend_name() == "postgresql":
            address = address.set(drivername="postgresql+psycopg")
            arguments = {"connect_timeout": CONNECT_TIMEOUT_S, "application_name": "baocao"}
        return create_engine(address, connect_args=arguments, poolclass=NullPool, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise ViewChangedError("options.url không phải địa chỉ cơ sở dữ liệu dùng được") from error
    except ImportError as error:
        raise ViewChangedError(f"options.url: chưa cài trình điều khiển {error.name}") from error


def _open_file(address: URL, timeout_s: float) -> Engine:
    """SQLite opened so that not even its journal can be written, and stopped when the time is over."""
    read_only = address.set(
        drivername="sqlite+pysqlite", database=f"file:{address.database}", query={"mode": "ro", "uri": "true"}
    )
    engine = create_engine(read_only, poolclass=NullPool, hide_parameters=True)
    give_up_at = time.monotonic() + timeout_s

    def limit(connection: Any, _record: object) -> None:
        connection.set_progress_handler(lambda: time.monotonic() > give_up_at, _STEPS_BETWEEN_LOOKS)

    event.listen(engine, "connect", limit)
    return engine


def _forbid_writing(connection: Connection, timeout_s: float) -> None:
    """Where the dialect has words for it; elsewhere the account's rights and our SELECT alone must do."""
    limit = int(timeout_s * 1000)
    words = {
        "postgresql": ("SET TRANSACTION READ ONLY", f"SET LOCAL statement_timeout = {limit}"),
        "mysql": (f"SET SESSION max_execution_time = {limit}", "SET SESSION TRANSACTION READ ONLY"),
        "mariadb": (f"SET SESSION max_statement_time = {limit / 1000}", "SET SESSION TRANSACTION READ ONLY"),
        "oracle": ("SET TRANSACTION READ ONLY",),
    }
    for statement in words.get(connection.dialect.name, ()):
        connection.exec_driver_sql(statement)


def _begin_snapshot(connection: Connection) -> None:
    """Count and rows are to be of one moment, whoever writes meanwhile."""
    if connection.dialect.name in {"postgresql", "mysql", "mariadb"}:
        connection.execution_options(isolation_level="REPEATABLE READ")
    elif connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN")


def _list_columns(connection: Connection, view: View) -> list[str]:
    try:
        return [found["name"] for found in inspect(connection).get_columns(view.name, schema=view.schema)]
    except NoSuchTableError as error:
        raise ViewChangedError(f"không có khung nhìn '{view.name}' mà tài khoản xem được") from error


def _translate(error: DBAPIError, address: str, view: View) -> BaocaoError:
    """By the SQL state where there is one; never by the text, which may quote a row."""
    state = getattr(error.orig, "sqlstate", None) or ""
    if state == _STOPPED or _is_interrupted(error):
        return ViewUnavailableError(f"{address}: chưa đọc xong khung nhìn '{view.name}' trong {view.timeout_s:g} giây")
    if state.startswith(_NO_RIGHT):
        return ViewRefusedError(f"{address}: tài khoản không được đọc khung nhìn '{view.name}'")
    if isinstance(error, OperationalError):
        return ViewUnavailableError(f"{address}: cơ sở dữ liệu không trả lời")
    return ViewChangedError(
        f"{address}: không đọc được khung nhìn '{view.name}' theo ánh xạ (SQL state {state or 'không rõ'})"
    )


def _is_interrupted(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlite_errorname", "") == "SQLITE_INTERRUPT"

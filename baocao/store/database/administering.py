"""What the operator does with a database besides running reports: look at it, move its schema, set up its accounts."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, inspect, make_url, text
from sqlalchemy.exc import DBAPIError

from baocao.errors import ConfigError
from baocao.messages import say_unknown
from baocao.store.database.addresses import is_sqlite, parse_address, print_address, read_address
from baocao.store.database.engines import WRITES, make_engine
from baocao.store.database.opening import has_store, say_not_opened
from baocao.store.database.schema import VERSION_TABLE, list_revisions, read_schema
from baocao.store.tables.content_rows import VintagePart

GUARD = "release_log_append_only"
OWN_DATA = ("vintage", "payload", "release_log")


@dataclass(frozen=True, slots=True)
class SchemaState:
    """A database as it is found. `schema` is None where it has none; `newest` is the one this code wants.

    `guarded` says whether the database itself refuses to change the release log; `version` is the server's.
    """

    address: str
    kind: str
    version: str
    schema: str | None
    newest: str
    guarded: bool
    encrypted: bool | None
    rows: dict[str, int]

    @property
    def is_current(self) -> bool:
        return self.schema == self.newest


def look_at(url: str) -> SchemaState:
    """Without changing anything. Raise ConfigError where it does not answer, StoreUnavailableError at its disk."""
    with _connected(url) as connection:
        names = set(inspect(connection).get_table_names())
        tables = [name for name in VintagePart.metadata.tables if name in names]
        counts = {name: _count(connection, name) for name in sorted(tables)}
        return SchemaState(
            address=print_address(parse_address(url)),
            kind=connection.dialect.name,
            version=".".join(map(str, connection.dialect.server_version_info or ())),
            schema=read_schema(connection),
            newest=list_revisions()[-1],
            guarded=_is_guarded(connection),
            encrypted=_is_encrypted(connection),
            rows=counts,
        )


def move_schema(url: str, revision: str) -> tuple[str | None, str | None]:
    """Up or down to a revision (`head`, `base`, or one of them); returns where it was and where it is.

    Raise ConfigError where there is no such revision, or the account may not change the schema.
    """
    from alembic.util import CommandError

    from baocao.store.database.migration import downgrade, upgrade

    with _connected(url, writing=True) as connection:
        before = read_schema(connection)
        try:
            if _is_older(revision, before):
                downgrade(connection, revision)
            else:
                upgrade(connection, revision)
        except CommandError as error:
            raise ConfigError(say_unknown("lược đồ", revision, list_revisions())) from error
        return before, read_schema(connection)


def print_roles(url: str, prefix: str) -> list[str]:
    """The statements that set up the accounts; raise ConfigError on SQLite, which has none."""
    address = read_address(url)
    if is_sqlite(address):
        raise ConfigError("SQLite không có tài khoản: bảo vệ tệp bằng quyền của tệp (chmod 600)")
    from baocao.store.database.roles import role_statements

    return role_statements(prefix, str(address.database))


def apply_roles(url: str, prefix: str) -> None:
    """Run them in one transaction, as the account of the address."""
    with _connected(url, writing=True) as connection:
        for statement in print_roles(url, prefix):
            connection.exec_driver_sql(statement)


def clear_unused(url: str) -> None:
    """Make way for a back-up: drop a schema that holds nothing. Raise ConfigError where it holds something."""
    state = look_at(url)
    used = [name for name in OWN_DATA if state.rows.get(name)]
    if used:
        raise ConfigError(
            f"{state.address}: đang có dữ liệu "
            f"({', '.join(f'{name}: {state.rows[name]}' for name in used)}). Bản sao lưu "
            "chỉ khôi phục vào cơ sở dữ liệu mới: ghi cơ sở dữ liệu khác ở BAOCAO_DATABASE_URL."
        )
    if state.schema is not None:
        move_schema(url, "base")
    with _connected(url, writing=True) as connection:
        connection.exec_driver_sql(f"DROP TABLE IF EXISTS {VERSION_TABLE}")


def _is_older(revision: str, than: str | None) -> bool:
    revisions = list_revisions()
    if revision == "base":
        return True
    return than in revisions and revision in revisions and revisions.index(revision) < revisions.index(str(than))


@contextmanager
def _connected(url: str, *, writing: bool = False) -> Iterator[Connection]:
    address = read_address(url) if writing else parse_address(url)
    engine: Engine = make_engine(address if writing or has_store(url) else make_url("sqlite://"))
    try:
        with engine.execution_options(**{WRITES: writing}).begin() as connection:
            yield connection
    except DBAPIError as error:
        raise say_not_opened(address, error) from error
    finally:
        engine.dispose()


_GUARDS_OF_SQLITE = 2
"""One against changing, one against deleting."""


def _count(connection: Connection, table: str) -> int:
    return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608  # our own names


def _is_guarded(connection: Connection) -> bool:
    if connection.dialect.name == "postgresql":
        asked = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE :name AND tgenabled <> 'D'"
        return bool(connection.execute(text(asked), {"name": f"{GUARD}%"}).scalar_one() == 1)
    asked = "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name LIKE :name"
    return bool(connection.execute(text(asked), {"name": f"{GUARD}%"}).scalar_one() == _GUARDS_OF_SQLITE)


def _is_encrypted(connection: Connection) -> bool | None:
    """Whether this very connection goes through TLS; None where there is no network."""
    if connection.dialect.name != "postgresql":
        return None
    asked = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    return bool(connection.execute(text(asked)).scalar_one())

"""Bringing a database to the code's schema, safely when two processes open it at once.

Imported only where the schema has to move: Alembic costs every command that opens the store a quarter of a second.
"""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, text

from baocao.store.database.engines import WRITES
from baocao.store.database.schema import MIGRATIONS_DIR, is_current

_LOCK_NUMBER = 0x62616F63616F


def migrate(engine: Engine) -> None:
    """Upgrade to the code's schema in one transaction; ConfigError where the database is newer than the code."""
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        _wait_for_turn(connection)
        if not is_current(connection):
            upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Move the schema forward, within the connection's transaction."""
    command.upgrade(configure(connection), revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Move the schema back, within the connection's transaction. What the older one has no place for is lost."""
    command.downgrade(configure(connection), revision)


def configure(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS_DIR).replace("%", "%%"))
    return config


def _wait_for_turn(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE has waited already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})

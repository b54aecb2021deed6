"""Bringing a database to the code's schema, safely when two processes open it at once."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from baocao.errors import ConfigError
from baocao.store.database.addresses import print_address
from baocao.store.database.engines import WRITES

MIGRATIONS_DIR = Path(__file__).parents[1] / "migrations"
VERSION_TABLE = "baocao_schema"
_LOCK_NUMBER = 0x62616F63616F


def migrate(engine: Engine) -> None:
    """Upgrade to the code's schema in one transaction; ConfigError where the database is newer than the code."""
    with engine.connect() as connection:
        if _is_current(connection):
            return
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        _wait_for_turn(connection)
        if not _is_current(connection):
            upgrade(connection)


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Move the schema forward, within the connection's transaction."""
    command.upgrade(configure(connection), revision)


def downgrade(connection: Connection, revision: str = "base") -> None:
    """Move the schema back, within the connection's transaction. What the older one has no place for is lost."""
    command.downgrade(configure(connection), revision)


def list_revisions() -> tuple[str, ...]:
    """Every revision of the schema this code knows, the first first."""
    scripts = ScriptDirectory(str(MIGRATIONS_DIR))
    return tuple(script.revision for script in scripts.walk_revisions())[::-1]


def _is_current(connection: Connection) -> bool:
    found = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}).get_current_revision()
    scripts = ScriptDirectory.from_config(configure(connection))
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise ConfigError(
            f"BAOCAO_DATABASE_URL={print_address(connection.engine.url)}: this database was last used by a newer "
            f"baocao (its schema is '{found}', the newest known here '{scripts.get_current_head()}'). "
            "Install that version again; the older one would not understand what it reads."
        )
    return found == scripts.get_current_head()


def configure(connection: Connection) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(MIGRATIONS_DIR).replace("%", "%%"))
    return config


def _wait_for_turn(connection: Connection) -> None:
    # SQLite's BEGIN IMMEDIATE has waited already.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})

"""What Alembic runs: on the connection it is given, else (`alembic` typed by hand) on the installation's database."""

import os

from alembic import context
from sqlalchemy import Connection

from baocao.settings import Settings
from baocao.store.database.addresses import read_address
from baocao.store.database.engines import WRITES, make_engine
from baocao.store.database.schema import VERSION_TABLE
from baocao.store.tables.content_rows import VintagePart


def run_migrations(connection: Connection) -> None:
    """Run them within the connection's transaction."""
    context.configure(
        connection=connection,
        target_metadata=VintagePart.metadata,
        version_table=VERSION_TABLE,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


def run_by_hand() -> None:
    """Run them on the database that BAOCAO_DATABASE_URL names."""
    engine = make_engine(read_address(Settings.read(os.environ).database_url))
    with engine.execution_options(**{WRITES: True}).begin() as connection:
        run_migrations(connection)
    engine.dispose()


given = context.config.attributes.get("connection")
if given is None:
    run_by_hand()
else:
    run_migrations(given)

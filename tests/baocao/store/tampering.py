"""Changing the store as somebody would who owns the database."""

from sqlalchemy import create_engine, text


def change(database_url: str, *statements: str) -> None:
    """Run statements past the guard of the release log, which is taken down first."""
    engine = create_engine(database_url)
    guards = (
        "DROP TRIGGER IF EXISTS release_log_append_only_update",
        "DROP TRIGGER IF EXISTS release_log_append_only_delete",
    )
    if engine.dialect.name == "postgresql":
        guards = ("ALTER TABLE release_log DISABLE TRIGGER USER", "SELECT 1")
    try:
        with engine.begin() as connection:
            for statement in (*guards, *statements):
                connection.execute(text(statement))
    finally:
        engine.dispose()

"""Three accounts of a PostgreSQL store, each with what it needs and no more, as SQL to be read before it is run.

The migrator owns the tables and changes the schema; the runner adds, and changes only what a run must change; the
reader looks. What is kept for good (answers, figures, forms, the release log) the runner can add to, never change.
"""

from collections.abc import Iterator

from sqlalchemy.dialects import postgresql

from baocao.store.database.schema import VERSION_TABLE
from baocao.store.tables.content_rows import VintagePart

MIGRATOR, RUNNER, READER = "migrator", "runner", "reader"
ADDED_TO_ONLY = frozenset({
    "capture_payload", "check_result", "collection_payload", "configuration", "coverage", "filled_form",
    "hand_in_payload", "incident_event", "journal", "observation", "payload", "release_log", "remark",
    "sign_in_attempt", "source_failure", "typed_entry",
})  # fmt: skip
_quote = postgresql.dialect().identifier_preparer.quote_identifier  # type: ignore[no-untyped-call]


def role_statements(prefix: str, database: str, schema: str = "public") -> list[str]:
    """To be run by the database's owner or a superuser, once and after every upgrade: twice is as good as once."""
    migrator, runner, reader = (_quote(f"{prefix}_{role}") for role in (MIGRATOR, RUNNER, READER))
    everybody = f"{migrator}, {runner}, {reader}"
    return [
        *(_create(f"{prefix}_{role}") for role in (MIGRATOR, RUNNER, READER)),
        f"REVOKE ALL ON DATABASE {_quote(database)} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {_quote(database)} TO {everybody}",
        f"REVOKE ALL ON SCHEMA {_quote(schema)} FROM PUBLIC, {runner}, {reader}",
        f"GRANT USAGE ON SCHEMA {_quote(schema)} TO {everybody}",
        f"GRANT CREATE ON SCHEMA {_quote(schema)} TO {migrator}",
        *_table_statements(migrator, runner, reader, _quote(schema)),
        *_default_statements(migrator, runner, reader, _quote(schema)),
    ]


def _create(role: str) -> str:
    name, quoted = role.replace("'", "''"), _quote(role)
    return (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{name}') "
        f"THEN CREATE ROLE {quoted} LOGIN; END IF; END $$"
    )


def _table_statements(migrator: str, runner: str, reader: str, schema: str) -> Iterator[str]:
    """For the tables there are: those of the code's schema, and the note of its version."""
    tables = sorted([*VintagePart.metadata.tables, VERSION_TABLE])
    for table in tables:
        yield f"ALTER TABLE {schema}.{_quote(table)} OWNER TO {migrator}"
        yield f"REVOKE ALL ON {schema}.{_quote(table)} FROM PUBLIC, {runner}, {reader}"
        yield f"GRANT SELECT ON {schema}.{_quote(table)} TO {runner}, {reader}"
        if table != VERSION_TABLE:
            allowed = "INSERT" if table in ADDED_TO_ONLY else "INSERT, UPDATE"
            yield f"GRANT {allowed} ON {schema}.{_quote(table)} TO {runner}"
    yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {runner}"
    for function in ("refuse_change_of_release_log", "refuse_change_of_entry", "refuse_change_of_journal"):
        yield f"ALTER FUNCTION {schema}.{function}() OWNER TO {migrator}"


def _default_statements(migrator: str, runner: str, reader: str, schema: str) -> Iterator[str]:
    """For the tables a later migration makes, until these statements are run again."""
    defaults = f"ALTER DEFAULT PRIVILEGES FOR ROLE {migrator} IN SCHEMA {schema}"
    yield f"{defaults} GRANT SELECT, INSERT, UPDATE ON TABLES TO {runner}"
    yield f"{defaults} GRANT SELECT ON TABLES TO {reader}"
    yield f"{defaults} GRANT USAGE ON SEQUENCES TO {runner}"

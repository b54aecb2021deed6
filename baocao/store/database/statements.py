"""Statements that need care to mean the same on SQLite and PostgreSQL."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from baocao.store.tables.rows import Row


def insert_new(session: Session, row: type[Row], key: dict[str, Any], values: dict[str, Any]) -> None:
    """Insert the row unless there is one of that key, be it another process's of this very moment.

    Not by ON CONFLICT: SQLAlchemy compiles such a statement anew each time, which takes longer than the insert.
    """
    if session.get(row, key) is not None:
        return
    new = row(**key, **values)
    if _is_postgresql(session):
        with suppress(IntegrityError), session.begin_nested():
            session.add(new)
    else:  # The write lock is ours: nobody else inserts.
        session.add(new)
        session.flush()


def wait_in_line(session: Session, *names: str) -> None:
    """Until no other transaction that gave one of these names is under way; to be given in one order by everybody.

    On SQLite whoever writes waits for everybody else anyhow.
    """
    if _is_postgresql(session):
        for name in names:
            session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))


def read_clock(session: Session) -> datetime:
    """The database's clock now, not at the start of the transaction."""
    if _is_postgresql(session):
        now: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
        return now.astimezone(UTC)
    text = session.execute(select(func.strftime("%Y-%m-%dT%H:%M:%f", "now"))).scalar_one()
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _is_postgresql(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"

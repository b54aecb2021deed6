"""The journal: who did what, from where. It can only be added to, in the transaction of the deed itself."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from baocao.people import Actor
from baocao.store.canonical import dump_tagged, load_tagged
from baocao.store.database.opening import Database
from baocao.store.tables.people_rows import JournalRow


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One deed. `deed` is a fixed word such as `person.locked`; `said` never holds a secret."""

    position: int
    at: datetime
    actor: Actor
    deed: str
    unit_code: str | None
    said: Mapping[str, Any]


class StoredJournal:
    """The journal of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(
        self, actor: Actor, deed: str, at: datetime, said: Mapping[str, Any], unit_code: str | None = None
    ) -> None:
        with self._database.writing() as session:
            write_journal(session, actor, deed, at, said, unit_code)

    @contextmanager
    def appending(self, actor: Actor, deed: str, at: datetime, said: Mapping[str, Any]) -> Iterator[None]:
        """The deed is done in the block: its entry is kept once it ends well, and not where it raises."""
        with self._database.writing() as session:
            write_journal(session, actor, deed, at, said)
            session.flush()
            yield

    def list(
        self,
        *,
        units: Collection[str] | None = None,
        person_code: str | None = None,
        deed: str | None = None,
        newest: int | None = None,
        skipped: int = 0,
    ) -> tuple[JournalEntry, ...]:
        """In order; `newest` for so many of the last ones only, after `skipped` later ones; `units` for theirs."""
        rows = select(JournalRow).order_by(JournalRow.position.desc())
        if units is not None:
            rows = rows.where(JournalRow.unit_code.in_(units))
        if deed is not None:
            rows = rows.where(JournalRow.deed == deed)
        if person_code is not None:
            rows = rows.where(JournalRow.person_code == person_code)
        with self._database.reading() as session:
            return tuple(_read(row) for row in session.scalars(rows.limit(newest).offset(skipped)))[::-1]


def write_journal(
    session: Session,
    actor: Actor,
    deed: str,
    at: datetime,
    said: Mapping[str, Any],
    unit_code: str | None = None,
) -> None:
    """Inside a transaction that also keeps what was done."""
    who = {"person_code": actor.person_code, "origin": actor.origin}
    session.add(JournalRow(at=at, deed=deed, unit_code=unit_code, content=dump_tagged(said), **who))


def _read(row: JournalRow) -> JournalEntry:
    actor = Actor(row.person_code, row.origin)
    return JournalEntry(row.position, row.at, actor, row.deed, row.unit_code, load_tagged(row.content))

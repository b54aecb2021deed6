"""The outbox: letters wait here until they are sent, at least once, by one process at a time.

A bundle is claimed for a while, by the database's clock; one whose sender died on this machine is free at once, one
whose sender died elsewhere when its time is over. Whether a letter is due is the run's clock to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from baocao.incidents import Letter
from baocao.store.database.opening import Database
from baocao.store.database.statements import insert_new, read_clock
from baocao.store.leasing.holders import is_dead, name_process
from baocao.store.serial.incidents import dump_letter, load_letter
from baocao.store.tables.incident_rows import IncidentHeadRow, OutboxRow

HEAD_NAME = "incident"
DEFAULT_HOLD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Parcel:
    """The letters of one bundle, claimed to be sent as one message; `attempts` were made before."""

    bundle: str
    letters: tuple[Letter, ...]
    attempts: int
    holder: str

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(letter.key for letter in self.letters)


@dataclass(frozen=True, slots=True)
class StoredLetter:
    """A letter and what became of it."""

    letter: Letter
    queued_at: datetime
    not_before: datetime
    attempts: int
    sent_at: datetime | None
    sent_by: str
    last_error: str


class StoredOutbox:
    """The outbox of one store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def queue(self, letters: Iterable[Letter]) -> tuple[Letter, ...]:
        """Put letters into the outbox; those already told are left out. Returns the new ones."""
        with self._database.writing() as session:
            return queue_letters(session, letters)

    def claim(self, now: datetime, hold: timedelta = DEFAULT_HOLD, holder: str | None = None) -> Parcel | None:
        """The bundle due longest that nobody is sending, for us alone to send; None where there is none."""
        with self._database.writing() as session:
            return claim_parcel(session, now, holder or name_process(), hold)

    def mark_sent(self, parcel: Parcel, at: datetime, channel: str) -> None:
        """Say that a parcel was sent. Nothing happens where somebody else has taken it over."""
        with self._database.writing() as session:
            for row in _held_rows(session, parcel):
                row.sent_at, row.sent_by, row.attempts = at, channel, row.attempts + 1
                row.holder = row.held_until = None

    def mark_failed(self, parcel: Parcel, error: str, not_before: datetime) -> None:
        """Put a parcel back, to be tried again from a time on."""
        with self._database.writing() as session:
            for row in _held_rows(session, parcel):
                row.last_error, row.not_before, row.attempts = error, not_before, row.attempts + 1
                row.holder = row.held_until = None

    def waiting(self) -> tuple[StoredLetter, ...]:
        """What has not been sent, the first due first."""
        return self._list(select(OutboxRow).where(OutboxRow.sent_at.is_(None)).order_by(OutboxRow.not_before))

    def sent(self, limit: int = 20) -> tuple[StoredLetter, ...]:
        """What was sent last, the newest first."""
        rows = select(OutboxRow).where(OutboxRow.sent_at.is_not(None))
        return self._list(rows.order_by(OutboxRow.sent_at.desc(), OutboxRow.letter_key).limit(limit))

    def _list(self, rows: Select[OutboxRow]) -> tuple[StoredLetter, ...]:
        with self._database.reading() as session:
            return tuple(_read(row) for row in session.scalars(rows))


def lock_head(session: Session) -> IncidentHeadRow:
    """The row that makes those who write incidents or claim letters wait for each other."""
    key = {"head_name": HEAD_NAME}
    insert_new(session, IncidentHeadRow, key, {"last_number": 0})
    return session.get_one(IncidentHeadRow, key, with_for_update=True, populate_existing=True)


def queue_letters(session: Session, letters: Iterable[Letter]) -> tuple[Letter, ...]:
    """Write the letters whose key is new."""
    now = read_clock(session)
    return tuple(letter for letter in letters if _queue(session, letter, now))


def claim_parcel(session: Session, now: datetime, holder: str, hold: timedelta) -> Parcel | None:
    """Take the first due bundle that is free, whole."""
    lock_head(session)
    clock = read_clock(session)
    due = select(OutboxRow).where(OutboxRow.sent_at.is_(None), OutboxRow.not_before <= now)
    for first in session.scalars(due.order_by(OutboxRow.not_before, OutboxRow.queued_at, OutboxRow.letter_key)):
        rows = _rows_of(session, first.bundle)
        if rows and all(_is_free(row, clock, hold) for row in rows):  # none left where it was sent this very moment
            for row in rows:
                row.holder, row.held_until = holder, clock + hold
            letters = tuple(load_letter(row.body) for row in rows)
            return Parcel(first.bundle, letters, max(row.attempts for row in rows), holder)
    return None


def _queue(session: Session, letter: Letter, now: datetime) -> bool:
    if session.get(OutboxRow, letter.key) is not None:
        return False
    values = {
        "bundle": letter.bundle,
        "body": dump_letter(letter),
        "queued_at": now,
        "not_before": letter.not_before,
        "attempts": 0,
        "sent_by": "",
        "last_error": "",
    }
    insert_new(session, OutboxRow, {"letter_key": letter.key}, values)
    return True


def _rows_of(session: Session, bundle: str) -> Sequence[OutboxRow]:
    rows = select(OutboxRow).where(OutboxRow.bundle == bundle, OutboxRow.sent_at.is_(None))
    return session.scalars(rows.order_by(OutboxRow.queued_at, OutboxRow.letter_key)).all()


def _held_rows(session: Session, parcel: Parcel) -> Sequence[OutboxRow]:
    """The parcel's rows, as long as they are ours."""
    rows = select(OutboxRow).where(OutboxRow.letter_key.in_(parcel.keys), OutboxRow.holder == parcel.holder)
    return session.scalars(rows.with_for_update()).all()


def _is_free(row: OutboxRow, clock: datetime, hold: timedelta) -> bool:
    """Also where its sender died here, or where a clock set back would hold it for ever."""
    if row.holder is None or row.held_until is None:
        return True
    return not clock < row.held_until <= clock + hold or is_dead(row.holder)


def _read(row: OutboxRow) -> StoredLetter:
    return StoredLetter(
        letter=load_letter(row.body),
        queued_at=row.queued_at,
        not_before=row.not_before,
        attempts=row.attempts,
        sent_at=row.sent_at,
        sent_by=row.sent_by,
        last_error=row.last_error,
    )

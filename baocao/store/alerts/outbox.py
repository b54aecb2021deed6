"""The outbox: messages wait here until they are sent, at least once, by one process at a time.

A bundle is claimed for a while, by the database's clock; one whose sender died on this machine is free at once, one
whose sender died elsewhere when its time is over. Whether a message is due is the run's clock to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from baocao.incidents import Message
from baocao.store.database.opening import Database
from baocao.store.database.statements import insert_new, read_clock
from baocao.store.leasing.holders import is_dead, name_process
from baocao.store.serial.incidents import dump_message, load_message
from baocao.store.tables.incident_rows import IncidentHeadRow, OutboxRow

HEAD_NAME = "incident"
DEFAULT_HOLD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The messages of one bundle, claimed to be sent as one message; `attempts` were made before."""

    bundle: str
    messages: tuple[Message, ...]
    attempts: int
    holder: str

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(message.key for message in self.messages)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message and what became of it."""

    message: Message
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

    def queue(self, messages: Iterable[Message]) -> tuple[Message, ...]:
        """Put messages into the outbox; those already told are left out. Returns the new ones."""
        with self._database.writing() as session:
            return queue_messages(session, messages)

    def claim(self, now: datetime, hold: timedelta = DEFAULT_HOLD, holder: str | None = None) -> Delivery | None:
        """The bundle due longest that nobody is sending, for us alone to send; None where there is none."""
        with self._database.writing() as session:
            return claim_delivery(session, now, holder or name_process(), hold)

    def mark_sent(self, delivery: Delivery, at: datetime, channel: str) -> None:
        """Say that a delivery was sent. Nothing happens where somebody else has taken it over."""
        with self._database.writing() as session:
            for row in _held_rows(session, delivery):
                row.sent_at, row.sent_by, row.attempts = at, channel, row.attempts + 1
                row.holder = row.held_until = None

    def mark_failed(self, delivery: Delivery, error: str, not_before: datetime) -> None:
        """Put a delivery back, to be tried again from a time on."""
        with self._database.writing() as session:
            for row in _held_rows(session, delivery):
                row.last_error, row.not_before, row.attempts = error, not_before, row.attempts + 1
                row.holder = row.held_until = None

    def waiting(self) -> tuple[StoredMessage, ...]:
        """What has not been sent, the first due first."""
        return self._list(select(OutboxRow).where(OutboxRow.sent_at.is_(None)).order_by(OutboxRow.not_before))

    def sent(self, limit: int = 20) -> tuple[StoredMessage, ...]:
        """What was sent last, the newest first."""
        rows = select(OutboxRow).where(OutboxRow.sent_at.is_not(None))
        return self._list(rows.order_by(OutboxRow.sent_at.desc(), OutboxRow.message_key).limit(limit))

    def _list(self, rows: Select[OutboxRow]) -> tuple[StoredMessage, ...]:
        with self._database.reading() as session:
            return tuple(_read(row) for row in session.scalars(rows))


def lock_head(session: Session) -> IncidentHeadRow:
    """The row that makes those who write incidents or claim messages wait for each other."""
    key = {"head_name": HEAD_NAME}
    insert_new(session, IncidentHeadRow, key, {"last_number": 0})
    return session.get_one(IncidentHeadRow, key, with_for_update=True, populate_existing=True)


def queue_messages(session: Session, messages: Iterable[Message]) -> tuple[Message, ...]:
    """Write the messages whose key is new."""
    now = read_clock(session)
    return tuple(message for message in messages if _queue(session, message, now))


def claim_delivery(session: Session, now: datetime, holder: str, hold: timedelta) -> Delivery | None:
    """Take the first due bundle that is free, whole."""
    lock_head(session)
    clock = read_clock(session)
    due = select(OutboxRow).where(OutboxRow.sent_at.is_(None), OutboxRow.not_before <= now)
    for first in session.scalars(due.order_by(OutboxRow.not_before, OutboxRow.queued_at, OutboxRow.message_key)):
        rows = _rows_of(session, first.bundle)
        if rows and all(_is_free(row, clock, hold) for row in rows):  # none left where it was sent this very moment
            for row in rows:
                row.holder, row.held_until = holder, clock + hold
            messages = tuple(load_message(row.body) for row in rows)
            return Delivery(first.bundle, messages, max(row.attempts for row in rows), holder)
    return None


def _queue(session: Session, message: Message, now: datetime) -> bool:
    if session.get(OutboxRow, message.key) is not None:
        return False
    values = {
        "bundle": message.bundle,
        "body": dump_message(message),
        "queued_at": now,
        "not_before": message.not_before,
        "attempts": 0,
        "sent_by": "",
        "last_error": "",
    }
    insert_new(session, OutboxRow, {"message_key": message.key}, values)
    return True


def _rows_of(session: Session, bundle: str) -> Sequence[OutboxRow]:
    rows = select(OutboxRow).where(OutboxRow.bundle == bundle, OutboxRow.sent_at.is_(None))
    return session.scalars(rows.order_by(OutboxRow.queued_at, OutboxRow.message_key)).all()


def _held_rows(session: Session, delivery: Delivery) -> Sequence[OutboxRow]:
    """The delivery's rows, as long as they are ours."""
    rows = select(OutboxRow).where(OutboxRow.message_key.in_(delivery.keys), OutboxRow.holder == delivery.holder)
    return session.scalars(rows.with_for_update()).all()


def _is_free(row: OutboxRow, clock: datetime, hold: timedelta) -> bool:
    """Also where its sender died here, or where a clock set back would hold it for ever."""
    if row.holder is None or row.held_until is None:
        return True
    return not clock < row.held_until <= clock + hold or is_dead(row.holder)


def _read(row: OutboxRow) -> StoredMessage:
    return StoredMessage(
        message=load_message(row.body),
        queued_at=row.queued_at,
        not_before=row.not_before,
        attempts=row.attempts,
        sent_at=row.sent_at,
        sent_by=row.sent_by,
        last_error=row.last_error,
    )

"""The outbox: messages wait here until they are sent, at least once, by one process at a time.

A bundle is claimed for a while, by the database's clock; one whose sender died on this machine is free at once, one
whose sender died elsewhere when its time is over. Whether a message is due is the run's clock to say. A message that
cannot be sent is set aside with the reason: it keeps nobody else's from going.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from baocao.domain import Severity
from baocao.incidents import Message
from baocao.mishaps import Mishap, attempt
from baocao.store.database.opening import Database
from baocao.store.database.statements import insert_new, read_clock
from baocao.store.leasing.holders import is_dead, name_process
from baocao.store.serial.incidents import dump_message, load_message
from baocao.store.tables.incident_rows import IncidentHeadRow, OutboxRow

HEAD_NAME = "incident"
_IS_WAITING = OutboxRow.sent_at.is_(None) & OutboxRow.set_aside.is_(None)
_IS_SET_ASIDE = OutboxRow.sent_at.is_(None) & OutboxRow.set_aside.is_not(None)
DEFAULT_HOLD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Delivery:
    """The messages of one bundle, claimed to be sent as one message; `attempts` were made before, `reached` by them."""

    bundle: str
    messages: tuple[Message, ...]
    attempts: int
    holder: str
    reached: frozenset[str] = frozenset()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(message.key for message in self.messages)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message and what became of it; `set_aside` is why it cannot be sent, or not to all; `reached` who has it."""

    message: Message
    queued_at: datetime
    not_before: datetime
    attempts: int
    sent_at: datetime | None
    sent_by: str
    last_error: str
    set_aside: str = ""
    reached: tuple[str, ...] = ()


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

    def mark_sent(self, delivery: Delivery, at: datetime, channel: str, refused: str = "") -> None:
        """Say that a delivery was sent, and who refused it. Nothing happens where somebody else has taken it over."""
        with self._database.writing() as session:
            for row in _held_rows(session, delivery):
                row.sent_at, row.sent_by, row.attempts = at, channel, row.attempts + 1
                row.set_aside = refused or None
                row.holder = row.held_until = None

    def mark_failed(
        self, delivery: Delivery, error: str, not_before: datetime, reached: Collection[str] = frozenset()
    ) -> None:
        """Put a delivery back, to be tried again from a time on, but not to those it has `reached`."""
        with self._database.writing() as session:
            for row in _held_rows(session, delivery):
                row.last_error, row.not_before, row.attempts = error, not_before, row.attempts + 1
                row.reached = json.dumps(sorted({*delivery.reached, *reached}))
                row.holder = row.held_until = None

    def set_aside(self, delivery: Delivery, reason: str) -> None:
        """Say that a delivery cannot be sent, and why: it is not tried again by itself."""
        with self._database.writing() as session:
            for row in _held_rows(session, delivery):
                row.set_aside, row.attempts = reason, row.attempts + 1
                row.holder = row.held_until = None

    def put_back(self, at: datetime) -> int:
        """Let what was set aside be tried again, once its reason is mended; returns how many messages.

        One that was never written has nothing to send: it counts as seen from now on.
        """
        with self._database.writing() as session:
            lock_head(session)
            rows = session.scalars(select(OutboxRow).where(_IS_SET_ASIDE)).all()
            for row in rows:
                found = attempt(lambda row=row: load_message(row.body))  # type: ignore[misc]
                if isinstance(found, Mishap) or found.unwritten:
                    row.sent_at = at
                else:
                    row.set_aside = None
            return sum(row.set_aside is None for row in rows)

    def waiting(self) -> tuple[StoredMessage, ...]:
        """What has not been sent and can be, the first due first."""
        return self._list(select(OutboxRow).where(_IS_WAITING).order_by(OutboxRow.not_before))

    def last_key(self, prefix: str) -> str | None:
        """The last message's key, in their order, of those that begin so."""
        keys = select(func.max(OutboxRow.message_key)).where(OutboxRow.message_key.startswith(prefix, autoescape=True))
        with self._database.reading() as session:
            return session.scalar(keys)

    def list_set_aside(self) -> tuple[StoredMessage, ...]:
        """What cannot be sent, the oldest first."""
        rows = select(OutboxRow).where(_IS_SET_ASIDE)
        return self._list(rows.order_by(OutboxRow.queued_at, OutboxRow.message_key))

    def sent(self, limit: int = 20) -> tuple[StoredMessage, ...]:
        """What was sent last, the newest first."""
        rows = select(OutboxRow).where(OutboxRow.sent_at.is_not(None), OutboxRow.sent_by != "")
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
    due = select(OutboxRow).where(_IS_WAITING, OutboxRow.not_before <= now)
    for first in session.scalars(due.order_by(OutboxRow.not_before, OutboxRow.queued_at, OutboxRow.message_key)):
        rows = _rows_of(session, first.bundle)
        if rows and all(_is_free(row, clock, hold) for row in rows):  # none left where it was sent this very moment
            found = [(row, message) for row in rows if (message := _load_or_set_aside(row)) is not None]
            if found:
                return _hold(found, holder, clock + hold)
    return None


def _load_or_set_aside(row: OutboxRow) -> Message | None:
    found = attempt(lambda: load_message(row.body))
    if isinstance(found, Mishap):
        row.set_aside = f"không đọc được thông báo đã ghi ({found})"
        return None
    return found


def _hold(found: Sequence[tuple[OutboxRow, Message]], holder: str, until: datetime) -> Delivery:
    for row, _ in found:
        row.holder, row.held_until = holder, until
    rows, messages = zip(*found, strict=True)
    reached = frozenset.intersection(*(frozenset(_read_reached(row)) for row in rows))
    return Delivery(rows[0].bundle, messages, max(row.attempts for row in rows), holder, reached)


def _read_reached(row: OutboxRow) -> tuple[str, ...]:
    return tuple(json.loads(row.reached)) if row.reached else ()


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
        "set_aside": message.unwritten or None,
    }
    insert_new(session, OutboxRow, {"message_key": message.key}, values)
    return True


def _rows_of(session: Session, bundle: str) -> Sequence[OutboxRow]:
    rows = select(OutboxRow).where(OutboxRow.bundle == bundle, _IS_WAITING)
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
    message = attempt(lambda: load_message(row.body))
    return StoredMessage(
        message=_stand_in(row) if isinstance(message, Mishap) else message,
        queued_at=row.queued_at,
        not_before=row.not_before,
        attempts=row.attempts,
        sent_at=row.sent_at,
        sent_by=row.sent_by,
        last_error=row.last_error,
        set_aside=row.set_aside or "",
        reached=_read_reached(row),
    )


def _stand_in(row: OutboxRow) -> Message:
    """For a message that can no longer be read."""
    return Message(row.message_key, row.bundle, "", (), Severity.INFO, row.message_key, (), row.not_before)

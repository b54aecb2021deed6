"""Forms handed in: every file of every unit, in order, with what was answered. None is ever changed or lost."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select
from sqlalchemy.orm import Session

from baocao.domain import Period, RawPayload
from baocao.store.canonical import dump_tagged, load_tagged
from baocao.store.database.opening import Database
from baocao.store.files.payloads import PayloadStore
from baocao.store.files.stored_payloads import enter_payloads, keep_bodies
from baocao.store.keys import HandIn, HandInOutcome
from baocao.store.serial.translation import kept_payload_of
from baocao.store.tables.hand_in_rows import HandInPayloadRow, HandInRow
from baocao.store.tables.rows import PayloadRow


class StoredHandIns:
    """The forms handed in to one installation."""

    def __init__(self, database: Database, files: PayloadStore) -> None:
        self._database = database
        self._files = files

    def add(self, given: HandIn, payloads: Sequence[RawPayload]) -> HandIn:
        """Keep the files, then enter them and what was answered in one transaction: all of it or nothing.

        The number must be the next one; who adds holds the lease of the unit's period.
        """
        keep_bodies(self._files, payloads)
        with self._database.writing() as session:
            entered = enter_payloads(session, payloads)
            row = HandInRow(
                unit_code=given.unit_code,
                period_code=given.period.code,
                number=given.number,
                form_code=given.form_code,
                received_at=given.received_at,
                channel=given.channel,
                message_key=given.message_key,
                outcome=given.outcome,
                said=dump_tagged(given.said),
                answered_at=given.answered_at,
            )
            session.add(row)
            session.flush()
            links = [
                {"hand_in_id": row.hand_in_id, "position": position, "entry_sha256": entry_sha256}
                for position, entry_sha256 in enumerate(entered)
            ]
            session.execute(insert(HandInPayloadRow), links)
            return _read(session, row)

    def mark_answered(self, given: HandIn, at: datetime) -> None:
        """Say that the answer has gone out to whoever handed it in."""
        with self._database.writing() as session:
            row = session.scalars(select(HandInRow).where(*_is(given))).one()
            row.answered_at = at

    def list(self, unit_code: str, period: Period) -> tuple[HandIn, ...]:
        """Every file of the unit for the period, the first first."""
        rows = select(HandInRow).where(HandInRow.unit_code == unit_code, HandInRow.period_code == period.code)
        with self._database.reading() as session:
            return tuple(_read(session, row) for row in session.scalars(rows.order_by(HandInRow.number)))

    def list_of(self, periods: Iterable[Period]) -> tuple[HandIn, ...]:
        """Every file of every unit for these periods, in order, in one question: without its payloads."""
        rows = select(HandInRow).where(HandInRow.period_code.in_([period.code for period in periods]))
        with self._database.reading() as session:
            found = session.scalars(rows.order_by(HandInRow.unit_code, HandInRow.period_code, HandInRow.number))
            return tuple(_without_payloads(row) for row in found)

    def find_message(self, message_key: str) -> HandIn | None:
        """The file that came with a message; None where it was not taken yet."""
        with self._database.reading() as session:
            row = session.scalars(select(HandInRow).where(HandInRow.message_key == message_key)).one_or_none()
            return _read(session, row) if row else None


def _is(given: HandIn) -> tuple[ColumnElement[bool], ...]:
    return (
        HandInRow.unit_code == given.unit_code,
        HandInRow.period_code == given.period.code,
        HandInRow.number == given.number,
    )


def _read(session: Session, row: HandInRow) -> HandIn:
    entries = session.scalars(
        select(PayloadRow)
        .join(HandInPayloadRow, HandInPayloadRow.entry_sha256 == PayloadRow.entry_sha256)
        .where(HandInPayloadRow.hand_in_id == row.hand_in_id)
        .order_by(HandInPayloadRow.position)
    )
    return replace(_without_payloads(row), payloads=tuple(kept_payload_of(entry) for entry in entries))


def _without_payloads(row: HandInRow) -> HandIn:
    return HandIn(
        unit_code=row.unit_code,
        period=Period.parse(row.period_code),
        number=row.number,
        form_code=row.form_code,
        received_at=row.received_at,
        channel=row.channel,
        outcome=HandInOutcome(row.outcome),
        said=load_tagged(row.said),
        message_key=row.message_key,
        answered_at=row.answered_at,
    )

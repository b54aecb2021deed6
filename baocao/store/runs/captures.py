"""Captures of stocks: each attempt with its payloads, whatever became of it. Nothing of them is ever changed or lost.

A capture is opened as interrupted, like a collection: one whose process was killed says so.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from baocao.domain import Period, RawPayload, SourceFailure
from baocao.store.database.opening import Database
from baocao.store.files.payloads import PayloadStore
from baocao.store.files.stored_payloads import enter_payloads, keep_bodies
from baocao.store.keys import Capture
from baocao.store.runs.stored_collections import INTERRUPTED
from baocao.store.serial.forms import dump_failure, load_failure
from baocao.store.serial.translation import kept_payload_of
from baocao.store.tables.capture_rows import CapturePayloadRow, CaptureRow
from baocao.store.tables.rows import PayloadRow


class StoredCaptures:
    """The captures of one installation."""

    def __init__(self, database: Database, files: PayloadStore) -> None:
        self._database = database
        self._files = files

    def open(self, unit_code: str, period: Period, failure: SourceFailure, started_at: datetime) -> int:
        """Begin a capture and give its number; `failure` is what it says until it is closed."""
        with self._database.writing() as session:
            return _open(session, unit_code, period, replace(failure, kind=INTERRUPTED), started_at)

    def keep(self, capture_id: int, payload: RawPayload, position: int) -> None:
        """Keep an answer as the capture's, at its position: the body's file, then the entries."""
        keep_bodies(self._files, [payload])
        with self._database.writing() as session:
            (entry_sha256,) = enter_payloads(session, [payload])
            link = {"capture_id": capture_id, "position": position, "entry_sha256": entry_sha256}
            session.execute(insert(CapturePayloadRow), [link])

    def close(self, capture_id: int, ended_at: datetime, failure: SourceFailure | None = None) -> None:
        """Say how a capture ended."""
        with self._database.writing() as session:
            row = session.get_one(CaptureRow, capture_id)
            row.ended_at, row.failure = ended_at, dump_failure(failure) if failure else None

    def list(self, unit_code: str, period: Period) -> tuple[Capture, ...]:
        """Every attempt of every source for the unit and period, the first first."""
        with self._database.reading() as session:
            rows = session.scalars(
                select(CaptureRow)
                .where(CaptureRow.unit_code == unit_code, CaptureRow.period_code == period.code)
                .order_by(CaptureRow.source_code, CaptureRow.attempt)
            )
            return tuple(_read(session, row) for row in rows)


def _open(session: Session, unit_code: str, period: Period, failure: SourceFailure, started_at: datetime) -> int:
    same = (
        CaptureRow.unit_code == unit_code,
        CaptureRow.period_code == period.code,
        CaptureRow.source_code == failure.source_code,
    )
    last = session.scalar(select(func.max(CaptureRow.attempt)).where(*same)) or 0
    row = CaptureRow(
        source_code=failure.source_code,
        unit_code=unit_code,
        period_code=period.code,
        attempt=last + 1,
        started_at=started_at,
        ended_at=started_at,
        failure=dump_failure(failure),
    )
    session.add(row)
    session.flush()
    return row.capture_id


def _read(session: Session, row: CaptureRow) -> Capture:
    entries = session.scalars(
        select(PayloadRow)
        .join(CapturePayloadRow, CapturePayloadRow.entry_sha256 == PayloadRow.entry_sha256)
        .where(CapturePayloadRow.capture_id == row.capture_id)
        .order_by(CapturePayloadRow.position)
    )
    return Capture(
        source_code=row.source_code,
        unit_code=row.unit_code,
        period=Period.parse(row.period_code),
        attempt=row.attempt,
        payloads=tuple(kept_payload_of(entry) for entry in entries),
        started_at=row.started_at,
        ended_at=row.ended_at,
        failure=load_failure(row.failure) if row.failure else None,
    )

"""The tables of captures: what was asked of a source for its stocks at a cut-off, apart from any vintage."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from baocao.store.tables.rows import Json, Row


class CaptureRow(Row):
    """One attempt to capture the stocks of one source for one unit and period; no `failure` where it went well."""

    __tablename__ = "capture"
    __table_args__ = (
        UniqueConstraint("unit_code", "period_code", "source_code", "attempt", name="uq_capture_attempt"),
    )

    capture_id: Mapped[int] = mapped_column(primary_key=True)
    source_code: Mapped[str]
    unit_code: Mapped[str]
    period_code: Mapped[str]
    attempt: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    failure: Mapped[Json | None]


class CapturePayloadRow(Row):
    """Which payloads a capture is made of, in which order."""

    __tablename__ = "capture_payload"

    capture_id: Mapped[int] = mapped_column(ForeignKey("capture.capture_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    entry_sha256: Mapped[str] = mapped_column(ForeignKey("payload.entry_sha256"))

"""The tables of forms handed in: the file, what was answered, and whether the answer has gone out."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from baocao.store.tables.rows import Json, Row


class HandInRow(Row):
    """One file of one unit for one period. `form_code` is empty where no form of ours was recognised in it."""

    __tablename__ = "hand_in"
    __table_args__ = (
        UniqueConstraint("unit_code", "period_code", "number", name="uq_hand_in_number"),
        UniqueConstraint("message_key", name="uq_hand_in_message"),
    )

    hand_in_id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str]
    period_code: Mapped[str]
    number: Mapped[int]
    form_code: Mapped[str]
    received_at: Mapped[datetime]
    channel: Mapped[str]
    message_key: Mapped[str | None]
    outcome: Mapped[str]
    said: Mapped[Json]
    answered_at: Mapped[datetime | None]


class HandInPayloadRow(Row):
    """The file, and of an accepted form the figures read from it."""

    __tablename__ = "hand_in_payload"

    hand_in_id: Mapped[int] = mapped_column(ForeignKey("hand_in.hand_in_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    entry_sha256: Mapped[str] = mapped_column(ForeignKey("payload.entry_sha256"))

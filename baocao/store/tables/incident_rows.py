"""The tables of incidents: each with its history, and the messages about them that wait to be sent or were."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from baocao.store.tables.rows import Json, Row

_OPEN = text("recovered_at IS NULL")


class IncidentRow(Row):
    """One root cause; at most one that has not recovered for a fingerprint."""

    __tablename__ = "incident"
    __table_args__ = (
        # On PostgreSQL too, by its migration; `postgresql_where` here would load that dialect for every command.
        Index("uq_incident_open", "fingerprint", unique=True, sqlite_where=_OPEN),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    fingerprint: Mapped[str]
    opened_at: Mapped[datetime]
    recovered_at: Mapped[datetime | None]
    body: Mapped[Json]


class IncidentEventRow(Row):
    """One entry of an incident's history. Rows are added and never changed."""

    __tablename__ = "incident_event"

    number: Mapped[int] = mapped_column(ForeignKey("incident.number"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str]
    at: Mapped[datetime]
    by: Mapped[str]
    detail: Mapped[str]


class IncidentHeadRow(Row):
    """The last number given out: makes those who change incidents, or claim messages, wait for each other."""

    __tablename__ = "incident_head"

    head_name: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int]


class OutboxRow(Row):
    """One message. `holder` is sending it until `held_until`, by the database's clock; `sent_at` says it was sent.

    `set_aside` is why it cannot be sent at all; `reached` who has it already, where others have not.

    Its key is stored as `letter_key`, as it was from the first schema.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "bundle"), Index(None, "sent_at", "not_before"))

    message_key: Mapped[str] = mapped_column("letter_key", primary_key=True)
    bundle: Mapped[str]
    body: Mapped[Json]
    queued_at: Mapped[datetime]
    not_before: Mapped[datetime]
    attempts: Mapped[int]
    holder: Mapped[str | None]
    held_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    sent_by: Mapped[str]
    last_error: Mapped[str]
    set_aside: Mapped[str | None]
    reached: Mapped[str | None]

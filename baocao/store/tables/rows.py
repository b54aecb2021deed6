"""The tables of a run: payloads, leases, vintages, collections. Rows never leave this package."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, MetaData, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from baocao.store.tables.columns import ExactDecimal, Instant, NfcText

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


# Canonical JSON, whose hash counts: not a byte of it is touched.
Json = Annotated[str, mapped_column(Text())]


class Row(DeclarativeBase):
    """A row of any table."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar = {str: NfcText(), datetime: Instant(), Decimal: ExactDecimal()}


class PayloadRow(Row):
    """A kept answer, without its body; `entry_sha256` is of everything else here."""

    __tablename__ = "payload"
    __table_args__ = (Index(None, "sha256"), Index(None, "source_code", "unit_code", "window_start_on"))

    entry_sha256: Mapped[str] = mapped_column(primary_key=True)
    source_code: Mapped[str]
    unit_code: Mapped[str]
    window_start_on: Mapped[date]
    window_end_on: Mapped[date]
    request: Mapped[Json]
    fetched_at: Mapped[datetime]
    media_type: Mapped[str]
    sha256: Mapped[str]
    body_bytes: Mapped[int] = mapped_column(BigInteger)
    answer_sha256: Mapped[str]
    answer_bytes: Mapped[int] = mapped_column(BigInteger)


class LeaseRow(Row):
    """Who works on a form. The row outlives the lease, so that `token` only ever grows."""

    __tablename__ = "lease"

    unit_code: Mapped[str] = mapped_column(primary_key=True)
    form_code: Mapped[str] = mapped_column(primary_key=True)
    period_code: Mapped[str] = mapped_column(primary_key=True)
    token: Mapped[int] = mapped_column(BigInteger)
    holder: Mapped[str | None]
    acquired_at: Mapped[datetime]
    renewed_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class RateLimitRow(Row):
    """The first moment of a source that nobody has reserved, and who waits for a slot (`waiting.py`)."""

    __tablename__ = "turn"  # as it was first stored, and its slots below

    source_code: Mapped[str] = mapped_column(primary_key=True)
    next_at: Mapped[datetime]
    waiting: Mapped[str | None]


class SlotRow(Row):
    """One of the slots for asking a source at once; `holder` is empty where it is free."""

    __tablename__ = "turn_place"

    source_code: Mapped[str] = mapped_column(primary_key=True)
    slot: Mapped[int] = mapped_column("place", primary_key=True)
    holder: Mapped[str | None]
    expires_at: Mapped[datetime]


class VintageRow(Row):
    """One state of knowledge about a form."""

    __tablename__ = "vintage"
    __table_args__ = (UniqueConstraint("unit_code", "form_code", "period_code", "number", name="uq_vintage_number"),)

    vintage_id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str]
    form_code: Mapped[str]
    period_code: Mapped[str]
    number: Mapped[int]
    status: Mapped[str]
    opened_at: Mapped[datetime]
    known_at: Mapped[datetime | None]
    code_version: Mapped[str]
    config_hash: Mapped[str]
    holder: Mapped[str]
    lease_token: Mapped[int] = mapped_column(BigInteger)
    exit_code: Mapped[int | None]
    reason: Mapped[str]
    replayed_from: Mapped[int | None]


class CollectionRow(Row):
    """One attempt to collect from one source; no `failure` where it went well."""

    __tablename__ = "collection"
    __table_args__ = (
        UniqueConstraint(
            "vintage_id", "source_code", "unit_code", "period_code", "attempt", name="uq_collection_attempt"
        ),
    )

    collection_id: Mapped[int] = mapped_column(primary_key=True)
    vintage_id: Mapped[int] = mapped_column(ForeignKey("vintage.vintage_id"))
    source_code: Mapped[str]
    unit_code: Mapped[str]
    period_code: Mapped[str]
    attempt: Mapped[int]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    failure: Mapped[Json | None]


class CollectionPayloadRow(Row):
    """Which payloads a collection is made of, in which order."""

    __tablename__ = "collection_payload"

    collection_id: Mapped[int] = mapped_column(ForeignKey("collection.collection_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    entry_sha256: Mapped[str] = mapped_column(ForeignKey("payload.entry_sha256"))

"""The tables of what a run found out, all of them parts of a vintage."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from baocao.store.tables.rows import Json, Row


class VintagePart(Row):
    """What the rows that make up a finished vintage share: which one, and their place in it."""

    __abstract__ = True

    vintage_id: Mapped[int] = mapped_column(ForeignKey("vintage.vintage_id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)


class ObservationRow(VintagePart):
    """One figure."""

    __tablename__ = "observation"
    __table_args__ = (Index(None, "unit_code", "indicator_code", "period_code"),)

    indicator_code: Mapped[str]
    unit_code: Mapped[str]
    period_code: Mapped[str]
    value: Mapped[Decimal | None]
    status: Mapped[str]
    known_at: Mapped[datetime]
    payload_hashes: Mapped[Json]
    steps: Mapped[Json]
    note: Mapped[str]


class CheckResultRow(VintagePart):
    """One check."""

    __tablename__ = "check_result"

    check: Mapped[str]
    severity: Mapped[str]
    outcome: Mapped[str]
    unit_code: Mapped[str]
    cells: Mapped[Json]
    message_vi: Mapped[str]
    message_en: Mapped[str]
    mend_vi: Mapped[str]
    observed: Mapped[str]
    expected: Mapped[str]
    owner: Mapped[str]
    reason: Mapped[str]
    evidence: Mapped[Json]


class SourceFailureRow(VintagePart):
    """One source the run could not read."""

    __tablename__ = "source_failure"

    source_code: Mapped[str]
    system: Mapped[str]
    unit_code: Mapped[str]
    exit_code: Mapped[int]
    kind: Mapped[str]
    reason: Mapped[str]


class CoverageRow(VintagePart):
    """Which days one source's answers covered, and by which counts they were proved whole; a stock has no days."""

    __tablename__ = "coverage"

    source_code: Mapped[str]
    system: Mapped[str]
    unit_code: Mapped[str]
    window_start_on: Mapped[date | None]
    window_end_on: Mapped[date | None]
    held_at: Mapped[datetime]
    proofs: Mapped[Json]


class FilledFormRow(Row):
    """The form of a vintage as canonical JSON, and its hash."""

    __tablename__ = "filled_form"

    vintage_id: Mapped[int] = mapped_column(ForeignKey("vintage.vintage_id"), primary_key=True)
    body: Mapped[Json]
    sha256: Mapped[str]

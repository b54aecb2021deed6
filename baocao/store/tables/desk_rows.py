"""The tables of what people type in and ask at the desk. Rows are added and never changed."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from baocao.store.tables.rows import Row


class TypedEntryRow(Row):
    """One figure as somebody typed it in; `revision` is empty where it came too late."""

    __tablename__ = "typed_entry"
    __table_args__ = (
        UniqueConstraint("unit_code", "period_code", "indicator_code", "revision", name="uq_typed_entry_revision"),
    )

    entry_id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str]
    period_code: Mapped[str]
    indicator_code: Mapped[str]
    revision: Mapped[int | None]
    based_on: Mapped[int]
    value: Mapped[Decimal | None]
    given_by: Mapped[str]
    given_on: Mapped[date]
    evidence: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[str]
    overrules: Mapped[Decimal | None]
    account: Mapped[str]
    at: Mapped[datetime]


class RemarkRow(Row):
    """What somebody asked, answered or explained about a cell of a form."""

    __tablename__ = "remark"
    __table_args__ = (Index(None, "unit_code", "form_code", "period_code"),)

    remark_id: Mapped[int] = mapped_column(primary_key=True)
    unit_code: Mapped[str]
    form_code: Mapped[str]
    period_code: Mapped[str]
    cell: Mapped[str]
    kind: Mapped[str]
    text: Mapped[str]
    owner: Mapped[str]
    check: Mapped[str]
    answers: Mapped[int | None]
    account: Mapped[str]
    at: Mapped[datetime]

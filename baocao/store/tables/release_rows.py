"""The tables of releases: the log, its head, and the configurations runs were made with."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from baocao.store.tables.rows import Json, Row


class ReleaseLogRow(Row):
    """One step of a form towards its release, or after it. Rows are added and never changed."""

    __tablename__ = "release_log"
    __table_args__ = (Index(None, "unit_code", "form_code", "period_code"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    unit_code: Mapped[str]
    form_code: Mapped[str]
    period_code: Mapped[str]
    kind: Mapped[str]
    body: Mapped[Json]
    sha256: Mapped[str]


class ReleaseHeadRow(Row):
    """Where the log ends: tells a log cut short from a short one, and makes writers wait for each other."""

    __tablename__ = "release_head"

    log_name: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    sha256: Mapped[str]


class ConfigurationRow(Row):
    """A configuration folder, kept whole as a payload."""

    __tablename__ = "configuration"

    config_hash: Mapped[str] = mapped_column(primary_key=True)
    bundle_sha256: Mapped[str]
    kept_at: Mapped[datetime]

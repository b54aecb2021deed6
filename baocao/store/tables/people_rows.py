"""The tables of people: accounts, sessions, attempts to sign in, and the journal of what was done by whom."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from baocao.store.tables.rows import Json, Row


class PersonRow(Row):
    """Somebody who may sign in. `totp_secret` is enciphered; `subject` is issuer and subject of OpenID Connect.

    `grants` are the roles in force; how they came about stands in the journal.
    """

    __tablename__ = "person"

    person_code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    grants: Mapped[Json]
    created_at: Mapped[datetime]
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool]
    totp_secret: Mapped[str | None]
    totp_step: Mapped[int]
    subject: Mapped[str | None] = mapped_column(unique=True)
    locked_at: Mapped[datetime | None]
    is_demo: Mapped[bool]


class PersonSessionRow(Row):
    """One sign-in, at the desk or at the terminal, by the hash of its token. It outlives its end."""

    __tablename__ = "person_session"
    __table_args__ = (Index(None, "person_code"),)

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    person_code: Mapped[str]
    door: Mapped[str]
    origin: Mapped[str]
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    has_second_factor: Mapped[bool]


class SignInAttemptRow(Row):
    """One attempt to sign in. Rows are added and never changed."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "person_code", "at"), Index(None, "origin", "at"))

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_code: Mapped[str]
    origin: Mapped[str]
    has_succeeded: Mapped[bool]


class JournalRow(Row):
    """Who did what, from where. Rows are added and never changed."""

    __tablename__ = "journal"
    __table_args__ = (Index(None, "unit_code"), Index(None, "person_code"))

    position: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    person_code: Mapped[str]
    origin: Mapped[str]
    deed: Mapped[str]
    unit_code: Mapped[str | None]
    content: Mapped[Json]

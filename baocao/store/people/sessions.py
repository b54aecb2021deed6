"""Sign-ins that last: at the desk and at the terminal. The store knows the hash of a token, never the token."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from baocao.people import Actor, Person
from baocao.store.canonical import hash_text
from baocao.store.database.opening import Database
from baocao.store.database.statements import wait_in_line
from baocao.store.people.accounts import read_person
from baocao.store.people.journal import write_journal
from baocao.store.tables.people_rows import PersonRow, PersonSessionRow, SignInAttemptRow

SEEN_EVERY = timedelta(minutes=1)
"""A session's last use is written no more often than that."""


class Door(StrEnum):
    """Where somebody has signed in."""

    DESK = "desk"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True)
class PersonSession:
    """One sign-in that is in force. Without `has_second_factor` whoever needs one, by a role or because they have set
    one up, may do nothing yet.
    """

    token_sha256: str
    person: Person
    door: Door
    started_at: datetime
    needs_second_factor: bool
    has_second_factor: bool
    must_change_password: bool


class StoredSessions:
    """The sign-ins of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(
        self,
        token: str,
        actor: Actor,
        door: Door,
        at: datetime,
        lasts: timedelta,
        *,
        has_second_factor: bool,
        by: str,
    ) -> None:
        """`by` says what was proved: password, openid, demo."""
        with self._database.writing() as session:
            session.add(
                PersonSessionRow(
                    token_sha256=hash_text(token),
                    person_code=actor.person_code,
                    door=door.value,
                    origin=actor.origin,
                    started_at=at,
                    seen_at=at,
                    expires_at=at + lasts,
                    has_second_factor=has_second_factor,
                )
            )
            write_journal(session, actor, "sign_in", at, {"door": door.value, "by": by})

    def find(self, token: str, door: Door, at: datetime, idle: timedelta) -> PersonSession | None:
        """None where there is none, it ended, ran out, was idle too long, or its person is locked."""
        with self._database.reading() as session:
            found = _find(session, token, door, at, idle)
            is_stale = found is not None and at - found[0].seen_at > SEEN_EVERY
        if found is not None and is_stale:
            self._note_seen(token, at)
        return found and _read(*found)

    def end(self, token: str, actor: Actor, at: datetime) -> None:
        """The person signs out."""
        with self._database.writing() as session:
            row = session.get(PersonSessionRow, hash_text(token), with_for_update=True)
            if row is not None and row.ended_at is None:
                row.ended_at = at
                write_journal(session, actor, "sign_out", at, {"door": row.door})

    def replace(self, token: str, at: datetime) -> None:
        """Another session takes its place: no deed of anybody."""
        with self._database.writing() as session:
            session.get_one(PersonSessionRow, hash_text(token)).ended_at = at

    def _note_seen(self, token: str, at: datetime) -> None:
        with self._database.writing() as session:
            session.get_one(PersonSessionRow, hash_text(token)).seen_at = at


@dataclass(frozen=True, slots=True)
class AttemptCount:
    """What failed: of a person, and by how much more than succeeded from a place."""

    of_person: int
    from_origin: int


class StoredAttempts:
    """The attempts to sign in, counted by person and by origin: over all processes of an installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, actor: Actor, at: datetime, since: datetime, *, most: AttemptCount) -> AttemptCount:
        """What had failed since then. Where neither has come to its most, the attempt is noted, as failed until it has
        succeeded: counting and noting are one step, so that many at once are not more than many one by one.
        """
        who = {"person_code": actor.person_code, "origin": actor.origin}
        with self._database.writing() as session:
            wait_in_line(session, f"sign-in from {actor.origin}", f"sign-in of {actor.person_code}")
            of_person = _count_failures(session, actor.person_code, since)
            before = AttemptCount(of_person, _count_from(session, actor.origin, since))
            if before.of_person < most.of_person and before.from_origin < most.from_origin:
                session.add(SignInAttemptRow(at=at, has_succeeded=False, **who))
            return before

    def note(self, actor: Actor, at: datetime, *, has_succeeded: bool) -> None:
        with self._database.writing() as session:
            who = {"person_code": actor.person_code, "origin": actor.origin}
            session.add(SignInAttemptRow(at=at, has_succeeded=has_succeeded, **who))

    def count_failures(self, person_code: str, since: datetime) -> int:
        """Of a person since then, or since they last succeeded."""
        with self._database.reading() as session:
            return _count_failures(session, person_code, since)

    def count_from(self, origin: str, since: datetime) -> int:
        """By how many more attempts failed than succeeded from one place since then, whoever they were about."""
        with self._database.reading() as session:
            return _count_from(session, origin, since)


def _count_failures(session: Session, person_code: str, since: datetime) -> int:
    mine = SignInAttemptRow.person_code == person_code
    last = select(func.max(SignInAttemptRow.at)).where(mine, SignInAttemptRow.has_succeeded.is_(True))
    begun = max(session.scalars(last).one() or since, since)
    rows = select(func.count()).select_from(SignInAttemptRow).where(mine, SignInAttemptRow.at >= begun)
    return session.scalars(rows.where(SignInAttemptRow.has_succeeded.is_(False))).one()


def _count_from(session: Session, origin: str, since: datetime) -> int:
    told = select(SignInAttemptRow.has_succeeded, func.count()).group_by(SignInAttemptRow.has_succeeded)
    told = told.where(SignInAttemptRow.origin == origin, SignInAttemptRow.at >= since)
    counts = {bool(good): count for good, count in session.execute(told)}
    return counts.get(False, 0) - 2 * counts.get(True, 0)


def _find(
    session: Session, token: str, door: Door, at: datetime, idle: timedelta
) -> tuple[PersonSessionRow, PersonRow] | None:
    rows = select(PersonSessionRow, PersonRow).join(PersonRow, PersonRow.person_code == PersonSessionRow.person_code)
    rows = rows.where(PersonSessionRow.token_sha256 == hash_text(token), PersonSessionRow.door == door.value)
    rows = rows.where(PersonSessionRow.ended_at.is_(None), PersonRow.locked_at.is_(None))
    rows = rows.where(PersonSessionRow.expires_at > at, PersonSessionRow.seen_at > at - idle)
    found = session.execute(rows).one_or_none()
    return (found[0], found[1]) if found else None


def _read(row: PersonSessionRow, account: PersonRow) -> PersonSession:
    person = read_person(account)
    return PersonSession(
        token_sha256=row.token_sha256,
        person=person,
        door=Door(row.door),
        started_at=row.started_at,
        needs_second_factor=person.needs_second_factor or account.totp_secret is not None,
        has_second_factor=row.has_second_factor,
        must_change_password=account.must_change_password,
    )

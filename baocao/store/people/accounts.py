"""Accounts: each change of one, and its entry of the journal, in one transaction."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from baocao.errors import ConfigError
from baocao.messages import say_unknown
from baocao.people import Actor, Grant, Person, PersonRole
from baocao.store.canonical import dump_plain, load_tagged
from baocao.store.database.opening import Database
from baocao.store.errors import NotInStoreError
from baocao.store.people.journal import write_journal
from baocao.store.tables.people_rows import PersonRow, PersonSessionRow


@dataclass(frozen=True, slots=True)
class SignInMeans:
    """By what a person can prove to be themselves. None of it is ever shown; `totp_secret` is enciphered."""

    password_hash: str | None
    must_change_password: bool
    totp_secret: str | None
    totp_step: int
    subject: str | None


class StoredPeople:
    """The people of one installation."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list(self) -> tuple[Person, ...]:
        with self._database.reading() as session:
            return tuple(_read(row) for row in session.scalars(select(PersonRow).order_by(PersonRow.person_code)))

    def list_names(self) -> dict[str, str]:
        """Of everybody who has an account, by its code."""
        with self._database.reading() as session:
            rows = session.execute(select(PersonRow.person_code, PersonRow.name))
            return {row.person_code: row.name for row in rows}

    def find(self, person_code: str) -> Person:
        """Raise NotInStoreError where there is nobody of that code."""
        with self._database.reading() as session:
            return _read(_find_row(session, person_code))

    def name_of(self, person_code: str) -> str:
        """As people call them; what was given, of who has no account here."""
        with self._database.reading() as session:
            row = session.get(PersonRow, person_code)
            return row.name if row else person_code

    def find_by_subject(self, subject: str) -> Person | None:
        """Who signs in as this subject of an OpenID provider."""
        with self._database.reading() as session:
            row = session.scalars(select(PersonRow).where(PersonRow.subject == subject)).one_or_none()
            return _read(row) if row else None

    def means_of(self, person_code: str) -> SignInMeans | None:
        """None where there is nobody of that code."""
        with self._database.reading() as session:
            row = session.get(PersonRow, person_code)
            return _read_means(row) if row else None

    def add(self, person: Person, actor: Actor, at: datetime, *, subject: str | None = None) -> None:
        """Raise ConfigError where the code or the subject is taken."""
        with self._database.writing() as session:
            if session.get(PersonRow, person.person_code):
                raise ConfigError(f"đã có người dùng {person.person_code}")
            _refuse_taken(session, subject)
            session.add(_new_row(person, at, subject))
            said = {"name": person.name, "grants": _print_grants(person.grants), "subject": subject}
            write_journal(session, actor, "person.added", at, {"person": person.person_code, **said})

    def set_grants(self, person_code: str, grants: tuple[Grant, ...], actor: Actor, at: datetime) -> None:
        def change(row: PersonRow) -> None:
            row.grants = dump_plain(_print_grants(grants))

        self._change(person_code, change, actor, "person.granted", at, grants=_print_grants(grants))

    def set_password(
        self, person_code: str, password_hash: str, actor: Actor, at: datetime, *, must_change: bool
    ) -> None:
        """Every session of theirs ends: whoever had the old one is out."""

        def change(row: PersonRow) -> None:
            row.password_hash, row.must_change_password = password_hash, must_change

        self._change(person_code, change, actor, "person.password", at, ends_sessions=True, must_change=must_change)

    def renew_hash(self, person_code: str, password_hash: str) -> None:
        """The same password by today's parameters: no deed of anybody."""
        with self._database.writing() as session:
            _find_row(session, person_code).password_hash = password_hash

    def set_second_factor(
        self, person_code: str, totp_secret: str | None, actor: Actor, at: datetime, *, step: int = 0
    ) -> None:
        """None takes it away: it is set up anew at the next sign-in, and every session of theirs ends."""

        def change(row: PersonRow) -> None:
            row.totp_secret, row.totp_step = totp_secret, step

        deed = "person.second_factor" if totp_secret else "person.second_factor_removed"
        self._change(person_code, change, actor, deed, at, ends_sessions=totp_secret is None)

    def use_step(self, person_code: str, step: int) -> bool:
        """Whether a code of this time step may count: no code counts twice, nor one of before it."""
        with self._database.writing() as session:
            row = _find_row(session, person_code, lock=True)
            if step <= row.totp_step:
                return False
            row.totp_step = step
            return True

    def lock(self, person_code: str, actor: Actor, at: datetime, why: str) -> None:
        """Every session of theirs ends at once."""

        def change(row: PersonRow) -> None:
            row.locked_at = row.locked_at or at

        self._change(person_code, change, actor, "person.locked", at, ends_sessions=True, why=why)

    def unlock(self, person_code: str, actor: Actor, at: datetime) -> None:
        def change(row: PersonRow) -> None:
            row.locked_at = None

        self._change(person_code, change, actor, "person.unlocked", at)

    def _change(
        self,
        person_code: str,
        change: Callable[[PersonRow], None],
        actor: Actor,
        deed: str,
        at: datetime,
        *,
        ends_sessions: bool = False,
        **said: object,
    ) -> None:
        with self._database.writing() as session:
            change(_find_row(session, person_code, lock=True))
            if ends_sessions:
                end_sessions_of(session, person_code, at)
            write_journal(session, actor, deed, at, {"person": person_code, **said})


def end_sessions_of(session: Session, person_code: str, at: datetime) -> None:
    open_ones = select(PersonSessionRow).where(
        PersonSessionRow.person_code == person_code, PersonSessionRow.ended_at.is_(None)
    )
    for row in session.scalars(open_ones):
        row.ended_at = at


def read_person(row: PersonRow) -> Person:
    """The person of a row, without anything they sign in by."""
    return _read(row)


def _read(row: PersonRow) -> Person:
    grants = tuple(Grant(PersonRole(one["role"]), one["unit"], one.get("owner", "")) for one in load_tagged(row.grants))
    return Person(row.person_code, row.name, grants, row.locked_at, row.is_demo)


def _read_means(row: PersonRow) -> SignInMeans:
    return SignInMeans(row.password_hash, row.must_change_password, row.totp_secret, row.totp_step, row.subject)


def _new_row(person: Person, at: datetime, subject: str | None) -> PersonRow:
    return PersonRow(
        person_code=person.person_code,
        name=person.name,
        grants=dump_plain(_print_grants(person.grants)),
        created_at=at,
        must_change_password=False,
        totp_step=0,
        subject=subject,
        is_demo=person.is_demo,
    )


def _refuse_taken(session: Session, subject: str | None) -> None:
    if subject is None:
        return
    taken = session.scalars(select(PersonRow).where(PersonRow.subject == subject)).one_or_none()
    if taken:
        raise ConfigError(f"tài khoản OpenID này đã gắn với người dùng {taken.person_code}")


def _print_grants(grants: tuple[Grant, ...]) -> list[dict[str, str]]:
    return [
        {"role": one.role.value, "unit": one.unit_code, **({"owner": one.owner_code} if one.owner_code else {})}
        for one in grants
    ]


def _find_row(session: Session, person_code: str, *, lock: bool = False) -> PersonRow:
    row = session.get(PersonRow, person_code, with_for_update=lock or None)
    if row is None:
        known = session.scalars(select(PersonRow.person_code)).all()
        raise NotInStoreError(say_unknown("người dùng", person_code, known))
    return row

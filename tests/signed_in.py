"""People signed in at a terminal: the file a command knows them by, without asking for passwords."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from baocao.people import ALL_UNITS, Actor, Grant, Person, PersonRole
from baocao.store import Store, open_store
from baocao.store.people.sessions import Door
from desk.people.terminal import keep_token
from reporting.identities import SESSION_VARIABLE
from tests.reporting.conftest import UNIT, Office

ORIGIN, FOR_LONG = "thử nghiệm", timedelta(days=1)
EVERYTHING = (PersonRole.OFFICER, PersonRole.APPROVER, PersonRole.IT)


def sign_in(office: Office, code: str, unit: str = UNIT, *roles: PersonRole) -> dict[str, str]:
    """Add the person where there is none of that code; what to put into the environment of their commands."""
    with open_store(office.database_url, str(office.payloads)) as store:
        return sign_in_to(store, office.database_url, office.home, code, unit, *roles)


def sign_in_to(
    store: Store, database_url: str, folder: Path, code: str, unit: str, *roles: PersonRole
) -> dict[str, str]:
    """The same in an open store; the file of the sign-in lies in the folder."""
    actor, now = Actor(code, ORIGIN), datetime.now(UTC)
    if code not in {one.person_code for one in store.people.list()}:
        grants = (Grant(role, ALL_UNITS if role is PersonRole.IT else unit) for role in roles or EVERYTHING)
        store.people.add(Person(code, code.title(), tuple(grants)), actor, now)
    token, file = f"token of {code}", folder / "signed-in" / code
    if store.sessions.find(token, Door.TERMINAL, now, FOR_LONG) is None:
        store.sessions.begin(token, actor, Door.TERMINAL, now, FOR_LONG, has_second_factor=True, by="password")
    keep_token(file, database_url, token)
    return {SESSION_VARIABLE: str(file)}

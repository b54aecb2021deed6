"""The training server's people: one of every role, who sign in by a click and only there."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Form, Response

from baocao.catalogue import Catalogue
from baocao.domain import Tier
from baocao.people import ALL_UNITS, Actor, Grant, Person, PersonRole
from baocao.store import Store
from baocao.store.people.sessions import Door
from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.people.keys import new_token
from desk.rules import EVERYBODY

PAGES = PageSet()
NAMES = {
    PersonRole.OFFICER: ("hang", "Nguyễn Thị Hằng"),
    PersonRole.OWNER: ("tuan", "Lê Anh Tuấn"),
    PersonRole.APPROVER: ("dung", "Phạm Văn Dũng"),
    PersonRole.PROVINCE: ("lan", "Trần Thị Lan"),
    PersonRole.IT: ("minh", "Vũ Đức Minh"),
    PersonRole.AUDITOR: ("hoa", "Đặng Thị Hòa"),
}
WHOLE_PROVINCE = (PersonRole.PROVINCE, PersonRole.IT, PersonRole.AUDITOR)


def list_demo_people(store: Store) -> tuple[Person, ...]:
    return tuple(person for person in store.people.list() if person.is_demo)


def add_demo_people(store: Store, catalogue: Catalogue, unit_codes: Sequence[str], origin: str) -> None:
    """One of every role: of the units, an owner for every office of theirs, and of the province for the roles that look
    down. Those there stay.
    """
    known = {person.person_code for person in store.people.list()}
    province = next((code for code, unit in catalogue.units.items() if unit.tier is Tier.PROVINCE), ALL_UNITS)
    for role, (code, name) in NAMES.items():
        places = (ALL_UNITS,) if role is PersonRole.IT else (province,) if role in WHOLE_PROVINCE else unit_codes
        offices = tuple(catalogue.owners) if role is PersonRole.OWNER else ("",)
        grants = tuple(Grant(role, place, office) for place in places for office in offices)
        if f"{code}.tap-huan" not in known:
            person = Person(f"{code}.tap-huan", name, grants, is_demo=True)
            store.people.add(person, Actor(person.person_code, origin), datetime.now(UTC))


@PAGES.post("/tap-huan/dang-nhap", may=EVERYBODY)
def sign_in_for_training(visit: Visiting, person: Annotated[str, Form()]) -> Response:
    if not visit.desk.is_training:
        raise MissingPageError
    store = visit.workspace.store
    if person not in {one.person_code for one in list_demo_people(store)}:
        raise MissingPageError
    token = new_token()
    actor = Actor(person, visit.origin)
    lasts = visit.desk.rules.lasts
    store.sessions.begin(token, actor, Door.DESK, visit.real_now, lasts, has_second_factor=True, by="demo")
    response = visit.go_to("/")
    visit.give_token(response, token)
    return response

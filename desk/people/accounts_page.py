"""Người dùng: IT adds people, gives and takes roles, locks, resets; what a sign-in is opened by is told once."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated

from fastapi import Form, Response

from baocao.errors import BaocaoError
from baocao.people import Action, Grant, Person
from desk.guarding import Visiting
from desk.pages import PageSet
from desk.people.administering import (
    add_person,
    change_grants,
    lock_person,
    read_grant,
    remove_second_factor,
    reset_password,
    unlock_person,
)
from desk.people.openid import subject_of
from desk.people.sign_in import clean_code
from desk.rules import everywhere
from desk.visits import Visit

PAGES = PageSet()
PLACE = "/quan-tri/nguoi-dung"
RULE = everywhere(Action.MANAGE_PEOPLE)
Text = Annotated[str, Form()]


@PAGES.get(PLACE, may=RULE)
def show_people(visit: Visiting, tim: str = "") -> Response:
    return _show(visit, wanted=tim)


@PAGES.post(PLACE, may=RULE)
def add(
    visit: Visiting,
    code: Text = "",
    name: Text = "",
    role: Text = "",
    unit: Text = "",
    owner: Text = "",
    openid: Text = "",
) -> Response:
    """The password stands in this answer alone."""

    def act() -> str:
        grants = (_read_grant(visit, role, unit, owner),) if role else ()
        subject = subject_of(visit.workspace.catalogue.config_dir, openid.strip()) if openid.strip() else None
        person = Person(clean_code(code), name.strip(), grants)
        return add_person(visit.workspace, person, visit.actor, subject)

    return _answer(visit, clean_code(code), f"Đã thêm {name.strip()}.", act)


@PAGES.post(f"{PLACE}/{{code}}/vai-tro", may=RULE)
def change_roles(
    visit: Visiting, code: str, role: Text = "", unit: Text = "", owner: Text = "", remove: Text = ""
) -> Response:
    def act() -> str:
        grant = (_read_grant(visit, role, unit, owner),)
        change = {"take" if remove else "give": grant}
        change_grants(visit.workspace, code, visit.actor, **change)
        return ""

    return _answer(visit, code, "Đã thu lại vai trò." if remove else "Đã giao vai trò.", act)


@PAGES.post(f"{PLACE}/{{code}}/khoa", may=RULE)
def lock(visit: Visiting, code: str, reason: Text = "", undo: Text = "") -> Response:
    def act() -> str:
        if undo:
            unlock_person(visit.workspace.store, code, visit.actor)
        else:
            lock_person(visit.workspace.store, code, visit.actor, reason.strip())
        return ""

    return _answer(visit, code, "Đã mở khóa." if undo else "Đã khóa; mọi phiên của người này đã kết thúc.", act)


@PAGES.post(f"{PLACE}/{{code}}/dat-lai", may=RULE)
def reset(visit: Visiting, code: str, what: Text = "") -> Response:
    def act() -> str:
        if what != "second_factor":
            return reset_password(visit.workspace.store, code, visit.actor)
        remove_second_factor(visit.workspace.store, code, visit.actor)
        return ""

    said = "Đã gỡ bảo vệ hai lớp." if what == "second_factor" else "Đã đặt lại mật khẩu."
    return _answer(visit, code, said, act)


def _answer(visit: Visit, code: str, said: str, act: Callable[[], str]) -> Response:
    """Do it, and say so with the password it made, if any; or what is wrong, with nothing changed."""
    try:
        password = act()
    except BaocaoError as wrong:
        return _show(visit, mistake=str(wrong))
    return _show(visit, said=f"{code}: {said}", password=password)


def _show(visit: Visit, *, wanted: str = "", said: str = "", password: str = "", mistake: str = "") -> Response:
    people = [one for one in visit.workspace.store.people.list() if _fits(one, wanted)]
    return visit.show(
        "people.html.j2",
        HTTPStatus.UNPROCESSABLE_ENTITY if mistake else HTTPStatus.OK,
        people=people,
        units=visit.workspace.catalogue.units,
        owners=visit.workspace.catalogue.owners,
        has_openid=visit.desk.openid is not None,
        wanted=wanted,
        said=said,
        password=password,
        mistake=mistake,
    )


def _fits(person: Person, wanted: str) -> bool:
    sought = wanted.strip().casefold()
    places = (grant.unit_code for grant in person.grants)
    return any(sought in text.casefold() for text in (person.person_code, person.name, *places))


def _read_grant(visit: Visit, role: str, unit: str, owner: str) -> Grant:
    return read_grant(visit.workspace.catalogue, role, unit, owner)

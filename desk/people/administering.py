"""What IT does with accounts, at the terminal and at the desk: the same rules, each change with its journal entry."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError
from baocao.messages import say_unknown
from baocao.people import ALL_UNITS, Actor, Grant, Person, PersonRole
from baocao.store import Store
from baocao.vocabulary import PERSON_ROLES
from desk.people.passwords import hash_password, make_password
from reporting.alerting.sign_in_alerts import tell_approver
from reporting.workspace import Workspace

CODE = re.compile(r"[a-z0-9][a-z0-9._-]{1,62}[a-z0-9]")
LONGEST_NAME = 100
APPROVER_GIVEN = "person.approver_given"


def read_grant(catalogue: Catalogue, role: str, unit_code: str, owner_code: str = "") -> Grant:
    """Raise ConfigError, with what there is, where a word of it is unknown or something is missing."""
    if role not in set(PersonRole):
        raise ConfigError(say_unknown("vai trò", role, [one.value for one in PersonRole]))
    found = PersonRole(role)
    if unit_code != ALL_UNITS and unit_code not in catalogue.units:
        raise ConfigError(f"units.yaml: {say_unknown('đơn vị', unit_code, catalogue.units)}")
    if unit_code == ALL_UNITS and found in (PersonRole.OFFICER, PersonRole.OWNER, PersonRole.APPROVER):
        raise ConfigError(f"vai trò {PERSON_ROLES[found]} ({role}) phải gắn với một đơn vị, không phải mọi đơn vị")
    if found is PersonRole.OWNER and owner_code not in catalogue.owners:
        raise ConfigError(f"indicators.yaml: {say_unknown('đầu mối', owner_code, catalogue.owners)}")
    return Grant(found, unit_code, owner_code if found is PersonRole.OWNER else "")


def add_person(workspace: Workspace, person: Person, actor: Actor, subject: str | None = None) -> str:
    """Add them; give the password they change at their first sign-in. Raise ConfigError where something is wrong.

    Whoever signs in by OpenID Connect (`subject`) has no password: "".
    """
    if not CODE.fullmatch(person.person_code):
        raise ConfigError(
            "tên đăng nhập: từ 3 đến 64 ký tự, chữ thường không dấu, số, dấu chấm, gạch; ví dụ hang.nguyen"
        )
    if not person.name.strip() or not person.name.isprintable() or len(person.name) > LONGEST_NAME:
        raise ConfigError("họ tên: không để trống, trên một dòng, nhiều nhất 100 ký tự")
    workspace.store.people.add(person, actor, _now(), subject=subject)
    _tell_of_approver(workspace, person, person.grants, actor)
    return "" if subject else reset_password(workspace.store, person.person_code, actor)


def reset_password(store: Store, person_code: str, actor: Actor) -> str:
    """A new one, told once; every session of theirs ends."""
    _require_real(store, person_code)
    password = make_password()
    store.people.set_password(person_code, hash_password(password), actor, _now(), must_change=True)
    return password


def remove_second_factor(store: Store, person_code: str, actor: Actor) -> None:
    """It is set up anew at the next sign-in: after a telephone was lost."""
    _require_real(store, person_code)
    store.people.set_second_factor(person_code, None, actor, _now())


def change_grants(
    workspace: Workspace, person_code: str, actor: Actor, *, give: tuple[Grant, ...] = (), take: tuple[Grant, ...] = ()
) -> Person:
    """Raise ConfigError where a role to be taken is not there, and for one's own: two persons stay two."""
    if person_code == actor.person_code:
        raise ConfigError("không ai tự giao hay tự thu vai trò của mình; nhờ người quản trị khác")
    store = workspace.store
    person = store.people.find(person_code)
    missing = [one for one in take if one not in person.grants]
    if missing:
        raise ConfigError(f"{person_code} không có vai trò {missing[0].role.value} ở {missing[0].unit_code}")
    kept = tuple(one for one in person.grants if one not in take)
    store.people.set_grants(person_code, tuple(dict.fromkeys((*kept, *give))), actor, _now())
    _tell_of_approver(workspace, person, [one for one in give if one not in person.grants], actor)
    return store.people.find(person_code)


def _tell_of_approver(workspace: Workspace, person: Person, given: Iterable[Grant], actor: Actor) -> None:
    """Whoever may approve from now on is no secret between two: the journal, and a message to others."""
    for grant in given:
        if grant.role is PersonRole.APPROVER:
            said = {"person": person.person_code}
            workspace.store.journal.append(actor, APPROVER_GIVEN, _now(), said, grant.unit_code)
            tell_approver(workspace, person, grant.unit_code, actor)


def lock_person(store: Store, person_code: str, actor: Actor, why: str) -> None:
    if not why.strip():
        raise ConfigError("khóa người dùng phải có lý do")
    if person_code == actor.person_code:
        raise ConfigError("không tự khóa mình; nhờ người quản trị khác")
    store.people.lock(person_code, actor, _now(), why)


def unlock_person(store: Store, person_code: str, actor: Actor) -> None:
    store.people.unlock(person_code, actor, _now())


def _require_real(store: Store, person_code: str) -> None:
    if store.people.find(person_code).is_demo:
        raise ConfigError(f"{person_code} là người của máy chủ tập huấn, không có mật khẩu")


def _now() -> datetime:
    return datetime.now(UTC)

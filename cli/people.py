"""`baocao people`: who may sign in at the desk and at the terminal, in which roles; kept by IT, on the machine."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from baocao.hints import hint
from baocao.settings import Settings
from baocao.vocabulary import PERSON_ROLES
from cli.options import json_option
from cli.tables import Column, open_console, print_table
from cli.terminal import escape, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from baocao.people import Actor, Grant, Person
    from reporting.workspace import Workspace

COLUMNS = (Column("Tên đăng nhập", is_key=True), Column("Họ tên"), Column("Vai trò"), Column("Tình trạng"))
role_option = click.option("--role", help="officer, owner, approver, province, it hoặc auditor.")
unit_option = click.option("--unit", "unit_code", help="Đơn vị của vai trò, theo units.yaml; all: mọi đơn vị.")
owner_option = click.option("--owner", "owner_code", default="", help="Với owner: đầu mối nào, theo indicators.yaml.")


@click.group(invoke_without_command=True)
@click.pass_context
def people(context: click.Context) -> None:
    """Người dùng: thêm, giao vai trò, khóa, đặt lại mật khẩu và bảo vệ hai lớp."""
    if context.invoked_subcommand is None:
        context.invoke(show_people)


@people.command("list")
@json_option
def show_people(*, as_json: bool = False) -> None:
    """Ai đăng nhập được, với vai trò nào ở đơn vị nào."""
    from reporting.workspace import open_to_look

    with open_to_look(Settings.read(os.environ)) as workspace:
        found = workspace.store.people.list()
    if as_json:
        print_json([_as_json(one) for one in found])
        return
    rows = [(one.person_code, one.name, _print_roles(one), _print_state(one)) for one in found]
    print_table(open_console(), COLUMNS, rows)


@people.command("add")
@click.argument("person_code")
@click.option("--name", required=True, help="Họ tên, có dấu.")
@role_option
@unit_option
@owner_option
@click.option("--openid", help="Mã của người này ở hệ thống đăng nhập của tỉnh (OpenID); có thì không cấp mật khẩu.")
def add(
    person_code: str, name: str, role: str | None, unit_code: str | None, owner_code: str, openid: str | None
) -> None:
    """Thêm một người; in mật khẩu dùng một lần, người ấy đổi khi đăng nhập lần đầu."""
    from baocao.people import Person
    from desk.people.administering import add_person
    from desk.people.openid import subject_of

    with _opened() as (workspace, actor):
        grants = (_read_grant(workspace, role, unit_code, owner_code),) if role else ()
        subject = subject_of(workspace.catalogue.config_dir, openid) if openid else None
        password = add_person(workspace, Person(person_code, name, grants), actor, subject)
    console = open_console()
    console.print(f"Đã thêm {escape(name)} ({person_code}).")
    _show_password(password)
    if not role:
        console.print(f"Chưa có vai trò nào: {escape(hint('people role', person_code, role='officer', unit='…'))}")


@people.command("role")
@click.argument("person_code")
@role_option
@unit_option
@owner_option
@click.option("--remove", is_flag=True, help="Thu lại vai trò này thay vì giao.")
def change_role(person_code: str, role: str | None, unit_code: str | None, owner_code: str, *, remove: bool) -> None:
    """Giao hoặc thu lại một vai trò ở một đơn vị; có hiệu lực ngay."""
    from desk.people.administering import change_grants

    with _opened() as (workspace, actor):
        grant = (_read_grant(workspace, role or "", unit_code, owner_code),)
        given, taken = ((), grant) if remove else (grant, ())
        person = change_grants(workspace, person_code, actor, give=given, take=taken)
    open_console().print(f"{escape(person.name)} ({person_code}): {_print_roles(person) or 'chưa có vai trò nào'}.")


@people.command("lock")
@click.argument("person_code")
@click.option("--reason", default="", help="Lý do.")
@click.option("--undo", is_flag=True, help="Mở khóa.")
def lock(person_code: str, reason: str, *, undo: bool) -> None:
    """Khóa một người: mọi phiên đang mở kết thúc ngay, không đăng nhập được nữa."""
    from desk.people.administering import lock_person, unlock_person

    with _opened() as (workspace, actor):
        if undo:
            unlock_person(workspace.store, person_code, actor)
        else:
            lock_person(workspace.store, person_code, actor, reason)
    open_console().print(f"Đã {'mở khóa' if undo else 'khóa'} {person_code}.")


@people.command("reset")
@click.argument("person_code")
@click.option("--second-factor", is_flag=True, help="Gỡ bảo vệ hai lớp (mất điện thoại) thay vì đặt lại mật khẩu.")
def reset(person_code: str, *, second_factor: bool) -> None:
    """Đặt lại mật khẩu, hoặc gỡ bảo vệ hai lớp để cài lại; mọi phiên đang mở kết thúc."""
    from desk.people.administering import remove_second_factor, reset_password

    with _opened() as (workspace, actor):
        if second_factor:
            remove_second_factor(workspace.store, person_code, actor)
            password = ""
        else:
            password = reset_password(workspace.store, person_code, actor)
    said = "Đã gỡ bảo vệ hai lớp của" if second_factor else "Đã đặt lại mật khẩu của"
    open_console().print(f"{said} {person_code}.")
    _show_password(password)


@contextmanager
def _opened() -> Iterator[tuple[Workspace, Actor]]:
    """The store, and who does it: whoever is signed in here, or whose the account of the machine is by release.yaml,
    else the account itself, which is IT's.
    """
    from baocao.people import Actor
    from reporting.accounts import name_account_and_machine
    from reporting.identities import name_actor
    from reporting.workspace import open_workspace

    with open_workspace(Settings.read(os.environ)) as workspace:
        yield workspace, Actor(name_actor(workspace), name_account_and_machine())


def _read_grant(workspace: Workspace, role: str | None, unit_code: str | None, owner_code: str) -> Grant:
    from baocao.people import ALL_UNITS
    from desk.people.administering import read_grant

    if not unit_code:
        raise click.UsageError("Vai trò cần đơn vị: thêm --unit TÊN, hoặc --unit all.")
    return read_grant(workspace.catalogue, role or "", ALL_UNITS if unit_code == "all" else unit_code, owner_code)


def _show_password(password: str) -> None:
    if password:
        open_console().print(f"Mật khẩu dùng một lần, chỉ hiện lần này: {escape(password)}")


def _print_roles(person: Person) -> str:
    return "; ".join(
        f"{PERSON_ROLES[one.role]}{f' ({one.owner_code})' if one.owner_code else ''}: "
        f"{'mọi đơn vị' if one.unit_code == '*' else one.unit_code}"
        for one in person.grants
    )


def _print_state(person: Person) -> str:
    from baocao.figures import print_instant

    if person.locked_at:
        return f"khóa từ {print_instant(person.locked_at)}"
    return "tập huấn" if person.is_demo else ""


def _as_json(person: Person) -> dict[str, Any]:
    return {
        "code": person.person_code,
        "name": person.name,
        "roles": [
            {"role": one.role.value, "unit": one.unit_code, **({"owner": one.owner_code} if one.owner_code else {})}
            for one in person.grants
        ],
        "locked_at": person.locked_at.isoformat() if person.locked_at else None,
        "demo": person.is_demo,
    }

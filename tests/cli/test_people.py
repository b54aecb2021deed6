"""Accounts at the terminal: what IT types on the machine, what it says, and what stands in the journal afterwards."""

import re

import pytest

from reporting.accounts import name_account
from tests.cli.busy import Busy
from tests.reporting.conftest import UNIT, Office

PASSWORD = re.compile(r"Mật khẩu dùng một lần, chỉ hiện lần này: ([a-z]{3}(?:-[a-z]{3}){4}-\d\d)\n")


@pytest.fixture
def office(made: Office) -> Busy:
    return Busy(made)


def test_the_first_administrator_is_made_on_the_machine(office: Busy) -> None:
    added = office.command("people", "add", "minh.vu", "--name", "Vũ Đức Minh", "--role", "it", "--unit", "all")
    assert added.code == 0
    assert "Đã thêm Vũ Đức Minh (minh.vu)." in added.out
    password = PASSWORD.search(added.out)[1]  # type: ignore[index]
    (person,) = office.command("people", "list", "--json").json
    assert person["roles"] == [{"role": "it", "unit": "*"}]
    with office.office.open() as workspace:
        entries = workspace.store.journal.list()
    assert [one.deed for one in entries] == ["person.added", "person.password"]
    assert all("@" in one.actor.origin for one in entries)
    assert password not in str(entries)
    assert password not in (office.office.home / "var" / "log" / "baocao.log").read_text(encoding="utf-8")


def test_roles_are_given_and_taken_back(office: Busy) -> None:
    office.command("people", "add", "hang", "--name", "Nguyễn Thị Hằng")
    given = office.command("people", "role", "hang", "--role", "officer", "--unit", UNIT)
    assert f"cán bộ lập biểu: {UNIT}" in given.out
    taken = office.command("people", "role", "hang", "--role", "officer", "--unit", UNIT, "--remove")
    assert "cán bộ lập biểu" not in taken.out
    again = office.command("people", "role", "hang", "--role", "officer", "--unit", UNIT, "--remove")
    assert (again.code, "không có vai trò officer" in again.err) == (2, True)


def test_a_locked_person_is_shown_as_locked_until_unlocked(office: Busy) -> None:
    office.command("people", "add", "hang", "--name", "Nguyễn Thị Hằng")
    assert office.command("people", "lock", "hang").code == 2
    assert office.command("people", "lock", "hang", "--reason", "nghỉ việc").code == 0
    assert "khóa từ" in office.command("people", "list").out
    assert office.command("people", "lock", "hang", "--undo").code == 0
    assert "khóa từ" not in office.command("people", "list").out


def test_a_password_given_anew_is_another(office: Busy) -> None:
    first = PASSWORD.search(office.command("people", "add", "hang", "--name", "Hằng").out)
    second = PASSWORD.search(office.command("people", "reset", "hang").out)
    assert first is not None
    assert second is not None
    assert first[1] != second[1]
    removed = office.command("people", "reset", "hang", "--second-factor")
    assert "Đã gỡ bảo vệ hai lớp của hang." in removed.out
    assert PASSWORD.search(removed.out) is None


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("add", "Hằng", "--name", "Hằng"), "tên đăng nhập"),
        (("add", "hang", "--name", " "), "họ tên"),
        (("add", "hang", "--name", "Hằng", "--role", "oficer", "--unit", UNIT), "officer"),
        (("add", "hang", "--name", "Hằng", "--role", "officer", "--unit", "dac-khuu"), UNIT),
        (("add", "hang", "--name", "Hằng", "--role", "officer", "--unit", "all"), "phải gắn với một đơn vị"),
        (("add", "hang", "--name", "Hằng", "--role", "owner", "--unit", UNIT), "đầu mối"),
        (("add", "hang", "--name", "Hằng", "--role", "officer"), "--unit"),
        (("add", "hang", "--name", "Hằng", "--openid", "x"), "desk.yaml"),
        (("role", "ai-do", "--role", "officer", "--unit", UNIT), "ai-do"),
        (("reset", "ai-do"), "ai-do"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(office: Busy, arguments: tuple[str, ...], says: str) -> None:
    done = office.command("people", *arguments)
    assert (done.code, says in done.err) == (2, True), done.err
    assert office.command("people", "list", "--json").json == []


def test_a_name_is_taken_once(office: Busy) -> None:
    office.command("people", "add", "hang", "--name", "Hằng")
    done = office.command("people", "add", "hang", "--name", "Người khác")
    assert (done.code, "đã có người dùng hang" in done.err) == (2, True)


def test_nobody_gives_themselves_a_role_at_the_terminal(office: Busy) -> None:
    office.command("people", "add", name_account(), "--name", "Vũ Đức Minh", "--role", "it", "--unit", "all")
    refused = office.command("people", "role", name_account(), "--role", "approver", "--unit", UNIT)
    assert (refused.code, "không ai tự giao hay tự thu vai trò của mình" in refused.err) == (2, True)


def test_an_account_of_the_machine_that_is_somebodys_by_configuration_gives_them_no_role(office: Busy) -> None:
    office.command("people", "add", "minh.vu", "--name", "Vũ Đức Minh", "--role", "it", "--unit", "all")
    path = office.office.home / "config" / "release.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(f"{text}\nmachine_accounts: {{{name_account()}: minh.vu}}\n", encoding="utf-8")
    refused = office.command("people", "role", "minh.vu", "--role", "approver", "--unit", UNIT)
    assert (refused.code, "không ai tự giao hay tự thu vai trò của mình" in refused.err) == (2, True)

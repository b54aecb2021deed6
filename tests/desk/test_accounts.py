"""Accounts kept at the desk: what IT does in a browser is what it does on the machine."""

import re
from collections.abc import Iterator
from unittest import mock

import pytest

from baocao.people import Grant, PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.reporting.conftest import UNIT

PLACE = "/quan-tri/nguoi-dung"
PASSWORD = re.compile(r"chỉ hiện lần này: <strong class=\"mono\">([a-z0-9-]+)<")


@pytest.fixture(autouse=True)
def _quick_hashes() -> Iterator[None]:
    from argon2 import PasswordHasher

    from desk.people import passwords

    with mock.patch.object(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        yield


@pytest.fixture
def it(running: RunningDesk) -> Browser:
    return running.as_role(PersonRole.IT)


def add(it: Browser, code: str = "hang.nguyen", **more: str) -> str:
    given = {"code": code, "name": "Nguyễn Thị Hằng", "role": "officer", "unit": UNIT, **more}
    answer = it.change(PLACE, PLACE, **given)
    assert answer.status_code == 200, answer.text
    return PASSWORD.search(answer.text)[1]  # type: ignore[index]


def test_the_password_it_is_given_lets_a_new_person_in_and_is_shown_once(running: RunningDesk, it: Browser) -> None:
    password = add(it)
    assert password not in it.get(PLACE).text
    browser = running.browser()
    assert browser.change("/dang-nhap", "/dang-nhap", person="hang.nguyen", password=password).status_code == 303
    entries = running.store.journal.list(person_code="it.vi-du")
    assert [one.deed for one in entries if one.deed != "sign_in"] == ["person.added", "person.password"]
    assert password not in str(entries)


def test_roles_locks_and_resets_hold_at_once(running: RunningDesk, it: Browser) -> None:
    add(it)
    own = running.sign_in("hang.nguyen")
    given = it.change(f"{PLACE}/hang.nguyen/vai-tro", PLACE, role="owner", unit=UNIT, owner="one_stop_desk")
    assert "Đã giao vai trò" in given.text
    assert Grant(PersonRole.OWNER, UNIT, "one_stop_desk") in running.store.people.find("hang.nguyen").grants
    it.change(f"{PLACE}/hang.nguyen/vai-tro", PLACE, role="officer", unit=UNIT, remove="1")
    assert running.store.people.find("hang.nguyen").roles == {PersonRole.OWNER}
    assert it.change(f"{PLACE}/hang.nguyen/khoa", PLACE).status_code == 422
    assert "Đã khóa" in it.change(f"{PLACE}/hang.nguyen/khoa", PLACE, reason="nghỉ việc").text
    assert own.get("/tai-khoan").headers["location"].startswith("/dang-nhap")
    assert "Đã mở khóa" in it.change(f"{PLACE}/hang.nguyen/khoa", PLACE, undo="1").text
    assert PASSWORD.search(it.change(f"{PLACE}/hang.nguyen/dat-lai", PLACE, what="password").text)
    assert "Đã gỡ" in it.change(f"{PLACE}/hang.nguyen/dat-lai", PLACE, what="second_factor").text


def test_what_is_wrong_is_said_and_nothing_is_kept(running: RunningDesk, it: Browser) -> None:
    before = running.store.people.list()
    for more in ({"code": "Hằng !"}, {"name": " "}, {"role": "giám đốc"}, {"unit": "dac-khuu"}, {"openid": "x"}):
        given = {"code": "hang.nguyen", "name": "Hằng", "role": "officer", "unit": UNIT, **more}
        assert it.change(PLACE, PLACE, **given).status_code == 422, more
    assert it.change(f"{PLACE}/it.vi-du/khoa", PLACE, reason="thử").status_code == 422
    assert running.store.people.list() == before


def test_text_in_a_name_stays_text(it: Browser) -> None:
    add(it, name="<script>alert(1)</script>")
    page = it.get(PLACE).text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_somebody_is_found_by_name_code_or_unit(it: Browser) -> None:
    add(it)
    add(it, "minh.vu", name="Vũ Đức Minh")
    assert "Nguyễn Thị Hằng" in it.get(f"{PLACE}?tim=hằng").text
    assert "Nguyễn Thị Hằng" not in it.get(f"{PLACE}?tim=minh").text
    assert "Không có ai khớp" in it.get(f"{PLACE}?tim=zzz").text


def test_nobody_gives_or_takes_a_role_of_their_own(running: RunningDesk, it: Browser) -> None:
    own = f"{PLACE}/it.vi-du/vai-tro"
    for fields in ({"role": "approver", "unit": UNIT}, {"role": "it", "unit": "*", "remove": "1"}):
        answer = it.change(own, PLACE, **fields)
        assert (answer.status_code, "không ai tự giao hay tự thu vai trò của mình" in answer.text) == (422, True)
    assert running.store.people.find("it.vi-du").roles == {PersonRole.IT}


def test_whoever_is_made_an_approver_is_told_to_others_on_channels_in_the_journal_and_today(
    make_desk: MakeDesk,
) -> None:
    running = make_desk()
    alerts = "channels:\n  so: {kind: file, path: tin-bao.txt}\nroutes:\n  cntt: {channels: [so]}\n"
    (running.home / "config" / "alerts.yaml").write_text(alerts, encoding="utf-8")
    running = make_desk()
    it, province, officer = (running.as_role(role) for role in (PersonRole.IT, PersonRole.PROVINCE, PersonRole.OFFICER))
    add(it)
    it.change(f"{PLACE}/hang.nguyen/vai-tro", PLACE, role="approver", unit=UNIT)
    add(it, "dung.pham", name="Phạm Văn Dũng", role="approver")
    told = (running.home / "tin-bao.txt").read_text(encoding="utf-8")
    for name in ("Nguyễn Thị Hằng (hang.nguyen)", "Phạm Văn Dũng (dung.pham)"):
        assert f"{name} nay được duyệt biểu mẫu của UBND đặc khu Sao Mẫu" in told
    assert "it.vi-du (testclient) giao cho Nguyễn Thị Hằng" in told
    said = "It.Vi-Du đã giao cho Nguyễn Thị Hằng vai trò người duyệt ở UBND đặc khu Sao Mẫu"
    assert (said in province.get("/").text, said in officer.get("/").text, said in it.get("/").text) == (
        True,
        False,
        False,
    )
    assert "giao vai trò duyệt" in it.get("/quan-tri").text

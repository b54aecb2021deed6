"""Signing in by password and second factor: what lets somebody in, what keeps them out, and what is told of it."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from unittest import mock

import httpx
import pyotp
import pytest

from baocao.errors import ConfigError
from baocao.people import ALL_UNITS, Actor, Grant, Person, PersonRole
from desk.people import administering, passwords
from desk.people.beginning import keep_local
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.desk.test_doors import BEHIND_PROXY
from tests.reporting.conftest import UNIT

IT = Actor("quan-tri", "may@test")
OWN = "con-meo-trèo-cây-cau"
ONE_WORD = re.compile(r"[a-z]{3}(-[a-z]{3}){4}-\d\d")


@pytest.fixture(autouse=True)
def _quick_hashes() -> Iterator[None]:
    """The cost of a real hash proves nothing here."""
    from argon2 import PasswordHasher

    with mock.patch.object(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)):
        passwords._nobodys.cache_clear()
        yield
        passwords._nobodys.cache_clear()


def add(running: RunningDesk, code: str = "hang.nguyen", role: PersonRole = PersonRole.OFFICER) -> str:
    place = ALL_UNITS if role is PersonRole.IT else UNIT
    return administering.add_person(running.workspace, Person(code, "Nguyễn Thị Hằng", (Grant(role, place),)), IT)


def own_password(running: RunningDesk, code: str) -> None:
    from desk.people.passwords import hash_password

    running.store.people.set_password(code, hash_password(OWN), IT, datetime.now(UTC), must_change=False)


def sign_in(browser: Browser, password: str, code: str = "hang.nguyen", leads_to: str = "/") -> httpx.Response:
    return browser.change("/dang-nhap", "/dang-nhap", person=code, password=password, den=leads_to)


def test_a_first_password_opens_nothing_but_the_page_to_change_it(running: RunningDesk) -> None:
    first, browser = add(running), running.browser()
    assert ONE_WORD.fullmatch(first)
    assert sign_in(browser, first).status_code == 303
    assert browser.get("/").headers["location"] == "/doi-mat-khau"
    changed = browser.change("/doi-mat-khau", "/doi-mat-khau", old=first, new=OWN, again=OWN)
    assert changed.status_code == 303
    assert "Việc hôm nay" in browser.get("/").text
    other = running.browser()
    assert sign_in(other, first).status_code == 422
    assert sign_in(other, OWN).status_code == 303


@pytest.mark.parametrize(
    ("old", "new", "again", "says"),
    [
        ("sai", OWN, OWN, "Mật khẩu đang dùng không đúng"),
        (OWN, "x1y2z3", "x1y2z3", "từ 12"),
        (OWN, "matkhau-cua-toi", "matkhau-cua-toi", "dễ đoán"),
        (OWN, "Mật khẩu 2026!!", "Mật khẩu 2026!!", "dễ đoán"),
        (OWN, "aaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaa", "dễ đoán"),
        (OWN, "xin chào nguyễn 9", "xin chào nguyễn 9", "tên đăng nhập"),
        (OWN, "hang.nguyen.hang.nguyen", "hang.nguyen.hang.nguyen", "tên đăng nhập"),
        (OWN, "trời-xanh-mây-trắng", "trời-xanh-mây-trang", "khác nhau"),
        (OWN, OWN, OWN, "phải khác"),
    ],
)
def test_a_password_that_is_weak_or_was_not_proved_is_not_taken(
    running: RunningDesk, old: str, new: str, again: str, says: str
) -> None:
    add(running)
    own_password(running, "hang.nguyen")
    browser = running.browser()
    sign_in(browser, OWN)
    answer = browser.change("/doi-mat-khau", "/doi-mat-khau", old=old, new=new, again=again)
    assert (answer.status_code, says in answer.text) == (422, True)
    assert old not in answer.text
    assert new not in answer.text
    assert sign_in(running.browser(), OWN).status_code == 303


@pytest.mark.parametrize("password", ["cb.mot.cb.mot", "cb-mot-cb-mot", "CB mot 2026!", "motcbmotcbmotcb"])
def test_a_login_name_of_short_parts_is_no_password_however_often_it_is_typed(password: str) -> None:
    with pytest.raises(ConfigError):
        passwords.require_good(password, "cb.mot")


@pytest.mark.parametrize("password", ["một cơn mưa tháng bảy", "bốn mùa cây bàng"])
def test_a_phrase_with_a_word_of_the_name_in_it_is_a_password(password: str) -> None:
    passwords.require_good(password, "cb.mot")


def test_the_letters_of_a_password_are_the_same_however_a_keyboard_makes_them(running: RunningDesk) -> None:
    import unicodedata

    add(running)
    own_password(running, "hang.nguyen")
    assert sign_in(running.browser(), unicodedata.normalize("NFD", OWN)).status_code == 303
    assert sign_in(running.browser(), OWN, " HANG.nguyen ").status_code == 303


def test_nobody_learns_whether_a_name_is_known(running: RunningDesk) -> None:
    add(running)
    known, unknown = (
        sign_in(running.browser(), "sai sai sai sai"),
        sign_in(running.browser(), "sai sai sai sai", "ai-do"),
    )
    says = [re.sub(r"[0-9a-f]{64}|hang\.nguyen|ai-do", "", answer.text) for answer in (known, unknown)]
    assert says[0] == says[1]
    assert "không đúng" in says[0]


def test_a_session_begins_under_a_token_the_browser_did_not_have(running: RunningDesk) -> None:
    add(running)
    own_password(running, "hang.nguyen")
    browser = running.browser()
    browser.get("/dang-nhap")
    before, page_token = browser.cookies["baocao"], browser.csrf("/dang-nhap")
    assert sign_in(browser, OWN).status_code == 303
    assert browser.cookies["baocao"] != before
    stranger = running.browser()
    stranger.cookies.set("baocao", before)
    assert stranger.get("/").status_code == 303
    assert browser.post("/dang-xuat", data={"csrf": page_token}).status_code == 403


def test_a_cookie_we_did_not_sign_is_nobodys(running: RunningDesk) -> None:
    running.add_person("hang", Grant(PersonRole.OFFICER, UNIT))
    cookie = running.sign_in("hang").cookies["baocao"]
    token, _, signature = cookie.rpartition(".")
    for forged in (token, f"{token}x.{signature}", f"{token}.{signature[::-1]}", ""):
        browser = running.browser()
        browser.cookies.set("baocao", forged)
        assert browser.get("/").status_code == 303


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(make_desk: MakeDesk) -> None:
    plain = make_desk().browser().get("/dang-nhap").headers["set-cookie"]
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(plain.split("; "))


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_behind_tls_the_cookie_goes_by_tls_only_whatever_the_proxy_says(make_desk: MakeDesk, scheme: str) -> None:
    running = make_desk(BEHIND_PROXY)
    secure = running.browser(f"{scheme}://baocao.vi-du.vn").get("/dang-nhap").headers["set-cookie"]
    assert secure.startswith("__Host-baocao=")
    assert {"HttpOnly", "SameSite=lax", "Secure", "Path=/"} <= set(secure.split("; "))


@pytest.mark.parametrize(
    ("address", "chain", "found"),
    [
        ("10.1.2.3", "203.0.113.7", "203.0.113.7"),
        ("10.1.2.3", "198.51.100.1, 203.0.113.7", "203.0.113.7"),
        ("192.0.2.9", "203.0.113.7", "192.0.2.9"),
    ],
)
def test_the_journal_names_the_browsers_address_by_the_word_of_the_proxy_alone(
    make_desk: MakeDesk, address: str, chain: str, found: str
) -> None:
    running = make_desk(BEHIND_PROXY)
    add(running)
    own_password(running, "hang.nguyen")
    browser = Browser(running.app, "https://baocao.vi-du.vn", address)
    browser.headers["X-Forwarded-For"] = chain
    assert sign_in(browser, OWN).status_code == 303
    assert running.store.journal.list()[-1].actor.origin == found


def test_two_processes_of_one_installation_know_each_others_sign_ins(make_desk: MakeDesk) -> None:
    one, other = make_desk(), make_desk()
    one.add_person("hang", Grant(PersonRole.OFFICER, UNIT))
    browser = one.sign_in("hang")
    there = other.browser()
    there.cookies.set("baocao", browser.cookies["baocao"])
    assert there.get("/").status_code == 200
    assert there.change("/dang-xuat").status_code == 303
    assert browser.get("/").status_code == 303


def test_signing_out_ends_the_session_for_whoever_kept_the_cookie(running: RunningDesk) -> None:
    running.add_person("hang", Grant(PersonRole.OFFICER, UNIT))
    browser = running.sign_in("hang")
    kept = browser.cookies["baocao"]
    assert browser.change("/dang-xuat").status_code == 303
    thief = running.browser()
    thief.cookies.set("baocao", kept)
    assert thief.get("/").status_code == 303


@pytest.mark.parametrize(
    ("lock", "still"),
    [
        (lambda workspace: administering.lock_person(workspace.store, "hang", IT, "nghỉ việc"), False),
        (lambda workspace: administering.reset_password(workspace.store, "hang", IT), False),
        (lambda workspace: administering.remove_second_factor(workspace.store, "hang", IT), False),
        (
            lambda workspace: administering.change_grants(
                workspace, "hang", IT, give=(Grant(PersonRole.OWNER, UNIT, "x"),)
            ),
            True,
        ),
    ],
)
def test_what_it_does_to_an_account_holds_at_once(running: RunningDesk, lock: object, still: bool) -> None:
    running.add_person("hang", Grant(PersonRole.OFFICER, UNIT))
    browser = running.sign_in("hang")
    assert browser.get("/").status_code == 200
    lock(running.workspace)  # type: ignore[operator]
    assert (browser.get("/").status_code == 200) is still


def test_a_locked_account_is_told_so_and_begins_no_session(running: RunningDesk) -> None:
    add(running)
    own_password(running, "hang.nguyen")
    administering.lock_person(running.store, "hang.nguyen", IT, "nghỉ việc")
    before = len(running.store.journal.list(deed="sign_in"))
    answer = sign_in(running.browser(), OWN)
    assert (answer.status_code, "đã bị khóa" in answer.text) == (422, True)
    assert len(running.store.journal.list(deed="sign_in")) == before


def test_a_session_ends_when_it_is_idle_and_at_the_end_of_the_day(running: RunningDesk) -> None:
    running.add_person("hang", Grant(PersonRole.OFFICER, UNIT))
    store, idle = running.store, running.desk.rules.idle
    now, actor = datetime.now(UTC), Actor("hang", "10.0.0.9")
    from baocao.store.people.sessions import Door

    store.sessions.begin("t", actor, Door.DESK, now, timedelta(hours=10), has_second_factor=False, by="password")
    for minutes in range(50, 540, 50):
        assert store.sessions.find("t", Door.DESK, now + timedelta(minutes=minutes), idle)
    too_late = timedelta(minutes=501) + idle
    assert too_late < timedelta(hours=10)
    assert store.sessions.find("t", Door.DESK, now + too_late, idle) is None
    assert store.sessions.find("t", Door.DESK, now + timedelta(hours=10, minutes=1), timedelta(days=1)) is None
    assert store.sessions.find("t", Door.TERMINAL, now, idle) is None


def test_too_many_wrong_passwords_lock_out_and_it_is_told_once(make_desk: MakeDesk) -> None:
    running = make_desk()
    alerts = "channels:\n  so: {kind: file, path: tin-bao.txt}\nroutes:\n  cntt: {channels: [so]}\n"
    config_dir = running.home / "config"
    (config_dir / "alerts.yaml").write_text(alerts, encoding="utf-8")
    running = make_desk()
    add(running)
    own_password(running, "hang.nguyen")
    answers = [sign_in(running.browser(), f"đoán lần thứ {number}") for number in range(7)]
    assert [answer.status_code for answer in answers] == [422] * 7
    assert ["tạm khóa 15 phút" in answer.text for answer in answers] == [False] * 5 + [True] * 2
    assert "tạm khóa" in sign_in(running.browser(), OWN).text
    told = (running.home / "tin-bao.txt").read_text(encoding="utf-8")
    assert told.count("Tạm khóa đăng nhập của Nguyễn Thị Hằng") == 1
    assert "testclient" in told
    assert "đoán lần" not in told


def test_guessing_many_names_from_one_place_is_slowed_down(running: RunningDesk) -> None:
    for number in range(40):
        running.store.attempts.note(Actor(f"ai-{number}", "testclient"), datetime.now(UTC), has_succeeded=False)
    add(running)
    own_password(running, "hang.nguyen")
    assert "từ máy này" in sign_in(running.browser(), OWN).text


def test_an_office_that_signs_in_through_one_address_is_not_slowed_down(running: RunningDesk) -> None:
    add(running)
    own_password(running, "hang.nguyen")
    for _ in range(45):
        running.store.attempts.note(Actor("khac", "testclient"), datetime.now(UTC), has_succeeded=False)
        running.store.attempts.note(Actor("khac", "testclient"), datetime.now(UTC), has_succeeded=True)
    assert sign_in(running.browser(), OWN).status_code == 303


@pytest.mark.parametrize("role", [PersonRole.APPROVER, PersonRole.IT])
def test_whoever_approves_or_administers_needs_a_telephone_too(running: RunningDesk, role: PersonRole) -> None:
    add(running, role=role)
    own_password(running, "hang.nguyen")
    browser = running.browser()
    assert sign_in(browser, OWN, leads_to="/tai-khoan").headers["location"] == "/bao-ve-hai-lop?den=%2Ftai-khoan"
    for path in ("/", "/tai-khoan", "/doi-mat-khau"):
        assert browser.get(path).headers["location"] == "/bao-ve-hai-lop"
    shown = browser.get("/bao-ve-hai-lop").text
    secret = re.search(r'class="mono">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")  # type: ignore[index]
    setting_up = re.search(r'name="setting_up" value="([^"]+)"', shown)[1]  # type: ignore[index]
    wrong = browser.change("/bao-ve-hai-lop", "/bao-ve-hai-lop", code="000000", setting_up=setting_up)
    assert (wrong.status_code, "Mã không đúng" in wrong.text) == (422, True)
    code, half = pyotp.TOTP(secret).now(), browser.cookies["baocao"]
    done = browser.change("/bao-ve-hai-lop", "/bao-ve-hai-lop", code=code, setting_up=setting_up, den="/tai-khoan")
    assert done.headers["location"] == "/tai-khoan"
    assert browser.get("/").status_code == 200
    assert browser.cookies["baocao"] != half
    assert secret not in browser.get("/tai-khoan").text

    again = running.browser()
    sign_in(again, OWN)
    used = again.change("/bao-ve-hai-lop", "/bao-ve-hai-lop", code=code)
    assert (used.status_code, "đã dùng" in used.text) == (422, True)
    assert secret not in again.get("/bao-ve-hai-lop").text
    later = pyotp.TOTP(secret).at(datetime.now(UTC) + timedelta(seconds=30))
    assert again.change("/bao-ve-hai-lop", "/bao-ve-hai-lop", code=later).status_code == 303
    assert again.get("/").status_code == 200


def test_codes_are_not_guessed_without_end(running: RunningDesk) -> None:
    add(running, role=PersonRole.APPROVER)
    own_password(running, "hang.nguyen")
    secret = pyotp.random_base32()
    running.store.people.set_second_factor("hang.nguyen", running.desk.key.encipher(secret), IT, datetime.now(UTC))
    browser = running.browser()
    sign_in(browser, OWN)
    said = [browser.change("/bao-ve-hai-lop", "/bao-ve-hai-lop", code="123456").text for _ in range(6)]
    assert "tạm khóa" in said[-1]
    assert "tạm khóa" in browser.change("/bao-ve-hai-lop", "/bao-ve-hai-lop", code=pyotp.TOTP(secret).now()).text


def test_a_secret_of_another_persons_page_sets_up_nothing(running: RunningDesk) -> None:
    add(running, "minh.vu", PersonRole.IT)
    running.add_person("dung", Grant(PersonRole.APPROVER, UNIT))
    theirs = running.sign_in("minh.vu", has_second_factor=False)
    administering.reset_password(running.store, "dung", IT)
    own = running.sign_in("dung", has_second_factor=False)
    theirs = running.sign_in("minh.vu", has_second_factor=False)
    shown = theirs.get("/bao-ve-hai-lop").text
    setting_up = re.search(r'name="setting_up" value="([^"]+)"', shown)[1]  # type: ignore[index]
    secret = re.search(r'class="mono">([A-Z2-7 ]+)<', shown)[1].replace(" ", "")  # type: ignore[index]
    code = pyotp.TOTP(secret).now()
    answer = own.change("/bao-ve-hai-lop", "/bao-ve-hai-lop", code=code, setting_up=setting_up)
    assert answer.status_code == 403
    assert running.store.people.means_of("dung").totp_secret is None  # type: ignore[union-attr]


def test_who_signed_in_and_out_stands_in_the_journal(running: RunningDesk) -> None:
    add(running)
    own_password(running, "hang.nguyen")
    browser = running.browser()
    sign_in(browser, OWN)
    browser.change("/dang-xuat")
    done = [(one.actor.person_code, one.deed, one.actor.origin) for one in running.store.journal.list()]
    assert done == [
        ("quan-tri", "person.added", "may@test"),
        ("quan-tri", "person.password", "may@test"),
        ("quan-tri", "person.password", "may@test"),
        ("hang.nguyen", "sign_in", "testclient"),
        ("hang.nguyen", "sign_out", "testclient"),
    ]
    assert OWN not in str(running.store.journal.list())


@pytest.mark.parametrize(
    "leads_to",
    ["https://ke-xau.vn", "//ke-xau.vn", "/\\ke-xau.vn", "javascript:alert(1)", "\\\\ke-xau.vn", "/\t/ke-xau.vn", ""],
)
def test_a_sign_in_leads_to_no_other_site(running: RunningDesk, leads_to: str) -> None:
    add(running)
    own_password(running, "hang.nguyen")
    assert sign_in(running.browser(), OWN, leads_to=leads_to).headers["location"] == "/"
    assert keep_local("/don-vi?ky=2025-Q4") == "/don-vi?ky=2025-Q4"


def test_people_of_the_training_server_come_in_nowhere_else(make_desk: MakeDesk) -> None:
    training = make_desk(is_training=True)
    training.add_person("hang.tap-huan", Grant(PersonRole.OFFICER, UNIT), is_demo=True)
    browser = training.browser()
    taken = browser.change("/tap-huan/dang-nhap", "/dang-nhap", person="hang.tap-huan")
    assert taken.status_code == 303
    assert "Tập huấn" in browser.get("/").text
    real = make_desk()
    outside = real.browser()
    outside.cookies.set("baocao", browser.cookies["baocao"])
    assert outside.get("/").status_code == 303
    assert outside.change("/tap-huan/dang-nhap", "/dang-nhap", person="hang.tap-huan").status_code == 404
    assert "hang.tap-huan" not in outside.get("/dang-nhap").text


def test_nobody_real_comes_in_at_the_training_servers_door(make_desk: MakeDesk) -> None:
    training = make_desk(is_training=True)
    training.add_person("hang", Grant(PersonRole.OFFICER, UNIT))
    answer = training.browser().change("/tap-huan/dang-nhap", "/dang-nhap", person="hang")
    assert answer.status_code == 404

"""Who may see which page and take which step: each route against each role, in the own unit and in another."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from baocao.people import PersonRole
from baocao.settings import Settings
from desk.app import MODULES, list_pages, make_routes
from desk.office import open_desk
from desk.pages import PageRoute, PageSet
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.desk.conftest import Browser, RunningDesk
from tests.reporting.conftest import UNIT

R = PersonRole
ALL = frozenset(R)
NOBODY: frozenset[PersonRole] = frozenset()
STRANGER_UNIT = "xa"
"""No unit of the officer, the owner and the approver here; below the province's."""

WITHOUT_SIGN_IN = {
    ("GET", "/dang-nhap"),
    ("GET", "/dang-nhap/openid"),
    ("GET", "/dang-nhap/openid/ve"),
    ("POST", "/dang-nhap"),
    ("GET", "/tep-tinh/{digest}/{name}"),
    ("POST", "/tap-huan/dang-nhap"),
}
SIGNED_IN = {
    ("GET", "/"): ALL,
    ("GET", "/bao-ve-hai-lop"): ALL,
    ("GET", "/doi-mat-khau"): ALL,
    ("GET", "/tai-khoan"): ALL,
    ("POST", "/bao-ve-hai-lop"): ALL,
    ("GET", "/quan-tri/nguoi-dung"): frozenset({R.IT}),
    ("POST", "/dang-xuat"): ALL,
    ("POST", "/quan-tri/nguoi-dung"): frozenset({R.IT}),
    ("POST", "/quan-tri/nguoi-dung/{code}/dat-lai"): frozenset({R.IT}),
    ("POST", "/quan-tri/nguoi-dung/{code}/khoa"): frozenset({R.IT}),
    ("POST", "/quan-tri/nguoi-dung/{code}/vai-tro"): frozenset({R.IT}),
    ("POST", "/doi-mat-khau"): ALL,
    ("GET", "/bang"): ALL,
    ("GET", "/bang.csv"): ALL,
    ("GET", "/su-co"): ALL,
    ("POST", "/su-co/{number}/nhan"): frozenset({R.OFFICER, R.OWNER, R.PROVINCE, R.IT}),
    ("GET", "/so-phat-hanh"): ALL - {R.OWNER},
    ("POST", "/so-phat-hanh/kiem-tra"): frozenset({R.IT, R.AUDITOR}),
    ("GET", "/so-phat-hanh/kiem-tra/{job_key}/dong"): frozenset({R.IT, R.AUDITOR}),
    ("GET", "/quan-tri"): frozenset({R.IT, R.AUDITOR}),
    ("POST", "/quan-tri/kiem-tra"): frozenset({R.IT}),
    ("GET", "/quan-tri/kiem-tra/{job_key}/dong"): frozenset({R.IT}),
    ("GET", "/quan-tri/cau-hinh/{name:path}"): frozenset({R.IT}),
    ("POST", "/quan-tri/cau-hinh/{name:path}"): frozenset({R.IT}),
    ("GET", "/quan-tri/mau-moi"): frozenset({R.IT}),
    ("POST", "/quan-tri/mau-moi"): frozenset({R.IT}),
    ("GET", "/quan-tri/mau-moi/{job_key}"): frozenset({R.IT}),
    ("GET", "/quan-tri/mau-moi/{job_key}/dong"): frozenset({R.IT}),
    ("GET", "/quan-tri/mau-moi/{job_key}/tep/{name:path}"): frozenset({R.IT}),
    ("GET", "/bieu-do"): ALL,
    ("GET", "/so-sanh"): ALL - {R.OWNER},
    ("POST", "/so-sanh"): ALL - {R.OWNER},
    ("GET", "/so-sanh/{job_key}"): ALL - {R.OWNER},
    ("GET", "/so-sanh/{job_key}/dong"): ALL - {R.OWNER},
    ("GET", "/quan-tri/thu"): frozenset({R.IT}),
    ("POST", "/quan-tri/thu"): frozenset({R.IT}),
    ("GET", "/quan-tri/thu/{job_key}"): frozenset({R.IT}),
    ("GET", "/quan-tri/thu/{job_key}/dong"): frozenset({R.IT}),
    ("GET", "/lap-bu"): frozenset({R.OFFICER, R.PROVINCE, R.IT}),
    ("POST", "/lap-bu"): frozenset({R.OFFICER, R.PROVINCE, R.IT}),
    ("GET", "/lap-bu/{job_key}"): frozenset({R.OFFICER, R.PROVINCE, R.IT}),
    ("GET", "/lap-bu/{job_key}/dong"): frozenset({R.OFFICER, R.PROVINCE, R.IT}),
    ("POST", "/lap-bu/{job_key}/nhan"): frozenset({R.OFFICER}),
    ("GET", "/quan-tri/nguon/{source}"): frozenset({R.IT}),
    ("POST", "/quan-tri/nguon/{source}"): frozenset({R.IT}),
    ("GET", "/quan-tri/nguon/{source}/{job_key}/dong"): frozenset({R.IT}),
}
"""Which roles a page or step is for, where it concerns no unit in its path."""
FORM = "/bieu-mau/{unit}/{period}/{form}"
RUNNING, HANDING_IN = frozenset({R.OFFICER, R.PROVINCE, R.IT}), frozenset({R.OFFICER, R.PROVINCE})
TYPING, TALKING = frozenset({R.OFFICER, R.OWNER}), frozenset({R.OFFICER, R.OWNER, R.APPROVER, R.PROVINCE})
IN_UNIT: dict[tuple[str, str], frozenset[PersonRole]] = {
    ("GET", FORM): ALL,
    ("GET", f"{FORM}/thu"): TYPING,
    ("GET", f"{FORM}/can-cu/{{sha256}}"): ALL,
    ("GET", f"{FORM}/o/{{cell:path}}"): ALL,
    ("GET", f"{FORM}/o/{{cell:path}}/ho-so"): ALL,
    ("GET", f"{FORM}/o/{{cell:path}}/ho-so.xlsx"): ALL,
    ("GET", f"{FORM}/goi-du-lieu/{{sha256}}"): ALL - {R.OWNER},
    ("GET", f"{FORM}/trinh-duyet"): ALL,
    ("GET", f"{FORM}/bieu-do"): ALL,
    ("GET", f"{FORM}/quy-tac"): ALL,
    ("GET", f"{FORM}/so-sanh"): ALL,
    ("POST", f"{FORM}/so-sanh"): ALL,
    ("GET", f"{FORM}/so-sanh/{{job_key}}"): ALL,
    ("GET", f"{FORM}/so-sanh/{{job_key}}/dong"): ALL,
    ("GET", f"{FORM}/tai-ve"): ALL,
    ("GET", f"{FORM}/tai-ve/phat-hanh/{{revision}}/{{name}}"): ALL,
    ("GET", f"{FORM}/tai-ve/lan-lap/{{vintage}}/{{name}}"): ALL,
    ("GET", f"{FORM}/tai-ve/so-nhap-tay.yaml"): ALL,
    ("GET", f"{FORM}/lap-lai"): ALL,
    ("GET", f"{FORM}/lap-lai/{{job_key}}"): ALL,
    ("GET", f"{FORM}/lap-lai/{{job_key}}/dong"): ALL,
    ("POST", f"{FORM}/lap-lai"): RUNNING,
    ("POST", f"{FORM}/lap-lai/{{job_key}}/nhan"): frozenset({R.OFFICER}),
    ("GET", f"{FORM}/nop-tep"): HANDING_IN,
    ("GET", f"{FORM}/nop-tep/{{job_key}}"): HANDING_IN,
    ("GET", f"{FORM}/nop-tep/{{job_key}}/dong"): HANDING_IN,
    ("GET", f"{FORM}/nop-tep/{{job_key}}/ghi-chu"): HANDING_IN,
    ("GET", f"{FORM}/nop-tep/{{job_key}}/ban-sua"): HANDING_IN,
    ("POST", f"{FORM}/nop-tep"): HANDING_IN,
    ("POST", f"{FORM}/nop-tep/{{job_key}}/nop"): HANDING_IN,
    ("POST", f"{FORM}/so-lieu"): TYPING,
    ("POST", f"{FORM}/o/{{cell:path}}/noi"): TALKING,
    ("POST", f"{FORM}/o/{{cell:path}}/dinh-chinh"): frozenset({R.OFFICER}),
    ("POST", f"{FORM}/trinh-duyet/trinh"): frozenset({R.OFFICER}),
    ("POST", f"{FORM}/trinh-duyet/rut"): frozenset({R.OFFICER}),
    ("POST", f"{FORM}/trinh-duyet/duyet"): frozenset({R.APPROVER}),
    ("POST", f"{FORM}/trinh-duyet/tra-lai"): frozenset({R.APPROVER, R.PROVINCE}),
    ("POST", f"{FORM}/trinh-duyet/phat-hanh"): frozenset({R.APPROVER}),
    ("POST", f"{FORM}/trinh-duyet/mo-khoa"): frozenset({R.IT}),
}
"""The same of one unit's; whoever is of another unit is told that there is no such page."""

PAGES = {(page.method, page.path): page for page in list_pages()}
CONCERNING = {**SIGNED_IN, **IN_UNIT}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, sqlite_original: Path) -> Iterator[RunningDesk]:
    """All routes with their guards, and behind each nothing but `passed`."""
    home = tmp_path_factory.mktemp("desk")
    (home / "var").mkdir()
    shutil.copy(sqlite_original, home / "var" / "baocao.db")
    settings = Settings.read({"BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(ONE_FORM_CONFIG_DIR)})
    with open_desk(settings, list_pages()) as desk:
        yield RunningDesk(home, desk, make_routes(desk, [_bare(pages) for pages in MODULES]))


def _bare(pages: PageSet) -> PageSet:
    return PageSet([replace(page, function=lambda: "passed") for page in pages.made])


def ask(running: RunningDesk, browser: Browser, page: PageRoute, unit: str) -> tuple[int, str]:
    path = page.path.replace("{unit}", unit)
    token = browser.cookies.get("baocao", "")
    csrf = running.desk.key.csrf_token(running.desk.key.read(token))
    headers = {"X-CSRF-Token": csrf} if page.method == "POST" else {}
    answer = browser.request(page.method, path, headers=headers)
    return answer.status_code, answer.text


def test_every_page_stands_in_the_tables_of_this_file() -> None:
    assert set(PAGES) == WITHOUT_SIGN_IN | set(CONCERNING)
    assert {key for key in PAGES if "{unit}" in key[1]} <= set(IN_UNIT)


def test_a_route_without_a_rule_is_not_served(running: RunningDesk) -> None:
    app = make_routes(running.desk)
    app.add_api_route("/quen-luat", lambda: "")
    with pytest.raises(ValueError, match="/quen-luat"):
        _require(app)


def _require(app: object) -> None:
    from desk.pages import require_rules

    require_rules(app)  # type: ignore[arg-type]


@pytest.mark.parametrize("role", R)
@pytest.mark.parametrize("key", sorted(CONCERNING), ids=" ".join)
def test_a_page_is_for_the_roles_it_is_for(running: RunningDesk, key: tuple[str, str], role: PersonRole) -> None:
    status, text = ask(running, running.as_role(role), PAGES[key], UNIT)
    assert (status == 200 and "passed" in text) == (role in CONCERNING[key]), (status, text)
    assert status in (200, 403, 404)


@pytest.mark.parametrize("role", sorted(ALL - {R.PROVINCE, R.IT, R.AUDITOR}))
def test_another_units_page_is_not_there(running: RunningDesk, role: PersonRole) -> None:
    browser = running.as_role(role)
    for key in IN_UNIT:
        status, text = ask(running, browser, PAGES[key], STRANGER_UNIT)
        assert (key, status, "passed" in text) == (key, 404, False)


@pytest.mark.parametrize("key", sorted(set(PAGES) - WITHOUT_SIGN_IN), ids=" ".join)
def test_whoever_has_not_signed_in_is_sent_to_the_sign_in(running: RunningDesk, key: tuple[str, str]) -> None:
    page = PAGES[key]
    browser = running.browser()
    browser.cookies.set("baocao", running.desk.key.sign("somebody's"))
    csrf = running.desk.key.csrf_token("somebody's")
    answer = browser.request(page.method, page.path.replace("{unit}", UNIT), data={"csrf": csrf})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/dang-nhap?den=")


@pytest.mark.parametrize("key", sorted(key for key in PAGES if key[0] == "POST"), ids=" ".join)
@pytest.mark.parametrize("token", ["", "0" * 64, "ô"])
def test_no_step_is_taken_without_the_token_of_the_session(
    running: RunningDesk, key: tuple[str, str], token: str
) -> None:
    browser = running.as_role(R.OFFICER)
    answer = browser.post(key[1].replace("{unit}", UNIT), data={"csrf": token})
    assert (answer.status_code, "Trang đã cũ" in answer.text) == (403, True)

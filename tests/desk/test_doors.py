"""What every answer says to a browser, and who is not answered at all."""

import pytest

from baocao.people import Grant, PersonRole
from desk.wrapping import MAX_BODY_BYTES
from tests.desk.conftest import MakeDesk, RunningDesk
from tests.reporting.conftest import UNIT

BEHIND_PROXY = "public_url: https://baocao.vi-du.vn\ntrusted_proxies: [10.1.2.0/24]\n"


def test_every_answer_forbids_what_a_browser_need_not_do(running: RunningDesk) -> None:
    browser = running.browser()
    for path in ("/", "/dang-nhap", "/khong-co", running.desk.files.url_of("desk.css")):
        headers = browser.get(path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "http" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_no_page_is_kept_by_a_browser_but_files_named_by_their_content(running: RunningDesk) -> None:
    browser = running.browser()
    assert browser.get("/dang-nhap").headers["cache-control"] == "no-store"
    address = running.desk.files.url_of("desk.css")
    assert "immutable" in browser.get(address).headers["cache-control"]
    assert browser.get(address.replace(address.split("/")[2], "0" * 12)).status_code == 404
    assert browser.get("/tep-tinh/0/..%2f..%2fpyproject.toml").status_code == 404


@pytest.mark.parametrize("name", ["ke-xau.vn", "127.0.0.1.ke-xau.vn", ""])
def test_a_page_of_another_site_cannot_reach_us_by_a_name_of_its_own(running: RunningDesk, name: str) -> None:
    assert running.browser().get("/dang-nhap", headers={"Host": name}).status_code == 421


def test_the_name_browsers_use_is_the_one_in_desk_yaml(make_desk: MakeDesk) -> None:
    browser = make_desk(BEHIND_PROXY).browser()
    assert browser.get("/dang-nhap", headers={"Host": "baocao.vi-du.vn"}).status_code == 200
    assert browser.get("/dang-nhap", headers={"Host": "khac.vi-du.vn"}).status_code == 421


def test_a_step_asked_for_by_a_page_of_another_site_is_refused(running: RunningDesk) -> None:
    running.add_person("hang", Grant(PersonRole.OFFICER, UNIT))
    browser = running.sign_in("hang")
    token = browser.csrf()
    for headers in ({"Origin": "https://ke-xau.vn"}, {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert browser.post("/dang-xuat", data={"csrf": token}, headers=headers).status_code == 403
    assert browser.get("/").status_code == 200
    same = {"Origin": "http://127.0.0.1", "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/dang-xuat", data={"csrf": token}, headers=same).status_code == 303
    assert browser.get("/").status_code == 303


def test_more_than_a_request_may_bring_is_refused_before_it_is_read(running: RunningDesk) -> None:
    browser = running.browser()
    assert (
        browser.post("/dang-xuat", content=b"x", headers={"Content-Length": str(MAX_BODY_BYTES + 1)}).status_code == 413
    )

    def endless() -> object:
        for _ in range(40):
            yield b"x" * (MAX_BODY_BYTES // 32)

    answer = browser.post(
        "/dang-xuat", content=endless(), headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 413


def test_an_unknown_address_and_a_wrong_method_are_told_in_vietnamese(running: RunningDesk) -> None:
    browser = running.browser()
    for answer in (browser.get("/khong-co"), browser.put("/")):
        assert (answer.status_code, "Không có trang này" in answer.text) == (404, True)


def test_whoever_is_refused_a_page_finds_their_way_on(running: RunningDesk) -> None:
    answer = running.as_role(PersonRole.OFFICER).get("/quan-tri/nguoi-dung")
    assert (answer.status_code, "Bạn không có quyền làm việc này" in answer.text) == (403, True)
    assert '<nav class="main"' in answer.text


def test_a_store_that_does_not_answer_is_told_without_asking_it_who_is_there(running: RunningDesk) -> None:
    browser = running.as_role(PersonRole.OFFICER)
    running.store.close()
    answer = browser.get("/")
    assert (answer.status_code, "Cơ sở dữ liệu tạm thời không trả lời" in answer.text) == (503, True)

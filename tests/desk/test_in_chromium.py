"""Whole journeys in a real browser over the training province: by mouse, by keyboard only, at a telephone's width."""

import os
import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from baocao.settings import Settings
from cli.demo_province import NOT_BEGUN, OWN_UNITS, RELEASED, SENT_BACK, SUBMITTED, WITHOUT_SYSTEMS, demo_province
from desk.app import make_app
from desk.serving import open_to_serve
from tests.installed import find_program

HANG, LAN, DUNG, HOA, MINH = "Nguyễn Thị Hằng", "Trần Thị Lan", "Phạm Văn Dũng", "Đặng Thị Hòa", "Vũ Đức Minh"
TELEPHONE = 360
BY_IT = ("/quan-tri/nguon/one_stop_igate", "/quan-tri/mau-moi", "/quan-tri/thu", "/lap-bu", "/bieu-do", "/so-sanh")


def form(unit: str) -> str:
    return f"/bieu-mau/{unit}/2025-Q4/2025-bieu-mau-7"


@dataclass
class Desktop:
    """A browser beside a desk that answers on this machine."""

    address: str
    browser: Any
    axe: Any

    def sign_in(self, name: str, width: int = 1200) -> Any:
        page = self.browser.new_context(viewport={"width": width, "height": 900}).new_page()
        page.set_default_timeout(60_000)
        page.goto(f"{self.address}/dang-nhap")
        page.get_by_role("button", name=name).click()
        page.wait_for_url(f"{self.address}/")
        return page

    def look(self, page: Any, path: str) -> None:
        """Nothing serious for whoever sees, hears or points differently; nothing beside the screen."""
        page.goto(f"{self.address}{path}")
        self.look_here(page)

    def look_here(self, page: Any) -> None:
        path = page.url
        found = self.axe.run(page).response["violations"]
        assert [(one["id"], path) for one in found if one["impact"] in ("serious", "critical")] == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path


@pytest.fixture(scope="module")
def desktop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desktop]:
    chromium = find_program("chromium", "chromium")
    home = tmp_path_factory.mktemp("demo")
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        for name in ("BAOCAO_HOME", "BAOCAO_CONFIG_DIR", "BAOCAO_UNIT", "BAOCAO_NOW", "BAOCAO_SANDBOX_URL"):
            patch.setenv(name, "")
        stack.enter_context(demo_province(Path(home)))
        desk = stack.enter_context(open_to_serve(Settings.read(os.environ), OWN_UNITS))
        server = uvicorn.Server(uvicorn.Config(make_app(desk), port=0, log_config=None, proxy_headers=False))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        stack.callback(thread.join, 30)
        stack.callback(setattr, server, "should_exit", True)
        while not server.started:
            thread.join(0.05)
        port = server.servers[0].sockets[0].getsockname()[1]
        played = stack.enter_context(sync_playwright())
        browser = played.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        stack.callback(browser.close)
        yield Desktop(f"http://127.0.0.1:{port}", browser, Axe())


def type_in(page: Any, code: str, value: str, evidence: str) -> None:
    """As a person does: the figure, then what it rests on; leaving the field saves it."""
    field = page.locator(f"#so-{code}")
    if field.locator("select").count():
        field.locator("select").select_option(value)
    else:
        field.locator("[name=value]").fill(value)
    field.locator("[name=evidence]").fill(evidence)
    field.locator("[name=evidence]").blur()
    page.locator(f"#so-{code} .told", has_text="Đã lưu.").wait_for()


def test_an_officer_s_first_quarter_from_sign_in_to_submitted_then_approved_and_released(desktop: Desktop) -> None:
    page = desktop.sign_in(HANG)
    page.get_by_role("link", name=re.compile("Mẫu số 001.*Nhập 3 số")).click()
    type_in(page, "architecture_updated_code", "1", "Quyết định phê duyệt Kiến trúc 4.0")
    type_in(page, "periodic_reports_due_count", "12", "Danh mục báo cáo định kỳ")
    type_in(page, "periodic_reports_sent_count", "12", "Sổ theo dõi gửi báo cáo")
    page.get_by_role("link", name="Việc hôm nay").first.click()
    page.get_by_role("link", name=re.compile("Mẫu số 001.*Lấy số liệu")).click()
    page.get_by_role("button", name=re.compile("Lấy số liệu")).click()
    page.get_by_text("Đã lập xong").wait_for()
    page.get_by_role("link", name="trình duyệt").click()
    page.get_by_role("button", name="Trình duyệt").click()
    page.get_by_text("đã trình lần lập 1").wait_for()
    approver = desktop.sign_in(DUNG)
    approver.get_by_role("link", name=re.compile("Mẫu số 001.*Xem và duyệt")).click()
    approver.get_by_role("button", name="Duyệt", exact=True).click()
    approver.get_by_role("button", name="Phát hành").click()
    approver.get_by_text("Mã dòng nhật ký").wait_for()


def test_what_is_typed_is_judged_meanwhile_and_kept_while_the_network_is_away(desktop: Desktop) -> None:
    page = desktop.sign_in(HANG)
    page.goto(f"{desktop.address}{form(SENT_BACK)}")
    code = "periodic_reports_sent_count"
    page.locator(f"#so-{code} [name=value]").press_sequentially("9")
    page.locator(f"#so-{code} .told.wrong-note", has_text="phần trăm").wait_for()
    page.context.set_offline(offline=True)
    page.locator(f"#so-{code} [name=value]").fill("11")
    page.locator(f"#so-{code} button", has_text="Lưu").click()
    page.get_by_text("Mất kết nối. Số bạn gõ được giữ").wait_for()
    page.context.set_offline(offline=False)
    page.reload()
    page.get_by_role("button", name="Dùng lại").click()
    page.locator(f"#so-{code} button", has_text="Lưu").click()
    page.locator(f"#so-{code} .told", has_text="Đã lưu.").wait_for()
    assert page.locator("#o-2 .figure").inner_text() == "91,67"


def test_a_figure_is_saved_once_with_what_is_chosen_elsewhere_kept_and_drafts_only_their_writer_s(
    desktop: Desktop,
) -> None:
    page, code, other = desktop.sign_in(HANG), "periodic_reports_due_count", "periodic_reports_sent_count"
    page.goto(f"{desktop.address}{form(WITHOUT_SYSTEMS)}")
    sent = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.locator(f"#so-{other} summary").first.click()
    page.locator(f"#tp-{other}").set_input_files({"name": "so.pdf", "mimeType": "application/pdf", "buffer": b"%PDF"})
    page.locator(f"#gt-{code}").fill("13")
    page.locator(f"#cc-{code}").fill("Danh mục của năm")
    page.keyboard.press("Enter")
    page.locator(f"#so-{code} .told", has_text="Đã lưu.").wait_for()
    assert (len(sent), page.locator(".wrong-note", has_text="vừa ghi").count()) == (1, 0)
    assert page.evaluate(f"document.getElementById('tp-{other}').files.length") == 1
    page.locator(f"#gt-{code}").fill("14")
    page.keyboard.press("Tab")
    page.locator(f"#so-{code} .told", has_text="còn đúng thì bấm Lưu").wait_for()
    assert len(sent) == 1
    page.locator(f"#luu-{code}").focus()
    page.keyboard.press("Enter")
    page.locator(f"#so-{code} .told", has_text="Đã lưu.").wait_for()
    assert page.evaluate("document.activeElement.id") == f"luu-{code}"
    page.locator(f"#gt-{code}").fill("15")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('hang')).length") == 1
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(re.compile("dang-nhap"))
    assert page.evaluate("localStorage.length") == 0


def test_an_officer_with_the_keyboard_only_sends_a_mended_form_again(desktop: Desktop) -> None:
    page = desktop.sign_in(HANG)
    go_by_keys(page, "Mẫu số 003.*(Sửa biểu mẫu|Sửa nốt|Lấy|Đọc)")
    page.wait_for_url(re.compile(SENT_BACK))
    if "lap-lai" not in page.url:
        go_by_keys(page, "^Lập lại, so sánh")
        page.wait_for_url(re.compile("lap-lai"))
    go_by_keys(page, "^Dùng dữ liệu đã giữ")
    page.get_by_text("Đã lập xong").wait_for()
    go_by_keys(page, "^trình duyệt$")
    page.wait_for_url(re.compile("trinh-duyet"))
    go_by_keys(page, "^Trình duyệt$")
    page.get_by_text("đã trình lần lập").wait_for()


def go_by_keys(page: Any, name: str) -> None:
    """Tab to what has this name, and press it; whatever is tabbed to can be seen to be."""
    for _ in range(200):
        page.keyboard.press("Tab")
        said = page.evaluate("document.activeElement.innerText || document.activeElement.value || ''")
        if re.search(name, said.strip()):
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            page.keyboard.press("Enter")
            return
    raise AssertionError(name)


def test_a_province_s_chase_and_an_approver_s_send_back_at_a_telephone_s_width(desktop: Desktop) -> None:
    page = desktop.sign_in(LAN, TELEPHONE)
    page.get_by_role("link", name="Bảng đơn vị").click()
    page.get_by_label("Kỳ").fill("2025-Q4")
    page.get_by_label("Bước").select_option(label="Đã trình, chờ duyệt")
    page.get_by_role("button", name="Lọc").click()
    page.get_by_role("link", name="UBND xã Mẫu số 005").click()
    page.get_by_role("link", name="Trình, duyệt").click()
    page.get_by_label("Lý do trả lại ô 4.2", exact=True).fill("Cao hơn tháng 11 nhiều")
    page.get_by_role("button", name="Trả lại", exact=True).click()
    page.get_by_text("bị trả lại", exact=True).first.wait_for()
    page.goto(f"{desktop.address}{form(SUBMITTED)}")
    page.get_by_text("Bị trả lại: Cao hơn tháng 11 nhiều").wait_for()


def test_an_auditor_s_three_questions(desktop: Desktop) -> None:
    page = desktop.sign_in(HOA)
    page.get_by_role("link", name="Sổ phát hành").click()
    page.get_by_role("button", name="Kiểm tra toàn bộ").click()
    page.get_by_role("heading", name="Nguyên vẹn").wait_for()
    page.goto(f"{desktop.address}{form(RELEASED)}/tai-ve")
    with page.expect_download() as download:
        page.get_by_role("link", name="Word, để trình ký").first.click()
    assert Path(download.value.path()).read_bytes()[:2] == b"PK"
    page.goto(f"{desktop.address}{form(RELEASED)}/o/4.2")
    page.get_by_text("Câu trả lời gốc của hệ thống").click()
    page.get_by_text(re.compile("one_stop_igate, .*: [0-9a-f]{64}")).first.wait_for()


@pytest.mark.parametrize("width", [1200, TELEPHONE])
def test_nothing_serious_stands_in_the_way_of_anybody_on_any_page(desktop: Desktop, width: int) -> None:
    page = desktop.sign_in(HANG, width)
    parts = ("", "/o/4.2", "/trinh-duyet", "/lap-lai", "/bieu-do", "/quy-tac", "/so-sanh", "/tai-ve", "/nop-tep")
    for path in ("/", "/bang", "/su-co", *(form(SENT_BACK) + part for part in parts), form(WITHOUT_SYSTEMS)):
        desktop.look(page, path)
    page = desktop.sign_in(MINH, width)
    for path in ("/so-phat-hanh", "/quan-tri", "/quan-tri/cau-hinh/sources.yaml", form(NOT_BEGUN), *BY_IT):
        desktop.look(page, path)
    page.goto(f"{desktop.address}/quan-tri/cau-hinh/checks.yaml")
    page.locator("textarea").evaluate("one => { one.value += '\\nla: 1' }")
    page.get_by_role("button", name="Xem trước khác biệt").click()
    page.get_by_text("chỗ cần sửa").wait_for()
    desktop.look_here(page)

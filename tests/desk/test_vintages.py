"""A form that was put forward or released is shown as it was, and nobody decides by what no longer stands there."""

import io
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from baocao.domain import Period
from baocao.people import Grant, PersonRole
from baocao.store import FormKey
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.desk.test_form_pages import FORM, figure_of, seen_on, type_in
from tests.desk.test_more_pages import make_again, release, wait_for
from tests.reporting.conftest import UNIT

R = PersonRole
STEPS = f"{FORM}/trinh-duyet"
READERS = (R.OFFICER, R.APPROVER, R.AUDITOR, R.PROVINCE)


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    """A desk over a home in which the period was run once: 12 reports of 12 sent, 100,00."""
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


def large_figure(text: str) -> str:
    found = re.search(r'figure-large"><strong>([^<]+)<', text)
    return found[1] if found else ""


def figure_on_steps(browser: Browser) -> str:
    row = browser.get(STEPS).text.split(f"{FORM}/o/2?ban=")[1]
    found = re.search(r"Kỳ này: </span><strong>([^<]+)<", row)
    return found[1] if found else ""


def test_a_released_form_is_shown_as_released_whatever_is_typed_in_and_run_afterwards(desk: RunningDesk) -> None:
    release(desk)
    officer = desk.as_role(R.OFFICER)
    assert type_in(officer, "9")[0] == 303
    for run_again in (False, True):
        if run_again:
            wait_for(officer, make_again(officer, source="payloads", typed="1"))
        for browser in map(desk.as_role, READERS):
            text = browser.get(FORM).text
            assert figure_of(text, "2") == "100,00"
            assert "bản phát hành ghi 100,00; số mới là 75,00" in text
            assert "12 → 9" in text
            assert f'href="{FORM}?ban=nhap"' in text
            assert 'name="value"' not in text
            assert f'href="{FORM}/o/2?ban=1"' in text
            assert figure_on_steps(browser) == "100,00"
            for path in (f"{FORM}/o/2", f"{FORM}/o/2?ban=1"):
                assert large_figure(browser.get(path).text) == "100,00"
        assert "ghi 100,00; sau đó có số mới, 75,00" in officer.get(f"{FORM}/o/2").text
    assert figure_of(officer.get(f"{FORM}?ban=nhap").text, "2") == "75,00"
    assert large_figure(officer.get(f"{FORM}/o/2?ban=nhap").text) == "75,00"
    assert large_figure(officer.get(f"{FORM}/o/2?ban=2").text) == "75,00"
    assert "không phải bản đã phát hành" in officer.get(f"{FORM}?ban=nhap").text
    for wrong in ("9", "x", "-1", "²"):
        assert officer.get(f"{FORM}?ban={wrong}").status_code == 404


def test_who_approves_sees_the_vintage_they_are_to_approve(desk: RunningDesk) -> None:
    officer, approver = desk.as_role(R.OFFICER), desk.as_role(R.APPROVER)
    officer.change(f"{STEPS}/trinh", STEPS)
    type_in(officer, "9")
    text = approver.get(FORM).text
    assert (figure_of(text, "2"), figure_on_steps(approver)) == ("100,00", "100,00")
    assert "Bản đã trình: lần lập 1" in text
    assert "bản đã trình ghi 100,00; số mới là 75,00" in text
    assert "không ở trong bản này" in approver.get(STEPS).text


def test_an_approval_of_what_was_not_seen_is_refused_and_nothing_is_done(desk: RunningDesk) -> None:
    officer, approver = desk.as_role(R.OFFICER), desk.as_role(R.APPROVER)
    officer.change(f"{STEPS}/trinh", STEPS)
    seen = seen_on(approver.get(STEPS).text)
    officer.change(f"{STEPS}/rut", STEPS, reason="gõ nhầm")
    type_in(officer, "9")
    wait_for(officer, make_again(officer, source="payloads", typed="1"))
    officer.change(f"{STEPS}/trinh", STEPS)
    before = desk.store.releases.list()
    for step in ("duyet", "tra-lai", "phat-hanh"):
        for stale in (seen, "", "2:", "²:x"):
            answer = approver.change(f"{STEPS}/{step}", reason="xem lại", seen=stale)
            assert (answer.status_code, "Chưa có gì thay đổi. Mở lại trang" in answer.text) == (409, True)
    assert desk.store.releases.list() == before
    assert approver.change(f"{STEPS}/duyet", STEPS).status_code == 303


def test_a_form_with_figures_typed_in_since_is_not_offered_nor_taken_until_it_is_made_again(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    seen = seen_on(officer.get(STEPS).text)
    type_in(officer, "13")
    text = officer.get(STEPS).text
    assert "12 → 13" in text
    assert ("Không có điều gì phải xem lại" in text, ">Trình duyệt</button>" in text) == (False, False)
    answer = officer.change(f"{STEPS}/trinh", seen=seen)
    assert (answer.status_code, "Quy tắc: release.current" in answer.text) == (409, True)
    assert desk.store.releases.list() == ()
    assert "Lập lại: 1 điều đã nhập, đính chính hoặc nộp sau lần lập 1" in officer.get("/").text
    assert "Có 1 số đã đổi sau lần lập 1" in officer.get(FORM).text
    assert "Lập lại</a> để số mới" not in desk.as_role(R.AUDITOR).get(FORM).text


def test_a_form_is_put_forward_once_until_it_is_withdrawn_with_a_reason(desk: RunningDesk) -> None:
    officer, approver = desk.as_role(R.OFFICER), desk.as_role(R.APPROVER)
    officer.change(f"{STEPS}/trinh", STEPS)
    approver.change(f"{STEPS}/duyet", STEPS)
    answer = officer.change(f"{STEPS}/trinh", seen=seen_on(officer.get(STEPS).text))
    assert (answer.status_code, "rút về trước, kèm lý do" in answer.text) == (409, True)
    assert officer.change(f"{STEPS}/rut", STEPS).status_code == 409
    assert officer.change(f"{STEPS}/rut", STEPS, reason="thiếu phụ lục").status_code == 303
    assert officer.change(f"{STEPS}/trinh", STEPS).status_code == 303
    assert [one.kind for one in desk.store.releases.list()] == ["prepare", "approve", "withdraw", "prepare"]


def test_the_auditor_goes_from_the_register_to_any_cell_of_that_release_and_to_the_very_answer(
    desk: RunningDesk,
) -> None:
    release(desk)
    officer, auditor = desk.as_role(R.OFFICER), desk.as_role(R.AUDITOR)
    wait_for(officer, make_again(officer, source="payloads"))
    assert f'href="{FORM}?ban=1">Bản 0, lần lập 1' in auditor.get("/so-phat-hanh").text
    cells = re.findall(rf'href="({FORM}/o/[^"]+\?ban=1)"', auditor.get(f"{FORM}?ban=1").text)
    assert len(cells) > 10
    found = re.search(rf'href="({FORM}/goi-du-lieu/([0-9a-f]{{64}}))"', auditor.get(f"{FORM}/o/4.2?ban=1").text)
    assert found is not None
    answer = auditor.get(found[1])
    assert (answer.content, answer.headers["content-disposition"][:10]) == (
        desk.store.files.get(found[2]),
        "attachment",
    )
    assert auditor.get(f"{FORM}/goi-du-lieu/{'0' * 64}").status_code == 404
    assert auditor.get(found[1].replace("2025-Q4", "2025-Q3")).status_code == 404


def test_a_form_that_was_sent_back_is_not_said_to_be_right(desk: RunningDesk) -> None:
    officer, approver = desk.as_role(R.OFFICER), desk.as_role(R.APPROVER)
    officer.change(f"{STEPS}/trinh", STEPS)
    approver.change(f"{STEPS}/tra-lai", STEPS, **{"o-2": "Đếm lại"})
    assert "Không có điều gì phải sửa" not in officer.get(FORM).text
    assert "Approver.Vi-Du trả lại" in officer.get(FORM).text


def test_a_run_that_failed_is_not_said_to_be_done_nor_offered(desk: RunningDesk) -> None:
    release(desk)
    officer = desk.as_role(R.OFFICER)
    type_in(officer, "13")
    text = wait_for(officer, make_again(officer, source="payloads", typed="1"))
    assert "Đã lập nhưng chưa dùng được" in text
    assert ("Đã lập xong" in text, "Trình bản điều chỉnh" in text) == (False, False)
    assert "100,00</td>" in text
    assert "108,33</td>" in text
    assert ("periodic_reports" in text, "100.00" in text) == (False, False)


def test_a_proof_of_a_released_form_offers_nothing_to_put_forward(desk: RunningDesk) -> None:
    release(desk)
    officer = desk.as_role(R.OFFICER)
    text = wait_for(officer, make_again(officer, source="payloads"))
    assert ("Bản đã phát hành vẫn đúng" in text, ">trình duyệt</a>" in text) == (True, False)


def test_a_correction_and_a_form_handed_in_since_are_told_under_today_too(desk: RunningDesk) -> None:
    officer, cell = desk.as_role(R.OFFICER), f"{FORM}/o/4.3.1"
    figure = re.search(r'figure-large"><strong>([\d.]+)<', officer.get(cell).text)
    assert figure is not None
    said = {"expect": figure[1], "value": "1", "reason": "Hai hồ sơ giấy chưa nhập", "evidence": "Sổ số 12"}
    officer.get(STEPS)
    assert officer.change(f"{cell}/dinh-chinh", cell, **said).status_code == 303
    assert "Lập lại: 1 điều đã nhập, đính chính hoặc nộp" in officer.get("/").text
    assert "Officer.Vi-Du (officer.vi-du) ký" in officer.get(STEPS).text
    wait_for(officer, make_again(officer, source="payloads", typed="1"))
    assert "Lập lại:" not in officer.get("/").text
    kept = desk.store.vintages.list(FormKey(UNIT, "2025-bieu-mau-7", Period.parse("2025-Q4")))
    assert len({one.config_hash for one in kept}) == 2


def test_refusals_call_people_by_their_names(desk: RunningDesk) -> None:
    desk.add_person("hang.nguyen", Grant(R.OFFICER, UNIT), Grant(R.APPROVER, UNIT))
    both = desk.sign_in("hang.nguyen")
    both.change(f"{STEPS}/trinh", STEPS)
    answer = both.change(f"{STEPS}/duyet", seen=seen_on(both.get(STEPS).text))
    assert (answer.status_code, "Hang.Nguyen đã trình biểu mẫu này" in answer.text) == (409, True)
    assert "hang.nguyen đã trình" not in answer.text


def test_the_records_of_a_vintage_s_cell_are_that_vintage_s(desk: RunningDesk) -> None:
    release(desk)
    officer = desk.as_role(R.OFFICER)
    file = desk.home / "config" / "indicators.yaml"
    text = file.read_text(encoding="utf-8")
    changed = text.replace(
        "where: {direction: [outgoing], confidentiality: [normal]}", "where: {direction: [outgoing]}"
    )
    assert changed != text
    file.write_text(changed, "utf-8")
    desk.desk.office.look_again()
    wait_for(officer, make_again(officer, source="payloads"))
    counts = {}
    for number in (1, 2):
        cell = f"{FORM}/o/3.2"
        shown = officer.get(f"{cell}?ban={number}").text
        says = [int(one.replace(".", "")) for one in re.findall(r"<h3>([\d.]+) = ", shown)]
        listed = officer.get(f"{cell}/ho-so?ban={number}").text
        assert f'href="{cell}/ho-so.xlsx?ban={number}"' in listed
        counts[number] = says
        book = openpyxl.load_workbook(io.BytesIO(officer.get(f"{cell}/ho-so.xlsx?ban={number}").content))
        assert [sheet.max_row - 3 for sheet in book.worksheets] == says
    assert counts[1] != counts[2]
    assert officer.get(f"{FORM}/o/3.2/ho-so?ban=9").status_code == 404

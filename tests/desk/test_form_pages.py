"""The pages of a form, as an officer, an owner, an approver and an auditor go through them."""

import re
import shutil
from pathlib import Path

import pytest

from baocao.people import Grant, PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.reporting.conftest import UNIT

FORM = f"/bieu-mau/{UNIT}/2025-Q4/2025-bieu-mau-7"
CODE = "periodic_reports_sent_count"


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    """A desk over a home in which the period was run once."""
    home = Path(shutil.copytree(made_once, tmp_path / "home"))
    return make_desk(home=home)


@pytest.fixture
def officer(desk: RunningDesk) -> Browser:
    return desk.as_role(PersonRole.OFFICER)


def type_in(browser: Browser, value: str, based_on: int = 0, /, **more: str) -> tuple[int, str]:
    fields = {"code": CODE, "value": value, "evidence": "Sổ theo dõi số 3", "based_on": str(based_on), **more}
    answer = browser.change(f"{FORM}/so-lieu", FORM, **fields)
    return answer.status_code, answer.text


def figure_of(text: str, cell: str) -> str:
    """What stands in a row's cell of the form's page."""
    row = text.split(f'id="o-{cell}"')[1].split("</tr>", maxsplit=1)[0]
    found = re.search(r'<span class="figure[^"]*">([^<]+)</span>', row)
    return found[1] if found else ""


def test_the_form_s_page_shows_every_row_with_its_figure(officer: Browser) -> None:
    text = officer.get(FORM).text
    assert (figure_of(text, "4.2"), figure_of(text, "2")) == ("77,78", "100,00")
    assert "Sẵn sàng trình ký".lower() in text.lower()
    assert "Không có điều gì phải sửa" in text


def test_a_figure_typed_in_is_saved_at_once_with_who_and_shows_in_its_ratio(officer: Browser) -> None:
    assert type_in(officer, "9")[0] == 303
    text = officer.get(FORM).text
    assert figure_of(text, "2") == "75,00"
    assert "Officer.Vi-Du lưu lúc" in text
    assert "Lập lại" in text


@pytest.mark.parametrize(
    ("value", "says"), [("12.000", "không rõ là hàng nghìn"), ("một", "không phải số"), ("<script>", "không phải số")]
)
def test_what_cannot_be_meant_stays_in_its_field_with_the_reason(officer: Browser, value: str, says: str) -> None:
    status, text = type_in(officer, value)
    assert (status, says in text) == (422, True)
    assert f'value="{value.replace("<", "&lt;").replace(">", "&gt;")}"' in text
    assert "<script>" not in text


def test_the_second_of_two_officers_is_told_and_sees_the_figure_of_the_first(desk: RunningDesk) -> None:
    desk.add_person("hoa", Grant(PersonRole.OFFICER, UNIT))
    first, second = desk.as_role(PersonRole.OFFICER), desk.sign_in("hoa")
    type_in(first, "9")
    status, text = type_in(second, "8")
    assert (status, "Officer.Vi-Du vừa ghi 9 lúc" in text) == (409, True)
    assert type_in(second, "8", 1)[0] == 303
    assert figure_of(second.get(FORM).text, "2") == "66,67"


def test_a_figure_being_typed_is_judged_before_it_is_saved(officer: Browser) -> None:
    assert "108,33%" in officer.get(f"{FORM}/thu", params={"code": CODE, "value": "13"}).text
    assert "Đọc là 9 báo cáo. Ô 2 sẽ là 75,00" in officer.get(f"{FORM}/thu", params={"code": CODE, "value": "9"}).text
    assert "không phải số" in officer.get(f"{FORM}/thu", params={"code": CODE, "value": "x"}).text
    assert figure_of(officer.get(FORM).text, "2") == "100,00"


def test_a_cell_opens_on_why_with_formula_steps_and_the_answers_of_the_source(officer: Browser) -> None:
    text = officer.get(f"{FORM}/o/4.2").text
    for said in ("÷", "ngày tiếp nhận", "mã thủ tục khác nhau", "đủ 91 ngày", "QĐ 766/QĐ-TTg"):
        assert said in text
    assert re.search(r"<code>[0-9a-f]{64}</code>", text)
    assert officer.get(f"{FORM}/o/99").status_code == 404


def test_evidence_that_is_a_file_comes_back_to_who_may_see_the_form_and_to_nobody_else(desk: RunningDesk) -> None:
    officer = desk.as_role(PersonRole.OFFICER)
    content = b"%PDF-1.7 so theo doi"
    data = {"csrf": officer.csrf(FORM), "code": CODE, "value": "9", "evidence": "", "based_on": "0"}
    officer.post(f"{FORM}/so-lieu", data=data, files={"file": ("so.pdf", content)})
    path = re.search(r'href="([^"]+/can-cu/[0-9a-f]{64})"', officer.get(FORM).text)
    assert path is not None
    answer = officer.get(path[1])
    assert (answer.content, answer.headers["content-disposition"]) == (content, "attachment")
    assert officer.get(f"{FORM}/can-cu/{'0' * 64}").status_code == 404


def test_a_question_is_asked_and_answered_at_the_cell(desk: RunningDesk) -> None:
    officer, owner = desk.as_role(PersonRole.OFFICER), desk.as_role(PersonRole.OWNER)
    cell = f"{FORM}/o/4.2"
    officer.change(f"{cell}/noi", cell, kind="hoi", text="Sao <b>thấp</b> hơn quý III?")
    text = owner.get(cell).text
    assert "Sao &lt;b&gt;thấp&lt;/b&gt; hơn quý III?" in text
    number = re.search(r'name="answers" value="(\d+)"', text)
    assert number is not None
    owner.change(f"{cell}/noi", cell, answers=number[1], text="Do nghỉ bão")
    text = officer.get(cell).text
    assert ("Do nghỉ bão" in text, 'name="answers"' in text) == (True, False)


def test_submit_send_back_with_a_reason_per_cell_submit_approve_release(desk: RunningDesk) -> None:
    officer, approver = desk.as_role(PersonRole.OFFICER), desk.as_role(PersonRole.APPROVER)
    steps = f"{FORM}/trinh-duyet"
    assert officer.change(f"{steps}/trinh", steps).status_code == 303
    assert "Lý do trả lại ô 4.2" in approver.get(steps).text
    approver.change(f"{steps}/tra-lai", steps, **{"o-4.2": "Cao hơn quý trước nhiều", "reason": ""})
    text = officer.get(FORM).text
    assert "Bị trả lại: Cao hơn quý trước nhiều" in text
    assert officer.change(f"{steps}/trinh", steps).status_code == 303
    assert approver.change(f"{steps}/duyet", steps).status_code == 303
    assert approver.change(f"{steps}/phat-hanh", steps).status_code == 303
    assert "Mã dòng nhật ký" in officer.get(steps).text
    entries = desk.store.releases.list()
    assert [entry.content["by"] for entry in entries] == [
        "officer.vi-du", "approver.vi-du", "officer.vi-du", "approver.vi-du", "approver.vi-du",
    ]  # fmt: skip


def test_two_persons_are_really_two_and_a_refusal_is_said_on_the_page(desk: RunningDesk) -> None:
    desk.add_person("ca-hai", Grant(PersonRole.OFFICER, UNIT), Grant(PersonRole.APPROVER, UNIT))
    both, steps = desk.sign_in("ca-hai"), f"{FORM}/trinh-duyet"
    both.change(f"{steps}/trinh", steps)
    text = both.get(steps).text
    assert (">Duyệt</button>" in text, "Bạn đã trình bản này nên người khác duyệt" in text) == (False, True)
    answer = both.change(f"{steps}/duyet", steps, seen=seen_on(text))
    assert (answer.status_code, "người trình và người duyệt là hai người" in answer.text) == (409, True)


def seen_on(text: str) -> str:
    found = re.search(r'name="seen" value="([^"]+)"', text)
    return found[1] if found else ""


def test_a_correction_is_signed_by_who_is_signed_in(desk: RunningDesk) -> None:
    officer, cell = desk.as_role(PersonRole.OFFICER), f"{FORM}/o/4.3.1"
    text = officer.get(cell).text
    figure = re.search(r'figure-large"><strong>([\d.]+)<', text)
    assert figure is not None
    said = {"expect": figure[1], "value": "1", "reason": "Hai hồ sơ giấy chưa nhập", "evidence": "Sổ số 12"}
    assert officer.change(f"{cell}/dinh-chinh", cell, **{**said, "expect": "7"}).status_code == 422
    assert officer.change(f"{cell}/dinh-chinh", cell, **said).status_code == 303
    file = desk.home / "config" / "corrections" / UNIT / "2025-Q4.yaml"
    assert "signed_by: Officer.Vi-Du (officer.vi-du)" in file.read_text(encoding="utf-8")


def test_what_is_owed_today_is_one_click_away_and_gone_when_done(desk: RunningDesk) -> None:
    officer, approver, steps = (
        desk.as_role(PersonRole.OFFICER),
        desk.as_role(PersonRole.APPROVER),
        f"{FORM}/trinh-duyet",
    )
    assert (
        f'<a href="{steps}">Biểu mẫu 7, UBND đặc khu Sao Mẫu, Quý IV năm 2025: Đọc lại rồi trình duyệt'
        in officer.get("/").text
    )
    assert "Không có việc nào đang chờ bạn" in approver.get("/").text
    officer.change(f"{steps}/trinh", steps)
    assert "Không có việc nào đang chờ bạn" in officer.get("/").text
    assert "Xem và duyệt, hoặc trả lại" in approver.get("/").text


def test_nobody_answers_their_own_question_and_who_asks_is_told_who_has_it(desk: RunningDesk) -> None:
    officer, cell = desk.as_role(PersonRole.OFFICER), f"{FORM}/o/4.2"
    officer.change(f"{cell}/noi", cell, kind="hoi", text="Sao thấp hơn quý III?")
    text = officer.get(cell).text
    assert ("Chưa ai ở đơn vị được giao vai trò" in text, 'name="answers"' in text) == (True, False)
    refused = officer.change(f"{cell}/noi", cell, answers="1", text="Tự trả lời")
    assert (refused.status_code, "Câu này do chính bạn hỏi" in refused.text) == (422, True)
    office = desk.workspace.catalogue.indicator("procedures_with_online_dossier_pct").owner
    desk.add_person("tuan", Grant(PersonRole.OWNER, UNIT, office))
    assert "Đang chờ trả lời của Tuan" in officer.get(cell).text
    assert "Sao thấp hơn quý III?" in desk.sign_in("tuan").get("/").text


def test_a_row_reads_as_the_form_prints_it_with_the_note_of_its_misprint(officer: Browser) -> None:
    for cell, printed in (("4.3.1", "Thủ tục"), ("2", "0")):
        row = officer.get(FORM).text.split(f'id="o-{cell}"')[1].split("</tr>", maxsplit=1)[0]
        assert f'<td class="unit">{printed}</td>' in row
        assert f"Mẫu in đơn vị tính là “{printed}”" in row
    assert "</strong> Thủ tục " in officer.get(f"{FORM}/o/4.3.1").text


def test_a_figure_is_typed_in_right_below_its_row(officer: Browser) -> None:
    row, below = officer.get(FORM).text.split('id="o-2"')[1].split("</tr>", maxsplit=2)[:2]
    assert ("<input" in row, f'id="gt-{CODE}"' in below) == (False, True)
    assert below.strip().startswith('<tr class="fields">')

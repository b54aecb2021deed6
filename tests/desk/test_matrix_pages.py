"""A matrix form on the desk: the real table, its cells by the words people use for them, typed cells in their place."""

import re
import shutil
from pathlib import Path

import pytest
import yaml

from baocao.people import PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.reporting.conftest import PERIOD, UNIT
from tests.reporting.matrix_home import II_06A, true_count

FORM = f"/bieu-mau/{UNIT}/{PERIOD}/{II_06A}"
EARLY = "all_resolved_early_count"
KEY = re.compile(r"\b[a-z]+(?:-[a-z]+)*/1?\d\b")


@pytest.fixture
def desk(make_desk: MakeDesk, matrix_once: Path, tmp_path: Path) -> RunningDesk:
    return make_desk(home=Path(shutil.copytree(matrix_once, tmp_path / "home")))


@pytest.fixture
def officer(desk: RunningDesk) -> Browser:
    return desk.as_role(PersonRole.OFFICER)


def read(text: str) -> str:
    """What a person sees or hears of a page: no tags, and of their attributes only those that are read out."""
    spoken = " ".join(re.findall(r'aria-label="([^"]*)"', text))
    return re.sub(r"<[^>]*>", " ", text) + spoken


def cell_of(text: str, key: str) -> str:
    return text.split(f'id="o-{key}"')[1].split("</td>", maxsplit=1)[0]


def test_the_table_has_the_official_heads_and_numbers_and_each_figure_leads_to_its_cell(officer: Browser) -> None:
    text = officer.get(FORM).text
    head = text.split("<thead>")[1].split("</thead>")[0]
    assert '<th scope="colgroup" colspan="4">Tiếp nhận</th>' in head
    assert '<th scope="col" rowspan="3" class="label">Lĩnh vực</th>' in head
    assert re.findall(r"<td[^>]*>\((\d+)\)</td>", head) == [str(number) for number in range(1, 14)]
    cell = cell_of(text, "dat-dai/8")
    assert f'href="{FORM}/o/dat-dai/8"' in cell
    assert re.search(r"</span>(\d+)</a>", cell)[1] == str(true_count("Đất đai", EARLY))  # type: ignore[index]
    assert '<th scope="row" class="label">Tổng cộng</th>' in text
    assert "Đơn vị tính: Số hồ sơ TTHC" in text


@pytest.mark.parametrize("page", ["", "/o/dat-dai/8", "/o/dat-dai/8/ho-so", "/trinh-duyet", "/bieu-do", "/lap-lai"])
def test_a_cell_is_called_by_its_line_and_column_and_never_by_its_key(officer: Browser, page: str) -> None:
    said = read(officer.get(f"{FORM}{page}").text)
    assert KEY.findall(said) == []
    if page.startswith("/o/"):
        assert "òng Đất đai, cột 8" in said


def test_a_question_and_a_reason_to_send_back_are_about_a_line_from_the_data(desk: RunningDesk) -> None:
    officer, approver = desk.as_role(PersonRole.OFFICER), desk.as_role(PersonRole.APPROVER)
    cell, steps = f"{FORM}/o/dat-dai/8", f"{FORM}/trinh-duyet"
    assert officer.change(f"{cell}/noi", cell, kind="y-kien", text="Đã đối chiếu sổ").status_code == 303
    assert "Đã đối chiếu sổ" in officer.get(FORM).text
    assert officer.change(f"{steps}/trinh", steps).status_code == 303
    assert "Lý do trả lại dòng Đất đai, cột 8" in approver.get(steps).text
    sent = approver.change(f"{steps}/tra-lai", steps, **{"o-dat-dai/8": "Cao hơn kỳ trước", "reason": ""})
    assert sent.status_code == 303
    for page in ("/", FORM, steps):
        said = read(officer.get(page).text)
        assert "òng Đất đai, cột 8" in said, page
        assert KEY.findall(said) == [], page
    assert "Bị trả lại: Cao hơn kỳ trước" in officer.get(FORM).text


TYPED = {
    "appendix": "Biểu 9",
    "title": ["KẾT QUẢ KIỂM TRA"],
    "attached_to": "Kỳ báo cáo: {period}",
    "signature_block": False,
    "valid_from": "2020-01-01",
    "matrix": {
        "columns": [
            {"number": "A", "heads": ["Nội dung"], "holds": "label"},
            {"number": "1", "heads": ["Số cuộc", "Kế hoạch"]},
            {"number": "2", "heads": ["Số cuộc", "Thực hiện"]},
            {"number": "3", "heads": ["Tỷ lệ"]},
        ],
        "lines": [
            {"key": "noi-vu", "label": "Nội vụ", "cells": {"1": "a_plan", "2": "a_done", "3": "a_share"}},
            {"key": "tai-chinh", "label": "Tài chính", "cells": {"1": "b_plan", "2": "b_done", "3": "b_share"}},
        ],
    },
}


def _figures() -> dict[str, object]:
    said = {"owner": "office", "legal_basis": "KH 12/KH-UBND"}
    found: dict[str, object] = {}
    for of in "ab":
        found[f"{of}_plan"] = {**said, "label": f"Số cuộc kế hoạch {of}", "measure": "task", "typed": {}}
        found[f"{of}_done"] = {**said, "label": f"Số cuộc đã làm {of}", "measure": "task", "typed": {}}
        ratio = {"numerator": f"{of}_done", "denominator": f"{of}_plan"}
        found[f"{of}_share"] = {**said, "label": f"Tỷ lệ {of}", "measure": "percent", "ratio": ratio}
    return found


@pytest.fixture
def typed(make_desk: MakeDesk, matrix_once: Path, tmp_path: Path) -> RunningDesk:
    home = Path(shutil.copytree(matrix_once, tmp_path / "home"))
    (home / "config" / "forms" / "bieu-9.yaml").write_text(yaml.safe_dump({"form_code": "bieu-9", **TYPED}), "utf-8")
    (home / "config" / "indicators" / "kiem_tra.yaml").write_text(yaml.safe_dump({"indicators": _figures()}), "utf-8")
    return make_desk(home=home)


def test_a_cell_people_type_in_is_a_field_in_the_table_saved_at_once_with_its_evidence(typed: RunningDesk) -> None:
    officer, page = typed.as_role(PersonRole.OFFICER), f"/bieu-mau/{UNIT}/{PERIOD}/bieu-9"
    assert 'class="unseen">Dòng Nội vụ, cột 1</label>' in cell_of(officer.get(page).text, "noi-vu/1")
    for code, value in (("a_plan", "8"), ("a_done", "6")):
        saved = officer.change(f"{page}/so-lieu", page, code=code, value=value, evidence="Biên bản số 4", based_on="0")
        assert saved.status_code == 303
    text = officer.get(page).text
    assert "75,00</a>" in cell_of(text, "noi-vu/3")
    assert 'value="6"' in cell_of(text, "noi-vu/2")
    assert "Biên bản số 4" in cell_of(text, "noi-vu/2")
    assert "Dòng Nội vụ, cột 3 sẽ là 50,00" in officer.get(f"{page}/thu", params={"code": "a_done", "value": "4"}).text
    wrong = officer.change(f"{page}/so-lieu", page, code="b_plan", value="tám", evidence="Biên bản", based_on="0")
    assert (wrong.status_code, 'value="tám"' in cell_of(wrong.text, "tai-chinh/1")) == (422, True)

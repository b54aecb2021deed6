"""A new form drafted from a blank file at the desk: its questions, its files, and into the configuration by preview."""

import re
from html import unescape

import pytest

from baocao.people import PersonRole
from tests.baocao.forms.drafting.blanks import by_our_writer
from tests.desk.conftest import Browser, RunningDesk

R = PersonRole
PAGE = "/quan-tri/mau-moi"


def draft(it: Browser, content: bytes, name: str = "mau.docx", **fields: str) -> tuple[str, str]:
    """Where the draft is, and its page."""
    answer = it.post(PAGE, data={"csrf": it.csrf(), **fields}, files={"file": (name, content)})
    place = answer.headers["location"]
    assert it.get(f"{place}/dong").text.endswith("event: end\ndata: xong\n\n")
    return place, it.get(place).text


def blank(desk: RunningDesk) -> bytes:
    return by_our_writer(desk.desk.office.current().catalogue.form("2025-bieu-mau-7"), "docx")


def test_a_blank_becomes_a_draft_with_its_questions_and_files(running: RunningDesk) -> None:
    it = running.as_role(R.IT)
    before = sorted(path.name for path in (running.home / "config").rglob("*"))
    place, text = draft(it, blank(running), code="2027-bieu-mau-7", valid_from="01/01/2027")
    assert ("câu hỏi" in text, "forms/2027-bieu-mau-7.yaml" in text, "Chưa ghi gì" in text) == (True, True, True)
    file = it.get(f"{place}/tep/forms/2027-bieu-mau-7.yaml")
    assert (file.status_code, file.text.startswith("# Bản thảo từ mẫu trắng")) == (200, True)
    assert "rows:" in file.text
    assert it.get(f"{place}/tep/questions.yaml").status_code == 200
    assert it.get(f"{place}/tep/../../x").status_code == 404
    assert sorted(path.name for path in (running.home / "config").rglob("*")) == before


def test_the_draft_is_seen_as_a_change_of_the_configuration_before_it_is_one(running: RunningDesk) -> None:
    it = running.as_role(R.IT)
    _, text = draft(it, blank(running), code="2027-bieu-mau-7", valid_from="01/01/2027")
    found = re.search(r'cau-hinh/(forms/[^"]+)".*?<textarea name="text" hidden>\n(.*?)</textarea>', text, re.DOTALL)
    assert found is not None
    page = it.change(f"/quan-tri/cau-hinh/{found[1]}", text=unescape(found[2]), step="xem")
    assert page.status_code in (200, 422)
    assert 'class="added"' in page.text
    assert not (running.home / "config" / found[1]).exists()


@pytest.mark.parametrize(("content", "name"), [(b"khong phai mau", "a.docx"), (b"PK\x03\x04 hong", "a.xlsx")])
def test_what_is_no_blank_is_refused_in_words(running: RunningDesk, content: bytes, name: str) -> None:
    _, text = draft(running.as_role(R.IT), content, name)
    assert ("Chưa thảo được" in text, "Phần mềm gặp lỗi" in text) == (True, False)


def test_without_a_file_or_with_a_day_that_is_none_it_says_so(running: RunningDesk) -> None:
    it = running.as_role(R.IT)
    assert "Chọn tệp trắng" in it.change(PAGE).text
    answer = it.post(PAGE, data={"csrf": it.csrf(), "valid_from": "32/13/2026"}, files={"file": ("a.docx", b"x")})
    assert (answer.status_code, "Ngày có hiệu lực" in answer.text) == (422, True)

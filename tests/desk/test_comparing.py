"""Two forms held against each other at the desk: two files, or a file and the form as it is kept."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest

from baocao.people import PersonRole
from tests.desk.conftest import Browser, MakeDesk, RunningDesk
from tests.desk.test_form_pages import FORM
from tests.reporting.conftest import UNIT

R = PersonRole
PAGE = "/so-sanh"


@pytest.fixture
def desk(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> RunningDesk:
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home")))


def made_file(desk: RunningDesk, name: str) -> bytes:
    return (desk.home / "out" / UNIT / "2025-Q4" / "2025-bieu-mau-7" / name).read_bytes()


def hold(browser: Browser, path: str, **files: tuple[str, bytes]) -> str:
    """The page once both were read."""
    answer = browser.post(path, data={"csrf": browser.csrf(path)}, files=files)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    assert browser.get(f"{place}/dong").text.endswith("event: end\ndata: xong\n\n")
    return unescape(browser.get(place).text)


def with_figure(desk: RunningDesk, cell: str, value: str) -> tuple[bytes, str]:
    """Our CSV with another figure in one cell, and what stood there."""
    text = made_file(desk, "form.json").decode()
    found = re.search(rf'"{re.escape(cell)}": \{{.*?"value": "?([\d.]+)"?', text, re.DOTALL)
    assert found is not None
    start, end = found.span(1)
    return (text[:start] + value + text[end:]).encode(), found[1]


def test_two_files_are_compared_cell_by_cell(desk: RunningDesk) -> None:
    changed, was = with_figure(desk, "4.3.1", "77777")
    officer = desk.as_role(R.OFFICER)
    text = hold(officer, PAGE, before=("a.json", made_file(desk, "form.json")), after=("b.json", changed))
    assert ("1 ô khác" in text, "77.777" in text) == (True, True)
    assert f"{int(was):,}".replace(",", ".") in text


def test_a_word_file_is_held_against_the_form_as_it_is_kept(desk: RunningDesk) -> None:
    officer, page = desk.as_role(R.OFFICER), f"{FORM}{PAGE}"
    assert "0 ô khác" in hold(officer, page, after=("bieu.docx", made_file(desk, "form.docx")))
    changed, _ = with_figure(desk, "4.3.1", "77777")
    text = hold(officer, page, after=("b.json", changed))
    assert ("1 ô khác" in text, "77.777" in text, "Lần lập 1: UBND đặc khu Sao Mẫu" in text) == (True, True, True)


def test_a_file_that_is_no_form_or_none_at_all_is_told(desk: RunningDesk) -> None:
    officer = desk.as_role(R.OFFICER)
    none = officer.post(PAGE, data={"csrf": officer.csrf()})
    assert (none.status_code, "Tệp trước" in none.text) == (422, True)
    text = hold(officer, PAGE, before=("a.docx", b"khong phai"), after=("b.docx", b"khong phai"))
    assert "Chưa so được" in text
    assert "/tmp" not in text


def test_a_comparison_is_for_who_asked_for_it(desk: RunningDesk) -> None:
    officer, same = desk.as_role(R.OFFICER), ("a.json", made_file(desk, "form.json"))
    answer = officer.post(PAGE, data={"csrf": officer.csrf()}, files={"before": same, "after": same})
    assert desk.as_role(R.AUDITOR).get(answer.headers["location"]).status_code == 404

"""The records behind a counted cell, and a unit's figure beside those of its kind."""

import io
import re
import shutil
from pathlib import Path

import openpyxl
import pytest

from baocao.people import PersonRole
from tests.desk.conftest import Browser, MakeDesk
from tests.desk.test_form_pages import FORM

CELL = f"{FORM}/o/4.2"


@pytest.fixture
def officer(make_desk: MakeDesk, made_once: Path, tmp_path: Path) -> Browser:
    return make_desk(home=Path(shutil.copytree(made_once, tmp_path / "home"))).as_role(PersonRole.OFFICER)


def counts_of(text: str) -> list[int]:
    """The figures the cell says it is made of."""
    return [int(found.replace(".", "")) for found in re.findall(r"<h3>([\d.]+) = ", text)]


def test_a_counted_cell_gives_its_records_by_code_to_read_and_as_excel(officer: Browser) -> None:
    text = officer.get(CELL).text
    assert f'href="{CELL}/ho-so"' in text
    listed = officer.get(f"{CELL}/ho-so").text
    assert [table.count("<tr>") - 1 for table in listed.split("<table>")[1:]] == counts_of(text)
    answer = officer.get(f"{CELL}/ho-so.xlsx")
    sheets = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    assert [sheet.max_row - 3 for sheet in sheets] == counts_of(text)
    first = str(sheets[0].cell(4, 1).value)
    assert f"<td>{first}</td>" in listed


def test_a_typed_in_cell_has_no_list_and_says_so(officer: Browser) -> None:
    answer = officer.get(f"{FORM}/o/2/ho-so")
    assert (answer.status_code, "không có danh sách" in answer.text) == (404, True)
    assert officer.get(f"{FORM}/o/99/ho-so").status_code == 404

"""The blank of a matrix form filled and handed in: a line for each declared field, its figures the unit's report."""

import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import openpyxl
import pytest

from baocao.catalogue import Catalogue
from baocao.domain import CellStatus
from baocao.groups import Dimension
from reporting.intake.blank_forms import make_blank
from reporting.intake.given_file import GivenFile
from reporting.intake.handing_in import hand_in
from reporting.intake.replying import HandInAnswer
from tests.reporting.conftest import PERIOD, UNIT, Office
from tests.reporting.matrix_home import II_06A, copy_with_matrix_form

LINES = {
    "Hộ tịch": "24 14 10 0 18 15 3 0 6 0 6",
    "Đất đai": "1310 900 409 1 1205 1100 5 100 105 2 103",
    "Tổng cộng": "1334 914 419 1 1223 1115 8 100 111 2 109",
}


@pytest.fixture
def by_paper(tmp_path: Path, migrated_sqlite_url: str) -> Office:
    """The unit has no system at all."""
    config = copy_with_matrix_form(tmp_path / "config")
    path = config / "units.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index(f"  {UNIT}:")
    begin = text.index("    source_keys:", at)
    keys = re.compile(r"    source_keys:\n(      .*\n)+").match(text, begin)
    assert keys is not None
    path.write_text(f"{text[:begin]}    source_keys: {{}}\n{text[keys.end() :]}", encoding="utf-8")
    return Office(tmp_path, config, migrated_sqlite_url, None)


@pytest.fixture
def blanks(by_paper: Office) -> dict[str, bytes]:
    made = make_blank(Catalogue.read(by_paper.config_dir), II_06A, UNIT, PERIOD)
    return {name.rpartition(".")[2]: content for name, content in made.items()}


def figures_of(label: str, lines: dict[str, str]) -> list[str]:
    """A field the unit has nothing of gets zeros, as every line must say something."""
    is_line = label not in ("(2)", "Lĩnh vực", "None", "") and not label.startswith("UBND")
    return lines.get(label, " ".join(["0"] * 11) if is_line else "").split()


def fill_word(content: bytes, lines: dict[str, str]) -> bytes:
    document = docx.Document(io.BytesIO(content))
    rows = document.tables[-1].rows
    begin = [row.cells[1].text for row in rows].index("(2)") + 1
    for row in rows[begin:]:
        figures = figures_of(row.cells[1].text, lines)
        for cell, figure in zip(row.cells[2:], figures, strict=False):
            cell.paragraphs[0].add_run(figure)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def fill_excel(content: bytes, lines: dict[str, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.worksheets[0].iter_rows():
        if row[2].protection.locked:
            continue
        for cell, figure in zip(row[2:], figures_of(str(row[1].value), lines), strict=False):
            cell.value = int(figure)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FILLS: dict[str, Callable[[bytes, dict[str, str]], bytes]] = {"docx": fill_word, "xlsx": fill_excel}


def give(office: Office, content: bytes, kind: str) -> HandInAnswer:
    with office.open() as workspace:
        return hand_in(workspace, GivenFile(content, f".{kind}", UNIT, PERIOD))


def test_the_blank_has_a_line_for_every_declared_field(blanks: dict[str, bytes], by_paper: Office) -> None:
    declared = Catalogue.read(by_paper.config_dir).group_labels[Dimension.FIELD]
    rows = docx.Document(io.BytesIO(blanks["docx"])).tables[-1].rows
    labels = [row.cells[1].text for row in rows]
    assert labels[labels.index("(2)") + 1 :] == [*declared.values(), "Tổng cộng"]
    sheet = openpyxl.load_workbook(io.BytesIO(blanks["xlsx"])).worksheets[0]
    unlocked = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    assert len(unlocked) == (len(declared) + 1) * 11


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_filled_matrix_is_the_unit_s_report_line_by_line(
    by_paper: Office, blanks: dict[str, bytes], kind: str
) -> None:
    answer = give(by_paper, FILLS[kind](blanks[kind], LINES), kind)
    assert answer.given.is_accepted, answer.says_vi
    assert answer.result is not None
    filled = answer.result.report.filled
    assert {line.label for line in filled.lines} == set(LINES)
    for line in filled.lines:
        shown = [filled.cells[f"{line.key}/{column}"] for column in range(3, 14)]
        assert [int(cell.value or 0) for cell in shown] == list(map(int, LINES[line.label].split())), line.label
        assert {cell.status for cell in shown} == {CellStatus.HANDED_IN}


def test_a_line_left_empty_is_sent_back_by_its_words(by_paper: Office, blanks: dict[str, bytes]) -> None:
    lines = {**LINES, "Chứng thực": "", "Môi trường": ""}
    answer = give(by_paper, fill_word(blanks["docx"], lines), "docx")
    every = ", ".join(map(str, range(3, 14)))
    assert f"(dòng Chứng thực, cột {every}; dòng Môi trường, cột {every})" in answer.says_vi


def test_a_line_nobody_declared_is_told(by_paper: Office, blanks: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(fill_word(blanks["docx"], LINES)))
    row = next(row for row in document.tables[-1].rows if row.cells[1].text == "Hộ tịch")
    row.cells[1].paragraphs[0].runs[0].text = "Chăn nuôi"
    stream = io.BytesIO()
    document.save(stream)
    answer = give(by_paper, stream.getvalue(), "docx")
    assert any("Dòng “Chăn nuôi” không có trong danh mục" in one.message_vi for one in answer.findings)

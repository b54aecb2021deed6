"""The form a unit is given to fill: locked but for its figures, recognised for certain, told where the page says else."""

import io
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from click.testing import Result
from docx.oxml.ns import qn

from baocao.catalogue import Catalogue
from baocao.domain import CellStatus
from baocao.errors import ConfigError
from reporting.intake.blank_forms import make_blank
from reporting.intake.given_file import GivenFile
from reporting.intake.handing_in import hand_in
from reporting.intake.linting import lint_files
from reporting.intake.replying import HandInAnswer
from tests.conformance.made import NEW_FIGURES, make_clean
from tests.reporting.conftest import Office
from tests.reporting.intake.test_handing_in import FORM, NAME, PERIOD, UNIT, paper_office, run_cli

__all__ = ["paper_office", "run_cli"]


@pytest.fixture
def blanks(paper_office: Office) -> dict[str, bytes]:
    catalogue = Catalogue.read(paper_office.config_dir)
    made = make_blank(catalogue, FORM, UNIT, PERIOD)
    return {name.rpartition(".")[2]: content for name, content in made.items()}


def figures(catalogue: Catalogue, **changed: int | Decimal) -> dict[str, str]:
    """By row, as a careful clerk writes them."""
    made = make_clean(catalogue, FORM, {**NEW_FIGURES, **changed})
    return {row.number: row.figure for row in made.rows if row.figure}


def fill_word(content: bytes, texts: dict[str, str]) -> bytes:
    document = docx.Document(io.BytesIO(content))
    for row in document.tables[0].rows:
        if row.cells[0].text in texts:
            row.cells[3].paragraphs[0].add_run(texts[row.cells[0].text])
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def fill_excel(content: bytes, texts: dict[str, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for row in book.worksheets[0].iter_rows():
        if str(row[0].value) in texts:
            row[3].value = float(texts[str(row[0].value)].replace(".", "").replace(",", "."))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


FILLS: dict[str, Callable[[bytes, dict[str, str]], bytes]] = {"docx": fill_word, "xlsx": fill_excel}


def give(office: Office, content: bytes, kind: str, unit: str = UNIT, period: str = PERIOD) -> HandInAnswer:
    with office.open() as workspace:
        return hand_in(workspace, GivenFile(content, f".{kind}", unit, period))


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_filled_blank_is_taken_without_a_single_remark(
    paper_office: Office, blanks: dict[str, bytes], catalogue: Catalogue, kind: str
) -> None:
    answer = give(paper_office, FILLS[kind](blanks[kind], figures(catalogue)), kind)
    assert [one.check for one in answer.findings] == []
    assert answer.says_vi == f"Đã nhận Biểu mẫu 7 của {NAME}, Quý IV năm 2025 (nộp lần 1): 19 số liệu."
    assert answer.result is not None
    cells = answer.result.report.filled.cells
    assert (cells["4.3.1"].value, cells["4.3.1"].status) == (Decimal(16736), CellStatus.HANDED_IN)
    assert cells["4.4"].value == Decimal("42.04")


def test_in_word_only_the_figures_of_the_unit_s_own_tier_can_be_changed(blanks: dict[str, bytes]) -> None:
    document = docx.Document(io.BytesIO(blanks["docx"]))
    protection = document.settings.element.find(qn("w:documentProtection"))
    assert (protection.get(qn("w:edit")), protection.get(qn("w:enforcement"))) == ("readOnly", "1")
    open_rows = [
        row.cells[0].text
        for row in document.tables[0].rows
        for column, cell in enumerate(row.cells)
        if cell._element.findall(".//" + qn("w:permStart")) and column == 3
    ]
    assert len(document.element.body.findall(".//" + qn("w:permStart"))) == len(open_rows) == 19
    assert "3.1.1." not in open_rows
    assert {"1.", "3.2.2.", "4.5.2."} <= set(open_rows)


def test_in_excel_only_the_figures_of_the_unit_s_own_tier_can_be_changed(blanks: dict[str, bytes]) -> None:
    book = openpyxl.load_workbook(io.BytesIO(blanks["xlsx"]))
    (sheet,) = book.worksheets
    assert sheet.protection.sheet
    open_cells = [cell for row in sheet.iter_rows() for cell in row if not cell.protection.locked]
    assert {cell.column_letter for cell in open_cells} == {"D"}
    assert len(open_cells) == 19


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_mark_says_whose_form_it_is_where_lint_is_told_nothing(
    paper_office: Office, blanks: dict[str, bytes], catalogue: Catalogue, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"gui-anh-Ba.{kind}"
    path.write_bytes(FILLS[kind](blanks[kind], figures(catalogue)))
    (linted,) = lint_files([path], Catalogue.read(paper_office.config_dir))
    assert linted.read is not None
    filled = linted.read.filled
    assert (filled.form_code, filled.unit_code, str(filled.period)) == (FORM, UNIT, PERIOD)
    assert linted.read.understood.period_why == "theo dấu trong tệp do baocao lập"
    assert linted.exit_code == 0


def change_head(content: bytes, old: str, new: str) -> bytes:
    document = docx.Document(io.BytesIO(content))
    for paragraph in document.paragraphs:
        if old in paragraph.text:
            paragraph.runs[0].text = paragraph.text.replace(old, new)
            for run in paragraph.runs[1:]:
                run.text = ""
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_a_page_that_names_another_unit_than_the_mark_is_sent_back(
    paper_office: Office, blanks: dict[str, bytes], catalogue: Catalogue
) -> None:
    filled = change_head(fill_word(blanks["docx"], figures(catalogue)), NAME, "UBND đặc khu Sao Mẫu")
    answer = give(paper_office, filled, "docx")
    (found,) = [one for one in answer.open if one.check == "document.mark_contradicted"]
    assert f"tệp được lập cho {NAME}, trên biểu ghi UBND đặc khu Sao Mẫu" in found.message_vi


def test_a_page_that_names_a_unit_nobody_knows_under_the_mark_is_sent_back(
    paper_office: Office, blanks: dict[str, bytes], catalogue: Catalogue
) -> None:
    filled = change_head(fill_word(blanks["docx"], figures(catalogue)), NAME, "UBND phường Hoa Lư")
    answer = give(paper_office, filled, "docx")
    assert {"hand_in.other_unit", "document.mark_contradicted"} <= {one.check for one in answer.open}


def test_a_blank_of_another_unit_or_period_is_sent_back(
    paper_office: Office, blanks: dict[str, bytes], catalogue: Catalogue
) -> None:
    filled = fill_word(blanks["docx"], figures(catalogue))
    assert "hand_in.other_unit" in {one.check for one in give(paper_office, filled, "docx", unit="dac-khu").open}
    later = give(paper_office, filled, "docx", period="2025-Q3")
    assert "hand_in.other_period" in {one.check for one in later.open}


def test_the_rows_of_another_form_under_the_mark_are_told(
    paper_office: Office, blanks: dict[str, bytes], tmp_path: Path
) -> None:
    """Somebody pasted the table of the old form over the one that was there."""
    catalogue = Catalogue.read(paper_office.config_dir)
    (old,) = [
        content for name, content in make_blank(catalogue, "2024-phu-luc-8", "xa", "2024-Q1").items() if "docx" in name
    ]
    mine, theirs = (docx.Document(io.BytesIO(content)) for content in (blanks["docx"], old))
    mine.tables[0]._element.getparent().replace(mine.tables[0]._element, theirs.tables[0]._element)
    path = tmp_path / "bieu.docx"
    mine.save(str(path))
    (linted,) = lint_files([path], catalogue)
    said = [one.message_vi for one in linted.findings if one.check == "document.mark_contradicted"]
    assert any("tệp được lập cho Biểu mẫu 7, các dòng trong bảng là của Phụ lục 8" in text for text in said)


def test_a_form_the_unit_does_not_owe_is_not_made(paper_office: Office) -> None:
    catalogue = Catalogue.read(paper_office.config_dir)
    with pytest.raises(ConfigError, match="không phải nộp 2024-phu-luc-8; phải nộp: 2025-bieu-mau-7"):
        make_blank(catalogue, "2024-phu-luc-8", UNIT, PERIOD)


def test_the_command_writes_both_files_and_says_how_they_come_back(
    run_cli: Callable[..., Result], tmp_path: Path
) -> None:
    done = run_cli("form", "blank", FORM, "--unit", UNIT, "--period", PERIOD, "--to", tmp_path / "trong")
    assert done.exit_code == 0, done.output
    names = {path.name for path in (tmp_path / "trong").iterdir()}
    assert names == {f"{FORM}-{UNIT}-{PERIOD}.docx", f"{FORM}-{UNIT}-{PERIOD}.xlsx"}
    assert f"baocao hand-in {FORM}-{UNIT}-{PERIOD}.docx --unit {UNIT} --period {PERIOD}" in done.output


def test_a_forged_or_broken_mark_is_no_mark(blanks: dict[str, bytes], tmp_path: Path, catalogue: Catalogue) -> None:
    from baocao.documents.file_marks import read_mark

    assert read_mark(b"PK\x03\x04 nothing") is None
    assert read_mark(b"%PDF-1.4") is None
    found: Any = read_mark(blanks["docx"])
    assert (found.form_code, found.unit_code, found.period_code) == (FORM, UNIT, PERIOD)

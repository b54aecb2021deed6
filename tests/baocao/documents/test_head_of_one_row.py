"""A table whose head has one row, as many issuers print it: no empty cell over unit and figure, in any format."""

import re
import zipfile
from io import BytesIO

import openpyxl
import pytest

from baocao.catalogue import Catalogue, Form
from baocao.catalogue.forms import FormColumns
from baocao.documents.reading.files import read_content
from baocao.forms.recognise import RawRow
from tests.baocao.forms.drafting.blanks import by_our_writer

COLUMNS = FormColumns(label="Nội dung", label_note="", result="", figure="Kết quả")


@pytest.fixture(scope="module")
def form(catalogue: Catalogue) -> Form:
    return catalogue.form("2025-bieu-mau-7").model_copy(update={"columns": COLUMNS})


@pytest.mark.parametrize("kind", ["docx", "xlsx", "html", "pdf"])
def test_the_head_says_its_five_words_once_and_nothing_else(form: Form, kind: str) -> None:
    rows = [block for block in read_content(by_our_writer(form, kind)).blocks if isinstance(block, RawRow)]
    first = next(at for at, row in enumerate(rows) if any(cell.text == "STT" for cell in row.cells))
    body = next(at for at, row in enumerate(rows) if any("Cập nhật Kiến trúc" in cell.text for cell in row.cells))
    texts = [cell.text for row in rows[first:body] for cell in row.cells if cell.text]
    assert texts == ["STT", "Nội dung", "Đơn vị tính", "Kết quả", "Ghi chú"]


def test_unit_and_figure_are_merged_down_in_word_and_excel(form: Form) -> None:
    document = zipfile.ZipFile(BytesIO(by_our_writer(form, "docx"))).read("word/document.xml").decode()
    assert "gridSpan" not in document
    assert len(re.findall('<w:vMerge w:val="restart"/>', document)) == 5
    sheet = openpyxl.load_workbook(BytesIO(by_our_writer(form, "xlsx"))).worksheets[0]
    head = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "STT")
    merged = {str(one) for one in sheet.merged_cells.ranges}
    assert {f"C{head}:C{head + 1}", f"D{head}:D{head + 1}"} <= merged

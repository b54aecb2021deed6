"""The page is laid out once: a length changed there is that length in Word, PDF and Excel."""

import io

import docx
import openpyxl
import pdfplumber
import pytest

from baocao.catalogue import Form
from baocao.documents import layout
from baocao.documents.evidence import Evidence
from baocao.documents.form_docx import render_docx
from baocao.documents.form_pdf import render_pdf
from baocao.documents.form_xlsx import render_xlsx
from baocao.documents.printed import print_form
from baocao.domain import FilledForm


def left_margins_mm(filled: FilledForm, form: Form) -> dict[str, int]:
    """How far from the paper's left edge each file's text may begin."""
    page = print_form(filled, form)
    word = docx.Document(io.BytesIO(render_docx(page))).sections[0].left_margin
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(page, Evidence()))).worksheets[0]
    with pdfplumber.open(io.BytesIO(render_pdf(page))) as pdf:
        line = min(edge["x0"] for edge in pdf.pages[0].edges)
    return {"word": round(word.mm), "excel": round(sheet.page_margins.left * 25.4), "pdf": round(line / 72 * 25.4)}


@pytest.mark.parametrize("length", [30, 25])
def test_a_margin_is_the_same_in_word_excel_and_pdf(
    length: int, filled: FilledForm, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layout, "LEFT_MM", length)
    monkeypatch.setattr(layout, "RIGHT_MM", 45 - length)
    assert left_margins_mm(filled, form) == {"word": length, "excel": length, "pdf": length}


def test_the_columns_fill_the_width_between_the_margins() -> None:
    assert sum(layout.COLUMNS_MM) == layout.A4_MM[0] - layout.LEFT_MM - layout.RIGHT_MM
    between = layout.twips(layout.A4_MM[0]) - layout.twips(layout.LEFT_MM) - layout.twips(layout.RIGHT_MM)
    assert sum(layout.columns_twips()) == between

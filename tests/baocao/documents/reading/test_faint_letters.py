"""Letters nobody sees on the page: white on white, or too small. They are no part of a figure, and are told."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
import typst
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font, PatternFill

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.documents.reading.colours import is_white
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import recognise
from tests.conformance.clerks import row_at, saved, sheet_row
from tests.conformance.made import NEW_FORM, MadeForm, make_clean
from tests.conformance.renderers import RENDERERS

FAINT = ("white", "near white", "tiny")


@pytest.fixture(scope="module")
def made(catalogue: Catalogue) -> MadeForm:
    return make_clean(catalogue, NEW_FORM)


def word_with(made: MadeForm, how: str, *, on_shade: str = "") -> bytes:
    """A 7 before the 53 of row 4.2.2; `on_shade`: the cell, or the table's style, has a dark ground."""
    document: Any = docx.Document(BytesIO(RENDERERS["docx"](made)))
    cell = row_at(document.tables[0], "4.2.2").cells[3]
    run = cell.paragraphs[0].add_run("7")
    cell.paragraphs[0]._p.insert(0, run._r)
    if how == "tiny":
        run.font.size = Pt(1)
    else:
        run.font.color.rgb = RGBColor.from_string("FFFFFF" if how == "white" else "FDFDFD")
    if on_shade == "cell":
        shade = OxmlElement("w:shd")
        shade.set(qn("w:fill"), "1F3864")
        cell._tc.get_or_add_tcPr().append(shade)
    if on_shade == "style":
        document.tables[0].style = "Dark List Accent 1"
    return saved(document)


def excel_with(made: MadeForm, how: str, *, on_shade: str = "") -> bytes:
    book: Any = openpyxl.load_workbook(BytesIO(RENDERERS["xlsx"](made)))
    cell = book.active.cell(sheet_row(book.active, "4.2.2"), 4)
    font = {"white": {"color": "FFFFFFFF"}, "near white": {"color": "FFFDFDFD"}, "tiny": {"sz": 1}}[how]
    cell.value = CellRichText(TextBlock(InlineFont(**font), "7"), "53")
    if on_shade:
        cell.fill = PatternFill("solid", fgColor="FF1F3864")
    return saved(book)


def page_with(made: MadeForm, how: str, *, on_shade: str = "") -> bytes:
    style = {"white": "color: white", "near white": "color:#FDFDFD", "tiny": "font-size: 1px"}[how]
    ground = " style='background-color:#1F3864'" if on_shade else ""
    text = RENDERERS["html"](made).decode()
    return text.replace("<td>53</td>", f"<td{ground}><span style='{style}'>7</span>53</td>").encode()


def pdf_with(made: MadeForm, how: str, *, on_shade: str = "") -> bytes:
    letters = {
        "white": '#text(fill: white)["7"]', "near white": '#text(fill: rgb("FDFDFD"))["7"]', "tiny": "#text(1pt)[7]",
    }[how].replace('"7"', "7")  # fmt: skip
    ground = "fill: rgb(31, 56, 100)," if on_shade else ""
    compile_page: Callable[[bytes], Any] = typst.compile

    def with_letters(source: bytes) -> bytes:
        text = source.decode()
        assert '"53"' in text
        return bytes(compile_page(text.replace('"53"', f"table.cell({ground})[{letters}53]").encode()))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(typst, "compile", with_letters)
        return RENDERERS["pdf"](made)


WRITERS = {"docx": word_with, "xlsx": excel_with, "html": page_with, "pdf": pdf_with}


@pytest.mark.parametrize("format_name", list(WRITERS))
@pytest.mark.parametrize("how", FAINT)
def test_a_digit_nobody_sees_is_not_part_of_the_figure_and_is_told(
    how: str, format_name: str, made: MadeForm, catalogue: Catalogue
) -> None:
    read = recognise(read_content(WRITERS[format_name](made, how), f"form.{format_name}"), catalogue)
    assert read.filled.cells["4.2.2"].text == "53"
    said = [result for result in check_handmade(read, catalogue) if result.check == "document.unseen_hidden_text"]
    assert [result.observed for result in said] == ["7"]


@pytest.mark.parametrize(
    ("format_name", "on_shade"),
    [("docx", "cell"), ("docx", "style"), ("xlsx", "cell"), ("html", "cell"), ("pdf", "cell")],
)
def test_white_letters_on_a_dark_ground_are_seen(
    format_name: str, on_shade: str, made: MadeForm, catalogue: Catalogue
) -> None:
    content = WRITERS[format_name](made, "white", on_shade=on_shade)
    assert recognise(read_content(content, f"form.{format_name}"), catalogue).filled.cells["4.2.2"].text == "753"


def test_a_figure_that_is_white_as_a_whole_is_not_taken(made: MadeForm, catalogue: Catalogue) -> None:
    book: Any = openpyxl.load_workbook(BytesIO(RENDERERS["xlsx"](made)))
    cell = book.active.cell(sheet_row(book.active, "4.1.2"), 4)
    cell.value, cell.font = 95, Font(color="FFFFFFFF")
    read = recognise(read_content(saved(book), "form.xlsx"), catalogue)
    assert read.filled.cells["4.1.2"].value is None


@pytest.mark.parametrize(
    ("colour", "white"),
    [("FFFFFF", True), ("#fff", True), ("FFFDFDFD", True), ("white", True), ("auto", False), ("FF0000", False),
     ("EEEEEE", False), ("", False)],
)  # fmt: skip
def test_near_white_is_white_and_grey_is_not(colour: str, white: bool) -> None:
    assert is_white(colour) is white

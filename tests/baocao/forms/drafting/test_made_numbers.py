"""Numbers a word processor makes by itself are those on the printed page."""

from datetime import date
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from baocao.catalogue import Catalogue
from baocao.documents.reading.files import read_content
from baocao.documents.reading.word_numbers import find_numbers
from baocao.forms.drafting import CellMarks, DraftWishes, draft_form
from tests.baocao.forms.drafting.blanks import saved
from tests.baocao.forms.drafting.test_new_forms import COLUMNS, HEAD

LEVELS = (("upperRoman", "%1."), ("decimal", "%2."), ("lowerLetter", "%3)"), ("bullet", "-"))
ROWS = (
    (0, "Chỉ đạo, điều hành", ""),
    (1, "Tổng số nhiệm vụ được giao", "Nhiệm vụ"),
    (2, "Số nhiệm vụ đúng hạn", "Nhiệm vụ"),
    (2, "Số nhiệm vụ quá hạn", "Nhiệm vụ"),
    (1, "Số cuộc kiểm tra", "Cuộc"),
    (0, "Thể chế", ""),
    (1, "Số văn bản đã ban hành", "Văn bản"),
    (3, "Trong đó: số văn bản đúng hạn", "Văn bản"),
)
PRINTED = ["I.", "1.", "a)", "b)", "2.", "II.", "1.", "-"]
KEYS = ["I", "I.1", "I.1.a", "I.1.b", "I.2", "II", "II.1", "II.1.g1"]


def in_list(paragraph: Any, level: int) -> None:
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr>')
    )


def numbered_blank(column: int) -> bytes:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for at, (kind, text) in enumerate(LEVELS)
    )
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for line in HEAD:
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=5)
    for cell, text in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.text = text
    for level, label, unit in ROWS:
        cells = table.add_row().cells
        cells[1].text, cells[2].text = label, unit
        in_list(cells[column].paragraphs[0], level)
    return saved(document)


@pytest.mark.parametrize("column", [0, 1], ids=["in the column of numbers", "before the label"])
def test_made_numbers_are_read_and_tell_which_row_lies_under_which(catalogue: Catalogue, column: int) -> None:
    content = numbered_blank(column)
    marks = CellMarks(numbers=find_numbers(content))
    draft = draft_form(read_content(content), catalogue, DraftWishes(), date(2026, 2, 3), marks)
    assert [row["number"] for row in draft.form["rows"]] == PRINTED
    assert [row.get("key", row["number"].rstrip(".")) for row in draft.form["rows"]] == KEYS


def test_a_list_that_begins_anew_begins_anew() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>'
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="9">{level}</w:abstractNum>'))
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    for number, override in (("77", ""), ("78", anew)):
        one = f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="9"/>{override}</w:num>'
        numbering.append(parse_xml(one))
    table = document.add_table(rows=0, cols=1)
    for number in ("77", "77", "78"):
        paragraph = table.add_row().cells[0].paragraphs[0]
        properties = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(properties))
    assert list(find_numbers(saved(document)).values()) == ["1", "2", "1"]

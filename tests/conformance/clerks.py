"""Documents as clerks make them: another head, another order, other columns, things struck out or hidden."""

from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

import docx
import openpyxl
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.conformance.made import MadeForm, MadeRow

Head = Sequence[Sequence[str]]
CellsOf = Callable[[MadeRow], Sequence[str]]
USUAL_HEAD: Head = (("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú"),)


def usual_cells(row: MadeRow) -> Sequence[str]:
    return row.number, row.label, row.unit, row.figure, row.note


def add_table(document: Any, made: MadeForm, head: Head = USUAL_HEAD, cells_of: CellsOf = usual_cells) -> Any:
    for line in made.head:
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(head[0]))
    for cells in (*head, *map(cells_of, made.rows)):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    for line in made.foot:
        document.add_paragraph(line)
    return table


def word(made: MadeForm, head: Head = USUAL_HEAD, cells_of: CellsOf = usual_cells) -> bytes:
    document = docx.Document()
    add_table(document, made, head, cells_of)
    return saved(document)


def excel(made: MadeForm, head: Head = USUAL_HEAD, cells_of: CellsOf = usual_cells) -> Any:
    """A workbook still to be changed; figures are typed as numbers."""
    book = openpyxl.Workbook()
    sheet = book.active
    for line in made.head:
        sheet.append([line])
    for cells in (*head, *map(cells_of, made.rows)):
        sheet.append(list(cells))
    for line in made.foot:
        sheet.append(["", "", "", line])
    return book


def saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def row_at(table: Any, number: str) -> Any:
    """The row of a Word table that carries a number."""
    return next(row for row in table.rows if row.cells[0].text.rstrip(".") == number)


def sheet_row(sheet: Any, number: str) -> int:
    return next(r for r in range(1, sheet.max_row + 1) if str(sheet.cell(r, 1).value or "").rstrip(".") == number)


def add_run(cell: Any, text: str, **style: bool) -> None:
    """One more run in a cell's first paragraph: `strike`, `superscript` or `hidden`."""
    run = cell.paragraphs[0].add_run(text)
    for name, value in style.items():
        setattr(run.font, name, value)


def delete_under_revision(row: Any) -> None:
    properties = row._tr.get_or_add_trPr()
    mark = OxmlElement("w:del")
    mark.set(qn("w:author"), "A")
    properties.append(mark)

"""A form for a unit to fill: as it is printed, empty, locked but for the cells of its figures, with its mark.

Which cells those are our own reader says: what it finds there is where it will look for the figures afterwards.
"""

import io
from dataclasses import replace
from typing import Any

from baocao.catalogue import Catalogue, Form, Unit
from baocao.catalogue.matrix import arrange_declared_lines
from baocao.documents.evidence import Evidence
from baocao.documents.file_marks import FileMark, mark_excel, mark_word, save
from baocao.documents.files import rezip
from baocao.documents.form_docx import render_docx
from baocao.documents.form_xlsx import render_xlsx
from baocao.documents.printed import PrintedForm, print_form
from baocao.documents.reading import read_content
from baocao.documents.reading.word import cells_of, rows_of, tables_of
from baocao.domain import Cell, CellStatus, FilledForm, FormHead, FormLine, FormMark, Period, Window
from baocao.forms.recognise import Position, Wishes, recognise
from baocao.groups import Dimension

EVERYONE = "everyone"


def render_blank_docx(form: Form, unit: Unit, period: Period, window: Window, catalogue: Catalogue) -> bytes:
    """The Word file."""
    page = _print_blank(form, unit, period, window, catalogue)
    return _lock_word(render_docx(page), form, unit, period, catalogue)


def render_blank_xlsx(form: Form, unit: Unit, period: Period, window: Window, catalogue: Catalogue) -> bytes:
    """The Excel file: the form's own sheet alone."""
    page = _print_blank(form, unit, period, window, catalogue)
    return _lock_excel(render_xlsx(page, Evidence()), form, unit, period, catalogue)


def _print_blank(form: Form, unit: Unit, period: Period, window: Window, catalogue: Catalogue) -> PrintedForm:
    """Cells of the unit's own tier have nothing beside them; the others say that they are not its.

    A matrix has a line for every declared field, or unit below.
    """
    filled = FilledForm(
        form_code=form.form_code,
        unit_code=unit.unit_code,
        unit_name=unit.name,
        period=period,
        window=window,
        status=FormMark.UNMARKED,
        cells={},
        head=FormHead(issuer=unit.name, place=unit.place, signed_as=unit.signed_as),
        lines=_list_lines(form, unit, catalogue),
        tier=unit.tier if form.matrix else None,
    )
    rows = form.laid_out(filled).rows
    cells = {row.key: Cell(row.key, None, "", _status(row, unit), indicator_code=row.indicator) for row in rows}
    page = print_form(replace(filled, cells=cells), form)
    empty = [replace(row, note="", short_note="") if row.cell.status is CellStatus.BLANK else row for row in page.rows]
    return replace(page, rows=tuple(empty), footnotes=())


def _list_lines(form: Form, unit: Unit, catalogue: Catalogue) -> tuple[FormLine, ...]:
    if form.matrix is None:
        return ()
    below = {code: one.name for code, one in catalogue.units.items() if one.parent == unit.unit_code}
    return arrange_declared_lines(form.matrix, unit.tier, {**catalogue.group_labels, Dimension.UNIT: below})


def _status(row: Any, unit: Unit) -> CellStatus:
    if row.heading:
        return CellStatus.HEADING
    return CellStatus.BLANK if unit.tier in row.tiers else CellStatus.NOT_APPLICABLE


def _find_open(content: bytes, form: Form, unit: Unit, catalogue: Catalogue) -> list[Position]:
    """Where the unit writes: the figure cells of its own rows, as our reader finds them."""
    wishes = Wishes(form_code=form.form_code, unit_code=unit.unit_code, tier=unit.tier)
    read = recognise(read_content(content), catalogue, wishes)
    mine = [row.key for row in read.form.rows if not row.heading and unit.tier in row.tiers]
    return [place for key in mine if (place := read.place_of(key)) is not None]


def _lock_word(content: bytes, form: Form, unit: Unit, period: Period, catalogue: Catalogue) -> bytes:
    import docx
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    document = docx.Document(io.BytesIO(content))
    tables = tables_of(document.element.body)
    for number, place in enumerate(_find_open(content, form, unit, catalogue), start=1):
        paragraph = _cell_at(tables, place).findall(qn("w:p"))[-1]
        start, end = OxmlElement("w:permStart"), OxmlElement("w:permEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(number))
        start.set(qn("w:edGrp"), EVERYONE)
        properties = paragraph.find(qn("w:pPr"))
        paragraph.insert(0 if properties is None else 1, start)
        paragraph.append(end)
    _protect(document.settings.element)
    mark_word(document.part.package, FileMark(form.form_code, unit.unit_code, period.code))
    return rezip(save(document))


def _cell_at(tables: Any, place: Position) -> Any:
    cells = dict(cells_of(rows_of(tables[place.table])[place.row]))
    return cells[place.column]


def _protect(settings: Any) -> None:
    """Read-only but for what everyone may change; the schema wants it behind the zoom."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    protection = OxmlElement("w:documentProtection")
    protection.set(qn("w:edit"), "readOnly")
    protection.set(qn("w:enforcement"), "1")
    zoom = settings.find(qn("w:zoom"))
    settings.insert(0 if zoom is None else list(settings).index(zoom) + 1, protection)


def _lock_excel(content: bytes, form: Form, unit: Unit, period: Period, catalogue: Catalogue) -> bytes:
    import openpyxl
    from openpyxl.styles import Protection

    book = openpyxl.load_workbook(io.BytesIO(content))
    for name in book.sheetnames[1:]:
        del book[name]
    sheet = book.worksheets[0]
    for place in _find_open(save(book), form, unit, catalogue):
        sheet.cell(place.row + 1, place.column + 1).protection = Protection(locked=False)
    sheet.protection.sheet = True
    mark_excel(book, FileMark(form.form_code, unit.unit_code, period.code))
    return rezip(save(book))

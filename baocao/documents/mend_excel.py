"""Cells of an Excel file mended: coloured, each with a comment that says what stood there and why it was changed."""

import re
import zipfile
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

from baocao.documents.annotate import add_comment, top_left
from baocao.documents.files import zip_parts
from baocao.forms.handmade.mending import MendedCell
from baocao.forms.recognise import Position

_MARKED = "FFFF99"
_PROPERTIES = "docProps/core.xml"
_SAVED_AT = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_PERCENT_SIGN = re.compile(r'%(?=(?:[^"]*"[^"]*")*[^"]*$)')


def mend_excel(
    content: bytes, mends: Mapping[Position, MendedCell], saved_at: str
) -> tuple[bytes, frozenset[Position]]:
    import openpyxl

    book = openpyxl.load_workbook(BytesIO(content), rich_text=True)
    for place, mend in mends.items():
        sheet = book.worksheets[place.table]
        _mend(top_left(sheet, sheet.cell(place.row + 1, place.column + 1)), mend)
    stream = BytesIO()
    book.save(stream)
    return _as_saved_at(stream.getvalue(), saved_at), frozenset()


def _mend(cell: Any, mend: MendedCell) -> None:
    from openpyxl.styles import PatternFill

    told = f"Đã sửa “{mend.before}” thành “{mend.after}”." if mend.before else f"Đã ghi “{mend.after}” vào ô trống."
    formula = f"\nCông thức cũ: {cell.value}" if cell.data_type == "f" else ""
    if mend.is_number and mend.value is not None:
        _write_number(cell, mend.after, mend.value)
    else:
        cell.value = mend.after
    cell.fill = PatternFill("solid", fgColor=_MARKED)
    add_comment(cell, f"{told} {mend.why}{formula}")


def _write_number(cell: Any, shown: str, value: Decimal) -> None:
    """In the scale and with the places it is to be shown in; a percent format stays one."""
    places = len(shown.replace(".", ",").partition(",")[2])
    is_percent = bool(_PERCENT_SIGN.search(str(cell.number_format)))
    shape = f"0.{'0' * places}" if places else "0"
    cell.value = value / 100 if is_percent else value
    cell.number_format = f"{shape}%" if is_percent else shape


def _as_saved_at(content: bytes, saved_at: str) -> bytes:
    """The library writes the time of saving into the file."""
    parts = []
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            part = archive.read(name)
            if name == _PROPERTIES:
                part = _SAVED_AT.sub(rb"\g<1>" + saved_at.encode() + rb"\g<2>", part)
            parts.append((name, part))
    return zip_parts(parts)

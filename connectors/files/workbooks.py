"""Workbooks: their visible sheets as plain cells, merged cells filled downwards, and what a reader of the screen sees.

Cells are read by calamine. Which rows are hidden, and from which year day numbers count, it does not tell: that is
read from the parts of the file itself (of .xls in `old_workbooks`).
"""

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from connectors.files.cell_values import plain_cell
from connectors.files.old_workbooks import look_at_old_workbook
from connectors.files.sheets import DAMAGED, SourceSheet, UnreadableFileError

MOST_UNPACKED = 30
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TRUE = ("1", "true")


def read_workbook(content: bytes) -> list[SourceSheet]:
    """Raise UnreadableFileError."""
    looks: Mapping[str, frozenset[int]] = {}
    starts_1904 = False
    try:
        if zipfile.is_zipfile(io.BytesIO(content)):
            with zipfile.ZipFile(io.BytesIO(content)) as parts:
                _refuse_bomb(parts, len(content))
                starts_1904 = _starts_1904(parts)
                looks = dict(_hidden_rows(parts))
        else:
            looks, starts_1904 = look_at_old_workbook(content)
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            names = [sheet.name for sheet in book.sheets_metadata if _is_table(sheet)]
            return [
                SourceSheet(name, _fill_down(book.get_sheet_by_name(name)), looks.get(name, frozenset()), starts_1904)
                for name in names
            ]
    except (CalamineError, OSError, zipfile.BadZipFile, KeyError, etree.XMLSyntaxError) as error:
        raise UnreadableFileError(DAMAGED) from error


def _is_table(sheet: Any) -> bool:
    return bool(sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet)


def _refuse_bomb(parts: zipfile.ZipFile, size: int) -> None:
    if sum(part.file_size for part in parts.infolist()) > MOST_UNPACKED * max(size, 1_000_000):
        raise UnreadableFileError(f"giải nén ra lớn hơn {MOST_UNPACKED} lần kích thước tệp")


def _fill_down(sheet: CalamineSheet) -> list[list[Any]]:
    """The cells, each one merged over several rows standing in all of them; a title merged sideways stays one cell."""
    rows = [[plain_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1]:
            if top < len(rows) and left < len(row):
                row[left] = rows[top][left]
    return rows


def _parse(part: bytes) -> Any:
    return etree.fromstring(part, etree.XMLParser(resolve_entities=False, no_network=True))


def _starts_1904(parts: zipfile.ZipFile) -> bool:
    if "xl/workbook.xml" not in parts.namelist():
        return False
    properties = _parse(parts.read("xl/workbook.xml")).find(f"{_MAIN}workbookPr")
    return properties is not None and properties.get("date1904") in _TRUE


def _hidden_rows(parts: zipfile.ZipFile) -> Iterator[tuple[str, frozenset[int]]]:
    """By the sheet's name, the places (from 0) of its hidden or filtered rows."""
    names = set(parts.namelist())
    if "xl/workbook.xml" in names and "xl/_rels/workbook.xml.rels" in names:
        targets = {one.get("Id"): one.get("Target") for one in _parse(parts.read("xl/_rels/workbook.xml.rels"))}
        for sheet in _parse(parts.read("xl/workbook.xml")).iter(f"{_MAIN}sheet"):
            target = str(targets.get(sheet.get(_RELATION)) or "")
            path = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
            if path in names:
                yield sheet.get("name"), frozenset(_hidden_in_excel(parts, path))
    elif "content.xml" in names:
        for table in _parse(parts.read("content.xml")).iter(f"{_TABLE}table"):
            yield table.get(f"{_TABLE}name"), frozenset(_hidden_in_open_document(table))


def _hidden_in_excel(parts: zipfile.ZipFile, path: str) -> Iterator[int]:
    with parts.open(path) as part:
        place = -1
        for _, row in etree.iterparse(part, tag=f"{_MAIN}row", resolve_entities=False, no_network=True):
            place = int(row.get("r") or place + 2) - 1
            if row.get("hidden") in _TRUE:
                yield place
            row.clear()


def _hidden_in_open_document(table: Any) -> Iterator[int]:
    place = 0
    for row in table.iter(f"{_TABLE}table-row"):
        times = int(row.get(f"{_TABLE}number-rows-repeated") or 1)
        if row.get(f"{_TABLE}visibility") in {"collapse", "filter"} and len(row):
            yield from range(place, place + min(times, 100_000))
        place += times

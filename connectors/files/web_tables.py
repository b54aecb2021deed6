"""Tables vendors save as .xls that are none: a web page, or the XML spreadsheet of 2003."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree
from lxml.html import HTMLParser, document_fromstring

from connectors.files.sheets import DAMAGED, SourceSheet, UnreadableFileError
from connectors.files.text_tables import decode

_SHEET = "{urn:schemas-microsoft-com:office:spreadsheet}"
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.IGNORECASE)
_WIDEST = 500


def read_pages(content: bytes) -> list[SourceSheet]:
    """Each table of a web page that lies in no other one, cells over several rows standing in all of them."""
    try:
        page = document_fromstring(_text_of(content), parser=HTMLParser(no_network=True, remove_comments=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFileError(DAMAGED) from error
    tables = [table for table in page.iter("table") if not any(True for _ in table.iterancestors("table"))]
    sheets = [_page_table(table, f"bảng {place}") for place, table in enumerate(tables, start=1)]
    if not sheets:
        raise UnreadableFileError("đây là trang web không có bảng")
    plain = content.replace(b"\x00", b"").lower()
    if plain.count(b"</table") < plain.count(b"<table"):
        raise UnreadableFileError("đây là trang web bị cắt trước khi hết bảng; hãy xuất lại")
    return sheets


def _text_of(content: bytes) -> str:
    named = _CHARSET.search(content[:2_048])
    try:
        text = content.decode(named[1].decode("ascii")) if named else decode(content)
    except (LookupError, UnicodeDecodeError):
        text = decode(content)
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)


def _page_table(table: Any, name: str) -> SourceSheet:
    rows: list[list[Any]] = []
    hidden: set[int] = set()
    standing: dict[int, tuple[int, str]] = {}
    for row in table.iter("tr"):
        if next(row.iterancestors("table")) is not table:
            continue
        if row.get("hidden") is not None or _HIDING.search(row.get("style") or ""):
            hidden.add(len(rows))
        rows.append(_page_row(row, standing))
    return SourceSheet(name, rows, frozenset(hidden))


def _page_row(row: Any, standing: dict[int, tuple[int, str]]) -> list[Any]:
    """The row on the table's grid; `standing` holds what cells above reach down, and for how many rows more."""
    cells: list[Any] = []
    given = [cell for cell in row if cell.tag in {"td", "th"}]
    while given or any(place >= len(cells) for place in standing):
        place = len(cells)
        if place in standing:
            times, text = standing.pop(place)
            cells.append(text)
            if times > 1:
                standing[place] = (times - 1, text)
            continue
        if not given:
            cells.append("")
            continue
        cell = given.pop(0)
        text = " ".join("".join(cell.itertext()).split())
        across, down = _span(cell, "colspan"), _span(cell, "rowspan")
        for offset in range(across):
            cells.append(text if not offset else "")
            if down > 1:
                standing[place + offset] = (down - 1, cells[-1])
    return cells


def _span(cell: Any, name: str) -> int:
    text = str(cell.get(name) or "1").strip()
    return max(1, min(int(text), _WIDEST)) if text.isdecimal() else 1


def read_xml_spreadsheet(content: bytes) -> list[SourceSheet]:
    """The sheets of an XML spreadsheet (SpreadsheetML 2003)."""
    try:
        book = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise UnreadableFileError(DAMAGED) from error
    starts_1904 = any(str(one.tag).endswith("}Date1904") for one in book.iter() if isinstance(one.tag, str))
    return [_xml_sheet(sheet, starts_1904=starts_1904) for sheet in book.iter(f"{_SHEET}Worksheet")]


def _xml_sheet(sheet: Any, *, starts_1904: bool) -> SourceSheet:
    rows: list[list[Any]] = []
    hidden: set[int] = set()
    for row in sheet.iter(f"{_SHEET}Row"):
        place = int(row.get(f"{_SHEET}Index") or len(rows) + 1) - 1
        rows += [[] for _ in range(min(place, 1_000_000) - len(rows))]
        if row.get(f"{_SHEET}Hidden") == "1":
            hidden.add(len(rows))
        rows.append(list(_xml_cells(row)))
    return SourceSheet(sheet.get(f"{_SHEET}Name") or "", rows, frozenset(hidden), starts_1904)


def _xml_cells(row: Any) -> Iterator[Any]:
    place = 0
    for cell in row.iter(f"{_SHEET}Cell"):
        wanted = int(cell.get(f"{_SHEET}Index") or place + 1) - 1
        for _ in range(min(wanted, _WIDEST) - place):
            yield None
        place = wanted + 1
        content = cell.find(f"{_SHEET}Data")
        yield None if content is None else _xml_value(content)


def _xml_value(content: Any) -> Any:
    text = "".join(content.itertext())
    if content.get(f"{_SHEET}Type") == "Number":
        try:
            return float(text)
        except ValueError:
            return text
    return text

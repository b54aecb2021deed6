"""Word files: paragraphs and tables in reading order, merged cells on their grid, headers and footers apart.

Deleted and hidden text is not read; macros are never run.
"""

import re
from collections.abc import Iterator
from typing import Any

from baocao.documents.reading.package import OfficePackage
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import FileKind, Position, RawCell, RawDocument, RawLine, RawRow, Remark

_SKIPPED = frozenset({"del", "moveFrom", "Fallback", "instrText", "delText", "rPr", "pPr", "tbl", "comment"})
_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
_LETTERS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_WIDEST = 63
_MOST_ROWS = 5_000
_MARGIN_PART = re.compile(r"word/(header|footer)[0-9]*\.xml")


def read_word(content: bytes) -> RawDocument:
    """Raise UnreadableFormError where the file is broken, hostile or far larger than a form."""
    package = OfficePackage(content)
    root = package.tree(_main_part(package))
    body = next((child for child in root if local_name(child) == "body"), root)
    return RawDocument(
        FileKind.DOCX,
        tuple(_Walk(body).blocks()),
        margins=tuple(_margins(package)),
        remarks=(Remark.MACRO_IGNORED,) if package.has_macros else (),
    )


def _main_part(package: OfficePackage) -> str:
    for relation in package.tree("_rels/.rels"):
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _margins(package: OfficePackage) -> Iterator[str]:
    for name in sorted(package.names):
        if _MARGIN_PART.fullmatch(name):
            lines = _text(package.tree(name)).splitlines()
            yield from (line.strip() for line in lines if line.strip())


class _Walk:
    """The blocks of a document's body; tables are numbered as they begin in the file."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._numbers = {table: number for number, table in enumerate(tables_of(root))}
        self._row_count = 0
        self._line_count = 0

    def blocks(self) -> Iterator[RawRow | RawLine]:
        for child in flat_children(self._root):
            if local_name(child) == "p":
                self._line_count += 1
                yield RawLine(_text(child), Position(f"đoạn {self._line_count}"))
            elif local_name(child) == "tbl":
                yield from self._rows_of(child)

    def _rows_of(self, table: Any) -> Iterator[RawRow]:
        number = self._numbers[table]
        for row_number, row in enumerate(rows_of(table)):
            self._row_count += 1
            if self._row_count > _MOST_ROWS:
                raise UnreadableFormError(f"Tệp có quá {_MOST_ROWS} dòng bảng, không phải một biểu mẫu.")
            place = Position(f"bảng {number + 1}, dòng {row_number + 1}", number, row_number)
            yield RawRow(tuple(_cells_of(row, place)), place)
            for _, cell in cells_of(row):
                for nested in (child for child in flat_children(cell) if local_name(child) == "tbl"):
                    yield from self._rows_of(nested)


def tables_of(root: Any) -> list[Any]:
    """Every table of the document, nested ones too, in the order they begin."""
    return [element for element in root.iter() if local_name(element) == "tbl"]


def rows_of(table: Any) -> list[Any]:
    """The table's own rows, without those a reviewer deleted."""
    return [row for row in flat_children(table) if local_name(row) == "tr" and not _property(row, "trPr", "del")]


def cells_of(row: Any) -> Iterator[tuple[int, Any]]:
    """Each cell with the column of the table's grid it begins in."""
    column = _span(_property(row, "trPr", "gridBefore"), 0)
    for cell in flat_children(row):
        if local_name(cell) == "tc":
            yield column, cell
            column += _span(_property(cell, "tcPr", "gridSpan"), 1)


def local_name(element: Any) -> str:
    """The element's name without its namespace, which differs between the two dialects of the format."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def flat_children(element: Any) -> Iterator[Any]:
    """The children, with those inside content controls and accepted insertions in their place."""
    for child in element:
        if local_name(child) in _WRAPPERS:
            yield from flat_children(child)
        else:
            yield child


def _cells_of(row: Any, place: Position) -> Iterator[RawCell]:
    filled = 0
    for column, cell in cells_of(row):
        for empty in range(filled, column):
            yield RawCell("", _cell_place(place, empty))
        text = "" if _continues_above(cell) else _text(cell).strip()
        yield RawCell(text, _cell_place(place, column))
        filled = column + 1


def _cell_place(place: Position, column: int) -> Position:
    return Position(f"{place.name}, cột {column + 1}", place.table, place.row, column)


def _continues_above(cell: Any) -> bool:
    """Whether the cell is the lower part of a vertically merged one."""
    merge = _property(cell, "tcPr", "vMerge")
    return merge is not None and _value(merge) != "restart"


def _property(element: Any, group: str, name: str) -> Any:
    for properties in element:
        if local_name(properties) == group:
            return next((child for child in properties if local_name(child) == name), None)
    return None


def _value(element: Any) -> str:
    return next((str(value) for key, value in element.attrib.items() if key.rpartition("}")[2] == "val"), "")


def _span(element: Any, default: int) -> int:
    text = _value(element) if element is not None else ""
    return min(int(text), _WIDEST) if text.isdecimal() and len(text) < len("1000") else default


def _text(element: Any) -> str:
    """The visible text, a line for each paragraph; nested tables are read apart."""
    pieces: list[str] = []
    _collect(element, pieces)
    return "".join(pieces).strip("\n")


def _collect(element: Any, pieces: list[str]) -> None:
    for child in element:
        name = local_name(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name in _LETTERS:
            pieces.append(_LETTERS[name])
        elif name not in _SKIPPED and not (name == "r" and _is_hidden(child)):
            _collect(child, pieces)
            if name == "p":
                pieces.append("\n")


def _is_hidden(run: Any) -> bool:
    hidden = _property(run, "rPr", "vanish")
    return hidden is not None and _value(hidden) not in {"0", "false"}

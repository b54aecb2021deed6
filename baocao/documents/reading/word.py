"""Word files: paragraphs and tables in reading order, merged cells on their grid, headers and footers apart.

Text that is struck out, hidden, deleted under revision or floats in a box is not read as a cell's text but told;
macros are never run.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from baocao.documents.reading.package import OfficePackage, parse_part
from baocao.documents.reading.word_text import WordText, boxes_of, local_name, property_of, value_of
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import (
    FileKind,
    FileRemark,
    Position,
    RawCell,
    RawDocument,
    RawLine,
    RawRow,
    Unseen,
    UnseenKind,
)

_WRAPPERS = frozenset({"sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"})
_WIDEST = 63
_MOST_ROWS = 20_000
_MARGIN_PART = re.compile(r"word/(header|footer)[0-9]*\.xml")
_STYLES = "word/styles.xml"


def read_word(content: bytes) -> RawDocument:
    """Raise UnreadableFormError where the file is broken, hostile or far larger than a form."""
    package = OfficePackage(content)
    root = package.tree(main_part(package))
    body = body_of(root)
    texts = _texts_with_styles(package.read(_STYLES) if _STYLES in package.names else b"")
    walk = _Walk(body, texts)
    blocks = tuple(walk.blocks())
    return RawDocument(
        FileKind.DOCX,
        blocks,
        margins=tuple(_margins(package, texts)),
        remarks=(FileRemark.MACRO_IGNORED,) if package.has_macros else (),
        unseen=tuple(walk.unseen),
    )


@lru_cache(maxsize=8)
def _texts_with_styles(part: bytes) -> WordText:
    """The documents of one office have the styles of one template."""
    return WordText(parse_part(part) if part else None)


def body_of(root: Any) -> Any:
    return next((child for child in root if local_name(child) == "body"), root)


def main_part(package: OfficePackage) -> str:
    for relation in package.tree("_rels/.rels"):
        if str(relation.get("Type", "")).endswith("/officeDocument"):
            return str(relation.get("Target", "")).lstrip("/")
    return "word/document.xml"


def _margins(package: OfficePackage, texts: WordText) -> Iterator[str]:
    for name in sorted(package.names):
        if _MARGIN_PART.fullmatch(name):
            seen = texts.read(package.tree(name), Position("lề trang"))
            yield from (line.strip() for line in seen.text.splitlines() if line.strip())


class _Walk:
    """The blocks of a document's body; tables are numbered as they begin in the file."""

    def __init__(self, root: Any, texts: WordText) -> None:
        self._root = root
        self._texts = texts
        self._numbers = {table: number for number, table in enumerate(tables_of(root))}
        self._row_count = 0
        self._line_count = 0
        self.unseen: list[Unseen] = []

    def blocks(self) -> Iterator[RawRow | RawLine]:
        for child in flat_children(self._root):
            if local_name(child) == "p":
                yield from self._lines_of(child)
            elif local_name(child) == "tbl":
                yield from self._rows_of(child)

    def _lines_of(self, paragraph: Any) -> Iterator[RawRow | RawLine]:
        self._line_count += 1
        place = Position(f"đoạn {self._line_count}")
        yield RawLine(self._read(paragraph, place)[0], place)
        for box in boxes_of(paragraph):
            for line in self._texts.lines(box):
                yield RawLine(line, place)
            for table in (child for child in flat_children(box) if local_name(child) == "tbl"):
                yield from self._rows_of(table)

    def _read(self, element: Any, place: Position) -> tuple[str, str]:
        seen = self._texts.read(element, place)
        outside = place.table < 0  # a box beside a paragraph is a line of its own
        self.unseen += [one for one in seen.unseen if not (outside and one.kind is UnseenKind.TEXT_BOX)]
        return seen.text, seen.unclear

    def _rows_of(self, table: Any) -> Iterator[RawRow]:
        number = self._numbers[table]
        for row_number, row in enumerate(rows_of(table)):
            self._row_count += 1
            if self._row_count > _MOST_ROWS:
                raise UnreadableFormError(f"Tệp có quá {_MOST_ROWS} dòng bảng, không phải một biểu mẫu.")
            place = Position(f"bảng {number + 1}, dòng {row_number + 1}", number, row_number)
            if property_of(row, "trPr", "hidden") is not None:
                self.unseen.append(Unseen(UnseenKind.HIDDEN_ROW, _plain_text(row), place))
                continue
            yield RawRow(tuple(self._cells_of(row, place)), place)
            for _, cell in cells_of(row):
                for nested in (child for child in flat_children(cell) if local_name(child) == "tbl"):
                    yield from self._rows_of(nested)
        for row in deleted_rows_of(table):
            place = Position(f"bảng {number + 1}", number)
            self.unseen.append(Unseen(UnseenKind.DELETED, _plain_text(row), place))

    def _cells_of(self, row: Any, place: Position) -> Iterator[RawCell]:
        filled = 0
        for column, cell in cells_of(row):
            for empty in range(filled, column):
                yield RawCell("", _cell_place(place, empty))
            at = _cell_place(place, column)
            gone = _continues_above(cell) or property_of(cell, "tcPr", "cellDel") is not None
            text, unclear = ("", "") if gone else self._read(cell, at)
            yield RawCell(text.strip(), at, unclear=unclear)
            filled = column + 1


def tables_of(root: Any) -> list[Any]:
    """Every table of the document, nested ones too, in the order they begin."""
    return [element for element in root.iter() if local_name(element) == "tbl"]


def rows_of(table: Any) -> list[Any]:
    """The table's own rows, without those a reviewer deleted."""
    return [row for row in _own_rows(table) if property_of(row, "trPr", "del") is None]


def deleted_rows_of(table: Any) -> list[Any]:
    return [row for row in _own_rows(table) if property_of(row, "trPr", "del") is not None]


def _own_rows(table: Any) -> Iterator[Any]:
    return (row for row in flat_children(table) if local_name(row) == "tr")


def cells_of(row: Any) -> Iterator[tuple[int, Any]]:
    """Each cell with the column of the table's grid it begins in."""
    column = _span(property_of(row, "trPr", "gridBefore"), 0)
    for cell in flat_children(row):
        if local_name(cell) == "tc":
            yield column, cell
            column += _span(property_of(cell, "tcPr", "gridSpan"), 1)


def flat_children(element: Any) -> Iterator[Any]:
    """The children, with those inside content controls and accepted insertions in their place."""
    for child in element:
        if local_name(child) in _WRAPPERS:
            yield from flat_children(child)
        else:
            yield child


def _cell_place(place: Position, column: int) -> Position:
    return Position(f"{place.name}, cột {column + 1}", place.table, place.row, column)


def _continues_above(cell: Any) -> bool:
    """Whether the cell is the lower part of a vertically merged one."""
    merge = property_of(cell, "tcPr", "vMerge")
    return merge is not None and value_of(merge) != "restart"


def _span(element: Any, default: int) -> int:
    text = value_of(element) if element is not None else ""
    return min(int(text), _WIDEST) if text.isdecimal() and len(text) < len("1000") else default


def _plain_text(row: Any) -> str:
    """Everything written in a row nobody sees, cell by cell."""
    texts = (
        "".join(str(t.text or "") for t in cell.iter() if local_name(t) in {"t", "delText"})
        for _, cell in cells_of(row)
    )
    return " | ".join(text for text in texts if text)

"""HTML files: tables and text in reading order; scripts, styles and hidden parts are not read."""

import re
from collections.abc import Iterator
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from typing import Any

from baocao.documents.reading.colours import SMALLEST_POINTS, is_white
from baocao.documents.reading.seen import Piece, see
from baocao.documents.reading.text import decode
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import FileKind, Position, RawCell, RawDocument, RawLine, RawRow, Unseen, UnseenKind

_MOST_BYTES = 20_000_000
_MOST_ROWS = 5_000
_HEAD_BYTES = 4096
_MOST_PARTS, _MOST_NESTED = 2_000, 20
_WIDEST = 60
_OWN_MARKS = frozenset({"passport", "status", "mark", "legend"})
_UNREAD = frozenset({"script", "style", "template", "head", "noscript", "svg", "dialog", "object", "iframe"})
_BLOCKS = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "br", "tr", "section", "header", "footer"})
_HIDING = ("display:none", "visibility:hidden", "visibility:collapse")
_SIZE = re.compile(r"font-size:([0-9]+(?:\.[0-9]+)?|\.[0-9]+)(px|pt)")
_POINTS = {"px": 0.75, "pt": 1.0}
_COLOUR = re.compile(r"(?:^|;)color:(#?[0-9a-z]+)")
_GROUND = re.compile(r"background", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)


def read_html(content: bytes) -> RawDocument:
    """Raise UnreadableFormError where the page is empty or far larger than a form."""
    from lxml import etree
    from lxml.html import HTMLParser, document_fromstring

    if len(content) > _MOST_BYTES:
        raise UnreadableFormError("Trang HTML quá lớn so với một biểu mẫu (trên 20 MB).")
    try:
        page = document_fromstring(_decode(content), parser=HTMLParser(no_network=True, remove_comments=True))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFormError("Trang HTML trống hoặc hỏng, không đọc được.") from error
    walk = _Page()
    blocks = tuple(walk.blocks(page))
    return RawDocument(FileKind.HTML, blocks, unseen=tuple(walk.unseen))


def is_mht(content: bytes) -> bool:
    """A page saved whole with its pictures, as Word and browsers do."""
    head = content[:_HEAD_BYTES].lower()
    return b"mime-version:" in head and b"multipart/related" in head


def read_mht(content: bytes) -> RawDocument:
    """The page inside; raise UnreadableFormError where there is none."""
    is_huge = len(content) > _MOST_BYTES or content.count(b"\n--") > _MOST_PARTS
    if is_huge or content.lower().count(b"multipart/") > _MOST_NESTED:
        raise UnreadableFormError("Tệp .mht quá lớn hoặc có quá nhiều phần; hãy lưu lại dạng .docx.")
    message = message_from_bytes(content, policy=default)
    part = next((part for part in message.walk() if part.get_content_type() == "text/html"), None)
    page = part.get_payload(decode=True) if part is not None else None
    if not isinstance(page, bytes):
        raise UnreadableFormError("Tệp .mht không có trang nào bên trong; hãy lưu lại dạng .docx hoặc .html.")
    return replace(read_html(page), kind=FileKind.MHT)


def _decode(content: bytes) -> str:
    """By the character set the page names, if it is a known one; the declaration itself is taken out."""
    named = _CHARSET.search(content[:2048])
    try:
        text = content.decode(named[1].decode("ascii")) if named else decode(content)
    except (LookupError, UnicodeDecodeError):
        text = decode(content)
    return re.sub(r"^\s*<\?xml[^>]*\?>", "", text)


class _Page:
    """The blocks of a page; tables are numbered as they begin."""

    def __init__(self) -> None:
        self.unseen: list[Unseen] = []
        self._tables = 0
        self._lines = 0
        self._rows = 0

    def blocks(self, element: Any) -> Iterator[RawRow | RawLine]:
        """Text between tables line by line, tables row by row."""
        pending: list[Piece] = []
        for piece in _pieces(element):
            if isinstance(piece, Piece):
                pending.append(piece)
                continue
            yield from self._lines_of(pending)
            pending.clear()
            yield from self._rows_of(piece)
        yield from self._lines_of(pending)

    def _lines_of(self, pieces: list[Piece]) -> Iterator[RawLine]:
        for line in see(pieces, Position("văn bản")).text.splitlines():
            if line.strip():
                self._lines += 1
                yield RawLine(" ".join(line.split()), Position(f"dòng văn bản {self._lines}"))

    def _rows_of(self, table: Any) -> Iterator[RawRow]:
        number, self._tables = self._tables, self._tables + 1
        nested: list[Any] = []
        covered: dict[int, int] = {}
        for at, row in enumerate(_own_rows(table)):
            self._rows += 1
            if self._rows > _MOST_ROWS:
                raise UnreadableFormError(f"Trang có quá {_MOST_ROWS} dòng bảng, không phải một biểu mẫu.")
            place = Position(f"bảng {number + 1}, dòng {at + 1}", number, at)
            if _is_hidden(row):
                text = " | ".join(" ".join("".join(cell.itertext()).split()) for cell in row)
                self.unseen.append(Unseen(UnseenKind.HIDDEN_ROW, text, place))
                continue
            yield RawRow(tuple(_cells_of(row, place, covered, self.unseen)), place)
            nested.extend(inner for cell in row for inner in cell.iter("table"))
        for inner in nested:
            yield from self._rows_of(inner)


def _pieces(element: Any, kind: UnseenKind | None = None) -> Iterator[Any]:
    """The element's text as it is seen, and its tables in their place."""
    if not isinstance(element.tag, str) or _is_unread(element):
        return
    kind = _kind_of(element) or kind
    yield Piece(" ".join((element.text or "").split("\n")), kind)
    for child in element:
        if child.tag == "table":
            yield child
        else:
            yield from _pieces(child, kind)
        yield Piece(" ".join((child.tail or "").split("\n")), kind)
    if element.tag in _BLOCKS:
        yield Piece("\n")


def _kind_of(element: Any) -> UnseenKind | None:
    style = str(element.get("style") or "").casefold().replace(" ", "")
    if element.tag == "del":
        return UnseenKind.DELETED
    if any(words in style for words in _HIDING) or _is_faint(style, element):
        return UnseenKind.HIDDEN_TEXT
    if element.tag in {"s", "strike"} or "line-through" in style:
        return UnseenKind.STRUCK
    if element.tag == "sup" or "vertical-align:super" in style:
        return UnseenKind.NOTE_MARK
    return UnseenKind.INSERTED if element.tag == "ins" else None


def _is_faint(style: str, element: Any) -> bool:
    """White letters where no element around has a ground of its own, or letters too small to be read."""
    size = _SIZE.search(style)
    if size is not None and float(size[1]) * _POINTS[size[2]] < SMALLEST_POINTS:
        return True
    colour = _COLOUR.search(style)
    if not is_white(colour[1] if colour else str(element.get("color") or "")):
        return False
    around = (element, *element.iterancestors())
    return not any(_GROUND.search(str(one.get("style") or "")) or one.get("bgcolor") for one in around)


def _is_unread(element: Any) -> bool:
    """What no reader of the closed page takes for its text, and the marks our own pages add to a figure."""
    if element.tag in _UNREAD or element.get("hidden") is not None:
        return True
    if _OWN_MARKS & set(str(element.get("class") or "").split()):
        return True
    parent = element.getparent()
    return parent is not None and parent.tag == "details" and element.tag != "summary"


def _is_hidden(element: Any) -> bool:
    return element.get("hidden") is not None or _kind_of(element) is UnseenKind.HIDDEN_TEXT


def _own_rows(table: Any) -> Iterator[Any]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from (row for row in child if row.tag == "tr")


def _cells_of(row: Any, place: Position, covered: dict[int, int], unseen: list[Unseen]) -> Iterator[RawCell]:
    """The row's cells on the table's grid; `covered` holds how many more rows a cell above reaches down."""
    column = 0
    for cell in (child for child in row if child.tag in {"td", "th"}):
        while covered.get(column, 0) > 0:
            covered[column] -= 1
            yield RawCell("", _cell_place(place, column))
            column += 1
        at = _cell_place(place, column)
        seen = see((piece for piece in _pieces(cell) if isinstance(piece, Piece)), at)
        unseen += seen.unseen
        across, down = _span(cell, "colspan"), _span(cell, "rowspan")
        for offset in range(across):
            covered[column] = down - 1
            text, unclear = (_tidy(seen.text), seen.unclear) if offset == 0 else ("", "")
            yield RawCell(text, _cell_place(place, column), unclear=unclear)
            column += 1
    while covered.get(column, 0) > 0:
        covered[column] -= 1
        yield RawCell("", _cell_place(place, column))
        column += 1


def _tidy(text: str) -> str:
    return "\n".join(line for line in (" ".join(line.split()) for line in text.splitlines()) if line)


def _cell_place(place: Position, column: int) -> Position:
    return Position(f"{place.name}, cột {column + 1}", place.table, place.row, column)


def _span(cell: Any, name: str) -> int:
    text = str(cell.get(name) or "1").strip()
    return max(1, min(int(text), _WIDEST)) if text.isdecimal() and len(text) < len("10000") else 1

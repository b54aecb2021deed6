"""Which texts of a file's cells are italic, for who must print them to the letter; the readers give plain text."""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

from baocao.documents.reading.files import detect_kind
from baocao.documents.reading.package import OfficePackage
from baocao.documents.reading.word import cells_of, rows_of, tables_of
from baocao.documents.reading.word_text import local_name, property_of, value_of
from baocao.forms.recognise import FileKind

Place = tuple[int, int, int]
Pieces = list[tuple[str, bool]]
_OFF = frozenset({"0", "false", "off", "none"})
_LETTERS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_NOT_TEXT = frozenset({"pPr", "rPr", "del", "moveFrom", "instrText", "delText", "tbl", "txbxContent", "Fallback"})
_DEEPEST_STYLE = 8
_MOST_ROWS, _MOST_COLUMNS = 2_000, 60


def find_italics(content: bytes) -> dict[Place, str]:
    """By table, row and column the text of each cell with italics, `<i>…</i>` around them; of Word and Excel files."""
    kind = detect_kind(content)
    read = {FileKind.DOCX: _of_word, FileKind.XLSX: _of_excel}.get(kind)
    found = read(content) if read is not None else ()
    return {place: mark(pieces) for place, pieces in found if any(is_italic for _, is_italic in pieces)}


def knows_italics(content: bytes) -> bool:
    """Whether the format of a file says what is italic."""
    return detect_kind(content) in {FileKind.DOCX, FileKind.XLSX}


def mark(pieces: Pieces) -> str:
    """Neighbouring italic pieces are one, the space around them stands outside."""
    joined: Pieces = []
    for text, is_italic in pieces:
        if joined and joined[-1][1] == is_italic:
            joined[-1] = (joined[-1][0] + text, joined[-1][1])
        elif text:
            joined.append((text, is_italic))
    return "".join(_wrap(text) if is_italic else text for text, is_italic in joined).strip("\n")


def _wrap(text: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    at = text.index(inner)
    return f"{text[:at]}<i>{inner}</i>{text[at + len(inner) :]}"


def _of_word(content: bytes) -> Iterator[tuple[Place, Pieces]]:
    package = OfficePackage(content)
    styles = _italic_styles(package)
    root = package.tree("word/document.xml")
    for table, element in enumerate(tables_of(root)):
        for row, one in enumerate(rows_of(element)):
            for column, cell in cells_of(one):
                yield (table, row, column), list(_pieces(cell, styles, is_italic=False))


def _italic_styles(package: OfficePackage) -> dict[str, bool]:
    """Of each style whether it says italics, as it is based on others."""
    if "word/styles.xml" not in package.names:
        return {}
    found = [one for one in package.tree("word/styles.xml") if local_name(one) == "style"]
    elements = {value_of(one, "styleId"): one for one in found}

    def says(name: str, depth: int = 0) -> bool:
        element = elements.get(name)
        if element is None or depth > _DEEPEST_STYLE:
            return False
        own = _italic_of(next((child for child in element if local_name(child) == "rPr"), None))
        below = next((child for child in element if local_name(child) == "basedOn"), None)
        return own if own is not None else below is not None and says(value_of(below), depth + 1)

    return {name: says(name) for name in elements}


def _italic_of(properties: Any) -> bool | None:
    for one in properties if properties is not None else ():
        if local_name(one) == "i":
            return value_of(one) not in _OFF
    return None


def _pieces(element: Any, styles: Mapping[str, bool], *, is_italic: bool) -> Iterator[tuple[str, bool]]:
    for child in element:
        name = local_name(child)
        if name == "t":
            yield child.text or "", is_italic
        elif name in _LETTERS:
            yield _LETTERS[name], is_italic
        elif name not in _NOT_TEXT:
            yield from _pieces(child, styles, is_italic=_italic_in(child, name, styles, is_italic))
            if name == "p":
                yield "\n", is_italic


def _italic_in(element: Any, name: str, styles: Mapping[str, bool], above: bool) -> bool:
    if name not in {"p", "r"}:
        return above
    style = property_of(element, f"{name}Pr", f"{name}Style")
    said = styles.get(value_of(style), False) if style is not None else False
    own = _italic_of(next((one for one in element if local_name(one) == "rPr"), None)) if name == "r" else None
    return own if own is not None else said or above


def _of_excel(content: bytes) -> Iterator[tuple[Place, Pieces]]:
    from openpyxl import load_workbook
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    book = load_workbook(BytesIO(content), data_only=True, keep_links=False, rich_text=True)
    for table, name in enumerate(book.sheetnames):
        sheet = book[name]
        for row, cells in enumerate(sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS)):
            for column, cell in enumerate(cells):
                whole = bool(getattr(getattr(cell, "font", None), "i", False))
                if isinstance(cell.value, CellRichText):
                    of_parts = [part.font.i if isinstance(part, TextBlock) else whole for part in cell.value]
                    yield (table, row, column), list(zip(map(str, cell.value), map(bool, of_parts), strict=True))
                elif isinstance(cell.value, str):
                    yield (table, row, column), [(cell.value, whole)]

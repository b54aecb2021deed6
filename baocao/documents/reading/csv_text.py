"""Tables saved as text with a separator (CSV): semicolons, commas or tabs, cells in quotes over several lines."""

import csv
from collections import Counter
from io import StringIO

from baocao.documents.reading.seen import Piece, see
from baocao.documents.reading.text import decode
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import FileKind, Position, RawCell, RawDocument, RawLine, RawRow, Unseen

_SEPARATORS = (";", ",")
_FEWEST_ROWS = 5
_FEWEST_CELLS = 3
_WIDE = 6
"""With so many cells in every row two rows are a table: nobody writes six commas a line."""
_MOST = 0.6
_MOST_ROWS = 20_000
_MOST_BYTES = 20_000_000


def is_csv(content: bytes) -> bool:
    """Whether most rows have the same number of cells, parted by one separator."""
    if len(content) > _MOST_BYTES:
        return False
    try:
        return bool(_separator(decode(content)))
    except UnreadableFormError:
        return False


def read_csv(content: bytes) -> RawDocument:
    """Raise UnreadableFormError where it has far more rows than a form."""
    text = decode(content)
    blocks: list[RawRow | RawLine] = []
    unseen: list[Unseen] = []
    for at, cells in enumerate(_rows(text, _separator(text) or ",")):
        if at > _MOST_ROWS:
            raise UnreadableFormError(f"Tệp có quá {_MOST_ROWS} dòng, không phải một biểu mẫu.")
        filled = [cell for cell in cells if cell.strip()]
        if not filled:
            continue
        place = Position(f"dòng {at + 1}", 0, at)
        if len(filled) == 1 and len(cells) < _FEWEST_CELLS:
            blocks.append(RawLine(filled[0].strip(), Position(f"dòng {at + 1}")))
            continue
        row = []
        for column, cell in enumerate(cells):
            of_cell = Position(f"dòng {at + 1}, cột {column + 1}", 0, at, column)
            seen = see([Piece(cell.strip())], of_cell)
            unseen += seen.unseen
            row.append(RawCell(seen.text, of_cell, unclear=seen.unclear))
        blocks.append(RawRow(tuple(row), place))
    return RawDocument(FileKind.CSV, tuple(blocks), unseen=tuple(unseen))


def _separator(text: str) -> str:
    """The separator that parts most rows into one and the same number of cells; empty where none does."""
    if "|" in text and text.count("|") > text.count(";"):
        return ""
    found = {separator: _share_of_alike_rows(text, separator) for separator in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda separator: found[separator])
    return best if found[best] >= _MOST else ""


def _share_of_alike_rows(text: str, separator: str) -> float:
    try:
        widths = [len(cells) for cells in _rows(text, separator) if any(cell.strip() for cell in cells)]
    except csv.Error:
        return 0.0
    wide = Counter(width for width in widths if width >= _FEWEST_CELLS)
    width, count = wide.most_common(1)[0] if wide else (0, 0)
    is_table = count >= _FEWEST_ROWS or (width >= _WIDE and count == len(widths) > 1)
    return count / len(widths) if width and is_table else 0.0


def _rows(text: str, separator: str) -> list[list[str]]:
    csv.field_size_limit(_MOST_BYTES)
    return list(csv.reader(StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator))

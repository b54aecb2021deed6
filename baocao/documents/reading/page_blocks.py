"""Pages as their reader's own process gives them, made into the rows and lines of a document."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

from baocao.forms.recognise import Position, RawCell, RawLine, RawPiece, RawRow

_GUTTER_POINTS = 5.0
_WIDE_GAP_POINTS = 8.0
_PAGE_NUMBER = re.compile(r"\s*[-–]?\s*(?:trang\s*)?([0-9]{1,3})\s*(?:/\s*[0-9]{1,3})?\s*[-–]?\s*", re.IGNORECASE)

Page = dict[str, Any]
MakeCell = Callable[[list[Any], Position], RawCell]


def blocks_of(pages: list[Page], make_cell: MakeCell) -> Iterator[RawRow | RawLine]:
    """The rows and lines of all pages; a page's number at its edge is none."""
    table = -1
    for page in pages:
        number = page["number"]
        for at, block in enumerate(page["blocks"], start=1):
            if "table" in block:
                table += 1
                yield from _rows_of(block["table"], table, number, make_cell)
            elif at not in (1, len(page["blocks"])) or not _is_page_number(block["line"], number):
                yield _line_of(block["line"], number, at)


def _line_of(words: list[tuple[str, float, float]], page: int, at: int) -> RawLine:
    """A wide gap between words is kept wide: it may part two columns."""
    pieces = tuple(RawPiece(*word) for word in words)
    gaps = [after.start - before.end > _WIDE_GAP_POINTS for before, after in pairwise(pieces)]
    spaces = [" " * (1 + wide) for wide in (*gaps, False)]
    text = "".join(f"{piece.text}{space}" for piece, space in zip(pieces, spaces, strict=True)).strip()
    return RawLine(text, Position(f"trang {page}, dòng {at}"), page, pieces, _GUTTER_POINTS)


def _rows_of(rows: list[list[list[Any]]], table: int, page: int, make_cell: MakeCell) -> Iterator[RawRow]:
    for at, cells in enumerate(rows):
        place = Position(f"trang {page}, bảng {table + 1}, dòng {at + 1}", table, at)
        places = [Position(f"{place.name}, cột {column + 1}", table, at, column) for column in range(len(cells))]
        yield RawRow(tuple(map(make_cell, cells, places)), place)


def _is_page_number(words: list[tuple[str, float, float]], page: int) -> bool:
    match = _PAGE_NUMBER.fullmatch(" ".join(word for word, _, _ in words))
    return match is not None and int(match[1]) == page

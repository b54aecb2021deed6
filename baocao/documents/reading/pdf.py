"""PDF files with a text layer: read page by page in a process of its own, with bounded time and memory."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

from baocao.documents.reading import pdf_pages
from baocao.documents.reading.package import PASSWORD
from baocao.documents.reading.seen import Piece, see
from baocao.errors import UnreadableFormError
from baocao.forms.numbers import clean, shorten
from baocao.forms.recognise import (
    FileKind,
    Position,
    RawCell,
    RawDocument,
    RawLine,
    RawPiece,
    RawRow,
    Unseen,
    UnseenKind,
)

_LONGEST_S = 60
_FEWEST_LETTERS = 40
_GUTTER_POINTS = 5.0
_WIDE_GAP_POINTS = 8.0
_UNMAPPED_SHARE = 0.2
_UNMAPPED = re.compile(r"\(cid:[0-9]+\)|\ufffd")
_PAGE_NUMBER = re.compile(r"\s*[-–]?\s*(?:trang\s*)?([0-9]{1,3})\s*(?:/\s*[0-9]{1,3})?\s*[-–]?\s*", re.IGNORECASE)
_TOO_MUCH = (
    "Tệp PDF quá lớn hoặc quá phức tạp so với một biểu mẫu (quá 60 giây hoặc quá nhiều bộ nhớ), đã dừng đọc. "
    "Hãy tách riêng trang biểu mẫu, hoặc gửi bản gốc Word/Excel."
)
_REFUSALS = {
    pdf_pages.PASSWORD: PASSWORD,
    pdf_pages.TOO_MANY_PAGES: (
        f"Tệp PDF có quá {pdf_pages.MOST_PAGES} trang, hoặc quá {pdf_pages.MOST_PAGES_OF_FORMS} trang có bảng; một "
        "biểu mẫu chỉ vài trang. Hãy tách riêng trang biểu mẫu."
    ),
    pdf_pages.BROKEN: "Tệp PDF bị hỏng, không mở được. Hãy xuất lại PDF hoặc gửi bản gốc Word/Excel.",
}


def read_pdf(content: bytes) -> RawDocument:
    """Raise UnreadableFormError for no text layer, a password, too many pages, or too much of anything."""
    pages = _read_pages(content)
    if sum(page["letters"] for page in pages) < _FEWEST_LETTERS:
        raise UnreadableFormError(
            "Tệp PDF chỉ là ảnh chụp, không có lớp chữ; cần bản gốc Word/Excel hoặc quét nhận dạng chữ (OCR) trước."
        )
    blocks = tuple(_blocks(pages))
    _refuse_unmapped_letters(blocks)
    margins = [(page["number"], text) for page in pages for text in page["margins"]]
    unseen = (Unseen(UnseenKind.PAGE_MARGIN, text, Position(f"trang {number}")) for number, text in margins)
    return RawDocument(FileKind.PDF, blocks, unseen=tuple(unseen))


def _read_pages(content: bytes) -> list[dict[str, Any]]:
    command = [sys.executable, "-I", str(Path(pdf_pages.__file__))]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=_LONGEST_S, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise UnreadableFormError(_TOO_MUCH) from error
    if done.returncode != 0:
        killed = done.returncode < 0 or done.returncode == pdf_pages.TOO_MUCH
        broken = _REFUSALS[pdf_pages.BROKEN]
        raise UnreadableFormError(_TOO_MUCH if killed else _REFUSALS.get(done.returncode, broken))
    pages: list[dict[str, Any]] = json.loads(done.stdout)
    return pages


def _blocks(pages: list[dict[str, Any]]) -> Iterator[RawRow | RawLine]:
    table = -1
    for page in pages:
        number = page["number"]
        for at, block in enumerate(page["blocks"], start=1):
            if "table" in block:
                table += 1
                yield from _rows_of(block["table"], table, number)
            elif at not in (1, len(page["blocks"])) or not _is_page_number(block["line"], number):
                yield _line_of(block["line"], number, at)


def _line_of(words: list[tuple[str, float, float]], page: int, at: int) -> RawLine:
    """A wide gap between words is kept wide: it may part two columns."""
    pieces = tuple(RawPiece(*word) for word in words)
    gaps = [after.start - before.end > _WIDE_GAP_POINTS for before, after in pairwise(pieces)]
    spaces = [" " * (1 + wide) for wide in (*gaps, False)]
    text = "".join(f"{piece.text}{space}" for piece, space in zip(pieces, spaces, strict=True)).strip()
    return RawLine(text, Position(f"trang {page}, dòng {at}"), page, pieces, _GUTTER_POINTS)


def _rows_of(rows: list[list[tuple[str, bool]]], table: int, page: int) -> Iterator[RawRow]:
    for at, cells in enumerate(rows):
        place = Position(f"trang {page}, bảng {table + 1}, dòng {at + 1}", table, at)
        places = [Position(f"{place.name}, cột {column + 1}", table, at, column) for column in range(len(cells))]
        yield RawRow(tuple(map(_cell, cells, places)), place)


def _cell(cell: tuple[str, bool], place: Position) -> RawCell:
    """A figure with other text over it is nobody's to guess."""
    text, is_overlaid = cell
    seen = see([Piece(text)], place)
    has_digits = any(letter.isdecimal() for letter in text)
    unclear = f"chữ đè lên nhau trong ô (“{shorten(clean(text))}”)" if is_overlaid and has_digits else ""
    return RawCell(seen.text, place, unclear=unclear)


def _is_page_number(words: list[tuple[str, float, float]], page: int) -> bool:
    match = _PAGE_NUMBER.fullmatch(" ".join(word for word, _, _ in words))
    return match is not None and int(match[1]) == page


def _refuse_unmapped_letters(blocks: tuple[RawRow | RawLine, ...]) -> None:
    """A font without a map to Unicode gives codes instead of letters."""
    texts = [text for block in blocks for text in _texts(block)]
    letters = sum(map(len, texts)) or 1
    if sum(len(match[0]) for text in texts for match in _UNMAPPED.finditer(text)) > _UNMAPPED_SHARE * letters:
        raise UnreadableFormError(
            "Phông chữ trong tệp PDF không có bảng mã Unicode nên không lấy được chữ; cần bản gốc Word/Excel."
        )


def _texts(block: RawRow | RawLine) -> list[str]:
    return [block.text] if isinstance(block, RawLine) else [cell.text for cell in block.cells]

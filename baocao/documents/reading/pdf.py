"""PDF files with a text layer: read page by page in a process of its own, with bounded time and memory."""

import re
from functools import partial
from typing import Any

from baocao.documents.reading import pdf_pages
from baocao.documents.reading.bounded import TOO_MUCH, ProcessBounds
from baocao.documents.reading.package import PASSWORD
from baocao.documents.reading.page_blocks import Page, blocks_of
from baocao.documents.reading.processes import read_pages_within
from baocao.documents.reading.scan import read_scan
from baocao.documents.reading.seen import Piece, see
from baocao.errors import UnreadableFormError
from baocao.forms.numbers import clean, shorten
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

_BOUNDS = ProcessBounds(longest_s=60, cpu_s=90, memory_bytes=2 << 30)
_FEWEST_LETTERS, _FEWEST_LETTERS_OF_A_FORM = 40, 400
_UNMAPPED_SHARE = 0.2
_UNMAPPED = re.compile(r"\(cid:[0-9]+\)|\ufffd")
_TOO_MUCH = (
    "Tệp PDF quá lớn hoặc quá phức tạp so với một biểu mẫu (quá 60 giây hoặc quá nhiều bộ nhớ), đã dừng đọc. "
    "Hãy tách riêng trang biểu mẫu, hoặc gửi bản gốc Word/Excel."
)
_REFUSALS = {
    TOO_MUCH: _TOO_MUCH,
    pdf_pages.PASSWORD: PASSWORD,
    pdf_pages.TOO_MANY_PAGES: (
        f"Tệp PDF có quá {pdf_pages.MOST_PAGES} trang, hoặc quá {pdf_pages.MOST_PAGES_OF_FORMS} trang có bảng; một "
        "biểu mẫu chỉ vài trang. Hãy tách riêng trang biểu mẫu."
    ),
    pdf_pages.BROKEN: "Tệp PDF bị hỏng, không mở được. Hãy xuất lại PDF hoặc gửi bản gốc Word/Excel.",
}


def read_pdf(content: bytes) -> RawDocument:
    """Raise UnreadableFormError for no text layer, a password, too many pages, or too much of anything."""
    pages = read_pages_within(_BOUNDS, "pdf_pages", content, _REFUSALS)
    if _is_pictures(pages):
        return read_scan(content, FileKind.PDF)
    unseen: list[Unseen] = []
    blocks = tuple(blocks_of(pages, partial(_cell, unseen=unseen)))
    _refuse_unmapped_letters(blocks)
    margins = [(page["number"], text) for page in pages for text in page["margins"]]
    unseen += [Unseen(UnseenKind.PAGE_MARGIN, text, Position(f"trang {number}")) for number, text in margins]
    hidden = [(page["number"], " ".join(page["hidden"].split())) for page in pages]
    unseen += [Unseen(UnseenKind.HIDDEN_TEXT, text, Position(f"trang {number}")) for number, text in hidden if text]
    unseen += [
        Unseen(UnseenKind(kind), text, Position(f"trang {page['number']}"))
        for page in pages
        for text, kind in page["marked"]
    ]
    is_scanned = any(page["is_picture"] for page in pages)  # a scanner has put its own reading under the picture
    remarks = (FileRemark.SCANNED,) if is_scanned else ()
    return RawDocument(FileKind.PDF, blocks, unseen=tuple(unseen), remarks=remarks)


def _is_pictures(pages: list[Page]) -> bool:
    """Whether the form is in the pictures: the few letters over a scan are a stamp's or a signature's."""
    pictured = [page for page in pages if page["is_picture"]]
    letters, stamped = (sum(page["letters"] for page in some) for some in (pages, pictured))
    return bool(letters < _FEWEST_LETTERS or (pictured and stamped < _FEWEST_LETTERS_OF_A_FORM * len(pictured)))


def _cell(cell: list[Any], place: Position, unseen: list[Unseen]) -> RawCell:
    """A figure with other text over it is nobody's to guess."""
    text, is_overlaid, marked = cell
    seen = see([Piece(text), *(Piece(piece, UnseenKind(kind)) for piece, kind in marked)], place)
    unseen += seen.unseen
    has_digits = any(letter.isdecimal() for letter in text)
    unclear = f"chữ đè lên nhau trong ô (“{shorten(clean(text))}”)" if is_overlaid and has_digits else seen.unclear
    return RawCell(seen.text, place, unclear=unclear)


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

"""Scanned forms: a PDF without text, or a picture, read by an installed Tesseract that knows Vietnamese.

It runs in processes of its own with bounded time and memory. Whatever is read is marked as scanned: no figure
of it counts before a person has confirmed it.
"""

import subprocess
from functools import cache
from shutil import which
from typing import Any

from baocao.documents.reading import scan_pages
from baocao.documents.reading.bounded import ProcessBounds
from baocao.documents.reading.page_blocks import blocks_of
from baocao.documents.reading.processes import read_pages_within
from baocao.errors import UnreadableFormError
from baocao.forms.numbers import clean, shorten
from baocao.forms.recognise import FileKind, FileRemark, Position, RawCell, RawDocument

_BOUNDS = ProcessBounds(longest_s=300, cpu_s=400, memory_bytes=3 << 30)
_FEWEST_LETTERS = 20
_MISSING = (
    "Tệp là bản quét hoặc ảnh chụp, không có lớp chữ; máy này chưa có Tesseract với tiếng Việt (gói tesseract-ocr và "
    "tesseract-ocr-vie) để nhận dạng: hãy cài rồi chạy lại, hoặc gửi bản gốc Word/Excel."
)
_TOO_MUCH = (
    f"Bản quét quá lớn hoặc quá phức tạp (quá {_BOUNDS.longest_s // 60} phút hoặc quá nhiều bộ nhớ), đã dừng đọc. Hãy "
    "quét lại riêng trang biểu mẫu ở 300 điểm một inch, hoặc gửi bản gốc Word/Excel."
)
_REFUSALS = {
    scan_pages.TOO_MUCH: _TOO_MUCH,
    scan_pages.PASSWORD: "Tệp PDF được bảo vệ bằng mật khẩu. Hãy bỏ mật khẩu rồi lưu lại.",
    scan_pages.TOO_MANY_PAGES: (
        f"Bản quét có quá {scan_pages.MOST_PAGES} trang; một biểu mẫu chỉ vài trang. Hãy tách riêng trang biểu mẫu."
    ),
    scan_pages.BROKEN: "Tệp ảnh bị hỏng hoặc không phải ảnh đọc được. Hãy quét lại, hoặc gửi bản gốc Word/Excel.",
}
_NOTHING_READ = (
    "Không nhận dạng được chữ nào trong bản quét. Hãy quét lại rõ hơn (300 điểm một inch, thẳng trang), hoặc gửi bản "
    "gốc Word/Excel."
)


def read_scan(content: bytes, kind: FileKind = FileKind.PICTURE) -> RawDocument:
    """Raise UnreadableFormError, saying what to do, where it cannot be read here or is too much."""
    if not _knows_vietnamese():
        raise UnreadableFormError(_MISSING)
    pages = read_pages_within(_BOUNDS, "scan_pages", content, _REFUSALS, {"OMP_THREAD_LIMIT": "1"})
    if sum(page["letters"] for page in pages) < _FEWEST_LETTERS:
        raise UnreadableFormError(_NOTHING_READ)
    return RawDocument(kind, tuple(blocks_of(pages, _cell)), remarks=(FileRemark.SCANNED,))


@cache
def _knows_vietnamese() -> bool:
    program = which("tesseract")
    if program is None:
        return False
    done = subprocess.run([program, "--list-langs"], capture_output=True, check=False)  # noqa: S603
    return {b"vie", b"eng", b"osd"} <= set(done.stdout.split())


def _cell(cell: list[Any], place: Position) -> RawCell:
    """A figure that two readings see differently is nobody's to guess."""
    text, others = cell
    unclear = f"bản quét không rõ, đọc được {shorten(clean(others))}" if others else ""
    return RawCell(text, place, unclear=unclear)

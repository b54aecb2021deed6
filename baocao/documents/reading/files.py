"""Opening a file somebody gives: told by its content, never its name; refused with a reason."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.documents.reading.csv_text import is_csv, read_csv
from baocao.documents.reading.excel import read_excel, refuse_huge_merges
from baocao.documents.reading.legacy import convert_legacy
from baocao.documents.reading.old_formats import convert_old, explain_old, old_format
from baocao.documents.reading.package import OfficePackage
from baocao.documents.reading.pdf import read_pdf
from baocao.documents.reading.scan import read_scan
from baocao.documents.reading.text import read_text
from baocao.documents.reading.web import is_mht, read_html, read_mht
from baocao.documents.reading.word import read_word
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import FileKind, FileRemark, RawDocument, ReadForm, Wishes, recognise, recognise_all

_MOST_BYTES = 100_000_000
_HEAD_BYTES = 2048
_READERS: dict[FileKind, Callable[[bytes], RawDocument]] = {
    FileKind.DOCX: read_word,
    FileKind.XLSX: read_excel,
    FileKind.PDF: read_pdf,
    FileKind.HTML: read_html,
    FileKind.TEXT: read_text,
    FileKind.CSV: read_csv,
    FileKind.MHT: read_mht,
    FileKind.PICTURE: read_scan,
}
_SUFFIXES = {
    FileKind.DOCX: {".docx", ".docm", ".dotx", ".dotm"},
    FileKind.XLSX: {".xlsx", ".xlsm", ".xltx", ".xltm"},
    FileKind.PDF: {".pdf"},
    FileKind.HTML: {".html", ".htm", ".xhtml"},
    FileKind.TEXT: {".txt", ".md", ".tsv", ""},
    FileKind.CSV: {".csv", ".txt", ".tsv"},
    FileKind.MHT: {".mht", ".mhtml", ".doc"},
    FileKind.PICTURE: {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".gif", ".webp"},
}
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")


def read_form_file(path: Path, catalogue: Catalogue, wishes: Wishes | None = None) -> ReadForm:
    """The one form a file holds. Raise UnreadableFormError, in Vietnamese, where it holds none we know, or several."""
    return recognise(read_document(path), catalogue, wishes)


def read_form_files(path: Path, catalogue: Catalogue, wishes: Wishes | None = None) -> list[ReadForm]:
    """Every form a file holds. Raise UnreadableFormError where it holds none we know."""
    return recognise_all(read_document(path), catalogue, wishes)


def read_document(path: Path) -> RawDocument:
    """Raise UnreadableFormError where the path is no file, too large, empty, or of a format not read."""
    if not path.exists():
        raise UnreadableFormError(f"Không có tệp {path}.")
    if not path.is_file():
        raise UnreadableFormError(f"{path} không phải là tệp.")
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise UnreadableFormError(f"Tệp {path.name} lớn hơn 100 MB, một biểu mẫu không thể lớn như vậy.")
        return read_content(path.read_bytes(), path.name)
    except OSError as error:
        raise UnreadableFormError(f"Không mở được tệp {path}: {error.strerror}.") from error


def read_content(content: bytes, name: str = "") -> RawDocument:
    """As `read_document`, of bytes already in hand; `name` only serves to notice a wrong ending."""
    is_old = bool(old_format(content))
    content = convert_old(content) if is_old else content
    kind = detect_kind(content)
    document = convert_legacy(_READERS[kind](content))
    suffix = Path(name).suffix.lower()
    if name and not is_old and suffix not in _SUFFIXES[kind]:
        document = replace(document, remarks=(*document.remarks, FileRemark.WRONG_EXTENSION))
    return replace(document, name=name)


def detect_kind(content: bytes) -> FileKind:
    """The format by content; raise UnreadableFormError, saying what to do, for one that is not read."""
    head = content[:_HEAD_BYTES]
    if not content.strip(b"\0 \t\r\n\f\xef\xbb\xbf"):
        raise UnreadableFormError("Tệp trống, không có nội dung nào.")
    if head.startswith(b"PK"):
        return _detect_office(content)
    if b"%PDF-" in head[:1024]:
        return FileKind.PDF
    if suffix := old_format(content):
        raise UnreadableFormError(explain_old(suffix))
    if _is_picture(head):
        return FileKind.PICTURE
    if is_mht(content):
        return FileKind.MHT
    lowered = head.replace(b"\0", b"").lower()
    if any(mark in lowered for mark in (b"<html", b"<!doctype html", b"<table")):
        return FileKind.HTML
    return FileKind.CSV if is_csv(content) else FileKind.TEXT


def _is_picture(head: bytes) -> bool:
    is_bitmap = head.startswith(b"BM") and head[6:10] == bytes(4)
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    return head.startswith(_PICTURES) or is_bitmap or is_webp


def markable_kind(content: bytes) -> FileKind:
    """Word or Excel, opened once within bounds; raise UnreadableFormError where comments and marks cannot be set."""
    kind = None if old_format(content) else detect_kind(content)
    if kind not in (FileKind.DOCX, FileKind.XLSX):
        raise UnreadableFormError("Chỉ ghi chú, sửa được vào tệp Word (.docx) và Excel (.xlsx).")
    package = OfficePackage(content)
    package.check()
    refuse_huge_merges(package)
    if package.has_macros:
        raise UnreadableFormError("Tệp có macro: hãy lưu lại dạng .docx hoặc .xlsx (không macro) trước.")
    return kind


def _detect_office(content: bytes) -> FileKind:
    names = set(OfficePackage(content).names)
    folders = {name.partition("/")[0] for name in names}
    if "word" in folders:
        return FileKind.DOCX
    if "xl" in folders:
        return FileKind.XLSX
    raise UnreadableFormError("Tệp nén này không phải Word hay Excel. Nếu biểu mẫu nằm bên trong, hãy giải nén trước.")

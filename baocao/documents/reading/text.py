"""Plain text and Markdown: lines with tabs or bars are rows of a table, all others running lines."""

import re
from collections.abc import Iterator

from baocao.documents.reading.legacy import detect_legacy
from baocao.documents.reading.seen import Piece, see
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import FileKind, Position, RawCell, RawDocument, RawLine, RawPiece, RawRow, Unseen

_FEWEST_TABS = 2
_FEWEST_BARS = 3
_RULE = re.compile(r"\s*\|?(\s*:?-+:?\s*\|)+\s*(:?-+:?)?\s*")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_PAGE_NUMBER = re.compile(r"\s*[0-9]{1,3}\s*")
_PIECE = re.compile(r"\S+(?: \S+)*")
_GUTTER_LETTERS = 2
_BLANK_LINES_AT_A_PAGE_END = 2
_LONGEST_LINE = 20_000
_MOST_LINES = 20_000
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_text(content: bytes) -> RawDocument:
    """Raise UnreadableFormError where the bytes are no text, or more of it than a form can have."""
    unseen: list[Unseen] = []
    blocks = tuple(_blocks(decode(content), unseen))
    return RawDocument(FileKind.TEXT, blocks, unseen=tuple(unseen))


def decode(content: bytes) -> str:
    """UTF-8, UTF-16 by its mark, else the Windows code page of Vietnamese."""
    encodings = [encoding for mark, encoding in _BOMS if content.startswith(mark)] or ["utf-8", "cp1258"]
    for encoding in encodings:
        if encoding == "cp1258" and detect_legacy(western := _as_western(content)):
            return western
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFormError(
        "Tệp không phải văn bản đọc được (không đúng bảng mã UTF-8). Mở bằng Word rồi lưu lại dạng .docx, "
        "hoặc lưu văn bản với bảng mã UTF-8."
    )


def _as_western(content: bytes) -> str:
    """Each byte as the letter of Western Europe it is; one that is none keeps its number."""
    letters = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
    return content.decode("latin-1").translate(letters)


def _blocks(text: str, unseen: list[Unseen]) -> Iterator[RawRow | RawLine]:
    table, in_table = -1, False
    for number, (page, line) in enumerate(_without_page_numbers(_lines_by_page(text)), start=1):
        cells = _cells_of(line)
        table += bool(cells) and not in_table
        in_table = bool(cells)
        place = Position(f"dòng {number}", table if cells else -1, number - 1)
        if cells and not _RULE.fullmatch(line):
            yield _row(cells, table, number, unseen)
        elif line.strip() and not cells:
            pieces = tuple(RawPiece(m[0], m.start(), m.end()) for m in _PIECE.finditer(line))
            yield RawLine(line, place, page, pieces, _GUTTER_LETTERS)


def _row(cells: list[str], table: int, number: int, unseen: list[Unseen]) -> RawRow:
    places = [Position(f"dòng {number}, cột {at + 1}", table, number - 1, at) for at in range(len(cells))]
    row = [_cell(text, place, unseen) for text, place in zip(cells, places, strict=True)]
    return RawRow(tuple(row), Position(f"dòng {number}", table, number - 1))


def _cell(text: str, place: Position, unseen: list[Unseen]) -> RawCell:
    seen = see([Piece(text)], place)
    unseen += seen.unseen
    return RawCell(seen.text, place, unclear=seen.unclear)


def _cells_of(line: str) -> list[str]:
    """The cells of a row of a table; none where the line is running text."""
    if line.count("\t") >= _FEWEST_TABS:
        return line.split("\t")
    if line.lstrip().startswith("|") and line.count("|") >= _FEWEST_BARS:
        inner = line.strip().removeprefix("|").removesuffix("|")
        cells = re.split(r"(?<!\\)\|", inner)
        return [_BREAK.sub("\n", cell.replace("\\|", "|")).strip() for cell in cells]
    return []


def _lines_by_page(text: str) -> list[tuple[int, str]]:
    """Each line with the page it stands on, by form feeds."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n").split("\n")
    if len(lines) > _MOST_LINES or max(map(len, lines)) > _LONGEST_LINE:
        raise UnreadableFormError(
            f"Văn bản quá dài đối với một biểu mẫu (quá {_MOST_LINES} dòng hoặc có dòng quá {_LONGEST_LINE} ký tự)."
        )
    page, paged = 0, []
    for line in lines:
        page += line.count("\f")
        paged.append((page, line.replace("\f", "")))
    return paged


def _without_page_numbers(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Page numbers blanked lest one be taken for a figure: at a page's top, or where a page has ended."""
    counted, blanks, page_before = 1, 0, 0
    kept = list(lines)
    for index, (page, line) in enumerate(lines):
        page_ends = page > page_before or blanks >= _BLANK_LINES_AT_A_PAGE_END
        if page_ends and _PAGE_NUMBER.fullmatch(line) and int(line) == counted + 1:
            kept[index], counted = (page, ""), counted + 1
        if kept[index][1].strip():
            blanks, page_before = 0, page
        else:
            blanks += 1
    return kept

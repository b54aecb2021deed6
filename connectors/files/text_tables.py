"""Text in columns: its encoding, its mark, and whether its last line is whole."""

import csv
import io

from connectors.files.sheets import LOOKED_AT, Score, SourceSheet, UnreadableFileError

DELIMITERS = (";", ",", "\t", "|")
CUT_OFF = "tệp bị cắt giữa dòng cuối; hãy xuất lại"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LONGEST_LETTER = 4


def read_text(content: bytes, score: Score) -> SourceSheet:
    """Parted by the mark with which `score` finds most headers; raise UnreadableFileError."""
    text = decode(content)
    head = "".join(text.splitlines(keepends=True)[: 4 * LOOKED_AT])
    best = max(DELIMITERS, key=lambda mark: (score(_part(head, mark)[:LOOKED_AT]), head.count(mark)))
    is_ended = not text or text.endswith(("\n", "\r"))
    if not is_ended and _ends_in_quotes(text):
        raise UnreadableFileError(CUT_OFF)
    return SourceSheet("", _part(text, best), is_ended=is_ended, is_text=True)


def _ends_in_quotes(text: str) -> bool:
    last_line = text.splitlines()[-1]
    return last_line.count('"') % 2 == 1 and text.count('"') % 2 == 1


def _part(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFileError("đây không phải văn bản chia cột") from error


def decode(content: bytes) -> str:
    """Text in the encodings Vietnamese offices use: by its mark, else UTF-16 by its zeros, UTF-8, Windows-1258."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _decode_as(content, encoding)
    head = content[:400]
    if b"\x00" in head:
        return _decode_as(content, "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if _is_cut(error):
            raise UnreadableFileError(CUT_OFF) from error
        return _decode_as(content, "cp1258")


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        if _is_cut(error):
            raise UnreadableFileError(CUT_OFF) from error
        raise UnreadableFileError("chữ không thuộc mã UTF-8, UTF-16, Windows-1258; hãy lưu lại bằng UTF-8") from error


def _is_cut(error: UnicodeDecodeError) -> bool:
    """Only the very last letter is broken, and letters beyond ASCII went well before it."""
    is_last = error.start >= len(error.object) - _LONGEST_LETTER and "unexpected end" in error.reason
    truncated = is_last or "truncated" in error.reason
    return truncated and error.start > 0 and any(byte > 127 for byte in error.object[: error.start])  # noqa: PLR2004

"""Files as people save them (.xlsx, .xls, .csv) as tables of plain cells, merged cells filled downwards."""

import csv
import io
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from connectors.files.cell_values import plain_cell

Cells = Sequence[Any]
DELIMITERS = (";", ",", "\t", "|")
MOST_UNPACKED = 30
LOOKED_AT = 60
_ZIP_MARK = b"PK\x03\x04"
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class UnreadableFileError(ValueError):
    """The file is not what its ending says; the text says why."""


@dataclass(frozen=True)
class Sheet:
    """One table; its `rows` begin with the sheet's first. `name` is empty for a text file."""

    name: str
    rows: Sequence[Cells]


def read_sheets(ending: str, content: bytes, score: Callable[[Sequence[Cells]], int]) -> list[Sheet]:
    """The visible sheets of a workbook, or the text file parted by the mark with which `score` finds most headers.

    Raise UnreadableFileError.
    """
    if ending == ".csv":
        return [_read_text(content, score)]
    if content.startswith(_ZIP_MARK):
        _refuse_bomb(content)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            seen = [m.name for m in book.sheets_metadata if _is_table(m)]
            return [Sheet(name, _fill_down(book.get_sheet_by_name(name))) for name in seen]
    except (CalamineError, OSError) as error:
        raise UnreadableFileError("it is damaged, not whole, or locked by a password") from error


def _is_table(sheet: Any) -> bool:
    return bool(sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet)


def _refuse_bomb(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except zipfile.BadZipFile as error:
        raise UnreadableFileError("it is damaged or not whole") from error
    if unpacked > MOST_UNPACKED * max(len(content), 1_000_000):
        raise UnreadableFileError(f"it unpacks to more than {MOST_UNPACKED} times its size")


def _fill_down(sheet: CalamineSheet) -> list[list[Any]]:
    """The cells, each one merged over several rows standing in all of them; a title merged sideways stays one cell."""
    rows = [[plain_cell(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1]:
            if top < len(rows) and left < len(row):
                row[left] = rows[top][left]
    return rows


def _read_text(content: bytes, score: Callable[[Sequence[Cells]], int]) -> Sheet:
    text = decode(content)
    head = "".join(text.splitlines(keepends=True)[: 4 * LOOKED_AT])
    best = max(DELIMITERS, key=lambda mark: (score(_part(head, mark)[:LOOKED_AT]), head.count(mark)))
    return Sheet("", _part(text, best))


def _part(text: str, delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise UnreadableFileError("it is not text in columns") from error


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
    except UnicodeDecodeError:
        return _decode_as(content, "cp1258")


def _decode_as(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFileError("its text is in none of UTF-8, UTF-16, Windows-1258; save it as UTF-8") from error

"""A document before it is understood: rows of cells and lines in reading order, as a reader of the page sees them.

What stands in the file but is not what a reader takes for its text (struck out, hidden, a note mark) is kept apart,
with its place, so that it can be told.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class FileKind(StrEnum):
    """The formats a form can be read from, told by content, never by the file's name."""

    DOCX = "docx"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    PDF = "pdf"
    TEXT = "txt"
    CSV = "csv"
    HTML = "html"
    MHT = "mht"
    PICTURE = "png"


class FileRemark(StrEnum):
    """What a reader noticed about the file itself."""

    MACRO_IGNORED = "macro_ignored"
    WRONG_EXTENSION = "wrong_extension"
    SCANNED = "scanned"


class UnseenKind(StrEnum):
    """Why something in the file is not what a reader takes for its text, or looks different there."""

    STRUCK = "struck"
    NOTE_MARK = "note_mark"
    HIDDEN_TEXT = "hidden_text"
    DELETED = "deleted"
    INSERTED = "inserted"
    HIDDEN_ROW = "hidden_row"
    HIDDEN_COLUMN = "hidden_column"
    HIDDEN_SHEET = "hidden_sheet"
    NUMBER_FORMAT = "number_format"
    TEXT_BOX = "text_box"
    PAGE_MARGIN = "page_margin"


@dataclass(frozen=True, slots=True)
class Position:
    """Where something stands: `name` is what a person is told; the rest is its address, counted from 0.

    `table` is a table of the document (Word, PDF, HTML, text) or the position of a sheet (Excel).
    """

    name: str
    table: int = -1
    row: int = -1
    column: int = -1


@dataclass(frozen=True, slots=True)
class Unseen:
    """A piece of the file that is not part of what its place says to a reader."""

    kind: UnseenKind
    text: str
    place: Position


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell as seen.

    `exact` is the number a spreadsheet holds, in the scale it is shown in; `formula` what computes it there;
    `unclear` says why nobody can take a figure from the cell, whatever its text.
    """

    text: str
    place: Position
    exact: Decimal | None = None
    formula: str = ""
    unclear: str = ""


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row of a table; merged cells have their text once, the places they cover are empty."""

    cells: tuple[RawCell, ...]
    place: Position


@dataclass(frozen=True, slots=True)
class RawPiece:
    """A piece of a line and what it covers from left to right, in letters or points."""

    text: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class RawLine:
    """One paragraph or line of running text.

    `pieces` are its parts, with their place across the page; columns are parted by at least `gutter`.
    """

    text: str
    place: Position
    page: int = 0
    pieces: tuple[RawPiece, ...] = ()
    gutter: float = 0.0


@dataclass(frozen=True, slots=True)
class RawDocument:
    """Everything a file says, in reading order.

    `margins` are the texts of page headers and footers, `sheets` the names of a workbook's sheets by position,
    `encoding` the code a text of the time before Unicode was converted from.
    """

    kind: FileKind
    blocks: tuple[RawRow | RawLine, ...]
    margins: tuple[str, ...] = ()
    remarks: tuple[FileRemark, ...] = ()
    name: str = ""
    unseen: tuple[Unseen, ...] = ()
    sheets: tuple[str, ...] = ()
    encoding: str = ""

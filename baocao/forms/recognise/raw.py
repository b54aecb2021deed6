"""A document before it is understood: rows of cells and lines in reading order, each with its place."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class FileKind(StrEnum):
    """The formats a form can be read from, told by content, never by the file's name."""

    DOCX = "docx"
    XLSX = "xlsx"
    PDF = "pdf"
    TEXT = "txt"
    HTML = "html"


class Remark(StrEnum):
    """What a reader noticed about the file itself."""

    MACRO_IGNORED = "macro_ignored"
    WRONG_EXTENSION = "wrong_extension"


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
class RawCell:
    """One cell as written. `exact` is the number a spreadsheet holds, `formula` what computes it there."""

    text: str
    place: Position
    exact: Decimal | None = None
    formula: str = ""


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
    """Everything a file says, in reading order; `margins` are the texts of page headers and footers."""

    kind: FileKind
    blocks: tuple[RawRow | RawLine, ...]
    margins: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()
    name: str = ""

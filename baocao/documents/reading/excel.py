"""Excel files: the visible sheets, rows and columns, each cell as the sheet shows it beside the number it holds."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

from baocao.documents.reading.colours import SMALLEST_POINTS, is_white
from baocao.documents.reading.excel_hidden import HiddenParts, hidden_parts
from baocao.documents.reading.excel_runs import inline_runs
from baocao.documents.reading.formulas import DivisionByZeroError, Formulas, NoResultError
from baocao.documents.reading.number_format import show_number
from baocao.documents.reading.package import OfficePackage
from baocao.documents.reading.seen import Piece, see
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import (
    FileKind,
    FileRemark,
    Position,
    RawCell,
    RawDocument,
    RawRow,
    Unseen,
    UnseenKind,
)

_MOST_ROWS = 2_000
_MOST_COLUMNS = 60
_MOST_SHEETS = 40
_SIGNIFICANT_DIGITS = 10
_MOST_MERGED_CELLS = 100_000
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell[^>]*?ref=[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_NO_RESULT = (
    "tệp không lưu kết quả của công thức trong ô (tệp do phần mềm khác ghi, chưa được Excel tính); "
    "mở bằng Excel rồi lưu lại thì có"
)


def read_excel(content: bytes) -> RawDocument:
    """Raise UnreadableFormError where the file is broken, hostile or far larger than a form."""
    package = OfficePackage(content)
    package.check()
    refuse_huge_merges(package)
    shown = _open(content, values=True)
    written = _open(content, values=False) if _has_formulas(package, shown) else shown
    book = _Book(package, shown, written)
    blocks = tuple(row for name in book.visible for row in book.rows_of(name))
    return RawDocument(
        FileKind.XLSX,
        blocks,
        remarks=(FileRemark.MACRO_IGNORED,) if package.has_macros else (),
        unseen=tuple(book.unseen),
        sheets=tuple(shown.sheetnames),
    )


def _has_formulas(package: OfficePackage, book: Any) -> bool:
    """Where there are none, what is shown is what was written."""
    return any(_FORMULA.search(package.read(sheet._worksheet_path.lstrip("/"))) for sheet in book.worksheets)  # noqa: SLF001


def refuse_huge_merges(package: OfficePackage) -> None:
    """A merged range is unpacked cell by cell by whoever opens the file to change it."""
    from openpyxl.utils import range_boundaries

    for name in package.names:
        if not name.startswith("xl/worksheets/"):
            continue
        for reference in _MERGE.findall(package.read(name)):
            boundaries: Any = range_boundaries(reference.decode("ascii"))
            first_column, first_row, last_column, last_row = boundaries
            if (last_column - first_column + 1) * (last_row - first_row + 1) > _MOST_MERGED_CELLS:
                raise UnreadableFormError("Trang tính có vùng ô gộp lớn bất thường; không mở vì có thể gây hại.")


def _open(content: bytes, *, values: bool) -> Any:
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        return load_workbook(BytesIO(content), read_only=True, data_only=values, keep_links=False, rich_text=values)
    except (
        InvalidFileException,
        BadZipFile,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
    ) as error:
        raise UnreadableFormError("Tệp Excel bị hỏng, không mở được. Hãy lưu lại từ Excel.") from error


@dataclass
class _Book:
    """The workbook twice: with the results it stores, and with its formulas."""

    package: OfficePackage
    shown: Any
    written: Any
    unseen: list[Unseen] = field(default_factory=list)
    _cells: dict[tuple[str, int, int], Any] | None = None
    _runs: dict[str, Any] = field(default_factory=dict)

    @property
    def visible(self) -> list[str]:
        names = [name for name in self.shown.sheetnames if self.shown[name].sheet_state == "visible"]
        hidden = [name for name in self.shown.sheetnames if name not in names]
        self.unseen += [Unseen(UnseenKind.HIDDEN_SHEET, name, self._of_sheet(name)) for name in hidden]
        return names[:_MOST_SHEETS]

    def _of_sheet(self, name: str) -> Position:
        return Position(f"trang tính “{name}”", self.shown.sheetnames.index(name))

    def rows_of(self, name: str) -> Iterator[RawRow]:
        path = self.shown[name]._worksheet_path  # noqa: SLF001
        hidden, self._runs = hidden_parts(self.package, path), inline_runs(self.package, path)
        number = self.shown.sheetnames.index(name)
        pairs = self._pairs_of(name)
        hidden_columns: set[int] = set()
        for at, (values, formulas) in enumerate(pairs):
            width = max((i + 1 for i, cell in enumerate(formulas) if cell.value is not None), default=0)
            if not width:
                continue
            place = Position(f"dòng {at + 1} (trang tính “{name}”)", number, at)
            if at in hidden.rows:
                text = " | ".join(str(cell.value) for cell in values if cell.value is not None)
                self.unseen.append(Unseen(UnseenKind.HIDDEN_ROW, text, place))
                continue
            yield RawRow(tuple(self._cells_of(name, values[:width], formulas[:width], place, hidden)), place)
            hidden_columns |= {i for i in hidden.columns if i < width and formulas[i].value is not None}
        for column in sorted(hidden_columns):
            place = Position(f"cột {_letters(column)} (trang tính “{name}”)", number, -1, column)
            self.unseen.append(Unseen(UnseenKind.HIDDEN_COLUMN, f"cột {_letters(column)}", place))

    def _pairs_of(self, name: str) -> Iterator[tuple[Any, Any]]:
        """Each row's cells with their values, and the same with their formulas."""
        if self.written is self.shown:
            return ((cells, cells) for cells in _cells_by_row(self.shown[name]))
        return zip(_cells_by_row(self.shown[name]), _cells_by_row(self.written[name]), strict=False)

    def _cells_of(self, name: str, values: Any, formulas: Any, row: Position, hidden: HiddenParts) -> Iterator[RawCell]:
        for column, (value, formula) in enumerate(zip(values, formulas, strict=False)):
            place = Position(f"ô {_letters(column)}{row.row + 1} (trang tính “{name}”)", row.table, row.row, column)
            if column in hidden.columns:
                yield RawCell("", place)
            else:
                yield self._read_cell(name, value, formula, place)

    def _read_cell(self, sheet: str, shown: Any, written: Any, place: Position) -> RawCell:
        """A formula has its result stored with it; without one it is computed where it is simple."""
        formula = str(written.value) if written.data_type == "f" else ""
        formula = formula if formula.startswith("=") or not formula else f"={formula}"
        value, unclear = shown.value, ""
        if formula and value is None:
            value, unclear = self._computed(formula, sheet)
        if value is None:
            return RawCell("", place, formula=formula, unclear=unclear)
        if shown.data_type == "e" or str(value) == "#DIV/0!":
            return RawCell(str(value), place, formula=formula)
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return self._text_cell(shown, value, place, formula)
        return self._number_cell(shown, value, place, formula)

    def _computed(self, formula: str, sheet: str) -> tuple[Any, str]:
        try:
            return Formulas(self._all_cells()).result(formula, sheet), ""
        except DivisionByZeroError:
            return "#DIV/0!", ""
        except NoResultError:
            return None, _NO_RESULT

    def _all_cells(self) -> dict[tuple[str, int, int], Any]:
        """Every value or formula of the workbook, hidden ones too: formulas see them."""
        if self._cells is None:
            self._cells = {
                (name, at, column): cell.value
                for name in self.written.sheetnames[:_MOST_SHEETS]
                for at, cells in enumerate(_cells_by_row(self.written[name]))
                for column, cell in enumerate(cells)
                if cell.value is not None
            }
        return self._cells

    def _text_cell(self, cell: Any, value: Any, place: Position, formula: str) -> RawCell:
        if isinstance(value, date):
            return RawCell(f"{value:%d/%m/%Y}", place, formula=formula)
        whole = _kind_of(getattr(cell, "font", None), cell)
        pieces = _pieces(self._runs.get(f"{_letters(place.column)}{place.row + 1}", value), whole, cell)
        seen = see(pieces, place)
        self.unseen += seen.unseen
        return RawCell(seen.text, place, formula=formula, unclear=seen.unclear)

    def _number_cell(self, cell: Any, value: float | Decimal, place: Position, formula: str) -> RawCell:
        stored = Decimal(f"{value:.{_SIGNIFICANT_DIGITS}g}" if isinstance(value, float) else value)
        shown = show_number(stored, str(cell.number_format or "General"))
        kind = _kind_of(getattr(cell, "font", None), cell)
        if kind in (UnseenKind.STRUCK, UnseenKind.HIDDEN_TEXT):
            seen = see([Piece(shown.text, kind)], place)
            self.unseen += seen.unseen
            return RawCell("", place, formula=formula, unclear=seen.unclear)
        if not shown.text:
            self.unseen.append(Unseen(UnseenKind.NUMBER_FORMAT, f"{_plain(stored)} không hiện ra", place))
            return RawCell("", place, formula=formula)
        if shown.is_scaled and stored != 0:
            told = f"lưu {_plain(stored)}, hiện “{shown.text}”"
            self.unseen.append(Unseen(UnseenKind.NUMBER_FORMAT, told, place))
        if not re.search("[0-9]", shown.text) and stored != 0:
            return RawCell(shown.text, place, formula=formula)
        return RawCell(shown.text, place, exact=shown.value, formula=formula)


def _cells_by_row(sheet: Any) -> Any:
    sheet.reset_dimensions()
    return sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS)


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column + 1))


def _pieces(value: Any, whole: UnseenKind | None, cell: Any) -> list[Piece]:
    """A text may change its style inside a cell."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock

    if not isinstance(value, CellRichText):
        return [Piece(str(value), whole)]
    return [Piece(str(part), _kind_of(part.font, cell) if isinstance(part, TextBlock) else whole) for part in value]


def _kind_of(font: Any, cell: Any) -> UnseenKind | None:
    if font is None:
        return None
    if _is_faint(font, cell):
        return UnseenKind.HIDDEN_TEXT
    if getattr(font, "strike", False):
        return UnseenKind.STRUCK
    if getattr(font, "vertAlign", None) == "superscript":
        return UnseenKind.NOTE_MARK
    return None


def _is_faint(font: Any, cell: Any) -> bool:
    """In white on a white ground, or too small to be read."""
    size = getattr(font, "sz", None)
    if size is not None and size < SMALLEST_POINTS:
        return True
    if not _is_white(getattr(font, "color", None)):
        return False
    fill = getattr(cell, "fill", None)
    return fill is None or not fill.fill_type or (fill.fill_type == "solid" and _is_white(fill.fgColor))


def _is_white(colour: Any) -> bool:
    if colour is None:
        return False
    if colour.type == "theme":
        return bool(colour.theme == 0 and not colour.tint)
    return bool(colour.type == "rgb" and is_white(str(colour.rgb)))


def _plain(stored: Decimal) -> str:
    return f"{stored.normalize():f}".replace(".", ",")

"""Excel files: the visible sheets, each cell as shown beside the number it holds; no formula is computed."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import BytesIO
from typing import Any

from baocao.documents.reading.package import OfficePackage
from baocao.errors import UnreadableFormError
from baocao.forms.recognise import FileKind, Position, RawCell, RawDocument, RawRow, Remark

_MOST_ROWS = 2_000
_MOST_COLUMNS = 60
_MOST_SHEETS = 40
_SIGNIFICANT_DIGITS = 10
_MOST_MERGED_CELLS = 100_000
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell[^>]*?ref=[\"']([A-Z]{1,3}[0-9]{1,7}:[A-Z]{1,3}[0-9]{1,7})[\"']")
_FORMAT_PLACES = re.compile(r"0(?:\.(0+))?")


def read_excel(content: bytes) -> RawDocument:
    """Raise UnreadableFormError where the file is broken, hostile or far larger than a form."""
    package = OfficePackage(content)
    package.check()
    refuse_huge_merges(package)
    shown, written = _open(content, values=True), _open(content, values=False)
    sheets = [name for name in shown.sheetnames if shown[name].sheet_state == "visible"][:_MOST_SHEETS]
    blocks = [row for name in sheets for row in _rows_of(shown, written, name)]
    return RawDocument(FileKind.XLSX, tuple(blocks), remarks=(Remark.MACRO_IGNORED,) if package.has_macros else ())


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
        return load_workbook(BytesIO(content), read_only=True, data_only=values, keep_links=False)
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


def _rows_of(shown: Any, written: Any, name: str) -> Iterator[RawRow]:
    number = shown.sheetnames.index(name)
    pairs = zip(_cells_by_row(shown[name]), _cells_by_row(written[name]), strict=False)
    for at, (values, formulas) in enumerate(pairs):
        if all(cell.value is None for cell in formulas):
            continue
        cells = [
            _read_cell(
                value,
                formula,
                Position(f"ô {_letters(column)}{at + 1} (trang tính “{name}”)", number, at, column),
            )
            for column, (value, formula) in enumerate(zip(values, formulas, strict=False))
        ]
        yield RawRow(tuple(cells), Position(f"dòng {at + 1} (trang tính “{name}”)", number, at))


def _cells_by_row(sheet: Any) -> Any:
    sheet.reset_dimensions()
    return sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS)


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column + 1))


def _read_cell(shown: Any, written: Any, place: Position) -> RawCell:
    """A formula has the result stored with it; without one, or with an error, it is read as left undone."""
    formula = str(written.value) if written.data_type == "f" else ""
    value = shown.value
    if formula and (value is None or shown.data_type == "e"):
        return RawCell(formula if formula.startswith("=") else f"={formula}", place, formula=formula)
    if value is None:
        return RawCell("", place)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return RawCell(_print_other(value), place, formula=formula)
    exact, text = _print_number(value, str(shown.number_format or "General"))
    return RawCell(text, place, exact=exact, formula=formula)


def _print_other(value: object) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _print_number(value: float, number_format: str) -> tuple[Decimal, str]:
    """The number, times 100 under a percent format, and how the sheet shows it, with a decimal comma."""
    exact = Decimal(f"{value:.{_SIGNIFICANT_DIGITS}g}" if isinstance(value, float) else value)
    sign = "%" if "%" in number_format else ""
    exact = exact * 100 if sign else exact
    places = _FORMAT_PLACES.search(number_format)
    shown = exact if places is None else exact.quantize(Decimal(1).scaleb(-len(places[1] or "")), ROUND_HALF_UP)
    text = f"{shown:f}" if places else f"{shown.normalize():f}"
    return exact, text.replace(".", ",") + sign

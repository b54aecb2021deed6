"""The sheet with a matrix form: as printed, its sums alive across and down."""

from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter.utility import xl_rowcol_to_cell

from baocao.catalogue.matrix import ColumnBalance
from baocao.documents import layout
from baocao.documents.matrix_table import MatrixTable, PrintedLine
from baocao.documents.printed import PrintedForm
from baocao.documents.printed_row import PrintedRow
from baocao.documents.xlsx_sheet import BOLD, Sheet

_LETTERS_PER_MM = 0.52
_FEWEST_LETTERS = 9
_LETTERS_ACROSS = 120


def write_matrix(sheet: Sheet, page: PrintedForm, table: MatrixTable) -> None:
    """Write the whole sheet: head, table, what is said below it, signature."""
    _set_page(sheet, page, table)
    last = len(table.columns) - 1
    head_at = _write_title(sheet, page, last)
    first_at = _write_head(sheet, table, head_at)
    formulas = _Sums(page, table, first_at)
    for number, line in enumerate(table.lines):
        _write_line(sheet, table, first_at + number, line, formulas)
    at = _write_below(sheet, page, first_at + len(table.lines), last)
    sheet.opened.print_area(0, 0, at, last)
    sheet.opened.repeat_rows(head_at, first_at - 1)
    sheet.opened.freeze_panes(first_at, 2)


def _set_page(sheet: Sheet, page: PrintedForm, table: MatrixTable) -> None:
    opened = sheet.opened
    if page.draft_line:
        opened.set_header(f"&C&KC00000{page.draft_line}")
    opened.set_paper(9)
    opened.set_landscape()
    margins = (layout.LEFT_MM, layout.RIGHT_MM, layout.TOP_MM, layout.BOTTOM_MM)
    opened.set_margins(*map(layout.inches, margins))
    opened.fit_to_pages(1, 0)
    opened.hide_gridlines(2)
    for column in range(len(table.columns)):
        opened.set_column(column, column, _letters(table, column))


def _letters(table: MatrixTable, column: int) -> float:
    return max(_FEWEST_LETTERS, round(table.widths_mm[column] * _LETTERS_PER_MM, 1))


def _write_title(sheet: Sheet, page: PrintedForm, last: int) -> int:
    """Write what stands above the table; give the row its head starts in."""
    at = 0
    if page.draft_line:
        sheet.across(at, (0, last), page.draft_line, "draft")
        at += 1
    sides = [*_pair_lines(page.head_left or (page.appendix,), page.head_right)]
    middle = max(last // 2, 1)
    for left, right in sides if page.has_sides else [(page.appendix, "")]:
        if page.has_sides:
            _across(sheet, at, (0, middle - 1), left, "side")
            _across(sheet, at, (middle + 1, last), right, "side_right")
        else:
            sheet.across(at, (0, last), left, "title")
        at += 1
    for text, look in [*((line, "title") for line in page.title), (page.attached_to, "line")]:
        sheet.across(at, (0, last), text, look)
        sheet.fit_height(at, [(text, _LETTERS_ACROSS)], size=14)
        at += 1
    sheet.across(at, (0, last), page.measure_line, "side_right")
    return at + 1


def _pair_lines(left: Sequence[str], right: Sequence[str]) -> list[tuple[str, str]]:
    height = max(len(left), len(right))
    padded = [[*lines, *[""] * (height - len(lines))] for lines in (left, right)]
    return list(zip(*padded, strict=True))


def _across(sheet: Sheet, row: int, columns: tuple[int, int], text: str, look: str) -> None:
    """One cell alone is not merged: no program allows that."""
    if columns[0] < columns[1]:
        sheet.across(row, columns, text, look)
    elif columns[0] == columns[1]:
        sheet.text(row, columns[0], text, look)


def _write_head(sheet: Sheet, table: MatrixTable, head_at: int) -> int:
    """Write merged heads and the column numbers; give the row of the first line."""
    for head in table.heads:
        top, left = head_at + head.row, head.column
        sheet.block((top, top + head.row_span - 1), (left, left + head.column_span - 1), head.text, "head")
    for row in range(table.depth):
        covering = ((head.text, _width_of(table, head.column, head.column_span)) for head in table.heads_of(row))
        sheet.fit_height(head_at + row, [*((text, int(width)) for text, width in covering), ("", 10)], size=11)
    for column, number in enumerate(table.numbers):
        sheet.text(head_at + table.depth, column, number, "number")
    return head_at + table.depth + 1


def _width_of(table: MatrixTable, column: int, span: int) -> float:
    return sum(_letters(table, at) for at in range(column, column + span))


def _write_line(sheet: Sheet, table: MatrixTable, at: int, line: PrintedLine, formulas: "_Sums") -> None:
    weight = (BOLD,) if line.is_heavy else ()
    for column, cell in enumerate(line.cells):
        if isinstance(cell, str):
            look = "text" if table.columns[column].holds == "label" else "centre"
            sheet.text(at, column, cell, look, *weight)
        else:
            _write_figure(sheet, (at, column), cell, formulas.of(line, column), weight)
    label = next(number for number, column in enumerate(table.columns) if column.holds == "label")
    sheet.fit_height(at, [(line.line.label, int(_letters(table, label)))])


def _write_figure(
    sheet: Sheet, place: tuple[int, int], row: PrintedRow, formula: str, weight: Sequence[dict[str, bool]]
) -> None:
    value, look = row.cell.value, sheet.number_format(row.cell.measure, "centre", *weight)
    if value is None:
        sheet.text(*place, row.figure, "none")
    elif formula:
        sheet.opened.write_formula(*place, formula, look, float(value))
    else:
        sheet.opened.write_number(*place, float(value), look)


class _Sums:
    """Which cells are the sum of others: down in the total, across where the form says so; only where it is true."""

    def __init__(self, page: PrintedForm, table: MatrixTable, first_at: int) -> None:
        self._lines, self._first_at = table.lines, first_at
        self._places = {column.number: number for number, column in enumerate(table.columns)}
        matrix = page.form.matrix
        self._balances: tuple[ColumnBalance, ...] = matrix.balances if matrix else ()

    def of(self, line: PrintedLine, column: int) -> str:
        """The formula of a cell; empty where it is no sum of what stands on the sheet."""
        value = _value(line.cells[column])
        if value is None:
            return ""
        at = self._first_at + self._lines.index(line)
        return self._down(line, column, value) or self._across(line, column, value, at)

    def _down(self, line: PrintedLine, column: int, value: Decimal) -> str:
        above = [_value(one.cells[column]) for one in self._lines if one.line.kind == "line"]
        if line.line.kind != "total" or not above or _sum(above) != value:
            return ""
        first, last = (
            xl_rowcol_to_cell(row, column) for row in (self._first_at, self._first_at + len(self._lines) - 2)
        )
        return f"=SUM({first}:{last})"

    def _across(self, line: PrintedLine, column: int, value: Decimal, at: int) -> str:
        for balance in self._balances:
            parts = [self._places[number] for number in balance.right]
            if [self._places[number] for number in balance.left] != [column] or min(parts) < column:
                continue
            if _sum([_value(line.cells[part]) for part in parts]) == value:
                return "=" + "+".join(xl_rowcol_to_cell(at, part) for part in parts)
        return ""


def _value(cell: PrintedRow | str) -> Decimal | None:
    return None if isinstance(cell, str) else cell.cell.value


def _sum(values: Sequence[Decimal | None]) -> Decimal | None:
    """None where one of them is missing."""
    given = [value for value in values if value is not None]
    return sum(given, Decimal(0)) if len(given) == len(values) else None


def _write_below(sheet: Sheet, page: PrintedForm, at: int, last: int) -> int:
    """Footnotes and who signs; give the last row written."""
    for number, footnote in enumerate(page.footnotes, start=1):
        at += 1
        text = f"({number}) {footnote}"
        sheet.across(at, (0, last), text, "below")
        sheet.fit_height(at, [(text, _LETTERS_ACROSS)], size=11)
    signed = page.signed_as if page.has_signature else tuple(filter(None, [page.prepared_by]))
    half = (last + 1) // 2
    for line in signed:
        at += 1
        _across(sheet, at, (half, last), line, "signature")
    if signed:
        at += 4
        _across(sheet, at, (half, last), page.signer if page.has_signature else "", "signature")
    return at

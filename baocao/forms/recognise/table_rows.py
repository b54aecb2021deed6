"""Rows of the form out of tables: each table's columns found, then its rows, broken ones made one again."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from baocao.forms.numbers import clean
from baocao.forms.recognise.column_roles import IsUnit, LabelFit, find_columns
from baocao.forms.recognise.columns import ColumnChoice, TableColumns, as_in_table_before
from baocao.forms.recognise.head_rows import is_head_row
from baocao.forms.recognise.heads import ColumnRole
from baocao.forms.recognise.labels import row_key, split_number
from baocao.forms.recognise.raw import Position, RawCell, RawDocument, RawRow


@dataclass(frozen=True, slots=True)
class RowText:
    """One row as written, before it is known which row of which form it is.

    `block` is its turn in reading order. `is_scattered` says that a page's end went through it in running
    text: what is label and what is unit is then a guess. `previous` is its figure of an earlier period.
    """

    block: int
    number: str
    label: str
    unit: str
    figure: RawCell
    note: str
    place: Position
    is_scattered: bool = False
    previous: RawCell | None = None

    @property
    def key(self) -> str:
        return row_key(self.number)


GoesOn = Callable[[RowText, str], bool]


@dataclass(frozen=True, slots=True)
class TableWords:
    """What is known of the forms before any row is read."""

    label_fit: LabelFit
    is_unit: IsUnit
    goes_on: GoesOn


def find_table_rows(
    document: RawDocument, words: TableWords, choice: ColumnChoice
) -> tuple[tuple[RowText, ...], tuple[TableColumns, ...]]:
    """The rows of the tables with a form's columns, and those columns."""
    found: list[RowText] = []
    tables: list[TableColumns] = []
    rows = ((index, block) for index, block in enumerate(document.blocks) if isinstance(block, RawRow))
    for number, group in groupby(rows, key=lambda pair: pair[1].place.table):
        table = tuple(group)
        columns = _columns_of(number, [row for _, row in table], tables[-1] if tables else None, words, choice)
        if columns is not None:
            tables.append(columns)
            found.extend(_rows_of(table, columns))
    return tuple(_joined(found, words.goes_on)), tuple(tables)


def _columns_of(
    number: int, rows: Sequence[RawRow], before: TableColumns | None, words: TableWords, choice: ColumnChoice
) -> TableColumns | None:
    """By head and contents; a table without a head goes on with the one before."""
    own = find_columns(number, rows, words.label_fit, words.is_unit, choice)
    if own is not None and own.first_row:
        return own
    carried = as_in_table_before(before, number, rows) if before is not None else None
    if carried is not None and (own is None or own.index(ColumnRole.LABEL) == carried.index(ColumnRole.LABEL)):
        return carried
    return own or carried


def _rows_of(table: Sequence[tuple[int, RawRow]], columns: TableColumns) -> Iterator[RowText]:
    indexes = {role: columns.index(role) for role in ColumnRole}
    for at, (block, row) in enumerate(table):
        if at < columns.first_row or is_head_row(row):  # a head is printed again on a later page
            continue
        text = _row_text(block, row, indexes)
        if _numbers_the_columns(text):
            continue
        if text.number or text.label or text.unit or text.figure.text.strip() or text.figure.unclear:
            yield text


def _row_text(block: int, row: RawRow, indexes: dict[ColumnRole, int | None]) -> RowText:
    """Without a column of numbers the number stands before the label."""
    number, label = _text(row, indexes[ColumnRole.NUMBER]), _text(row, indexes[ColumnRole.LABEL])
    if not number:
        number, label = split_number(label)
    return RowText(
        block=block,
        number=number,
        label=label,
        unit=_text(row, indexes[ColumnRole.UNIT]),
        figure=_cell(row, indexes[ColumnRole.FIGURE]),
        note=_text(row, indexes[ColumnRole.NOTE]),
        place=row.place,
        previous=None if indexes[ColumnRole.PREVIOUS] is None else _cell(row, indexes[ColumnRole.PREVIOUS]),
    )


def _numbers_the_columns(text: RowText) -> bool:
    """The row under the head that says 1, 2, 3 … or (1), (2), (3) … or A, B, 1 …"""
    label = clean(text.label).strip("()")
    return bool(clean(text.number)) and (label.isdecimal() or len(label) == 1)


def _text(row: RawRow, index: int | None) -> str:
    return "" if index is None or index >= len(row.cells) else row.cells[index].text.strip()


def _cell(row: RawRow, index: int | None) -> RawCell:
    if index is not None and index < len(row.cells):
        return row.cells[index]
    return RawCell("", replace(row.place, column=index if index is not None else 0))


def _joined(rows: Sequence[RowText], goes_on: GoesOn) -> Iterator[RowText]:
    """Rows broken in two (a page's end) made one again, in a table that numbers its rows."""
    numbered = sum(bool(row.key) for row in rows) * 2 > len(rows)
    held: RowText | None = None
    for row in rows:
        if held is not None and numbered and _continues(held, row, goes_on):
            held = _append(held, row)
            continue
        if held is not None:
            yield held
        held = row
    if held is not None:
        yield held


def _continues(held: RowText, row: RowText, goes_on: GoesOn) -> bool:
    """A row without number goes on with the one above unless both have a figure, or it stands for itself."""
    if not held.key or row.number or row.unit or (held.figure.text.strip() and row.figure.text.strip()):
        return False
    if row.label:
        return goes_on(held, row.label)
    return any(letter.isdecimal() for letter in row.figure.text)  # else the signature under the table


def _append(held: RowText, more: RowText) -> RowText:
    return replace(
        held,
        label=f"{held.label} {more.label}".strip(),
        figure=held.figure if held.figure.text.strip() else more.figure,
        note=f"{held.note} {more.note}".strip(),
    )

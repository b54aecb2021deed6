"""Rows of the form out of tables: which column is which, and what is no row of figures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from baocao.forms.recognise.labels import folded, row_key
from baocao.forms.recognise.raw import Position, RawCell, RawDocument, RawRow

_HEAD_WORDS = {
    "number": frozenset({"stt", "tt", "số tt", "số thứ tự", "mã số"}),
    "unit": frozenset({"đơn vị tính", "đơn vị", "đvt"}),
    "figure": frozenset({"số liệu", "số liệu thống kê", "giá trị"}),
    "note": frozenset({"ghi chú"}),
}
_LABEL_STARTS = ("chỉ tiêu", "tên chỉ tiêu", "nội dung")
_RESULT_STARTS = ("kết quả",)
_ROLES = ("number", "label", "unit", "figure", "note")
_FEWEST_COLUMNS = 3


@dataclass(frozen=True, slots=True)
class RowText:
    """One row as written, before it is known which row of which form it is.

    `block` is its turn in reading order. `is_scattered` says that a page's end went through it in running
    text: what is label and what is unit is then a guess.
    """

    block: int
    number: str
    label: str
    unit: str
    figure: RawCell
    note: str
    place: Position
    is_scattered: bool = False

    @property
    def key(self) -> str:
        return row_key(self.number)


Columns = dict[str, int]
GoesOn = Callable[[RowText, str], bool]


def find_table_rows(document: RawDocument, goes_on: GoesOn) -> tuple[RowText, ...]:
    """The rows of the tables with a form's columns; `goes_on` tells the rest of a row from a new one."""
    found: list[RowText] = []
    columns: Columns = {}
    rows = ((index, block) for index, block in enumerate(document.blocks) if isinstance(block, RawRow))
    for _, group in groupby(rows, key=lambda pair: pair[1].place.table):
        table = tuple(group)
        columns = _columns_of([row for _, row in table], columns)
        if columns:
            found.extend(_rows_of(table, columns))
    return tuple(_joined(found, goes_on))


def _columns_of(table: Sequence[RawRow], before: Columns) -> Columns:
    """By the table's head; else as in the table before; else by what the columns hold."""
    named: Columns = {}
    for row in table:
        roles = _head_roles(row)
        if len(roles) >= len(("unit", "figure")):
            named |= roles
    if "label" in named or "number" in named:
        return _completed(named)
    width = max(len(row.cells) for row in table)
    if before and max(before.values()) < width and _numbered(table, before.get("number", 0)):
        return before
    return _guessed(table, width)


def _head_roles(row: RawRow) -> Columns:
    """Which columns a row of the table's head names."""
    roles: Columns = {}
    for index, cell in enumerate(row.cells):
        text = folded(cell.text)
        role = next((role for role, words in _HEAD_WORDS.items() if text in words), "")
        if not role and text.startswith(_LABEL_STARTS):
            role = "label"
        if not role and text.startswith(_RESULT_STARTS):
            role = "result"
        if role:
            roles.setdefault(role, index)
    return roles


def _completed(named: Columns) -> Columns:
    """A head that has no "Số liệu" has the figures under "Kết quả"."""
    columns = {role: index for role, index in named.items() if role != "result"}
    if "figure" not in columns and "result" in named:
        columns["figure"] = named["result"] + (named["result"] == columns.get("unit"))
    if "figure" not in columns and "unit" in columns:
        columns["figure"] = columns["unit"] + 1
    if "label" not in columns and "number" in columns:
        columns["label"] = columns["number"] + 1
    return columns if "figure" in columns else {}


def _numbered(table: Sequence[RawRow], column: int) -> bool:
    cells = [row.cells[column].text for row in table if len(row.cells) > column]
    return sum(bool(row_key(text)) for text in cells) * 2 >= len(cells)


def _guessed(table: Sequence[RawRow], width: int) -> Columns:
    """A table without a head: number, label, unit, figure, note as the form has them."""
    if width < _FEWEST_COLUMNS or not _numbered(table, 0):
        return {}
    roles = _ROLES if width > _FEWEST_COLUMNS else ("number", "label", "figure")
    return {role: index for index, role in enumerate(roles) if index < width}


def _rows_of(table: Sequence[tuple[int, RawRow]], columns: Columns) -> Iterator[RowText]:
    for block, row in table:
        if len(_head_roles(row)) >= len(("unit", "figure")):
            continue
        cells = {role: _cell(row, index) for role, index in columns.items()}
        figure = cells["figure"]
        texts = {role: cells[role].text.strip() if role in cells else "" for role in _ROLES}
        if _numbers_the_columns(texts):
            continue
        if any(texts[role] for role in ("number", "label", "unit", "figure")):
            yield RowText(block, texts["number"], texts["label"], texts["unit"], figure, texts["note"], row.place)


def _numbers_the_columns(texts: Mapping[str, str]) -> bool:
    """The row under the head that says 1, 2, 3 … or (1), (2), (3) …"""
    return bool(row_key(texts["number"])) and texts["label"].strip("()").isdecimal()


def _cell(row: RawRow, index: int) -> RawCell:
    if index < len(row.cells):
        return row.cells[index]
    return RawCell("", replace(row.place, column=index))


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

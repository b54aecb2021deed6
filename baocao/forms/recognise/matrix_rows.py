"""Tables of matrix forms in a document: known by column numbers, else by all their heads, then read line by line."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from baocao.catalogue import Form
from baocao.catalogue.forms import MatrixCell
from baocao.catalogue.grouped import GroupLabels
from baocao.catalogue.matrix import Matrix, MatrixColumn, cell_key
from baocao.domain import FormLine
from baocao.forms.numbers import clean
from baocao.forms.recognise.alignment import AlignedRow, Alignment
from baocao.forms.recognise.columns import FormColumn, TableColumns
from baocao.forms.recognise.heads import ColumnRole
from baocao.forms.recognise.matrix_heads import find_by_heads, find_contradiction
from baocao.forms.recognise.raw import RawCell, RawDocument, RawRow
from baocao.forms.recognise.segments import FormRows
from baocao.forms.recognise.table_rows import RowText
from baocao.messages import fold

_NUMBER = re.compile(r"\((\d+(?:\.\d+)*)\)(?:\s.*)?|(\d+(?:\.\d+)*)", re.DOTALL)
_HEADS_ALIKE = 0.5
_NOT_WORD = re.compile(r"[^a-z0-9]+")
STRANGE_KEY = "dong-la"
"""How a line is called in keys whose words no file declares."""
_FULL_FIT = 100.0
NumberedRow = tuple[int, RawRow]


@dataclass(frozen=True)
class MatrixRows:
    """One matrix form found: its lines as written, and the columns they stand in."""

    part: FormRows
    columns: TableColumns
    lines: tuple[FormLine, ...]


@dataclass(frozen=True)
class _Place:
    """Where the columns of a form stand in a table, by number, and in which row that is said."""

    form: Form
    matrix: Matrix
    indexes: Mapping[str, int]
    at: int
    fit: float
    is_numbered: bool = True
    doubt: str = ""


def find_matrices(document: RawDocument, forms: Sequence[Form], labels: GroupLabels) -> list[MatrixRows]:
    """Every matrix form of the document; one that goes on over several tables (pages) is one."""
    blocks = [(at, block) for at, block in enumerate(document.blocks) if isinstance(block, RawRow)]
    tables = [list(rows) for _, rows in groupby(blocks, key=lambda pair: pair[1].place.table)]
    held: tuple[_Place, list[NumberedRow]] | None = None
    found: list[tuple[_Place, list[NumberedRow]]] = []
    for rows in tables:
        place = _find_place([row for _, row in rows], forms)
        if place is None:
            continue
        body = [one for one in rows[place.at + 1 :] if _find_numbers(one[1], place.matrix) is None]
        if held is not None and held[0].form is place.form and not _ends_in_total(held[1], held[0]):
            held[1].extend(body)
        else:
            held = (place, body)
            found.append(held)
    return [_read_matrix(place, rows, labels) for place, rows in found]


def _find_place(rows: Sequence[RawRow], forms: Sequence[Form]) -> _Place | None:
    """The form whose column numbers stand in a row of the table, with its heads above them."""
    places: list[_Place] = []
    for at, row in enumerate(rows):
        for form in forms:
            indexes = _find_numbers(row, form.matrix) if form.matrix else None
            if indexes is not None and form.matrix is not None:
                fit = _share_of_heads([*rows[: at + 1]], form.matrix)
                places.append(_Place(form, form.matrix, indexes, at, fit))
    best = max(places, key=lambda place: place.fit, default=None)
    if best is not None and best.fit >= _HEADS_ALIKE:
        return replace(best, doubt=find_contradiction(rows[: best.at], dict(best.indexes), best.matrix))
    return _find_place_by_heads(rows, forms)


def _find_place_by_heads(rows: Sequence[RawRow], forms: Sequence[Form]) -> _Place | None:
    for form in forms:
        found = find_by_heads(rows, form.matrix) if form.matrix else None
        if found is not None and form.matrix is not None:
            return _Place(form, form.matrix, found[0], found[1], _FULL_FIT, is_numbered=False)
    return None


def _find_numbers(row: RawRow, matrix: Matrix | None) -> dict[str, int] | None:
    """Where each column's number stands; None where the row does not number the columns of the form."""
    if matrix is None:
        return None
    found: dict[str, int] = {}
    for at, cell in enumerate(row.cells):
        match = _NUMBER.fullmatch(cell.text.strip())
        if match is not None:
            found.setdefault(match[1] or match[2], at)
    numbers = [column.number for column in matrix.columns]
    indexes = {number: found[number] for number in numbers if number in found}
    return indexes if list(indexes) == numbers and sorted(indexes.values()) == list(indexes.values()) else None


def _share_of_heads(rows: Sequence[RawRow], matrix: Matrix) -> float:
    words = " ".join(_plain(cell.text) for row in rows for cell in row.cells)
    heads = [head for column in matrix.columns for head in column.heads]
    return sum(_plain(head) in words for head in heads) / len(heads)


def _plain(text: str) -> str:
    return _NOT_WORD.sub(" ", fold(text)).strip()


def _squeezed(text: str) -> str:
    """A narrow column breaks words where it likes."""
    return _plain(text).replace(" ", "")


def _ends_in_total(rows: Sequence[NumberedRow], place: _Place) -> bool:
    label = _index_of(place, "label")
    return bool(rows) and any(_squeezed(_text(row, label)) == _squeezed(place.matrix.total) for _, row in rows[-1:])


def _index_of(place: _Place, holds: str) -> int | None:
    return next((place.indexes[one.number] for one in place.matrix.columns if one.holds == holds), None)


def _read_matrix(place: _Place, rows: Sequence[NumberedRow], labels: GroupLabels) -> MatrixRows:
    order, label = _index_of(place, "order"), _index_of(place, "label")
    known = _known_lines(place.matrix, labels)
    seen: dict[str, FormLine] = {}
    written: list[tuple[FormLine, NumberedRow]] = []
    for block, row in rows:
        words = " ".join(_text(row, label).split())
        if not words or not _is_line(row, place):
            continue
        line = known.get(_squeezed(words)) or _strange_line(words, place.matrix)
        line = replace(line, label=words, order=_text(row, order))
        if line.key in seen:
            line = replace(line, key=f"{line.key}-{sum(one.key.startswith(line.key) for one in seen.values()) + 1}")
        seen[line.key] = line
        written.append((line, (block, row)))
        if line.kind == "total":
            break
    return _as_rows(place, written)


def _known_lines(matrix: Matrix, labels: GroupLabels) -> dict[str, FormLine]:
    """Every line there can be, by its plain words."""
    groups = {
        _squeezed(words): FormLine(key, words, group=f"{dimension}:{key}")
        for dimension in reversed(matrix.dimensions_of(None))
        for key, words in labels.get(dimension, {}).items()
    }
    return groups | {_squeezed(line.label): line for line in matrix.fixed_lines()}


def _strange_line(words: str, matrix: Matrix) -> FormLine:
    """A line no file declares is kept as it stands: it is told, and its figures count in the total."""
    key = f"{STRANGE_KEY}-{_plain(words).replace(' ', '-')}"
    dimension = next(iter(matrix.dimensions_of(None)), "")
    return FormLine(key, words, group=f"{dimension}:{key}" if dimension else "")


def _is_line(row: RawRow, place: _Place) -> bool:
    """Not a head printed again, nor a signature: some column of figures holds something, or all are empty cells."""
    figures = [_cell(row, place.indexes[column.number]) for column in place.matrix.figure_columns]
    filled = [cell for cell in figures if clean(cell.text)]
    return not filled or any(any(letter.isdecimal() for letter in cell.text) for cell in filled)


def _as_rows(place: _Place, written: Sequence[tuple[FormLine, NumberedRow]]) -> MatrixRows:
    lines = tuple(line for line, _ in written)
    form = place.form.with_lines(lines)
    rows = {row.key: row for row in form.rows}
    aligned = tuple(
        AlignedRow(rows[key], text, _FULL_FIT)
        for line, (block, row) in written
        for column in place.matrix.figure_columns
        if (key := cell_key(line.key, column.number)) in rows
        for text in [_row_text(rows[key].label, key, block, row, place.indexes[column.number])]
    )
    alignment = Alignment(form, aligned, ())
    part = FormRows(tuple(one.text for one in aligned), (alignment,))
    table = written[0][1][1].place.table if written else 0
    return MatrixRows(part, TableColumns(table, tuple(_columns(place)), place.at + 1, place.doubt), lines)


def _row_text(label: str, key: str, block: int, row: RawRow, index: int) -> RowText:
    return RowText(block, key, label, "", _cell(row, index), "", row.place)


def _columns(place: _Place) -> Iterator[FormColumn]:
    roles = {"order": ColumnRole.NUMBER, "label": ColumnRole.LABEL, "figure": ColumnRole.FIGURE}
    for column in place.matrix.columns:
        why = "số cột ghi dưới đầu cột" if place.is_numbered else "chữ ở đầu cột"
        yield FormColumn(place.indexes[column.number], _head_of(column), roles[column.holds], why)


def _head_of(column: MatrixColumn) -> str:
    return f"({column.number}) {' – '.join(column.heads)}"


def _text(row: RawRow, index: int | None) -> str:
    return "" if index is None or index >= len(row.cells) else row.cells[index].text.strip()


def _cell(row: RawRow, index: int) -> RawCell:
    return row.cells[index] if index < len(row.cells) else RawCell("", replace(row.place, column=index))


def lines_read(form: Form) -> tuple[FormLine, ...]:
    """The lines of a form as it was laid out."""
    return tuple(dict.fromkeys(row.line for row in form.rows if isinstance(row, MatrixCell)))

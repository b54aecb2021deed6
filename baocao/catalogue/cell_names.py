"""Cells as people call them: `ô 4.3, 4.4`, of a matrix `dòng Hộ tịch, cột 6, 8; dòng Tổng cộng, cột 8`."""

from collections.abc import Iterable, Iterator

from baocao.catalogue.forms import Form, FormRow, MatrixCell
from baocao.catalogue.grouped import GroupLabels
from baocao.catalogue.matrix import UNKNOWN_LABELS, Matrix, read_cell_words, split_cell_key
from baocao.groups import UNKNOWN_GROUP
from baocao.messages import fold

MOST_LINES = 6


def find_row(form: Form, given: str) -> FormRow | None:
    """The row or cell somebody names: by its key, of a matrix by its words too, or by the code of its figure."""
    keys = {row.key: row for row in form.rows}
    if (found := keys.get(given.rstrip("."))) is not None:
        return found
    line, column = read_cell_words(given)
    cells = (row for row in form.rows if isinstance(row, MatrixCell) and fold(row.column.number) == column)
    named = next((row for row in cells if line in (fold(row.line.label), fold(row.line.key))), None)
    return named or next((row for row in form.rows if row.indicator == given), None)


def name_cells(
    form: Form | None, keys: Iterable[str], labels: GroupLabels, lines: Iterable[tuple[str, str]] = ()
) -> str:
    """`labels` give the words of lines from the data, or `lines` those of one filled form, by key."""
    if form is None or form.matrix is None:
        return f"ô {', '.join(keys)}"
    words = dict(_words_of_data(form.matrix, labels))
    words |= {line.key: line.label for line in form.matrix.fixed_lines()} | dict(lines)
    columns: dict[str, list[str]] = {}
    for key in keys:
        line, column = split_cell_key(key)
        columns.setdefault(line, []).append(column)
    said = [f"dòng {words.get(line, line)}, cột {', '.join(numbers)}" for line, numbers in columns.items()]
    more = f" và {len(said) - MOST_LINES} dòng khác" if len(said) > MOST_LINES else ""
    return "; ".join(said[:MOST_LINES]) + more


def _words_of_data(matrix: Matrix, labels: GroupLabels) -> Iterator[tuple[str, str]]:
    """The words of the groups the form has lines of; what is in no declared one has its own."""
    for each in dict.fromkeys(line.each for line in matrix.lines if line.each):
        yield UNKNOWN_GROUP, UNKNOWN_LABELS[each]
        yield from labels.get(each, {}).items()

"""Cells as people call them: `ô 4.3, 4.4`, of a matrix `dòng Hộ tịch, cột 6, 8; dòng Tổng cộng, cột 8`."""

from collections.abc import Iterable

from baocao.catalogue.forms import Form
from baocao.catalogue.grouped import GroupLabels
from baocao.catalogue.matrix import split_cell_key

MOST_LINES = 6


def name_cells(
    form: Form | None, keys: Iterable[str], labels: GroupLabels, lines: Iterable[tuple[str, str]] = ()
) -> str:
    """`labels` give the words of lines from the data, or `lines` those of one filled form, by key."""
    if form is None or form.matrix is None:
        return f"ô {', '.join(keys)}"
    words = {key: label for groups in labels.values() for key, label in groups.items()}
    words |= {line.key: line.label for line in form.matrix.fixed_lines()} | dict(lines)
    columns: dict[str, list[str]] = {}
    for key in keys:
        line, column = split_cell_key(key)
        columns.setdefault(line, []).append(column)
    said = [f"dòng {words.get(line, line)}, cột {', '.join(numbers)}" for line, numbers in columns.items()]
    more = f" và {len(said) - MOST_LINES} dòng khác" if len(said) > MOST_LINES else ""
    return "; ".join(said[:MOST_LINES]) + more

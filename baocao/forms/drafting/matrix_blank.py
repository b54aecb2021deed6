"""A blank matrix form: heads on several levels over numbered columns, the lines below them, a total."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from baocao.forms.drafting.numbering import bare
from baocao.forms.numbers import clean, is_blank
from baocao.forms.recognise import RawDocument, RawLine, RawRow
from baocao.forms.recognise.heads import ColumnRole, plain, words_of_head

_FEWEST_FIGURES = 3
_NUMBERED_SHARE = 0.8
_NUMBER = re.compile(r"\(?\s*([A-Za-z]|\d{1,2})\s*\)?\s*(?:=\s*(.+))?")
_TOTAL = re.compile(r"(?:tong cong|tong so|cong|tong)(?: chung)?")
_SIDES = re.compile(r"(?:đơn vị|cơ quan) (?:báo cáo|nhận|gửi|lập)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BlankColumn:
    """One column: its printed number, its heads from the top down, a formula printed beside its number."""

    number: str
    heads: tuple[str, ...]
    formula: str = ""


@dataclass(frozen=True, slots=True)
class MatrixBlank:
    """`lines` are order and label of lines printed beforehand; `left` and `right` stand beside the title."""

    columns: tuple[BlankColumn, ...]
    label_at: int
    lines: tuple[tuple[str, str], ...]
    total: str
    before: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    after: tuple[str, ...]
    place: str


def find_matrices(document: RawDocument) -> list[MatrixBlank]:
    """The tables that number at least three columns of figures and have no column of units."""
    rows = ((at, block) for at, block in enumerate(document.blocks) if isinstance(block, RawRow))
    found, begin = [], 0
    for _, group in groupby(rows, key=lambda pair: pair[1].place.table):
        blocks, table = zip(*group, strict=True)
        matrix = _read(document, table, (begin, blocks[0], blocks[-1]))
        if matrix is not None:
            found.append(matrix)
            begin = blocks[-1] + 1
    return found


def _read(document: RawDocument, rows: Sequence[RawRow], span: tuple[int, int, int]) -> MatrixBlank | None:
    at = next((number for number, row in enumerate(rows) if _numbers_columns(row)), None)
    if at is None:
        return None
    begins = (number for number in range(at) if _count(rows[number]) >= _FEWEST_FIGURES)
    head = rows[next(begins, at) : at]
    columns = tuple(_columns(head, rows[at]))
    label_at = next((n for n, column in enumerate(columns) if not _is_order(column)), 0)
    roles = {words_of_head(text).role for column in columns for text in column.heads}
    if len(columns) - label_at - 1 < _FEWEST_FIGURES or ColumnRole.UNIT in roles or not head:
        return None
    body = [row for row in rows[at + 1 :] if not _numbers_columns(row) and not _repeats(row, head)]
    texts = [[clean(cell.text) for cell in row.cells] for row in body]
    totals = [_total_of(cells[: label_at + 1]) for cells in texts]
    last = next((number for number, total in enumerate(totals) if total), len(texts))
    lines = [
        (cells[0] if label_at else "", cells[label_at])
        for cells in texts[:last]
        if len(cells) > label_at and not is_blank(cells[label_at])
    ]
    above = [row for row in rows[:at] if row not in head]
    before, left, right = _around([*document.blocks[span[0] : span[1]], *above])
    rest = [] if document.sheets else document.blocks[span[2] + 1 :]
    after = (*_texts(body[last + 1 :]), *_texts(rest))
    sheet = document.sheets[rows[0].place.table] if document.sheets else ""
    place = f"trang tính “{sheet}”" if sheet else f"bảng {rows[0].place.table + 1}"
    total = totals[last] if last < len(totals) else ""
    return MatrixBlank(columns, label_at, tuple(lines), total, before, left, right, after, place)


def _count(row: RawRow) -> int:
    return sum(bool(clean(cell.text)) for cell in row.cells)


def _total_of(texts: Sequence[str]) -> str:
    return next((text for text in texts if _TOTAL.fullmatch(plain(text))), "")


def _is_order(column: BlankColumn) -> bool:
    return any(words_of_head(text).role is ColumnRole.NUMBER for text in column.heads)


def _numbers_columns(row: RawRow) -> bool:
    """`1 2 3 …`, `(1) (2) …`, `A B 1 2 …`, a formula beside a number too."""
    texts = [clean(cell.text) for cell in row.cells if clean(cell.text)]
    matches = [_NUMBER.fullmatch(text) for text in texts]
    numbers = [int(match[1]) for match in matches if match and match[1].isdecimal()]
    run = all(after == before + 1 for before, after in pairwise(numbers))
    enough = len(numbers) >= _FEWEST_FIGURES and sum(map(bool, matches)) >= _NUMBERED_SHARE * len(row.cells)
    return enough and run and numbers[0] in {1, 2, 3}


def _columns(head: Sequence[RawRow], numbers: RawRow) -> Iterator[BlankColumn]:
    width = len(numbers.cells)
    grid = [[_at(row, column) for column in range(width)] for row in head]
    for level, line in enumerate(grid):
        for column in range(1, width):
            below = any(deeper[column] for deeper in grid[level + 1 :])
            if not line[column] and below and _lies_under(grid, level, column):
                line[column] = line[column - 1]
    for column, cell in enumerate(numbers.cells):
        match = _NUMBER.fullmatch(clean(cell.text))
        heads = tuple(dict.fromkeys(line[column] for line in grid if line[column]))
        yield BlankColumn(match[1] if match else str(column + 1), heads, (match[2] or "") if match else "")


def _lies_under(grid: Sequence[Sequence[str]], level: int, column: int) -> bool:
    """Whether the head on the left reaches over the column: what lies above both is the same."""
    return all(upper[column] == upper[column - 1] for upper in grid[:level])


def _at(row: RawRow, column: int) -> str:
    return " ".join(clean(row.cells[column].text).split()) if column < len(row.cells) else ""


def _repeats(row: RawRow, head: Sequence[RawRow]) -> bool:
    texts = [clean(cell.text) for cell in row.cells]
    return any(texts == [clean(cell.text) for cell in one.cells] for one in head)


def _around(blocks: Sequence[RawRow | RawLine]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The lines above the table, and those beside the title where they are set in columns."""
    lines: list[str] = []
    left: list[str] = []
    right: list[str] = []
    for block in blocks:
        cells = [cell.text for cell in block.cells if clean(cell.text)] if isinstance(block, RawRow) else []
        if cells and _SIDES.search(cells[-1]):
            right += _split(cells[-1])
            left += _split(cells[0]) if len(cells) > 1 else []
            lines += [line for cell in cells[1:-1] for line in _split(cell)]
        else:
            lines += _texts([block])
    return tuple(lines), tuple(left), tuple(right)


def _texts(blocks: Sequence[RawRow | RawLine]) -> list[str]:
    texts = [[block.text] if isinstance(block, RawLine) else [cell.text for cell in block.cells] for block in blocks]
    return [line for some in texts for text in some for line in _split(text)]


def _split(text: str) -> list[str]:
    return [" ".join(clean(line).split()) for line in text.splitlines() if bare(clean(line))]

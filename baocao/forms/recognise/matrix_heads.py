"""The heads over a matrix form's columns: which column each stands over, with or without a row of numbers below."""

from collections.abc import Sequence
from itertools import pairwise

from rapidfuzz import fuzz

from baocao.catalogue.matrix import Matrix, MatrixColumn
from baocao.forms.numbers import clean, shorten
from baocao.forms.recognise.heads import plain
from baocao.forms.recognise.raw import RawRow

_ALIKE = 85.0
_FEWEST_LETTERS = 5
_FEWEST_FIGURES = 3
Head = tuple[str, str]
"""The words right over a column, and those of the group it lies in."""


def heads_of(rows: Sequence[RawRow]) -> list[Head]:
    """Of each column of the head's rows; a cell merged over several stands in the first of them."""
    head = [row for row in rows if sum(bool(clean(cell.text)) for cell in row.cells) > 1]
    width = max((len(row.cells) for row in head), default=0)
    found: list[Head] = []
    group = ""
    for at in range(width):
        texts = [text for row in head if at < len(row.cells) and (text := clean(row.cells[at].text))]
        top = clean(head[0].cells[at].text) if head and at < len(head[0].cells) else ""
        group = top or group
        found.append((texts[-1] if texts else "", group))
    return found


def find_by_heads(rows: Sequence[RawRow], matrix: Matrix) -> tuple[dict[str, int], int] | None:
    """Where each column stands, and the last row of the head, in a table that does not number its columns."""
    end = next((at for at, row in enumerate(rows) if _holds_figures(row)), 0)
    heads, columns = heads_of(rows[:end]), matrix.columns
    for start in range(len(heads) - len(columns) + 1):
        some = heads[start : start + len(columns)]
        if all(_fits(head, column, matrix) for head, column in zip(some, columns, strict=True)):
            return {column.number: start + at for at, column in enumerate(columns)}, end - 1
    return None


def find_contradiction(rows: Sequence[RawRow], indexes: dict[str, int], matrix: Matrix) -> str:
    """Which column is headed as another of its group: the number and the words say two things."""
    heads = heads_of(rows)
    for column in matrix.figure_columns:
        at = indexes[column.number]
        head = heads[at] if at < len(heads) else ("", "")
        other = _sibling_meant(head[0], column, matrix)
        if other is not None:
            return (
                f"cột số {column.number} ghi đầu cột “{shorten(head[0])}” là của cột {other.number}; không rõ số liệu "
                "là của cột nào, chưa lấy số nào; hãy sửa đầu cột hoặc số cột cho khớp"
            )
    return ""


def _fits(head: Head, column: MatrixColumn, matrix: Matrix) -> bool:
    own, group = head
    if column.holds == "order":
        return plain(own) in {"tt", "stt", "so tt", "so thu tu", ""}
    if column.holds == "label":
        words = {*column.heads, *(line.head for line in matrix.lines if line.head)}
        return any(_is_alike(own, one) for one in words)
    if not _is_alike(group, column.heads[0]):
        return False
    return _is_alike(own, column.heads[-1]) or (bool(own) and _sibling_meant(own, column, matrix) is None)


def _sibling_meant(own: str, column: MatrixColumn, matrix: Matrix) -> MatrixColumn | None:
    """Another column of the group whose words these are, where they are not the column's own."""
    if not own or _is_alike(own, column.heads[-1]):
        return None
    group = (one for one in matrix.figure_columns if one.heads[0] == column.heads[0] and one is not column)
    return next((one for one in group if _is_alike(own, one.heads[-1])), None)


def _is_alike(one: str, other: str) -> bool:
    left, right = plain(one), plain(other)
    short, long = sorted((left, right), key=len)
    is_cut = len(short) >= _FEWEST_LETTERS and long.startswith(short)
    return left == right or is_cut or fuzz.ratio(left, right) >= _ALIKE


def _holds_figures(row: RawRow) -> bool:
    """Figures beside each other; columns numbered 1, 2, 3 are none."""
    texts = [clean(cell.text).strip("()") for cell in row.cells]
    figures = [text for text in texts if text[:1].isdecimal()]
    whole = [int(text) for text in figures if text.isdecimal()]
    is_numbering = len(whole) == len(figures) and all(after - before == 1 for before, after in pairwise(whole))
    return len(figures) >= _FEWEST_FIGURES and not is_numbering

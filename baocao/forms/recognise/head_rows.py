"""Which rows of a table are its head."""

import re
from collections.abc import Sequence

from baocao.forms.numbers import clean
from baocao.forms.recognise.heads import ColumnRole, words_of_head
from baocao.forms.recognise.labels import row_key
from baocao.forms.recognise.raw import RawRow

FIGURE = re.compile(
    r"[-(≈~<>]*\s*[0-9][0-9.,  ]*\s*%?\s*\)?|(không|chưa|ko|k)( có)? phát sinh.*|kps|=.*|#.*", re.IGNORECASE
)
_YEAR = re.compile(r"20[0-9]{2}")
_LONGEST_HEAD = 120


def find_head_end(rows: Sequence[RawRow], first: int) -> int:
    """Behind the last row of the head: the last above the first body row that names two columns."""
    end = next((at + 1 for at in range(min(first, len(rows)) - 1, -1, -1) if is_head_row(rows[at])), 0)
    while 0 < end < min(first, len(rows)) and goes_under_the_head(rows[end]):
        end += 1
    return end


def goes_under_the_head(row: RawRow) -> bool:
    """A further row of names below merged ones: nothing in its first column, and no figure."""
    texts = [clean(cell.text) for cell in row.cells]
    filled = [text for text in texts if text]
    return len(filled) > 1 and not texts[0] and not any(map(_is_figure, filled))


def _is_figure(text: str) -> bool:
    """A year over a column says whose figures stand below; “(1)” numbers a column."""
    return bool(FIGURE.fullmatch(text)) and "(" not in text and not _YEAR.fullmatch(text)


def is_head_row(row: RawRow) -> bool:
    """A row that names at least two columns, and holds no figure beside a number of its own."""
    roles = [words_of_head(cell.text).role for cell in row.cells if cell.text and len(cell.text) < _LONGEST_HEAD]
    named = {role for role in roles if role is not ColumnRole.OTHER}
    return len(named) > 1 and not any(_is_figure(clean(cell.text)) for cell in row.cells)


def is_part_of_head(row: RawRow) -> bool:
    """Not a title over the table, not a row that numbers the columns."""
    texts = [clean(cell.text) for cell in row.cells if clean(cell.text)]
    numbered = sum(bool(row_key(text.strip("()"))) or len(text.strip("()")) == 1 for text in texts)
    return len(texts) > 1 and numbered < len(texts)

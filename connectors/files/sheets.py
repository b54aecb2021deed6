"""A table as it stands in a file, before anybody has looked for its header."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

Cells = Sequence[Any]
Score = Callable[[Sequence[Cells]], int]
"""How many of our headers the rows have."""
LOOKED_AT = 60
DAMAGED = "tệp hỏng, không trọn vẹn, hoặc bị khoá bằng mật khẩu"


class UnreadableFileError(ValueError):
    """The file cannot be read; the text says why."""


@dataclass(frozen=True)
class SourceSheet:
    """One table; its `rows` begin with the sheet's first. `name` is empty for a text file.

    `hidden_rows` are the places of rows nobody sees, counted from 0. `starts_1904`: day numbers count from 1904.
    `is_ended`: the last line has its end, which only text files can lack. `is_text`: cut at the end of a line, it looks
    whole.
    """

    name: str
    rows: Sequence[Cells]
    hidden_rows: frozenset[int] = field(default=frozenset())
    starts_1904: bool = False
    is_ended: bool = True
    is_text: bool = False

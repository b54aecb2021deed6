"""The one way a table is printed: nothing of it is ever cut, and what names a row stays in one piece.

A window too narrow for columns gets one block of lines a row. Through a pipe nothing is folded, unless COLUMNS says how
wide.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.console import Console
    from rich.text import Text

BETWEEN, EDGE = 3, 1
"""Cells taken by the lines and spaces between columns."""
LONGEST_WORD = 24
ENDLESS = 100_000


@dataclass(frozen=True)
class Column:
    """`is_key`: it names the row, so it is never folded."""

    name: str
    is_key: bool = False
    is_right: bool = False


def open_console(file: IO[str] | None = None) -> Console:
    """As wide as the window; through a pipe without an end, unless COLUMNS says otherwise.

    A sentence is never broken: a command in it can be copied. Only tables know how wide the window is.
    """
    from cli.consoles import PipedConsole

    console = PipedConsole(file=file or sys.stdout, soft_wrap=True, highlight=False)
    if not console.is_terminal and not os.environ.get("COLUMNS", "").isdigit():
        console.width = ENDLESS
    return console


def print_table(
    console: Console, columns: Sequence[Column], rows: Iterable[Sequence[str | Text]], *, title: str = ""
) -> None:
    """Print rows of plain or styled text under their columns."""
    from rich.table import Table
    from rich.text import Text

    cells = [[Text(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    widths = choose_widths(columns, cells, console.width)
    if title:
        console.print(Text(title, style="italic"))
    if widths is None:
        _print_blocks(console, columns, cells)
        return
    table = Table()
    for column, width in zip(columns, widths, strict=True):
        table.add_column(column.name, justify="right" if column.is_right else "left", overflow="fold", width=width)
    for row in cells:
        table.add_row(*row)
    console.print(table, soft_wrap=False)


def choose_widths(columns: Sequence[Column], cells: Sequence[Sequence[Text]], window: int) -> list[int] | None:
    """Their natural widths where there is room; else the long ones give way, down to their longest word, never a key.

    None where even so there is no room.
    """
    natural = [_widest(column.name, cells, at) for at, column in enumerate(columns)]
    least = [_least(column, cells, at, natural[at]) for at, column in enumerate(columns)]
    room = window - BETWEEN * len(columns) - EDGE - sum(least)
    if room < 0:
        return None
    widths = list(least)
    for left, at in enumerate(sorted(range(len(columns)), key=lambda at: natural[at] - least[at])):
        more = min(natural[at] - least[at], room // (len(columns) - left))
        widths[at], room = least[at] + more, room - more
    return widths


def _widest(name: str, cells: Sequence[Sequence[Text]], at: int) -> int:
    from rich.text import Text

    lines = (line for row in cells for line in row[at].split("\n"))
    return max(Text(name).cell_len, *(line.cell_len for line in lines), 1)


def _least(column: Column, cells: Sequence[Sequence[Text]], at: int, natural: int) -> int:
    """The longest word, of a key its longest text; the words of its name always fit."""
    from rich.text import Text

    heading = max(Text(word).cell_len for word in column.name.split())
    if column.is_key:
        return max(heading, _widest("", cells, at))
    words = (Text(word).cell_len for row in cells for word in row[at].plain.split())
    return min(natural, max(heading, min(LONGEST_WORD, max(words, default=1))))


def _print_blocks(console: Console, columns: Sequence[Column], cells: Sequence[Sequence[Text]]) -> None:
    """One block a row: what names it on a line of its own, then what there is to say, name by name."""
    from rich.padding import Padding
    from rich.text import Text

    for row in cells:
        named = [Text.assemble(f"{c.name} ", cell) for c, cell in zip(columns, row, strict=True) if c.is_key]
        console.print(Text(" · ").join(named), style="bold")
        for column, cell in zip(columns, row, strict=True):
            if cell.plain and not column.is_key:
                console.print(Padding(Text.assemble(f"{column.name}: ", cell), (0, 0, 0, 2)), soft_wrap=False)

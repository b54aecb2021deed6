"""A matrix form on the terminal: one line a line, one column a column, and which cells are empty."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baocao.documents.printed import print_form
from cli.tables import Column, print_table
from cli.terminal import escape

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.catalogue import Form
    from baocao.domain import FilledForm


def show_matrix(console: Console, form: Form, filled: FilledForm, title: str) -> None:
    """The table under its column numbers; notes below it, as on the form."""
    from rich.text import Text

    page = print_form(filled, form)
    table = page.table
    assert table is not None
    columns = [
        Column(f"({column.number})", is_key=column.holds == "label", is_right=column.holds == "figure")
        for column in table.columns
    ]
    rows = (tuple(Text(text, style="bold" if line.is_heavy else "") for text in line.texts) for line in table.lines)
    print_table(console, tuple(columns), rows, title=title)
    for column, number in enumerate(table.numbers):
        console.print(f"  {number} {escape(table.spoken_head(column))}", highlight=False)
    for footnote in page.footnotes:
        console.print(f"  {escape(footnote)}", highlight=False)

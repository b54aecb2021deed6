"""The columns of a table, and what is known of them beforehand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from baocao.domain import Period
from baocao.forms.recognise.head_rows import is_head_row
from baocao.forms.recognise.heads import ColumnRole
from baocao.forms.recognise.raw import RawRow


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column: its head as read, what it holds, and why it is thought to."""

    index: int
    head: str
    role: ColumnRole
    why: str = ""


@dataclass(frozen=True, slots=True)
class TableColumns:
    """The columns of one table; `first_row` is the first row under its head."""

    table: int
    columns: tuple[FormColumn, ...]
    first_row: int = 0
    doubt: str = ""

    def index(self, role: ColumnRole) -> int | None:
        return next((column.index for column in self.columns if column.role is role), None)

    @property
    def figure(self) -> FormColumn | None:
        return next((column for column in self.columns if column.role is ColumnRole.FIGURE), None)

    @property
    def width(self) -> int:
        return 1 + max((column.index for column in self.columns), default=-1)


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What is known beforehand: the column somebody asked for, and the period of the form."""

    asked: str = ""
    period: Period | None = None


def as_in_table_before(before: TableColumns, table: int, rows: Sequence[RawRow]) -> TableColumns | None:
    """A table without a head goes on with the columns of the one before, where its shape is the same."""
    width = max((len(row.cells) for row in rows), default=0)
    if width < before.width or any(is_head_row(row) for row in rows[:1]):
        return None
    return replace(before, table=table, first_row=0)

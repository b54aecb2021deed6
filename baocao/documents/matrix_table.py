"""The table of a matrix form as it is printed: merged heads, numbered columns, lines of cells, what stands below."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from baocao.catalogue import Form, FormRow
from baocao.catalogue.forms import MatrixCell
from baocao.catalogue.matrix import Matrix, MatrixColumn, cell_key
from baocao.documents.printed_row import PrintedRow
from baocao.documents.texts import clean_text
from baocao.domain import FilledForm, FormLine
from baocao.messages import upper_first

NUMBERS = "({})"
_NAMED_LINES = 6
_NARROWEST_MM = 8


@dataclass(frozen=True, slots=True)
class HeadCell:
    """One cell of the table's head, which may be merged over rows and columns."""

    text: str
    row: int
    column: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One line of the table. Its `cells` are in the order of the columns: texts, and figures as printed rows."""

    line: FormLine
    cells: tuple["PrintedRow | str", ...]

    @property
    def key(self) -> str:
        return self.line.key

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands in each cell."""
        return tuple(cell if isinstance(cell, str) else cell.figure for cell in self.cells)

    @property
    def is_heavy(self) -> bool:
        """Whether it is printed bold: a heading, the total."""
        return self.line.kind != "line"


@dataclass(frozen=True, slots=True)
class MatrixTable:
    """The whole table; `depth` is the number of rows of its head, that of the column numbers left out."""

    columns: tuple[MatrixColumn, ...]
    heads: tuple[HeadCell, ...]
    depth: int
    lines: tuple[PrintedLine, ...]
    widths_mm: tuple[float, ...]

    @property
    def numbers(self) -> tuple[str, ...]:
        return tuple(NUMBERS.format(column.number) for column in self.columns)

    def heads_of(self, row: int) -> tuple[HeadCell, ...]:
        """Those that begin in a row of the head, from left to right."""
        return tuple(head for head in self.heads if head.row == row)

    def row_of_heads(self, row: int) -> tuple[HeadCell, ...]:
        """Those that cover some of a row of the head, from left to right, once each."""
        return tuple(dict.fromkeys(self.head_at(row, column) for column in range(len(self.columns))))

    def head_at(self, row: int, column: int) -> HeadCell:
        """The head that covers a place."""
        return next(
            head
            for head in self.heads
            if head.row <= row < head.row + head.row_span and head.column <= column < head.column + head.column_span
        )

    def spoken_head(self, column: int) -> str:
        """The words of a column from the top down on one line."""
        covering = (self.head_at(row, column) for row in range(self.depth))
        return " – ".join(dict.fromkeys(" ".join(head.text.split()) for head in covering))


def lay_out_table(form: Form, filled: FilledForm, rows: Sequence[PrintedRow], width_mm: float) -> MatrixTable | None:
    """None of a list form."""
    matrix = form.matrix
    if matrix is None:
        return None
    depth = max(len(column.heads) for column in matrix.columns)
    by_place = {row.key: row for row in rows}
    return MatrixTable(
        columns=matrix.columns,
        heads=_merge_heads(_head_words(matrix, filled), depth),
        depth=depth,
        lines=tuple(_print_line(line, matrix, by_place) for line in filled.lines),
        widths_mm=_share_width(matrix.columns, width_mm),
    )


def _head_words(matrix: Matrix, filled: FilledForm) -> list[tuple[str, ...]]:
    label = matrix.label_head(filled.tier)
    return [
        (*column.heads[:-1], label) if column.holds == "label" and label else column.heads for column in matrix.columns
    ]


def _merge_heads(words: Sequence[tuple[str, ...]], depth: int) -> tuple[HeadCell, ...]:
    """Equal words side by side under one head are one cell; the last word of a column reaches down to the numbers."""
    heads: list[HeadCell] = []
    for row in range(depth):
        column = 0
        while column < len(words):
            if row >= len(words[column]):
                column += 1
                continue
            above, is_last = words[column][: row + 1], row == len(words[column]) - 1
            end = column + 1
            while not is_last and end < len(words) and words[end][: row + 1] == above and row < len(words[end]) - 1:
                end += 1
            heads.append(HeadCell(clean_text(above[-1]), row, column, depth - row if is_last else 1, end - column))
            column = end
    return tuple(heads)


def _print_line(line: FormLine, matrix: Matrix, rows: Mapping[str, PrintedRow]) -> PrintedLine:
    cells: list[PrintedRow | str] = []
    for column in matrix.columns:
        if column.holds == "figure":
            cells.append(rows.get(cell_key(line.key, column.number), ""))
        else:
            cells.append(clean_text(line.order if column.holds == "order" else line.label))
    return PrintedLine(line, tuple(cells))


def _share_width(columns: Sequence[MatrixColumn], width_mm: float) -> tuple[float, ...]:
    """What columns of a width of their own leave, in equal parts for the others; all shrunk where that is too much."""
    given = sum(column.width_mm or 0 for column in columns)
    open_count = sum(column.width_mm is None for column in columns)
    share = max((width_mm - given) / open_count, _NARROWEST_MM) if open_count else 0
    wanted = [float(column.width_mm) if column.width_mm else share for column in columns]
    scale = width_mm / sum(wanted)
    return tuple(width * scale for width in wanted)


def say_cells(rows: Iterable[FormRow], everything: Sequence[FormRow]) -> str:
    """The places of some cells of a table in few words: all of them, whole columns, else line by line."""
    keys = {row.key for row in rows}
    if len(keys) == len(everything):
        return "Mọi ô"
    cells = [row for row in everything if isinstance(row, MatrixCell)]
    open_columns = {cell.column.number for cell in cells if cell.key not in keys}
    whole = [number for number in dict.fromkeys(cell.column.number for cell in cells) if number not in open_columns]
    by_line: dict[str, list[str]] = {}
    for cell in cells:
        if cell.key in keys and cell.column.number in open_columns:
            by_line.setdefault(cell.line.label, []).append(cell.column.number)
    parts = [f"cột {', '.join(whole)}"] if whole else []
    parts += [f"dòng {label}, cột {', '.join(numbers)}" for label, numbers in list(by_line.items())[:_NAMED_LINES]]
    more = f" và {len(by_line) - _NAMED_LINES} dòng khác" if len(by_line) > _NAMED_LINES else ""
    said = "; ".join(parts) + more
    return upper_first(said)

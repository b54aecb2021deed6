"""The form as plain CSV: one line a row, UTF-8 with a mark so that a spreadsheet reads the letters right."""

import csv
import io
from collections.abc import Iterator

from baocao.documents.form_json import plain_decimal
from baocao.documents.matrix_table import MatrixTable
from baocao.documents.printed import STATUS_LABELS, PrintedForm
from baocao.documents.printed_row import PrintedRow
from baocao.documents.texts import on_one_line

COLUMNS = ("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Giá trị", "Số liệu", "Trạng thái", "Ghi chú", "Mã chỉ tiêu")
_FIRST_OF_FORMULA = ("=", "+", "-", "@")


def render_csv(page: PrintedForm) -> bytes:
    """`Giá trị` is the plain decimal number, `Số liệu` the printed figure; lines end as RFC 4180 says."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    if page.table is not None:
        writer.writerows(_lines_of(page.table))
    else:
        writer.writerow(COLUMNS)
        writer.writerows(_columns_of(row) for row in page.rows)
    return stream.getvalue().encode("utf-8-sig")


def _columns_of(row: PrintedRow) -> list[str]:
    value = plain_decimal(row.cell.value) or ""
    texts = (row.figure, STATUS_LABELS[row.cell.status], row.note, row.cell.indicator_code or "")
    return [inert(row.number), inert(row.label_text), inert(row.unit_text), value, *map(inert, texts)]


def _lines_of(table: MatrixTable) -> Iterator[list[str]]:
    """A matrix: its columns by number and words, then plain decimal numbers; what is said of a line stands last."""
    heads = [f"({column.number}) {table.spoken_head(at)}" for at, column in enumerate(table.columns)]
    yield [*map(inert, heads), "Ghi chú"]
    for line in table.lines:
        shown = [inert(cell) if isinstance(cell, str) else plain_decimal(cell.cell.value) or "" for cell in line.cells]
        by_note: dict[str, list[str]] = {}
        for column, cell in zip(table.columns, line.cells, strict=True):
            if not isinstance(cell, str) and cell.note:
                by_note.setdefault(cell.note, []).append(column.number)
        notes = [f"Cột {', '.join(numbers)}: {note}" for note, numbers in by_note.items()]
        yield [*shown, inert(" ".join(notes))]


def inert(text: str) -> str:
    """The text on one line, with an apostrophe before what a spreadsheet would take for a formula."""
    line = on_one_line(text)
    return f"'{line}" if line.startswith(_FIRST_OF_FORMULA) else line

"""A made form as a file of each readable format."""

import html
import textwrap
from collections.abc import Callable, Iterator
from io import BytesIO
from itertools import chain

from tests.conformance.made import MadeForm, MadeRow

_COLUMNS = ("STT", "Chỉ tiêu thống kê", "Kết quả thống kê", "", "Ghi chú")
_SUB_COLUMNS = ("", "(Sử dụng trong kỳ báo cáo hàng quý, 6 tháng, năm)", "Đơn vị tính", "Số liệu", "")


def to_text(made: MadeForm) -> bytes:
    """Tabs between columns, as a table copied out of a word processor."""
    lines = [*made.head, "", *("\t".join(_one_line(cells)) for cells in _table(made)), "", *made.foot]
    return "\n".join(lines).encode()


def to_markdown(made: MadeForm) -> bytes:
    rows = ["| " + " | ".join(_escaped(cells)) + " |" for cells in _table(made)]
    rows.insert(1, "|---|---|---|---|---|")
    return "\n".join([f"## {made.head[0]}", "", *made.head[1:], "", *rows, "", *made.foot]).encode()


def to_lines(made: MadeForm) -> bytes:
    """Running lines, as a PDF turned to text: cells broken, columns lost, page numbers in between."""
    lines = [line for head in made.head for line in (f" {head} ", "")]
    lines += ["STT ", "Chỉ tiêu thống kê ", "", *[_SUB_COLUMNS[1]], "", "Kết quả thống kê ", "Ghi chú ", ""]
    lines += ["Đơn vị tính Số liệu ", ""]
    for at, row in enumerate(made.rows):
        lines += [piece for line in _broken(row) for piece in (line, "")]
        if at == len(made.rows) // 2:
            lines += ["", "", "2 ", "", " ", ""]
    return "\n".join([*lines, *made.foot]).encode()


def to_layout(made: MadeForm) -> bytes:
    """Columns kept by spaces, cells set in the middle of their row, as `pdftotext -layout` gives them."""
    blocks = [_laid_out(cells) for cells in _table(made)]
    half = len(blocks) // 2
    first, second = (list(chain.from_iterable(some)) for some in (blocks[:half], blocks[half:]))
    pages = [[*made.head, "", *first], ["2", "", *second, "", *made.foot]]
    return "\f".join("\n".join(lines) + "\n" for lines in pages).encode()


def to_html(made: MadeForm) -> bytes:
    head = "".join(f"<p>{html.escape(line)}</p>" for line in made.head)
    rows = "".join(_html_row(_cells(row)) for row in made.rows)
    foot = "".join(f"<p><b>{html.escape(line)}</b></p>" for line in made.foot)
    top = (
        "<tr><th rowspan=2>STT</th><th>Chỉ tiêu thống kê</th><th colspan=2>Kết quả thống kê</th>"
        "<th rowspan=2>Ghi chú</th></tr><tr><th><i>(Sử dụng trong kỳ báo cáo hàng quý, 6 tháng, năm)</i></th>"
        "<th>Đơn vị tính</th><th>Số liệu</th></tr>"
    )
    page = f"<!doctype html><html><head><meta charset=utf-8></head><body>{head}<table>{top}{rows}</table>{foot}"
    return page.encode()


def to_word(made: MadeForm) -> bytes:
    import docx

    document = docx.Document()
    for line in made.head:
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(_COLUMNS), style="Table Grid")
    for cells in _table(made):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    top, sub = table.rows[0].cells, table.rows[1].cells
    for column in (0, 4):
        top[column].merge(sub[column])
    top[2].merge(top[3])
    for line in made.foot:
        document.add_paragraph(line)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def to_excel(made: MadeForm) -> bytes:
    """Everything as text, as when a table is pasted in."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    for line in made.head:
        sheet.append([line])
    for cells in _table(made):
        sheet.append(list(cells))
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s" if cell.value else cell.data_type
    first = len(made.head) + 1
    sheet.merge_cells(start_row=first, end_row=first, start_column=3, end_column=4)
    for line in made.foot:
        sheet.append([None, None, None, line])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def to_pdf(made: MadeForm) -> bytes:
    return _typst_pdf(made, "0.5pt")


def to_pdf_without_rules(made: MadeForm) -> bytes:
    """A table whose lines are not drawn: only the words' places tell its columns."""
    return _typst_pdf(made, "none")


def _typst_pdf(made: MadeForm, stroke: str) -> bytes:
    import typst

    cells = "\n".join(f"{', '.join(map(_typst, _cells(row)))}," for row in made.rows)
    head = "\n".join(f"#align(center)[#{_typst(line)}]" for line in made.head)
    foot = "\n".join(f"#align(right)[#{_typst(line)}]" for line in made.foot)
    source = f"""#set page("a4", margin: 2cm, numbering: "1")
#set text(size: 11pt, lang: "vi")
{head}
#table(columns: (auto, 1fr, 7em, 5em, 5em), stroke: {stroke},
  table.header(table.cell(rowspan: 2)[STT], [Chỉ tiêu thống kê], table.cell(colspan: 2)[Kết quả thống kê],
  table.cell(rowspan: 2)[Ghi chú], [#emph[(Sử dụng trong kỳ báo cáo hàng quý, 6 tháng, năm)]], [Đơn vị tính],
  [Số liệu]),
{cells})
{foot}
"""
    return bytes(typst.compile(source.encode()))


RENDERERS: dict[str, Callable[[MadeForm], bytes]] = {
    "txt": to_text,
    "md": to_markdown,
    "lines.txt": to_lines,
    "layout.txt": to_layout,
    "html": to_html,
    "docx": to_word,
    "xlsx": to_excel,
    "pdf": to_pdf,
}


def _cells(row: MadeRow) -> tuple[str, ...]:
    return row.number, row.label, row.unit, row.figure, row.note


def _table(made: MadeForm) -> Iterator[tuple[str, ...]]:
    yield _COLUMNS
    yield _SUB_COLUMNS
    yield from map(_cells, made.rows)


_WIDTHS = (9, 42, 18, 12, 24)


def _laid_out(cells: tuple[str, ...]) -> list[str]:
    """The lines of one row of the table."""
    wrapped = [
        [piece for line in cell.split("\n") for piece in textwrap.wrap(line, width - 3)]
        for cell, width in zip(cells, _WIDTHS, strict=True)
    ]
    height = max(map(len, wrapped))
    padded = [[""] * ((height - len(lines)) // 2) + lines for lines in wrapped]
    rows = (tuple(column[at] if at < len(column) else "" for column in padded) for at in range(height))
    return ["".join(text.ljust(width) for text, width in zip(row, _WIDTHS, strict=True)).rstrip() for row in rows]


def _one_line(cells: tuple[str, ...]) -> list[str]:
    return [cell.replace("\n", " ") for cell in cells]


def _escaped(cells: tuple[str, ...]) -> list[str]:
    return [cell.replace("|", "\\|").replace("\n", "<br>") for cell in cells]


def _html_row(cells: tuple[str, ...]) -> str:
    inner = "".join(f"<td>{html.escape(cell).replace(chr(10), '<br>')}</td>" for cell in cells)
    return f"<tr>{inner}</tr>"


def _typst(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _broken(row: MadeRow) -> Iterator[str]:
    """A short row on one line; a long one with its number, label, unit and figure on lines of their own."""
    units, label = row.unit.split("\n"), textwrap.wrap(row.label, 72) or [""]
    if len(label) == 1 and len(units) == 1:
        yield f"{row.number} {label[0]} {row.unit} {row.figure}  "
        return
    yield f"{row.number} "
    yield from (f"{line} " for line in label)
    yield from (f"{line} " for line in units[:-1])
    yield (f"{units[-1]} {'        ' if row.unit == '%' else ''}{row.figure}  " if len(units) == 1 else f"{units[-1]} ")
    if len(units) > 1:
        yield f"{row.figure}  "

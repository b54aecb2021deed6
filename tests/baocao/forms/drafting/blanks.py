"""Blank forms as files: by our own writers, and by a second hand that shares nothing with them but the YAML's words."""

import html
import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import docx
import openpyxl
import typst
import yaml
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from baocao.catalogue import Form
from baocao.documents.evidence import Evidence
from baocao.documents.printed import print_form
from baocao.documents.writing import RENDER_BY_FORMAT
from baocao.domain import Cell, CellStatus, FilledForm, FormHead, FormMark
from baocao.settings import CHECKOUT_DIR

ITALIC = re.compile(r"<i>(.*?)</i>")
BLANKS = {"number": "……", "day": "…", "month": "…", "year": "……", "issuer": "…………………"}
HEADS = ("STT", "Chỉ tiêu thống kê", "Kết quả thống kê", "", "Ghi chú")
SUB_HEADS = ("", "(Sử dụng trong kỳ báo cáo hàng quý, 6 tháng, năm)", "Đơn vị tính", "Số liệu", "")
SIGNATURE = ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")


def as_shipped(code: str) -> dict[str, Any]:
    """The YAML as it lies in config/, read by nobody of ours."""
    content = yaml.safe_load((CHECKOUT_DIR / "config" / "forms" / f"{code}.yaml").read_text(encoding="utf-8"))
    return dict(content)


def by_our_writer(form: Form, kind: str) -> bytes:
    """Without figures, and without the notes that tell of misprints: an issuer prints none."""
    rows = tuple(row.model_copy(update={"misprints": ()}) for row in form.rows)
    cells = {row.key: Cell(row.key, None, "", CellStatus.HEADING) for row in rows}
    head = FormHead(signed_as=SIGNATURE if form.signature_block else ())
    filled = FilledForm(form.form_code, "", "", None, None, FormMark.UNMARKED, cells, head)
    page = print_form(filled, form.model_copy(update={"rows": rows}))
    return RENDER_BY_FORMAT[kind](page, Evidence((), {}, {}, {}, {}))


def lines_above(form: Mapping[str, Any]) -> list[str]:
    return [form["appendix"], *form["title"], form["attached_to"].format(**BLANKS)]


def by_word(form: Mapping[str, Any], *, figure: str = "") -> bytes:
    document = docx.Document()
    for line in lines_above(form):
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=5, style="Table Grid")
    for row, texts in zip(table.rows, (HEADS, SUB_HEADS), strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    for column in (0, 4):
        table.cell(0, column).merge(table.cell(1, column))
    table.cell(0, 2).merge(table.cell(0, 3))
    for row in form["rows"]:
        cells = table.add_row().cells
        cells[3].text = figure
        for cell, text in zip(cells, (row["number"], row["label"], row.get("unit", "")), strict=False):
            write_runs(cell.paragraphs[0], text)
    for line in SIGNATURE if form["signature_block"] else ():
        document.add_paragraph(line)
    return saved(document)


def write_runs(paragraph: Any, text: str) -> None:
    for piece, is_italic in pieces(text):
        run = paragraph.add_run()
        run.italic = is_italic or None
        for at, line in enumerate(piece.split("\n")):
            if at:
                run.add_break()
            run.add_text(line)


def by_excel(form: Mapping[str, Any]) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for line in lines_above(form):
        sheet.append([line])
    sheet.append(list(HEADS))
    sheet.append(list(SUB_HEADS))
    for row in form["rows"]:
        sheet.append([row["number"], *(rich(text) for text in (row["label"], row.get("unit", "")))])
    for line in SIGNATURE if form["signature_block"] else ():
        sheet.append([None, None, line])
    return saved(book)


def by_html(form: Mapping[str, Any]) -> bytes:
    head = "".join(f"<p>{html.escape(line)}</p>" for line in lines_above(form))
    rows = "".join(
        "<tr>" + "".join(f"<td>{text.replace(chr(10), '<br>')}</td>" for text in texts) + "</tr>"
        for texts in (HEADS, SUB_HEADS, *((r["number"], r["label"], r.get("unit", ""), "", "") for r in form["rows"]))
    )
    foot = "".join(f"<p>{line}</p>" for line in SIGNATURE) if form["signature_block"] else ""
    return f"<html><head><meta charset=utf-8></head><body>{head}<table>{rows}</table>{foot}</body></html>".encode()


def by_typst(form: Mapping[str, Any]) -> bytes:
    """A PDF with a ruled table."""
    head = "\n\n".join(f"#align(center)[#{quoted(line)}]" for line in lines_above(form))
    cells = "".join(
        "".join(f"{quoted(upright(text))}," for text in (r["number"], r["label"], r.get("unit", ""), "", ""))
        for r in form["rows"]
    )
    foot = "\n\n".join(f"#align(right)[#{quoted(line)}]" for line in SIGNATURE) if form["signature_block"] else ""
    source = f"""#set page("a4", margin: 2cm)
#set text(size: 11pt, lang: "vi")
{head}
#table(columns: (3em, 1fr, 8em, 5em, 5em),
  table.header(table.cell(rowspan: 2)[STT], [Chỉ tiêu thống kê], table.cell(colspan: 2)[Kết quả thống kê],
  table.cell(rowspan: 2)[Ghi chú], [(Sử dụng trong kỳ báo cáo hàng quý, 6 tháng, năm)], [Đơn vị tính], [Số liệu]),
{cells})
{foot}
"""
    return bytes(typst.compile(source.encode()))


BY_SECOND_HAND = {"docx": by_word, "xlsx": by_excel, "html": by_html, "pdf": by_typst}


def pieces(text: str) -> Iterator[tuple[str, bool]]:
    for number, piece in enumerate(ITALIC.split(text)):
        if piece:
            yield piece, number % 2 == 1


def upright(text: str) -> str:
    return ITALIC.sub(r"\1", text)


def rich(text: str) -> Any:
    if "<i>" not in text:
        return text
    return CellRichText(*(TextBlock(InlineFont(i=True), piece) if is_i else piece for piece, is_i in pieces(text)))


def quoted(text: str) -> str:
    lines = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{lines}"'


def saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()

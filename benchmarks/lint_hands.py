"""The second set of documents for the lint benchmark: other programs and other habits than the corpus knows.

python-docx with bare runs, xlsxwriter with formats and formulas, HTML and CSV as programs save them, LibreOffice and
Chromium printing to PDF, typst without rules. What is in them comes from `lint_truth`.
"""

import html
import quopri
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any

from benchmarks.lint_truth import TrueForm, TrueRow

Head = tuple[str, ...]
Cells = Callable[[TrueRow], list[str]]
_HEAD: Head = ("TT", "Chỉ tiêu", "ĐVT", "Thực hiện", "Ghi chú")
_LONGEST_S = 180


@dataclass(frozen=True)
class Hand:
    """A way of making a document; `told` are the checks that are true of every document of the kind.

    `printed_by` is the program that makes `printed_as` of what was written, `read_by` what the product reads it with.
    """

    name: str
    write: Callable[[TrueForm], bytes]
    suffix: str
    told: frozenset[str] = frozenset()
    printed_by: str = ""
    printed_as: str = "pdf"
    read_by: str = ""
    is_scanned: bool = False

    @property
    def ending(self) -> str:
        """Of the file that is handed in."""
        return "tif" if self.is_scanned else self.printed_as if self.printed_by else self.suffix


def _usual(row: TrueRow) -> list[str]:
    return [row.number, row.label, row.unit, row.text, ""]


def _word(form: TrueForm, head: Head = _HEAD, cells: Cells = _usual) -> Any:
    import docx

    document = docx.Document()
    for line in form.head:
        document.add_paragraph().add_run(line).bold = True
    table = document.add_table(rows=1, cols=len(head), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, head, strict=True):
        cell.text = text
    for row in form.rows:
        for cell, text in zip(table.add_row().cells, cells(row), strict=True):
            _write_runs(cell.paragraphs[0], text)
    for line in form.signed or ("",):  # Word ends no document with a table
        document.add_paragraph(line)
    return document


def _write_runs(paragraph: Any, text: str) -> None:
    """A word processor cuts a text into runs where a person changed something."""
    half = len(text) // 2
    for piece in (text[:half], text[half:]):
        if piece:
            paragraph.add_run(piece)


def _saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def word_plain(form: TrueForm) -> bytes:
    return _saved(_word(form))


def word_with_last_period(form: TrueForm) -> bytes:
    head = ("STT", "Nội dung", "Đơn vị tính", "Kỳ trước", "Kỳ báo cáo", "Ghi chú")
    return _saved(_word(form, head, lambda row: [row.number, row.label, row.unit, _last(row), row.text, ""]))


def word_with_plan(form: TrueForm) -> bytes:
    head = ("STT", "Nội dung", "Đơn vị tính", "Số liệu", "Kế hoạch năm", "So với kế hoạch (%)")
    return _saved(_word(form, head, lambda row: [row.number, row.label, row.unit, row.text, _last(row), "98,1"]))


def _last(row: TrueRow) -> str:
    return "" if row.value is None else f"{int(row.value) + 1}"


def word_numbers_in_labels(form: TrueForm) -> bytes:
    head = ("Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu")
    return _saved(_word(form, head, lambda row: [f"{row.number} {row.label}", row.unit, row.text]))


def word_with_note_marks(form: TrueForm) -> bytes:
    document = _word(form)
    filled = [row for row in document.tables[0].rows[1:] if row.cells[3].text and "," not in row.cells[3].text]
    for at, row in enumerate(filled[:3], start=1):
        row.cells[3].paragraphs[0].add_run(f"{at}").font.superscript = True
    return _saved(document)


def word_corrected_by_pen(form: TrueForm) -> bytes:
    document = _word(form)
    for row in [row for row in document.tables[0].rows[1:] if row.cells[3].text][:4]:
        paragraph = row.cells[3].paragraphs[0]
        old = paragraph.add_run("17")
        old.font.strike = True
        paragraph._p.insert(0, old._r)  # noqa: SLF001
    return _saved(document)


def _excel(form: TrueForm, *, hidden: bool) -> bytes:
    import xlsxwriter

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = book.add_worksheet("Biểu")
    count, percent = book.add_format({"num_format": "#,##0"}), book.add_format({"num_format": "0.00"})
    for at, line in enumerate(form.head):
        sheet.write_string(at, 1, line)
    top = len(form.head) + 1
    sheet.write_row(top, 1, _HEAD)
    if hidden:
        sheet.write_column(top + 1, 0, [f"nháp {at}" for at in range(len(form.rows))])
        sheet.set_column(0, 0, None, None, {"hidden": True})
    for at, row in enumerate(form.rows, start=top + 1):
        sheet.write_row(at, 1, [row.number, row.label, row.unit])
        if row.value is not None:
            formula = f"={row.value}*1"
            sheet.write_formula(at, 4, formula, percent if row.is_percent else count, float(row.value))
    for at, line in enumerate(form.signed, start=top + len(form.rows) + 2):
        sheet.write_string(at, 3, line)
    book.close()
    return stream.getvalue()


def excel_with_formulas(form: TrueForm) -> bytes:
    return _excel(form, hidden=False)


def excel_with_a_hidden_column(form: TrueForm) -> bytes:
    return _excel(form, hidden=True)


def web_page(form: TrueForm) -> bytes:
    head = "".join(f"<h3 align=center>{html.escape(line)}</h3>" for line in form.head)
    foot = "".join(f"<div style='text-align:right'>{html.escape(line)}</div>" for line in form.signed)
    rows = [list(_HEAD), *map(_usual, form.rows)]
    body = "".join("<tr>" + "".join(f"<td>{html.escape(c).replace(chr(10), '<br>')}" for c in row) for row in rows)
    return f"<html><meta charset=utf-8><body>{head}<table cellpadding=3>{body}</table>{foot}".encode()


def semicolons(form: TrueForm) -> bytes:
    import csv
    from io import StringIO

    stream = StringIO()
    writer = csv.writer(stream, delimiter=";")
    writer.writerows([[line, "", "", "", ""] for line in form.head])
    writer.writerows([list(_HEAD), *map(_usual, form.rows)])
    writer.writerows([["", "", "", line, ""] for line in form.signed])
    return stream.getvalue().encode("utf-8-sig")


def page_without_rules(form: TrueForm, stroke: str = "none") -> bytes:
    import typst

    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'

    cells = ", ".join(quoted(cell) for row in ([*_HEAD], *map(_usual, form.rows)) for cell in row)
    lines = "\n".join(f"#align(center)[#{quoted(line)}]" for line in form.head)
    foot = "\n".join(f"#align(right)[#{quoted(line)}]" for line in form.signed)
    source = (
        f"#set text(size: 10pt)\n{lines}\n#table(columns: (4em, 1fr, 8em, 6em, 5em), stroke: {stroke}, {cells})\n{foot}"
    )
    return bytes(typst.compile(source.encode()))


def excel_97(form: TrueForm) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    sheet = book.add_sheet("Bieu")
    count, percent = xlwt.easyxf(num_format_str="#,##0"), xlwt.easyxf(num_format_str="0.00")
    for at, line in enumerate(form.head):
        sheet.write(at, 0, line)
    top = len(form.head) + 1
    for column, name in enumerate(_HEAD):
        sheet.write(top, column, name)
    for at, row in enumerate(form.rows, start=top + 1):
        for column, text in enumerate([row.number, row.label, row.unit]):
            sheet.write(at, column, text)
        if row.value is not None:
            sheet.write(at, 3, float(row.value), percent if row.is_percent else count)
    for at, line in enumerate(form.signed, start=top + len(form.rows) + 2):
        sheet.write(at, 3, line)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def page_saved_whole(form: TrueForm) -> bytes:
    """As Word saves a web page in one file."""
    page = quopri.encodestring(web_page(form)).decode("ascii")
    part = f"Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n{page}"
    head = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="x-part"\n\n'
    return f"{head}--x-part\n{part}\n--x-part--\n".encode()


def page_with_rules(form: TrueForm) -> bytes:
    return page_without_rules(form, "0.6pt")


_SCAN_TOLD = frozenset({"document.scan_unconfirmed", "document.unreadable_number"})
HANDS = (
    Hand("Word, runs", word_plain, "docx"),
    Hand("Word, last period beside", word_with_last_period, "docx"),
    Hand("Word, plan beside", word_with_plan, "docx"),
    Hand("Word, numbers in labels", word_numbers_in_labels, "docx", frozenset({"document.column_missing"})),
    Hand("Word, note marks", word_with_note_marks, "docx", frozenset({"document.unseen_note_mark"})),
    Hand("Word, struck figures", word_corrected_by_pen, "docx", frozenset({"document.unseen_struck"})),
    Hand("Excel, formulas", excel_with_formulas, "xlsx"),
    Hand("Excel, hidden column", excel_with_a_hidden_column, "xlsx", frozenset({"document.unseen_hidden_column"})),
    Hand("web page", web_page, "html"),
    Hand("CSV", semicolons, "csv"),
    Hand("PDF without rules (typst)", page_without_rules, "pdf"),
    Hand("PDF by LibreOffice", word_plain, "docx", printed_by="soffice"),
    Hand("PDF by Chromium", web_page, "html", printed_by="chromium"),
    Hand("web page in one file (.mht)", page_saved_whole, "mht"),
    Hand("Excel 97 by xlwt (.xls)", excel_97, "xls", read_by="soffice"),
    Hand("LibreOffice .doc", word_plain, "docx", printed_by="soffice", printed_as="doc", read_by="soffice"),
    Hand("LibreOffice .odt", word_plain, "docx", printed_by="soffice", printed_as="odt", read_by="soffice"),
    Hand("LibreOffice .rtf", word_plain, "docx", printed_by="soffice", printed_as="rtf", read_by="soffice"),
    Hand("LibreOffice .ods", excel_with_formulas, "xlsx", printed_by="soffice", printed_as="ods", read_by="soffice"),
    Hand("scan of a page by typst", page_with_rules, "pdf", _SCAN_TOLD, read_by="tesseract", is_scanned=True),
    Hand(
        "scan of a print by LibreOffice",
        word_plain,
        "docx",
        _SCAN_TOLD,
        printed_by="soffice",
        read_by="tesseract",
        is_scanned=True,
    ),
)


def make_documents(hand: Hand, forms: Iterable[TrueForm]) -> list[bytes]:
    """Printed ones come from the program itself; none where it is not installed."""
    if not all(which(program) for program in (hand.printed_by, hand.read_by) if program):
        return []
    made = [hand.write(form) for form in forms]
    program = which(hand.printed_by) if hand.printed_by else None
    if program:
        made = _printed(program, hand, made)
    return [scan(content, at) for at, content in enumerate(made)] if hand.is_scanned else made


def scan(content: bytes, seed: int) -> bytes:
    """A PDF as an office's scanner gives it: askew, grey, with noise, now and then the wrong way up."""
    import numpy as np
    import pypdfium2
    from PIL import Image

    chance = random.Random(seed)
    document = pypdfium2.PdfDocument(content)
    turned = chance.choice((0, 0, 90, 180)) + chance.uniform(-2, 2)
    pages = []
    for at in range(len(document)):
        page = document[at].render(scale=chance.choice((150, 200, 300)) / 72, grayscale=True).to_pil()
        page = page.rotate(turned, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
        noise = np.random.default_rng(seed * 100 + at).normal(0, 7, (page.height, page.width))
        pages.append(Image.fromarray(np.clip(np.asarray(page) + noise, 0, 255).astype(np.uint8)))
    stream = BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_deflate")
    return stream.getvalue()


def _printed(program: str, hand: Hand, written: list[bytes]) -> list[bytes]:
    with tempfile.TemporaryDirectory() as folder:
        sources = [Path(folder) / f"{at}.{hand.suffix}" for at in range(len(written))]
        for path, content in zip(sources, written, strict=True):
            path.write_bytes(content)
        if hand.printed_by == "soffice":
            profile = f"-env:UserInstallation=file://{folder}/profile"
            _call(
                [
                    program,
                    profile,
                    "--headless",
                    "--convert-to",
                    hand.printed_as,
                    "--outdir",
                    folder,
                    *map(str, sources),
                ]
            )
        else:
            for path in sources:
                options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile"]
                _call([program, *options, f"--print-to-pdf={path.with_suffix('.pdf')}", f"file://{path}"])
        return [path.with_suffix(f".{hand.printed_as}").read_bytes() for path in sources]


def _call(command: list[str]) -> None:
    subprocess.run(command, capture_output=True, timeout=_LONGEST_S, check=True)

"""Files of older programs, read through LibreOffice where it is installed; pages saved whole; a form in a long file."""

import subprocess
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO
from pathlib import Path

import pytest
import typst
import xlwt

from baocao.catalogue import Catalogue
from baocao.documents.reading import old_formats, read_content
from baocao.errors import UnreadableFormError
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import FileKind, recognise
from tests.conformance.clerks import USUAL_HEAD, usual_cells
from tests.conformance.made import NEW_FORM, MadeForm, make_clean
from tests.conformance.renderers import RENDERERS
from tests.installed import find_program


@pytest.fixture
def libreoffice() -> str:
    return find_program("soffice", "libreoffice-calc-nogui")


def test_a_page_saved_whole_with_its_pictures_is_read(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    whole = MIMEMultipart("related")
    whole.attach(MIMEText(RENDERERS["html"](made).decode(), "html", "utf-8"))
    whole.attach(MIMEImage(b"\x89PNG\r\n\x1a\n" + bytes(20), "png"))
    document = read_content(whole.as_bytes(), "form.mht")
    assert (document.kind, document.remarks) == (FileKind.MHT, ())
    assert check_handmade(recognise(document, catalogue), catalogue) == []


@pytest.mark.slow
@pytest.mark.usefixtures("libreoffice")
def test_an_old_excel_file_is_read_as_its_sheet_shows_it(catalogue: Catalogue) -> None:
    """Formats and hidden rows come with it: 0.5694 is 56,94 %, and the hidden old row is not the figure."""
    made = make_clean(catalogue, NEW_FORM)
    read = recognise(read_content(_old_excel(made), "form.xls"), catalogue)
    assert read.filled.cells["4.3"].text == "56,94%"
    assert read.filled.cells["4.1.2"].text == made.row("4.1.2").figure
    assert {result.check for result in check_handmade(read, catalogue)} == {"document.unseen_hidden_row"}


def _old_excel(made: MadeForm) -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Biểu 7")
    percent = xlwt.easyxf(num_format_str="0.00%")
    lines = [[line] for line in made.head] + [list(USUAL_HEAD[0])]
    hidden = ["4.1.2.", made.row("4.1.2").label, "Thủ tục", "3"]
    rows = [list(usual_cells(row)) for row in made.rows]
    at = next(at for at, row in enumerate(made.rows) if row.key == "4.1.2")
    table = [*lines, *rows[:at], hidden, *rows[at:]]
    for number, cells in enumerate(table):
        for column, text in enumerate(cells):
            if cells[0] == "4.3" and column == len("abc"):
                sheet.write(number, column, 0.5694, percent)
            else:
                sheet.write(number, column, text)
    sheet.row(len(lines) + at).hidden = True
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.slow
def test_a_form_inside_three_hundred_pages_of_prose_is_found(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, compile_page = make_clean(catalogue, NEW_FORM), typst.compile

    def with_prose(source: bytes) -> bytes:
        prose, text = "#lorem(420)\n#pagebreak()\n" * 150, source.decode()
        begins = text.index("#align(center)")
        return bytes(compile_page(f"{text[:begins]}{prose}{text[begins:]}\n#pagebreak()\n{prose}".encode()))

    monkeypatch.setattr(typst, "compile", with_prose)
    read = recognise(read_content(RENDERERS["pdf"](made), "report.pdf"), catalogue)
    assert {key: reading.text for key, reading in read.readings.items()} == {row.key: row.figure for row in made.rows}
    assert check_handmade(read, catalogue) == []


def test_a_web_archive_of_countless_or_nested_parts_is_refused_before_it_is_taken_apart() -> None:
    head = "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b0\n\n"
    nested = "".join(f"--b{at}\nContent-Type: multipart/related; boundary=b{at + 1}\n\n" for at in range(3000))
    countless = "--b0\nContent-Type: text/plain\n\nx\n" * 100_000
    for content in (head + nested, head + countless):
        with pytest.raises(UnreadableFormError, match="quá nhiều phần"):
            read_content(content.encode(), "form.mht")


def test_a_program_that_hangs_is_ended_with_what_it_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """LibreOffice is a script that starts the program itself: ending the script alone leaves the other."""
    mark, program = tmp_path / "child", tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\nsleep 600 &\necho $! > {mark}\nwait\n")
    program.chmod(0o700)
    monkeypatch.setattr(old_formats, "which", lambda _: str(program))
    monkeypatch.setattr(old_formats, "_LONGEST_S", 3)
    with pytest.raises(UnreadableFormError, match="RTF"):
        read_content(b"{\\rtf1 x}", "form.rtf")
    state = subprocess.run(["ps", "-o", "stat=", "-p", mark.read_text().strip()], capture_output=True, check=False)
    assert state.stdout.strip()[:1] in (b"", b"Z")

"""Files of older programs, read through LibreOffice where it is installed; pages saved whole; a form in a long file."""

from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from io import BytesIO

import pytest
import typst
import xlwt

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
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

"""Files of older programs, read through LibreOffice where it is installed; pages saved whole; a form in a long file."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from email.mime.image import MIMEImage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

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


def open_document(kind: str, body: str, scripts: str = "") -> bytes:
    stream = BytesIO()
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{of}:1.0"'
        for name, of in {
            "office": "office", "text": "text", "table": "table", "draw": "drawing", "style": "style",
            "script": "script", "svg": "svg-compatible",
        }.items()
    )  # fmt: skip
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        package.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{spaces} '
            'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2">'
            f"{scripts}<office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>",
        )
        package.writestr(
            "META-INF/manifest.xml",
            '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            f'<manifest:file-entry manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.{kind}"/>'
            '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>',
        )
    return stream.getvalue()


def _xls() -> bytes:
    book, stream = xlwt.Workbook(), BytesIO()
    book.add_sheet("A").write(0, 0, "STT")
    book.save(stream)
    return stream.getvalue()


SAMPLES: dict[str, Callable[[], bytes]] = {
    "rtf": lambda: b"{\\rtf1 " + b"STT " * 400 + b"}",
    "odt": lambda: open_document("text", "<text:p>STT</text:p>" * 400),
    "ods": lambda: open_document("spreadsheet", '<table:table table:name="A"><table:table-row/></table:table>'),
    "xls": _xls,
    "doc": lambda: (
        _xls().replace("Workbook".encode("utf-16-le"), "WordDoc.".encode("utf-16-le"))
        + "WordDocument".encode("utf-16-le")
    ),
}
HARMED: dict[str, Callable[[bytes], bytes]] = {
    "cut off": lambda content: content[: len(content) // 2],
    "nested": lambda content: content[:8] + b"{" * 300_000 + content[8:],
    "full of rubbish": lambda content: content[:600] + bytes(range(256)) * 8_000,
}
LINKED: dict[str, Callable[[str], bytes]] = {
    "rtf": lambda url: "".join(
        (
            "{\\rtf1 ",
            *(f'{{\\field{{\\*\\fldinst {code} "{url}"}}}}' for code in ("INCLUDETEXT", "INCLUDEPICTURE")),
            "}",
        )
    ).encode(),
    "odt": lambda url: open_document(
        "text",
        f'<text:section text:name="A"><text:section-source xlink:href="{url}"/></text:section><text:p><draw:frame '
        f'svg:width="1cm" svg:height="1cm"><draw:image xlink:href="{url}.png"/></draw:frame></text:p>',
    ),
    "fods in ods": lambda url: open_document(
        "spreadsheet",
        f'<table:table table:name="A"><table:table-source xlink:href="{url}.ods" table:table-name="B"/><table:table-row>'
        f'<table:table-cell table:formula="of:=WEBSERVICE(&quot;{url}&quot;)"/></table:table-row></table:table>',
    ),
}


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
    monkeypatch.setattr(old_formats, "_BOUNDS", replace(old_formats._BOUNDS, longest_s=3))
    with pytest.raises(UnreadableFormError, match="RTF"):
        read_content(b"{\\rtf1 x}", "form.rtf")
    state = subprocess.run(["ps", "-o", "stat=", "-p", mark.read_text().strip()], capture_output=True, check=False)
    assert state.stdout.strip()[:1] in (b"", b"Z")


@pytest.mark.parametrize(
    "greedy",
    [
        "held = bytearray(8 << 30)",
        "open('big', 'wb').truncate(1 << 30)",
        "import os; os.write(1, b'x' * 9) and exit(9)",
    ],
    ids=["memory", "disk", "nothing made"],
)
def test_a_program_that_wants_more_than_it_may_makes_nothing(
    greedy: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it would have made is a Word file that says so; it ends before."""
    program = tmp_path / "soffice"
    folder = "import sys, os; os.chdir(sys.argv[sys.argv.index('--outdir') + 1])"
    made = "open('form.docx', 'wb').write(b'made all the same')"
    program.write_text(f"#!{sys.executable}\n{folder}\n{greedy}\n{made}\n")
    program.chmod(0o700)
    monkeypatch.setattr(old_formats, "which", lambda _: str(program))
    with pytest.raises(UnreadableFormError, match="Tệp là định dạng RTF"):
        read_content(b"{\\rtf1 x}", "form.rtf")


@pytest.mark.slow
@pytest.mark.usefixtures("libreoffice")
@pytest.mark.parametrize("suffix", ["rtf", "odt", "ods", "xls", "doc"])
@pytest.mark.parametrize("harm", ["cut off", "nested", "full of rubbish"])
def test_a_hostile_old_file_is_refused_or_read_within_bounds(suffix: str, harm: str, catalogue: Catalogue) -> None:
    """Whatever is made of it, it ends, and no figure comes of it."""
    content = HARMED[harm](SAMPLES[suffix]())
    with pytest.raises(UnreadableFormError):
        recognise(read_content(content, f"form.{suffix}"), catalogue)


@pytest.mark.slow
@pytest.mark.usefixtures("libreoffice")
@pytest.mark.parametrize("suffix", ["rtf", "odt", "fods in ods"])
def test_what_an_old_file_links_to_is_never_fetched(suffix: str, catalogue: Catalogue) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
        asked: list[object] = []
        server.finish_request = lambda request, address: asked.append(address)  # type: ignore[method-assign]
        Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}/figure"
        with suppress(UnreadableFormError):
            recognise(read_content(LINKED[suffix](address), f"form.{suffix[:3]}"), catalogue)
        server.shutdown()
    assert asked == []

"""Documents made to do harm, or that hold no form at all: refused with a sentence that helps, in bounded time."""

import os
import time
import zipfile
from io import BytesIO
from pathlib import Path

import docx
import pytest

from baocao.catalogue import Catalogue
from baocao.documents.reading import old_formats, read_content, read_document
from baocao.errors import UnreadableFormError
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import FileRemark, recognise
from tests.conformance.made import NEW_FORM, make_clean
from tests.conformance.renderers import RENDERERS
from tests.installed import find_program

_MOST_PROCESSOR_S = 30


def _rewritten(content: bytes, changes: dict[str, bytes]) -> bytes:
    """The same package with parts changed or added."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in changes:
                new.writestr(name, old.read(name))
        for name, part in changes.items():
            new.writestr(name, part)
    return stream.getvalue()


def _part(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read(name)


def _refusal(content: bytes, name: str = "") -> str:
    begun = time.process_time()
    with pytest.raises(UnreadableFormError) as refusal:
        read_content(content, name)
    assert time.process_time() - begun < _MOST_PROCESSOR_S
    return str(refusal.value)


@pytest.fixture(scope="module")
def word(catalogue: Catalogue) -> bytes:
    return RENDERERS["docx"](make_clean(catalogue, NEW_FORM))


@pytest.fixture(scope="module")
def excel(catalogue: Catalogue) -> bytes:
    return RENDERERS["xlsx"](make_clean(catalogue, NEW_FORM))


@pytest.mark.parametrize("part", ["word/document.xml", "word/header1.xml"])
def test_a_zip_bomb_in_a_word_file_is_not_unpacked(word: bytes, part: str) -> None:
    assert "bom nén" in _refusal(_rewritten(word, {part: b"<a>" + b" " * 200_000_000}))


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/a.bin"])
def test_a_zip_bomb_in_an_excel_file_is_not_unpacked(excel: bytes, part: str) -> None:
    assert "bom nén" in _refusal(_rewritten(excel, {part: b"<a>" + b" " * 210_000_000}))


def test_a_package_of_very_many_parts_is_refused(word: bytes) -> None:
    assert "quá nhiều phần" in _refusal(_rewritten(word, {f"word/{n}.xml": b"" for n in range(5000)}))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("made", ["word", "excel"])
def test_external_entities_are_never_resolved(
    made: str, encoding: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("MAT-KHAU")
    content: bytes = request.getfixturevalue(made)
    name = "word/document.xml" if made == "word" else "xl/worksheets/sheet1.xml"
    body = _part(content, name).decode("utf-8").partition("?>")[2]
    declared = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]>{body}'
    refusal = _refusal(_rewritten(content, {name: declared.encode(encoding)}))
    assert "thực thể XML" in refusal
    assert "MAT-KHAU" not in refusal


def test_an_entity_bomb_is_refused(word: bytes) -> None:
    lines = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">{lines}]><a>&a9;</a>'
    assert "thực thể XML" in _refusal(_rewritten(word, {"word/document.xml": bomb.encode()}))


def test_very_deep_nesting_is_refused(word: bytes) -> None:
    deep = b"<w:document xmlns:w='x'>" + b"<w:sdt>" * 100_000
    assert "bị hỏng" in _refusal(_rewritten(word, {"word/document.xml": deep}))


def test_a_merged_range_over_the_whole_sheet_is_refused(excel: bytes) -> None:
    sheet = _part(excel, "xl/worksheets/sheet1.xml")
    merged = sheet.replace(b"<mergeCell ", b'<mergeCell ref="A1:XFD1048576"/><mergeCell ', 1)
    assert "vùng ô gộp lớn" in _refusal(_rewritten(excel, {"xl/worksheets/sheet1.xml": merged}))


def test_a_cell_at_the_end_of_the_sheet_costs_no_time(excel: bytes, catalogue: Catalogue) -> None:
    sheet = _part(excel, "xl/worksheets/sheet1.xml")
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    content = _rewritten(excel, {"xl/worksheets/sheet1.xml": sheet.replace(b"</sheetData>", far)})
    begun = time.process_time()
    assert recognise(read_content(content), catalogue).form.form_code == NEW_FORM
    assert time.process_time() - begun < _MOST_PROCESSOR_S


def test_a_huge_span_of_columns_is_cut(word: bytes, catalogue: Catalogue) -> None:
    document = _part(word, "word/document.xml")
    wide = document.replace(b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="999999999"/>', 1)
    read = recognise(read_content(_rewritten(word, {"word/document.xml": wide})), catalogue)
    assert read.form.form_code == NEW_FORM


def test_a_head_of_endless_dots_costs_no_time(word: bytes, catalogue: Catalogue) -> None:
    document = docx.Document(BytesIO(word))
    document.paragraphs[0].insert_paragraph_before("Báo cáo số " + "." * 2_000_000 + " ngày" + " …_" * 200_000)
    stream = BytesIO()
    document.save(stream)
    begun = time.process_time()
    assert recognise(read_content(stream.getvalue()), catalogue).head.report_number == "205/BC-UBND"
    assert time.process_time() - begun < _MOST_PROCESSOR_S


def test_a_cell_of_a_million_letters_is_no_figure(word: bytes, catalogue: Catalogue) -> None:
    document = docx.Document(BytesIO(word))
    for cell, text in zip(document.tables[0].rows[5].cells, ("=" * 500_000, "1 " * 500_000), strict=False):
        cell.text = text
    document.tables[0].rows[8].cells[3].text = "1." * 500_000
    stream = BytesIO()
    document.save(stream)
    begun = time.process_time()
    read = recognise(read_content(stream.getvalue()), catalogue)
    check_handmade(read, catalogue)
    assert time.process_time() - begun < _MOST_PROCESSOR_S
    assert read.filled.cells["3.2"].value is None


@pytest.mark.parametrize("made", ["word", "excel"])
def test_macros_are_reported_and_ignored(made: str, request: pytest.FixtureRequest, catalogue: Catalogue) -> None:
    folder = "word" if made == "word" else "xl"
    content = _rewritten(request.getfixturevalue(made), {f"{folder}/vbaProject.bin": b"Shell calc"})
    document = read_content(content, f"form.{'docm' if made == 'word' else 'xlsm'}")
    assert document.remarks == (FileRemark.MACRO_IGNORED,)
    results = check_handmade(recognise(document, catalogue), catalogue)
    assert [result.check for result in results if "misprint" not in result.check] == ["document.macro_ignored"]


def test_a_password_is_asked_to_be_removed() -> None:
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + "EncryptedPackage".encode("utf-16-le")
    assert "mật khẩu" in _refusal(encrypted, "form.docx")


@pytest.mark.parametrize(("stream", "advice"), [("WordDocument", ".docx"), ("Workbook", ".xlsx")], ids=["doc", "xls"])
def test_an_old_office_file_is_to_be_saved_anew_where_libreoffice_is_not_installed(
    stream: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_formats, "which", lambda program: None)
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + stream.encode("utf-16-le")
    refusal = _refusal(old)
    assert "97–2003" in refusal
    assert advice in refusal


@pytest.mark.parametrize("content", [b"", b"   \r\n\t", b"\xef\xbb\xbf\n", bytes(1000)])
def test_an_empty_file_is_refused(content: bytes) -> None:
    assert "Tệp trống" in _refusal(content)


def test_bytes_that_are_no_text_are_refused() -> None:
    assert "UTF-8" in _refusal(bytes(range(128, 256)) * 10 + b"\0\1\2")


def test_another_archive_is_refused() -> None:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("form.txt", "1.")
    assert "không phải Word hay Excel" in _refusal(stream.getvalue())


def test_a_cut_off_file_is_refused(word: bytes) -> None:
    assert "bị hỏng" in _refusal(word[: len(word) // 2])


def test_a_folder_a_missing_file_and_a_pipe_are_no_files(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in ((tmp_path, "không phải là tệp"), (tmp_path / "no", "Không có tệp")):
        with pytest.raises(UnreadableFormError, match=words):
            read_document(path)
    with pytest.raises(UnreadableFormError, match="không phải là tệp"):
        read_document(tmp_path / "pipe")


def test_a_file_over_the_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "form.docx"
    with path.open("wb") as file:
        file.truncate(100_000_001)
    with pytest.raises(UnreadableFormError, match="100 MB"):
        read_document(path)


def test_the_content_counts_not_the_ending(word: bytes, catalogue: Catalogue) -> None:
    document = read_content(word, "form.pdf")
    assert document.remarks == (FileRemark.WRONG_EXTENSION,)
    results = check_handmade(recognise(document, catalogue), catalogue)
    assert "document.wrong_extension" in {result.check for result in results}


def test_a_text_of_endless_lines_is_refused() -> None:
    assert "quá dài" in _refusal(b"1.\tA\tB\n" * 30_000)
    assert "quá dài" in _refusal(b"a" * 30_000)


def test_a_web_page_runs_and_loads_nothing(catalogue: Catalogue) -> None:
    page = RENDERERS["html"](make_clean(catalogue, NEW_FORM)).decode()
    hostile = page.replace("<body>", "<body><script>alert(1)</script><iframe src='file:///etc/passwd'></iframe>")
    document = read_content(hostile.encode())
    assert not [block for block in document.blocks if "alert" in getattr(block, "text", "")]
    assert recognise(document, catalogue).form.form_code == NEW_FORM


@pytest.mark.parametrize("format_name", ["docx", "xlsx", "html", "txt"])
def test_a_cell_that_begins_with_an_equals_sign_is_text(format_name: str, catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM).with_row("4.1.1", figure="=cmd|'/C calc'!A0")
    read = recognise(read_content(RENDERERS[format_name](made)), catalogue)
    assert read.readings["4.1.1"].text == "=cmd|'/C calc'!A0"
    assert read.filled.cells["4.1.1"].value is None


class TestPdf:
    def _pages(self, count: int) -> bytes:
        import typst

        return bytes(typst.compile(f"#for n in range({count}) [Trang của báo cáo #n #pagebreak()]".encode()))

    def test_two_thousand_pages_are_refused_quickly(self) -> None:
        assert "quá 400 trang" in _refusal(self._pages(2000))

    def test_a_picture_only_pdf_asks_for_the_original(self) -> None:
        import typst

        source = "#rect(width: 5cm, height: 5cm, fill: red)\n#circle(radius: 2cm)"
        find_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
        assert "gửi bản gốc Word/Excel" in _refusal(bytes(typst.compile(source.encode())))

    def test_a_broken_pdf_is_refused(self) -> None:
        assert "PDF bị hỏng" in _refusal(b"%PDF-1.7\n" + b"rubbish" * 100)

    def test_a_pdf_with_a_password_is_refused(self) -> None:
        encryption = b"<</Filter/Standard/V 1/R 2/O<" + b"11" * 32 + b">/U<" + b"22" * 32 + b">/P -4>>"
        objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", encryption]
        body, offsets = b"%PDF-1.4\n", []
        for number, content in enumerate(objects, start=1):
            offsets.append(len(body))
            body += f"{number} 0 obj".encode() + content + b"endobj\n"
        table = b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
        head = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
        trailer = b"trailer<</Size 4/Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]>>\nstartxref\n"
        assert "mật khẩu" in _refusal(body + head + table + trailer + f"{len(body)}\n%%EOF".encode())

    @pytest.mark.slow
    def test_a_stream_that_unpacks_without_end_is_stopped(self) -> None:
        import zlib

        bomb = zlib.compress(zlib.compress(b" " * 900_000_000, 9), 9)
        objects = [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>",
            b"<</Filter[/FlateDecode/FlateDecode]/Length %d>>stream\n" % len(bomb) + bomb + b"\nendstream",
        ]
        body, offsets = b"%PDF-1.4\n", []
        for number, content in enumerate(objects, start=1):
            offsets.append(len(body))
            body += f"{number} 0 obj".encode() + content + b"endobj\n"
        table = b"".join(f"{offset:010d} 00000 n \n".encode() for offset in offsets)
        head = b"xref\n0 5\n0000000000 65535 f \n"
        trailer = b"trailer<</Size 5/Root 1 0 R>>\nstartxref\n"
        with pytest.raises(UnreadableFormError):
            read_content(body + head + table + trailer + f"{len(body)}\n%%EOF".encode())

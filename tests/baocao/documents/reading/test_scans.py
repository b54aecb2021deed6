"""Scanned forms: read cell by cell where Tesseract is installed, and no figure of them counts before it is confirmed."""

import struct
import subprocess
import time
import zlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdfium2
import pytest
import typst
from PIL import Image

from baocao.catalogue import Catalogue
from baocao.documents.reading import bounded, pdf, read_content, scan
from baocao.documents.reading.scan_pages import agree
from baocao.domain import Severity
from baocao.errors import UnreadableFormError
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import FileKind, FileRemark, RawDocument, ReadForm, recognise
from reporting.intake.linting import lint_files
from tests.conformance.made import NEW_FORM, MadeForm, make_clean
from tests.conformance.renderers import RENDERERS
from tests.installed import find_program


@pytest.fixture(scope="module")
def made(catalogue: Catalogue) -> MadeForm:
    return make_clean(catalogue, NEW_FORM)


def scanned(made: MadeForm, turned: float) -> list[Image.Image]:
    """Our own PDF as a scanner at 200 points an inch gives it, laid in askew or the wrong way round."""
    document = pypdfium2.PdfDocument(RENDERERS["pdf"](made))
    pages = (document[at].render(scale=200 / 72, grayscale=True).to_pil() for at in range(len(document)))
    return [page.rotate(turned, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255) for page in pages]


def as_tiff(pages: list[Image.Image]) -> bytes:
    stream = BytesIO()
    pages[0].save(stream, "TIFF", save_all=True, append_images=pages[1:])
    return stream.getvalue()


def as_pdf(pages: list[Image.Image]) -> bytes:
    stream = BytesIO()
    pages[0].save(stream, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    return stream.getvalue()


@pytest.fixture(scope="module")
def path(made: MadeForm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    find_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    path = tmp_path_factory.mktemp("scan") / "quet.tif"
    path.write_bytes(as_tiff(scanned(made, 91.4)))
    return path


@pytest.fixture(scope="module")
def read(path: Path, catalogue: Catalogue) -> ReadForm:
    return recognise(read_content(path.read_bytes(), path.name), catalogue)


def test_a_page_laid_in_sideways_and_askew_is_read_cell_by_cell(made: MadeForm, read: ReadForm) -> None:
    """What was read as a number is the number written; what two readings saw differently is not one."""
    written = {row.key: row.figure for row in made.rows}
    taken = {key: reading.text for key, reading in read.readings.items() if reading.value is not None}
    assert {key: _plain(text) for key, text in taken.items()} == {key: _plain(written[key]) for key in taken}
    assert len(taken) >= 0.85 * sum(bool(figure) for figure in written.values())
    assert (read.filled.unit_name, read.filled.period and read.filled.period.code) == (
        "UBND đặc khu Sao Mẫu",
        "2025-Q4",
    )


def _plain(text: str) -> str:
    return text.replace(".", "")


def test_every_figure_waits_for_a_person(read: ReadForm, catalogue: Catalogue) -> None:
    results = {result.check: result for result in check_handmade(read, catalogue)}
    unconfirmed = results["document.scan_unconfirmed"]
    assert unconfirmed.severity is Severity.CRITICAL
    assert set(unconfirmed.cells) == {key for key, one in read.readings.items() if one.value is not None}
    assert "cần xác nhận" in unconfirmed.message_vi
    assert "4.1.1 = 98" in unconfirmed.message_vi
    assert "cần xác nhận" in read.filled.cells["4.1.1"].how_read
    assert set(results) <= {
        "document.scan_unconfirmed",
        "document.unreadable_number",
    }  # letters misread are no findings


@pytest.mark.slow
def test_a_scan_in_a_pdf_ends_as_not_yet_confirmed(made: MadeForm, tmp_path: Path, catalogue: Catalogue) -> None:
    find_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    file = tmp_path / "quet.pdf"
    file.write_bytes(as_pdf(scanned(made, -1.2)))
    (linted,) = lint_files([file], catalogue)
    told = linted.as_json()
    assert (linted.exit_code, told["is_scanned"]) == (20, True)
    assert told["cells"]["4.2.1"]["needs_confirmation"] is True


@pytest.mark.parametrize(
    ("again", "is_taken"),
    [
        ([("97,35", 90), ("97,35", 90), ("97,35", 90)], True),
        ([("ckẾ", 40), ("44", 90), ("44", 90)], True),
        ([("0750", 60), ("97535", 60), ("97,35", 60)], False),
        ([("41", 80), ("47", 90), ("47", 90)], False),
        ([("5O", 80), ("50", 80), ("5O", 80)], False),
        ([("53", 96), ("53", 96), ("33", 71)], True),
        ([("53", 96), ("53", 80), ("33", 71)], False),
        ([("97", 70), ("53", 96), ("53", 96)], False),  # one model alone does not overrule the other
        ([("44,61", 96), ("44.61", 96), ("44,61", 96)], True),
        ([("16.736|", 90), ("_16.736", 90), ("16.736", 90)], True),
        ([("98", 30), ("98", 20), ("98", 25)], False),
        ([("", 100), ("", 100), ("", 100)], False),
    ],
)
def test_a_figure_is_taken_where_two_readings_agree_and_none_says_another(
    again: list[tuple[str, float]], is_taken: bool
) -> None:
    _, others = agree(again[0], again)
    assert (others == "") is is_taken


@pytest.fixture
def forgotten() -> Iterator[None]:
    """What is installed is asked once a process."""
    scan._knows_vietnamese.cache_clear()
    yield
    scan._knows_vietnamese.cache_clear()


@pytest.mark.usefixtures("forgotten")
def test_without_tesseract_one_sentence_says_what_to_do(made: MadeForm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "which", lambda _: None)
    for content in (as_tiff(scanned(made, 0)), as_pdf(scanned(made, 0))):
        with pytest.raises(UnreadableFormError, match=r"chưa có Tesseract.*tesseract-ocr-vie.*Word/Excel") as refused:
            read_content(content, "form")
        assert str(refused.value).count(". ") == 0


def test_a_stamp_over_a_scan_does_not_make_it_a_text(
    made: MadeForm, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A signature's few lines are written as letters over the picture of the page."""
    asked = []

    def notice(content: bytes, kind: FileKind) -> RawDocument:
        asked.append(kind)
        return RawDocument(kind, ())

    monkeypatch.setattr(pdf, "read_scan", notice)
    stamp = "Ky boi: UBND xa An Mau, 15/12/2025 08:30:11, chung thu so"
    read_content(_stamped(scanned(made, 0)[0], stamp, tmp_path), "a.pdf")
    assert asked == [FileKind.PDF]


def test_text_a_scanner_put_under_its_picture_is_not_confirmed_either(made: MadeForm, tmp_path: Path) -> None:
    page = scanned(made, 0)[0]
    document = read_content(_stamped(page, "4.1.1. Tong so DVCTT du dieu kien 98 " * 40, tmp_path), "a.pdf")
    assert FileRemark.SCANNED in document.remarks


def _stamped(page: Image.Image, text: str, folder: Path) -> bytes:
    """A PDF whose page is a picture, with letters over it."""
    page.save(folder / "page.png")
    source = folder / "page.typ"
    source.write_text(
        f'#set page("a4", margin: 5mm, background: image("page.png", width: 100%, height: 100%))\n#text(6pt)[{text}]'
    )
    return bytes(typst.compile(str(source)))


def test_a_text_that_begins_with_the_letters_of_a_bitmap_is_no_picture(made: MadeForm) -> None:
    assert read_content(b"BM 7\n" + RENDERERS["txt"](made), "a.txt").kind is FileKind.TEXT


def _bomb(side: int) -> bytes:
    """A PNG of a few bytes that says it is `side` points wide and high."""

    def part(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    size = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", size) + part(b"IDAT", zlib.compress(bytes(1000))) + part(b"IEND", b"")


def _many_pages() -> bytes:
    return as_tiff([Image.new("L", (8, 8), 255)] * 40)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (_bomb(60_000), "quá lớn"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 4000, "bị hỏng"),
        (b"\xff\xd8\xff\xe0" + bytes(5000), "bị hỏng"),
        (_many_pages(), "quá 12 trang"),
        (as_tiff([Image.new("L", (1200, 1700), 255)]), "Không nhận dạng được chữ nào"),
    ],
)
def test_a_hostile_or_empty_picture_is_refused_in_bounded_time(content: bytes, says: str) -> None:
    find_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    with pytest.raises(UnreadableFormError, match=says):
        read_content(content, "a.png")


def test_reading_that_does_not_end_is_ended_with_all_its_processes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find_program("tesseract", "tesseract-ocr tesseract-ocr-vie")
    hangs, mark = tmp_path / "hangs.py", tmp_path / "child"
    hangs.write_text(
        "import subprocess, sys, time\n"
        f"child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        f"open({str(mark)!r}, 'w').write(str(child.pid))\ntime.sleep(600)\n"
    )
    monkeypatch.setattr(bounded, "__file__", str(hangs))
    monkeypatch.setattr(scan, "_BOUNDS", replace(scan._BOUNDS, longest_s=5))
    with pytest.raises(UnreadableFormError, match="đã dừng đọc"):
        scan.read_scan(as_tiff([Image.new("L", (20, 20), 255)]))
    while _state_of(mark.read_text()) not in ("", "Z"):  # killed, and not yet gone
        time.sleep(0.05)


def _state_of(process: str) -> str:
    state = subprocess.run(["ps", "-o", "stat=", "-p", process], capture_output=True, text=True, check=False)
    return state.stdout.strip()[:1]

"""The PDF: its text, pages and fonts, and which Times it is set in."""

import io
import struct
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from baocao.catalogue import Form
from baocao.documents.fonts import BUILT_IN_FAMILY, VIETNAMESE, choose_family, letters_of, times_family
from baocao.documents.form_pdf import render_pdf, write_form_pdf
from baocao.documents.printed import print_form
from baocao.domain import FilledForm
from tests.installed import find_program

from . import builder


def pages_of(filled: FilledForm, form: Form, *, draft: bool = False) -> list[str]:
    with pdfplumber.open(io.BytesIO(render_pdf(print_form(filled, form, draft=draft)))) as pdf:
        return [page.extract_text() for page in pdf.pages]


def words_of(text: str) -> str:
    return " ".join(text.split())


def test_figures_stand_beside_their_labels(filled: FilledForm, form: Form) -> None:
    with pdfplumber.open(io.BytesIO(render_pdf(print_form(filled, form)))) as pdf:
        rows = [row for page in pdf.pages for table in page.extract_tables() for row in table]
    figures = {row[0].rstrip("."): words_of(row[3]) for row in rows if row[0] and row[0][0].isdigit() and row[3]}
    assert figures == {row.key: row.figure for row in print_form(filled, form).rows if row.figure}


def test_the_head_of_the_table_is_on_every_page(filled: FilledForm, form: Form) -> None:
    pages = pages_of(filled, form)
    assert len(pages) == 2
    assert all("Đơn vị tính" in page and "Ghi chú" in page for page in pages)


def test_the_page_number_stands_on_top_of_every_page_but_the_first(filled: FilledForm, form: Form) -> None:
    first, second = pages_of(filled, form)
    assert first.startswith("Biểu mẫu 7")
    assert second.startswith("2\n")


def test_only_a_draft_says_so_and_on_every_page(filled: FilledForm, form: Form) -> None:
    for draft in (False, True):
        for page in pages_of(filled, form, draft=draft):
            assert ("BẢN NHÁP – CHƯA ĐẠT KIỂM TRA" in page) is draft


@pytest.mark.parametrize("row_count", [29, 31, 33, 44])
@pytest.mark.parametrize("note", ["", "Ghi chú dài. " * 60])
def test_a_signature_is_never_alone_on_a_page(
    row_count: int, note: str, old_filled: FilledForm, old_form: Form
) -> None:
    form = old_form.model_copy(update={"rows": old_form.rows[:row_count]})
    page = print_form(builder.with_cells(old_filled, {"1": {"note": note}}), form)
    with pdfplumber.open(io.BytesIO(render_pdf(page))) as pdf:
        last = pdf.pages[-1].extract_text()
    above, signature, below = last.partition("TM. ỦY BAN NHÂN DÂN")
    assert signature
    assert "Họ và tên người ký" in below
    assert form.rows[-1].number in above or "Ghi chú dài." in above


def test_a_heading_is_never_the_last_row_of_a_page(old_filled: FilledForm, old_form: Form) -> None:
    headings = {row.number for row in old_form.rows if row.heading}
    with pdfplumber.open(io.BytesIO(render_pdf(print_form(old_filled, old_form)))) as pdf:
        numbers = [page.crop((85, 0, 125, page.height)).extract_text().split() for page in pdf.pages]
    assert [number for page in numbers for number in page if number[0].isdigit()] == [r.number for r in old_form.rows]
    assert not headings & {page[-1] for page in numbers}


def test_a_long_note_and_a_long_label_do_not_break_the_table(filled: FilledForm, form: Form) -> None:
    long_form, long_filled = builder.with_long_texts(form, filled)
    text = words_of(" ".join(pages_of(long_filled, long_form)))
    assert "(1) Số liệu lấy sau thời điểm chốt 3 ngày" in text


@pytest.mark.parametrize("text", [*builder.HOSTILE, "*a* _b_ $c$ @d <e> #f \\g"])
def test_no_text_is_taken_for_markup(text: str, filled: FilledForm, form: Form) -> None:
    short = form.model_copy(update={"rows": form.rows[:1]})
    hostile = replace(filled, unit_name=text, head=replace(filled.head, issuer=text))
    (page,) = pages_of(builder.with_cells(hostile, {"1": {"note": text}}), short)
    assert "".join(f"của {text})".split()) in "".join(page.split())


def test_a_letter_no_font_has_does_not_stop_the_form(filled: FilledForm, form: Form) -> None:
    content = render_pdf(print_form(builder.with_cells(filled, {"4.2": {"note": "漢 \U000e0041"}}), form))
    assert content.startswith(b"%PDF-1.7")


def test_the_document_is_for_the_archive_and_for_screen_readers(filled: FilledForm, form: Form) -> None:
    content = render_pdf(print_form(filled, form))
    assert b"<pdfaid:part>2</pdfaid:part>" in content
    assert b"<pdfuaid:part>1</pdfuaid:part>" in content
    assert b"/Lang(vi-VN)" in content
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        assert pdf.metadata["Author"] == "UBND đặc khu Sao Mẫu"
        assert pdf.metadata["CreationDate"] == "D:20251215000000Z"


def test_every_font_is_embedded_and_is_the_times_of_this_machine(
    filled: FilledForm, form: Form, tmp_path: Path
) -> None:
    pdffonts = find_program("pdffonts", "poppler-utils")
    write_form_pdf(filled, form, tmp_path / "form.pdf")
    listed = subprocess.run([pdffonts, tmp_path / "form.pdf"], capture_output=True, text=True, check=True).stdout
    fonts = [line.split() for line in listed.splitlines()[2:]]
    family = times_family().replace(" ", "")
    assert fonts
    for font in fonts:
        assert family in font[0].replace("PSMT", "").replace("PS-", "").replace("TimesNewRoman", "TimesNewRoman")
        assert font[-5:-2] == ["yes", "yes", "yes"]


@dataclass
class Font:
    """What typst says of a font file."""

    family: str
    style: str
    weight: int
    path: str | None
    index: int = 0


def font_file(letters: set[int]) -> bytes:
    """A font file of nothing but a character map, one segment a letter."""
    codes = [*sorted(letters), 0xFFFF]
    segments = b"".join(struct.pack(f">{len(codes)}H", *column) for column in (codes,))
    starts = struct.pack(f">{len(codes)}H", *codes)
    deltas = struct.pack(f">{len(codes)}H", *([1] * len(codes)))
    offsets = bytes(2 * len(codes))
    body = struct.pack(">HHHHHHH", 4, 0, 0, 2 * len(codes), 0, 0, 0) + segments + bytes(2) + starts + deltas + offsets
    cmap = struct.pack(">HHHHI", 0, 1, 3, 1, 12) + body
    return struct.pack(">IHHHH", 0x10000, 1, 0, 0, 0) + b"cmap" + struct.pack(">III", 0, 28, len(cmap)) + cmap


def four_styles(family: str, path: Path) -> list[Any]:
    return [Font(family, style, weight, str(path)) for style in ("normal", "italic") for weight in (400, 700)]


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    path = tmp_path / "complete.ttf"
    path.write_bytes(font_file({ord(letter) for letter in VIETNAMESE}))
    return path


@pytest.fixture
def without_vietnamese(tmp_path: Path) -> Path:
    path = tmp_path / "latin.ttf"
    path.write_bytes(font_file(set(range(0x20, 0x100))))
    return path


def test_a_times_without_vietnamese_letters_is_passed_over(complete: Path, without_vietnamese: Path) -> None:
    old_liberation = four_styles("Liberation Serif", without_vietnamese)
    assert choose_family(old_liberation) == BUILT_IN_FAMILY
    assert choose_family([*old_liberation, *four_styles("Tinos", complete)]) == "Tinos"


def test_a_times_without_its_italics_is_passed_over(complete: Path) -> None:
    fonts = [font for font in four_styles("Times New Roman", complete) if font.style == "normal"]
    assert choose_family([*fonts, *four_styles("Liberation Serif", complete)]) == "Liberation Serif"


def test_times_new_roman_comes_first(complete: Path) -> None:
    fonts = [*four_styles("Liberation Serif", complete), *four_styles("Times New Roman", complete)]
    assert choose_family(fonts) == "Times New Roman"


def test_a_bare_machine_uses_the_built_in_family() -> None:
    assert choose_family([]) == BUILT_IN_FAMILY


def test_the_built_in_family_prints_every_vietnamese_letter(
    filled: FilledForm, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("baocao.documents.form_pdf.times_family", lambda: BUILT_IN_FAMILY)
    letters = "".join(sorted(VIETNAMESE - {"≤"}))
    content = render_pdf(print_form(builder.with_cells(filled, {"4.2": {"note": f"{letters} {letters}"}}), form))
    assert b"<pdfaid:part>2</pdfaid:part>" in content, "a letter without a glyph cannot go into the archive format"
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        assert {char["fontname"].partition("+")[2].partition("-")[0] for page in pdf.pages for char in page.chars} == {
            "LibertinusSerif"
        }


def test_a_broken_font_file_has_no_letters() -> None:
    assert letters_of(b"") == letters_of(b"\0" * 64) == letters_of(b"ttcf") == frozenset()

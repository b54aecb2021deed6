"""Our files in a program other people wrote: opened, recalculated and printed by LibreOffice, where it is installed."""

import csv
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl
import pdfplumber
import pytest

from baocao.catalogue import Catalogue
from baocao.documents.fonts import BUILT_IN_FAMILY, times_family
from baocao.documents.form_docx import render_docx
from baocao.documents.form_xlsx import write_form_xlsx
from baocao.documents.layout import VERSION
from baocao.documents.printed import print_form
from baocao.documents.writing import write_documents
from baocao.domain import FilledForm, Measure
from tests.installed import find_program, skip_without

from . import builder, matrix_forms

MOST_PAGES, SMALLEST_PT = 12, 6
FIRST_SHEET_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,1"


def convert(paths: list[Path], target: str, folder: Path) -> None:
    """Convert files; LibreOffice exits 0 even when it could not, so what it made is looked at by the tests."""
    soffice = find_program("soffice", "libreoffice-writer-nogui libreoffice-calc-nogui")
    profile = (folder / "profile").as_uri()
    command = [soffice, "--headless", f"-env:UserInstallation={profile}", "--convert-to", target]
    subprocess.run([*command, "--outdir", folder, *paths], check=True, capture_output=True, timeout=600)


@pytest.fixture(scope="module")
def forms(catalogue: Catalogue) -> Mapping[str, FilledForm]:
    filled = builder.form_2025(catalogue)
    return {"a25": filled, "a24": builder.form_2024(catalogue), "down": builder.with_system_down(filled)}


@pytest.fixture(scope="module")
def folder(catalogue: Catalogue, forms: Mapping[str, FilledForm], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`a25.docx`, `a25.pdf` (ours), `a25.xlsx` …; under `lo/` what LibreOffice made of them, `a25-web.pdf` of the page."""
    folder = tmp_path_factory.mktemp("libreoffice")
    for name, filled in forms.items():
        evidence = builder.evidence_of(catalogue, filled)
        form = catalogue.form(filled.form_code)
        made = write_documents(filled, form, folder, passports=evidence.passports, indicators=evidence.indicators)
        for file in made:
            (folder / file).rename(folder / f"{name}{Path(file).suffix}")
    long = print_form(matrix_forms.province(168), matrix_forms.matrix_form(), layout_version=VERSION)
    (folder / "p168.docx").write_bytes(render_docx(long))
    web = folder / "a25-web.html"
    (folder / "a25.html").rename(web)
    convert([*sorted(folder.glob("*.docx")), web], "pdf", folder / "lo")
    return folder


def test_who_made_a_long_matrix_is_not_alone_on_a_page(folder: Path) -> None:
    """168 lines end where a page does: the last ones and the total go over with the words below them."""
    with pdfplumber.open(folder / "lo" / "p168.pdf") as pdf:
        last = (pdf.pages[-1].extract_text() or "").splitlines()
    assert last[-1] == "Người làm báo cáo"
    assert last[-2].startswith("Tổng cộng 6.888")


def text_of(path: Path) -> tuple[str, int]:
    """A PDF's text and how many pages it has."""
    with pdfplumber.open(path) as pdf:
        return "\n".join(page.extract_text() for page in pdf.pages), len(pdf.pages)


@pytest.mark.parametrize("name", ["a25", "a24", "down"])
def test_word_and_pdf_are_the_same_page(
    name: str, folder: Path, forms: Mapping[str, FilledForm], catalogue: Catalogue
) -> None:
    word, word_pages = text_of(folder / "lo" / f"{name}.pdf")
    page = print_form(forms[name], catalogue.form(forms[name].form_code))
    assert [row.figure for row in page.rows if row.figure not in word] == []
    if times_family() == BUILT_IN_FAMILY:
        skip_without("a Times; the two are set in different fonts", "apt-get install fonts-croscore")
    ours, our_pages = text_of(folder / f"{name}.pdf")
    assert word_pages == our_pages
    assert sorted("".join(word.split())) == sorted("".join(ours.split()))


def test_the_ratios_recalculated_by_another_program_are_those_printed(
    folder: Path, forms: Mapping[str, FilledForm]
) -> None:
    bare = folder / "bare"
    bare.mkdir()
    for name in forms:
        workbook = openpyxl.load_workbook(folder / f"{name}.xlsx")
        workbook.save(bare / f"{name}.xlsx")  # openpyxl keeps formulas without their values
    convert(sorted(bare.glob("*.xlsx")), FIRST_SHEET_CSV, bare)
    for name, filled in forms.items():
        (path,) = bare.glob(f"{name}*.csv")
        with path.open(encoding="utf-8", newline="") as stream:
            shown = {row[0].rstrip("."): row[3] for row in csv.reader(stream) if row[0][:1].isdigit()}
        ratios = {
            key: cell.value for key, cell in filled.cells.items() if cell.measure is Measure.PERCENT and cell.value
        }
        assert {key: Decimal(shown[key].replace(",", ".")) for key in ratios} == ratios


def test_the_web_page_opens(folder: Path) -> None:
    text = "".join(text_of(folder / "lo" / "a25-web.pdf")[0].split())
    assert "16.736" in text
    assert "Xâydựngvàpháttriển" in text


def test_the_workbook_prints_on_few_pages_its_form_on_one_or_two(
    catalogue: Catalogue, forms: Mapping[str, FilledForm], folder: Path
) -> None:
    """However many answers stand behind a figure: what prints is words, at a size that can be read."""
    filled = forms["a25"]
    evidence = builder.evidence_of(catalogue, filled)
    many = {
        key: replace(one, payload_hashes=tuple(f"{n:064x}" for n in range(100)))
        for key, one in evidence.passports.items()
    }
    printed = folder / "printed"
    printed.mkdir()
    for draft in (False, True):
        form = catalogue.form(filled.form_code)
        made = replace(evidence, passports=many, checks=builder.checks_of(filled) * 60)
        write_form_xlsx(filled, form, printed / f"{draft}.xlsx", draft=draft, evidence=made)
    convert(sorted(printed.glob("*.xlsx")), "pdf", printed)
    for path in printed.glob("*.pdf"):
        with pdfplumber.open(path) as pdf:
            texts = [page.extract_text() for page in pdf.pages]
            sizes = [max(letter["size"] for letter in page.chars) for page in pdf.pages]
        assert len(texts) <= MOST_PAGES
        assert sum("Đơn vị tính" in text for text in texts) <= 2
        assert all(any(head in text for head in ("STT", "Kết quả")) for text in texts), "the head row is on every page"
        assert min(sizes) > SMALLEST_PT
        assert not any("0" * 30 in text for text in texts)

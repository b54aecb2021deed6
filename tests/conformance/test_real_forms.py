"""Two forms as they were really handed in: as text, and as the Word files they were printed from."""

from pathlib import Path

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.domain import CheckResult, Period, Severity, Tier
from baocao.forms.handmade import check_handmade
from baocao.forms.numbers import clean
from baocao.forms.recognise import ReadForm, Wishes, recognise
from baocao.forms.recognise.table_rows import RowText
from tests.conformance.made import MadeForm, MadeRow
from tests.conformance.renderers import RENDERERS

_REAL = Path(__file__).parent / "real"
_C, _W = Severity.CRITICAL, Severity.WARNING
_EXPECTED = {
    "xa-2024-q1": {
        ("document.dated_before_cutoff", (), _W),
    },
    "dac-khu-2025-q4": {
        ("document.formula_left", ("4.5",), _C),
        ("document.placeholder_left", ("4.5.1",), _C),
        ("document.placeholder_left", ("4.5.2",), _C),
        ("document.percent_sign", ("3.2", "3.2.1"), _W),
        ("document.mixed_number_styles", ("4.2", "4.3", "4.4"), _W),
        ("document.mixed_number_styles", ("4.3.1", "4.3.2", "4.4.1", "4.4.2"), _W),
        ("document.head_blank", (), _W),
    },
}


def _made(row: RowText) -> MadeRow:
    return MadeRow(row.key, row.number, clean(row.label), clean(row.unit), row.figure.text, row.note)


def _read(name: str, format_name: str, catalogue: Catalogue) -> ReadForm:
    """The real text; or a file of another format made from what stands in it."""
    read = recognise(read_content((_REAL / f"{name}.txt").read_bytes()), catalogue)
    if format_name == "txt":
        return read
    rows = (found.text for found in read.rows.values())
    first = min(found.text.block for found in read.rows.values())
    last = max(found.text.block for found in read.rows.values())
    lines = [getattr(block, "text", "") for block in read.document.blocks]
    made = MadeForm(
        form_code=read.form.form_code,
        head=tuple(line.strip() for line in lines[:first] if "/BC-UBND" in line or "iểu mẫu 7" in line),
        rows=tuple(_made(row) for row in rows),
        foot=tuple(line.strip() for line in lines[last + 1 :] if line.strip()),
    )
    return recognise(read_content(RENDERERS[format_name](made), f"form.{format_name}"), catalogue)


@pytest.mark.parametrize("format_name", ["txt", "docx", "xlsx", "html", "pdf"])
@pytest.mark.parametrize("name", _EXPECTED)
def test_a_real_form_gives_exactly_its_defects(name: str, format_name: str, catalogue: Catalogue) -> None:
    results = check_handmade(_read(name, format_name, catalogue), catalogue)
    assert {(result.check, result.cells, result.severity) for result in results} == _EXPECTED[name]


@pytest.mark.parametrize("name", _EXPECTED)
def test_every_finding_says_what_is_wrong_and_how_to_mend_it(name: str, catalogue: Catalogue) -> None:
    for result in check_handmade(_read(name, "txt", catalogue), catalogue):
        assert result.message_vi.strip().endswith((".", "”"))
        assert result.message_en
        assert result.mend_vi.endswith(".")
        assert result.observed
        for key in result.cells:
            assert key in result.message_vi


def _finding(check: str, name: str, catalogue: Catalogue, cell: str = "") -> CheckResult:
    results = check_handmade(_read(name, "txt", catalogue), catalogue)
    return next(r for r in results if r.check == check and (not cell or cell in r.cells))


def test_the_early_date_is_explained_by_the_closing_day(catalogue: Catalogue) -> None:
    finding = _finding("document.dated_before_cutoff", "xa-2024-q1", catalogue)
    assert "ngày 05/03/2024, sớm hơn ngày chốt số liệu 14/03/2024 của Quý I năm 2024 là 9 ngày" in finding.message_vi


def test_the_signs_are_shown_beside_a_row_without(catalogue: Catalogue) -> None:
    finding = _finding("document.percent_sign", "dac-khu-2025-q4", catalogue)
    assert "“95%” và “100%”" in finding.message_vi
    assert "dòng 3.2.2 ghi “95”" in finding.message_vi
    assert finding.expected == "95; 100"


def test_the_formula_names_the_rows_to_divide(catalogue: Catalogue) -> None:
    finding = _finding("document.formula_left", "dac-khu-2025-q4", catalogue)
    assert finding.observed == "=b/a*100"
    assert "dòng 4.5.2 chia dòng 4.5.1" in finding.mend_vi


def test_the_label_left_over_is_traced_to_the_other_version(catalogue: Catalogue) -> None:
    results = check_handmade(_read("dac-khu-2025-q4", "txt", catalogue), catalogue, with_misprints=True)
    (finding,) = (result for result in results if result.check == "document.official_misprint")
    assert finding.cells == ("2", "4.3.1", "4.3.2", "4.4")
    assert "dòng 6.3.1, Phụ lục 8, còn sót lại" in finding.message_vi


def test_the_numbers_are_read_and_explained(catalogue: Catalogue) -> None:
    cells = _read("dac-khu-2025-q4", "txt", catalogue).filled.cells
    assert f"{cells['4.3.1'].value}" == "16736"
    assert "đếm hồ sơ nên dấu chấm là dấu phân cách hàng nghìn" in cells["4.3.1"].how_read
    assert "9.530/16.736 = 56,94 %" in cells["4.3.1"].how_read
    assert f"{cells['4.3'].value}" == "56.9"
    assert "dấu thập phân" in cells["4.3"].how_read
    assert cells["4.5"].value is None
    assert cells["4.5"].text == "=b/a*100"
    assert "100 %" in cells["2"].how_read


def test_what_was_not_asked_is_found_in_the_text(catalogue: Catalogue) -> None:
    commune = _read("xa-2024-q1", "txt", catalogue)
    zone = _read("dac-khu-2025-q4", "txt", catalogue)
    assert (commune.tier, zone.tier) == (Tier.COMMUNE, Tier.SPECIAL_ZONE)
    assert f"{commune.filled.period}, {zone.filled.period}" == "2024-Q1, 2025-Q4"
    assert commune.scores["2024-phu-luc-8"] > 0.95
    assert commune.scores.get("2025-bieu-mau-7", 0.0) < 0.6
    assert f"{commune.filled.cells['5'].value}" == "255"


def test_the_period_asked_for_decides_the_closing_day(catalogue: Catalogue) -> None:
    document = read_content((_REAL / "xa-2024-q1.txt").read_bytes())
    for code, days in (("2024-H1", "là 101 ngày"), ("2023-Q4", None)):
        read = recognise(document, catalogue, Wishes(period=Period.parse(code)))
        found = [r for r in check_handmade(read, catalogue) if r.check == "document.dated_before_cutoff"]
        assert [days in result.message_vi for result in found] == ([True] if days else [])
        assert not [result for result in found if "suy ra" in result.message_vi]

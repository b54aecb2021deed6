"""The workbook, reopened: numbers are numbers, ratios live, texts inert."""

import io
import re
import zipfile
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from baocao.catalogue import Catalogue, Form
from baocao.documents.evidence import Evidence
from baocao.documents.form_xlsx import render_xlsx, write_form_xlsx
from baocao.documents.printed import print_form
from baocao.domain import FilledForm

from . import builder

RATIO = re.compile(r'=IF\((?P<below>.+)=0,"Không phát sinh",ROUND\((?P<above>.+)\*100/(?P=below),2\)\)')


def opened(content: bytes, *, cached: bool = False) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=cached)


def figures(workbook: Workbook) -> dict[str, SheetCell]:
    """The cells of the figure column by row number."""
    sheet = workbook.worksheets[0]
    rows = (row for row in sheet.iter_rows(min_row=1) if str(row[0].value or "")[:1].isdigit())
    return {str(row[0].value).rstrip("."): row[3] for row in rows}  # type: ignore[misc]


@pytest.fixture
def workbook(catalogue: Catalogue, filled: FilledForm, form: Form) -> bytes:
    return render_xlsx(print_form(filled, form), builder.evidence_of(catalogue, filled))


def test_counts_are_numbers_printed_the_vietnamese_way(workbook: bytes) -> None:
    cells = figures(opened(workbook))
    assert (cells["4.3.1"].value, cells["4.3.1"].data_type) == (16736, "n")
    assert cells["4.3.1"].number_format == "[$-42A]#,##0"
    assert cells["4.3"].number_format == "[$-42A]#,##0.00"
    assert (cells["1"].value, cells["1"].number_format) == (1, "0")


def test_every_cached_value_is_the_figure_of_the_form(workbook: bytes, filled: FilledForm) -> None:
    cells = figures(opened(workbook, cached=True))
    for key, cell in filled.cells.items():
        expected = None if cell.value is None else float(cell.value)
        assert cells[key].value == expected, key


def value_at(workbook: Workbook, address: str) -> Decimal:
    sheet, _, cell = address.rpartition("!")
    return Decimal(str(workbook[sheet.strip("'")][cell].value if sheet else workbook.worksheets[0][cell].value))


@pytest.mark.parametrize("name", ["form_2025", "form_2024"])
def test_every_ratio_is_a_formula_that_agrees_with_its_cached_value(catalogue: Catalogue, name: str) -> None:
    filled: FilledForm = getattr(builder, name)(catalogue)
    form = catalogue.form(filled.form_code)
    content = render_xlsx(print_form(filled, form), builder.evidence_of(catalogue, filled))
    formulas, cached = figures(opened(content)), figures(opened(content, cached=True))
    ratios = [
        key for key, cell in filled.cells.items() if cell.value is not None and cell.measure and cell.measure.is_percent
    ]
    assert ratios
    for key in ratios:
        match = RATIO.fullmatch(str(formulas[key].value))
        assert match, (key, formulas[key].value)
        above, below = (value_at(opened(content, cached=True), match[part]) for part in ("above", "below"))
        recomputed = (above * 100 / below).quantize(Decimal("0.01"), ROUND_HALF_UP)
        assert recomputed == filled.cells[key].value == Decimal(str(cached[key].value)).quantize(Decimal("0.01"))


def test_a_ratio_over_nothing_says_so_and_stays_alive(catalogue: Catalogue, filled: FilledForm, form: Form) -> None:
    empty = builder.with_no_dossiers(filled)
    content = render_xlsx(print_form(empty, form), builder.evidence_of(catalogue, empty))
    assert RATIO.fullmatch(str(figures(opened(content))["4.3"].value))
    assert figures(opened(content, cached=True))["4.3"].value == "Không phát sinh"


def test_a_ratio_that_is_not_its_parts_is_written_as_it_is(
    catalogue: Catalogue, filled: FilledForm, form: Form
) -> None:
    wrong = builder.with_cells(filled, {"4.2": {"value": Decimal("84.12"), "display": "84,12"}})
    content = render_xlsx(print_form(wrong, form), builder.evidence_of(catalogue, wrong))
    assert figures(opened(content))["4.2"].value == 84.12


def test_without_the_catalogue_ratios_are_plain_numbers(filled: FilledForm, form: Form) -> None:
    assert figures(opened(render_xlsx(print_form(filled, form), Evidence())))["4.2"].value == 84.13


def test_a_figure_not_collected_is_empty_and_its_note_says_why(
    catalogue: Catalogue, filled: FilledForm, form: Form
) -> None:
    down = builder.with_system_down(filled)
    sheet = opened(render_xlsx(print_form(down, form), builder.evidence_of(catalogue, down))).worksheets[0]
    row = next(row for row in sheet.iter_rows() if row[0].value == "4.3.2")
    assert row[3].value is None
    assert str(row[4].value).startswith("Chưa thu thập được. Hệ thống một cửa không trả lời trong 30 giây")


def test_the_head_is_merged_and_repeated(workbook: bytes) -> None:
    sheet = opened(workbook).worksheets[0]
    merged = {str(merge) for merge in sheet.merged_cells.ranges}
    assert {"A5:A6", "B5:B6", "C5:D5", "E5:E6"} <= merged
    assert sheet.print_title_rows == "$5:$6"
    assert sheet.freeze_panes == "C7"
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "portrait")


def texts(sheet: Worksheet) -> list[list[str]]:
    return [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]


def test_the_sources_sheet_has_the_passport_of_each_cell(workbook: bytes) -> None:
    sheet = opened(workbook)["Nguồn số liệu"]
    rows = texts(sheet)
    at = next(index for index, row in enumerate(rows) if row[0] == "4.3")
    assert rows[at][1] == "Tỷ lệ hồ sơ trực tuyến toàn trình"
    told = dict(zip(rows[0], rows[at], strict=True))
    assert told["Đầu mối"] == "Bộ phận một cửa"
    assert (told["Lấy số liệu lúc"], told["Tính lúc"]) == ("00:05 15/12/2025", "07:00 15/12/2025")
    assert told["Các bước lọc"] == "", "they stand at its two counts"
    count = next(row for row in rows if row[0] == "4.3.1")
    steps = dict(zip(rows[0], count, strict=True))["Các bước lọc"]
    assert steps == "Hồ sơ trong tệp nguồn: 21.480\nTiếp nhận trong kỳ: 16.736"
    assert rows[0][-1].startswith("Mã băm"), "last, and not printed"
    assert rows[at][-1] == "ab" * 32
    assert [row[1:3] for row in rows[at + 1 : at + 3]] == [
        ["→ Số hồ sơ nộp trực tuyến của các DVCTT toàn trình", "9530"],
        ["→ Tổng số hồ sơ của DVCTT toàn trình", "16736"],
    ]


def test_the_checks_sheet_lists_the_gravest_first(workbook: bytes) -> None:
    rows = texts(opened(workbook)["Kiểm tra"])
    assert [row[0] for row in rows] == ["Kết quả", "Không đạt", "Chưa đánh giá được", "Đạt"]
    assert rows[1] == [
        "Không đạt", "Nghiêm trọng", "4.3, 4.3.1, 4.3.2", "Tỷ lệ ở mục 4.3 không bằng mục 4.3.2 chia mục 4.3.1.",
        "60,00", "56,94", "Kiểm tra lại số hồ sơ ở mục 4.3.1 và 4.3.2.", "Bộ phận một cửa", "form.ratio_equals_parts",
    ]  # fmt: skip


def test_without_evidence_the_sheets_say_so(filled: FilledForm, form: Form) -> None:
    workbook = opened(render_xlsx(print_form(filled, form), Evidence()))
    assert "Không có hồ sơ nguồn số liệu kèm theo." in texts(workbook["Nguồn số liệu"])[1]
    assert "Không có kết quả kiểm tra kèm theo." in texts(workbook["Kiểm tra"])[1]


@pytest.mark.parametrize("text", builder.HOSTILE)
def test_no_text_from_a_source_is_ever_executed(
    text: str, catalogue: Catalogue, filled: FilledForm, form: Form
) -> None:
    hostile = builder.with_cells(replace(filled, unit_name=text), {"4.2": {"note": text}})
    evidence = builder.evidence_of(catalogue, hostile)
    passport = replace(evidence.passports["4.2"], system=text, formula=text, payload_hashes=(text,))
    check = replace(evidence.checks[0], message_vi=text, observed=text)
    evidence = replace(evidence, passports={**evidence.passports, "4.2": passport}, checks=(check,))
    workbook = opened(render_xlsx(print_form(hostile, form), evidence))
    found = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if text in str(cell.value)]
    assert len(found) >= 6
    assert {cell.data_type for cell in found} == {"s"}
    if text[0] in "=+-@":
        assert all(cell.quotePrefix for cell in found)
    assert all(
        RATIO.fullmatch(str(cell.value)) for sheet in workbook for row in sheet for cell in row if cell.data_type == "f"
    )


def test_the_workbook_links_to_nothing_and_holds_no_macro(workbook: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(workbook)) as package:
        assert not [name for name in package.namelist() if "external" in name.lower() or name.endswith(".bin")]
        assert all(b'TargetMode="External"' not in package.read(name) for name in package.namelist())


def test_a_draft_says_so_on_the_sheet_and_in_print(filled: FilledForm, form: Form) -> None:
    sheet = opened(render_xlsx(print_form(filled, form, draft=True), Evidence())).worksheets[0]
    assert sheet["A1"].value == "BẢN NHÁP – CHƯA ĐẠT KIỂM TRA"
    assert sheet.oddHeader
    assert "BẢN NHÁP" in str(sheet.oddHeader.center.text)


def test_the_workbook_is_the_units_own(workbook: bytes, filled: FilledForm) -> None:
    properties = opened(workbook).properties
    assert properties.creator == filled.unit_name
    assert str(properties.created) == "2025-12-15 00:00:00"


def test_a_long_note_is_whole_and_its_row_high_enough(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    long_form, long_filled = builder.with_long_texts(form, filled)
    write_form_xlsx(long_filled, long_form, tmp_path / "form.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "form.xlsx").worksheets[0]
    row = next(row for row in sheet.iter_rows() if row[0].value == "4.3")
    assert len(str(row[4].value)) >= 1200
    assert 300 < (sheet.row_dimensions[row[0].row or 0].height or 0) <= 400

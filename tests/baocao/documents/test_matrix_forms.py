"""A matrix form in every format: merged and repeated heads, numbered columns, sums that live, nothing left unsaid."""

import csv
import io
from collections.abc import Mapping
from dataclasses import replace

import docx
import openpyxl
import pdfplumber
import pytest
from docx.oxml.ns import qn
from docx.table import Table

from baocao.documents.evidence import Evidence
from baocao.documents.form_csv import render_csv
from baocao.documents.form_docx import render_docx
from baocao.documents.form_html import render_html
from baocao.documents.form_json import form_json
from baocao.documents.form_pdf import render_pdf
from baocao.documents.form_xlsx import render_xlsx
from baocao.documents.printed import PrintedForm, print_form
from baocao.domain import CellStatus, FilledForm
from baocao.errors import ConfigError

from . import builder
from .matrix_forms import commune, matrix_form, province

HEAD = [
    ["TT", "Lĩnh vực", *["Số hồ sơ tiếp nhận"] * 4, "Số hồ sơ đã giải quyết", "Số hồ sơ đang giải quyết"],
    ["TT", "Lĩnh vực", "Tổng số", "Trong kỳ", "Trong kỳ", "Kỳ trước", "Tổng số", "Tổng số"],
    ["TT", "Lĩnh vực", "Tổng số", "Trực tuyến", "Trực tiếp, dịch vụ bưu chính", "Kỳ trước", "Tổng số", "Tổng số"],
    ["(1)", "(2)", "(3)", "(4)", "(5)", "(6)", "(7)", "(11)"],
]
LINES = [
    ["1", "Hộ tịch", "1.310", "1.000", "300", "10", "1.200", "110"],
    ["2", "Đất đai", "41", "20", "15", "6", "30", "11"],
    ["", "Tổng cộng", "1.351", "1.020", "315", "16", "1.230", "121"],
]


def page(filled: FilledForm, *, draft: bool = False) -> PrintedForm:
    return print_form(filled, matrix_form(), draft=draft)


def word_table(filled: FilledForm) -> Table:
    return docx.Document(io.BytesIO(render_docx(page(filled)))).tables[-1]


def test_word_merges_the_heads_and_prints_every_cell() -> None:
    assert [[cell.text.strip() for cell in row.cells] for row in word_table(commune()).rows] == [*HEAD, *LINES]


def test_word_repeats_the_whole_head_on_every_page_and_lies_across() -> None:
    rows = word_table(province(40)).rows
    repeated = [row for row in rows if row._tr.trPr is not None and row._tr.trPr.find(qn("w:tblHeader")) is not None]
    assert len(repeated) == len(HEAD)
    section = docx.Document(io.BytesIO(render_docx(page(commune())))).sections[0]
    assert section.page_width > section.page_height


def test_word_prints_the_three_parts_of_the_head_and_who_made_it() -> None:
    document = docx.Document(io.BytesIO(render_docx(page(commune()))))
    left, middle, right = (cell.text for cell in document.tables[0].rows[0].cells)
    assert left == "Biểu số II.06a/VPCP/KSTT"
    assert middle.split("\n") == [
        "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH",
        "TẠI UBND xã Bình Minh",
        "Kỳ báo cáo: Quý IV năm 2025",
        "(Từ ngày 15/09/2025 đến ngày 14/12/2025)",
    ]
    assert right.split("\n") == ["Đơn vị báo cáo: UBND xã Bình Minh", "Đơn vị nhận báo cáo: Văn phòng UBND tỉnh"]
    assert [one.text for one in document.paragraphs if one.text] == ["Đơn vị tính: Số hồ sơ TTHC", "Người làm báo cáo"]


def test_a_province_of_168_units_has_its_head_on_every_page_of_the_pdf() -> None:
    with pdfplumber.open(io.BytesIO(render_pdf(page(province())))) as opened:
        texts = [one.extract_text() for one in opened.pages]
        assert all(one.width > one.height for one in opened.pages)
    assert len(texts) > 5
    assert all("Đơn vị" in text and "(11)" in text for text in texts)
    assert "6.888" in texts[-1]


@pytest.mark.parametrize(("version", "pages"), [(1, 2), (2, 1)])
def test_the_room_for_a_signature_sends_no_name_to_a_page_of_its_own_but_where_it_did_when_released(
    version: int, pages: int
) -> None:
    """A landscape page is short: eleven lines, and who made them, fit on one."""
    content = render_pdf(print_form(province(11), matrix_form(), layout_version=version))
    with pdfplumber.open(io.BytesIO(content)) as opened:
        assert len(opened.pages) == pages


def test_the_sums_of_the_workbook_live_across_and_down() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(page(commune()), Evidence()))).worksheets[0]
    found = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
    first, total = found["Hộ tịch"].row, found["Tổng cộng"].row
    assert sheet.cell(first, 3).value == f"=D{first}+E{first}+F{first}"
    assert sheet.cell(first, 4).value == 1000
    assert [sheet.cell(total, column).value for column in (3, 8)] == [
        f"=SUM(C{first}:C{total - 1})",
        f"=SUM(H{first}:H{total - 1})",
    ]
    assert sheet.print_title_rows == f"${first - 4}:${first - 1}"


def test_a_total_that_does_not_add_up_stays_the_number_it_is() -> None:
    wrong = builder.with_cells(commune(), {"tong-cong/3": {"value": commune().cells["ho_tich/3"].value}})
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(page(wrong), Evidence()))).worksheets[0]
    total = next(cell.row for row in sheet.iter_rows() for cell in row if cell.value == "Tổng cộng")
    assert sheet.cell(total, 3).value == 1310


def test_csv_has_one_line_a_row_with_plain_numbers() -> None:
    lines = list(csv.reader(io.StringIO(render_csv(page(commune())).decode("utf-8-sig"))))
    assert lines[0][4] == "(5) Số hồ sơ tiếp nhận – Trong kỳ – Trực tiếp, dịch vụ bưu chính"
    assert lines[1] == ["1", "Hộ tịch", "1310", "1000", "300", "10", "1200", "110", ""]


def test_json_names_lines_and_cells() -> None:
    content = form_json(commune(), matrix_form())
    assert content["lines"][0] == {
        "key": "ho_tich", "order": "1", "label": "Hộ tịch", "group": "field:ho_tich", "kind": "line",
    }  # fmt: skip
    assert list(content["cells"])[:2] == ["ho_tich/3", "ho_tich/4"]
    assert content["cells"]["dat_dai/6"]["value"] == "6"


def test_html_shows_every_figure_under_its_merged_head() -> None:
    text = render_html(page(commune()), Evidence()).decode()
    assert '<th scope="colgroup" colspan="4">Số hồ sơ tiếp nhận</th>' in text
    assert '<th scope="col" rowspan="3">Lĩnh vực</th>' in text
    assert 'id="muc-dat_dai/6"' in text


MISSING: Mapping[str, object] = {
    "value": None,
    "display": "",
    "status": CellStatus.NOT_COLLECTED,
    "note": "Chưa thu thập được: hệ thống một cửa không trả lời",
}
SAID = "Chưa thu thập được: hệ thống một cửa không trả lời."


@pytest.mark.parametrize(
    ("keys", "where"),
    [
        (["dat_dai/6"], "Dòng Đất đai, cột 6"),
        (["ho_tich/6", "dat_dai/6", "tong-cong/6"], "Cột 6"),
        (["ho_tich/6", "dat_dai/6", "tong-cong/6", "ho_tich/11"], "Cột 6; dòng Hộ tịch, cột 11"),
        ([f"{line}/{n}" for line in ("ho_tich", "dat_dai", "tong-cong") for n in (3, 4, 5, 6, 7, 11)], "Mọi ô"),
    ],
)
def test_an_empty_cell_says_below_the_table_why_it_is_empty(keys: list[str], where: str) -> None:
    filled = builder.with_cells(commune(), dict.fromkeys(keys, MISSING))
    document = docx.Document(io.BytesIO(render_docx(page(filled))))
    assert f"(1) {where}: {SAID}" in [paragraph.text for paragraph in document.paragraphs]


def test_a_head_with_an_unknown_place_is_refused_by_name() -> None:
    form = matrix_form().model_copy(update={"head_right": ("Đơn vị: {donvi}",)})
    with pytest.raises(ConfigError, match="head_right: không có chỗ điền “donvi”"):
        print_form(commune(), form)


def test_a_line_the_form_has_no_words_for_is_printed_with_those_it_was_kept_with() -> None:
    """Names come from the filled form: a unit renamed later changes nothing that was made."""
    filled = commune()
    renamed = replace(filled, lines=(replace(filled.lines[0], label="Hộ tịch (cũ)"), *filled.lines[1:]))
    assert word_table(renamed).rows[4].cells[1].text == "Hộ tịch (cũ)"

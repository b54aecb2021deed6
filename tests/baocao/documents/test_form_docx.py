"""The Word file, reopened: what it says, how it looks, and that it holds nothing else."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.table import Table, _Row
from docx.text.paragraph import Paragraph

from baocao.catalogue import Form
from baocao.documents.form_docx import render_docx, write_form_docx
from baocao.documents.printed import print_form
from baocao.domain import FilledForm, FormMark

from . import builder


def opened(filled: FilledForm, form: Form, *, draft: bool = False) -> Document:
    return docx.Document(io.BytesIO(render_docx(print_form(filled, form, draft=draft))))


def texts(row: _Row) -> list[str]:
    return [cell.text for cell in row.cells]


def table_of(document: Document) -> Table:
    (table,) = document.tables
    return table


def font_of(paragraph: Paragraph) -> Any:
    assert paragraph.style is not None
    return paragraph.style.font


def rows_by_key(document: Document) -> dict[str, list[str]]:
    return {texts(row)[0].rstrip("."): texts(row) for row in table_of(document).rows[2:]}


def all_text(document: Document) -> str:
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_the_2025_form_is_printed_cell_by_cell(filled: FilledForm, form: Form) -> None:
    rows = rows_by_key(opened(filled, form))
    assert list(rows) == [row.key for row in form.rows]
    figures = {key: row[3] for key, row in rows.items() if row[3]}
    assert figures == {
        "1": "1", "2": "100,00", "3.2": "95,00", "3.2.2": "95,00", "4.1": "100,00", "4.1.1": "98", "4.1.2": "98",
        "4.2": "84,13", "4.2.1": "63", "4.2.2": "53", "4.3": "56,94", "4.3.1": "16.736", "4.3.2": "9.530",
        "4.4": "42,04", "4.4.1": "6.681", "4.4.2": "2.809", "4.5": "85,06", "4.5.1": "87", "4.5.2": "74",
    }  # fmt: skip


def test_numbers_labels_and_units_are_those_of_the_official_text(filled: FilledForm, form: Form) -> None:
    for printed, row in zip(table_of(opened(filled, form)).rows[2:], form.rows, strict=True):
        assert texts(printed)[:3] == [row.number, row.label_text, row.unit]


def test_the_2024_form_is_printed_cell_by_cell(old_filled: FilledForm, old_form: Form) -> None:
    rows = rows_by_key(opened(old_filled, old_form))
    assert {key: rows[key][3] for key in ("6.1.3", "6.4", "6.4.1", "6.4.2", "2", "5.1.1", "5")} == {
        "6.1.3": "19", "6.4": "64,05", "6.4.1": "484", "6.4.2": "310", "2": "2", "5.1.1": "", "5": "",
    }  # fmt: skip
    assert rows["2"][2] == "Chưa có = 0\n2 cấp = 1\n3 cấp = 2"


def test_italics_of_the_official_text_are_italics(old_filled: FilledForm, old_form: Form) -> None:
    row = next(row for row in table_of(opened(old_filled, old_form)).rows if row.cells[0].text == "5.2.")
    runs = row.cells[1].paragraphs[0].runs
    assert [(run.text[:15], run.style.name) for run in runs] == [
        ("Tỷ lệ sử dụng v", "Default Paragraph Font"),
        ("(Chỉ thống kê t", "Biểu - Nghiêng"),
    ]


def test_the_head_of_the_table_is_merged_as_in_the_official_form(filled: FilledForm, form: Form) -> None:
    first, second = table_of(opened(filled, form)).rows[:2]
    label = "Chỉ tiêu thống kê\n(Sử dụng trong kỳ báo cáo hàng quý, 6 tháng, năm)"
    assert texts(first) == ["STT", label, "Kết quả thống kê", "Kết quả thống kê", "Ghi chú"]
    assert texts(second) == ["STT", label, "Đơn vị tính", "Số liệu", "Ghi chú"]


def test_the_head_is_repeated_and_no_row_breaks_across_pages(filled: FilledForm, form: Form) -> None:
    rows = table_of(opened(filled, form)).rows
    repeated = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in rows]
    assert repeated == [True, True] + [False] * (len(rows) - 2)
    assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def page_twips(document: Document) -> dict[str, int]:
    """The page's lengths in twentieths of a point, as the file has them."""
    section = document.sections[0]._sectPr
    lengths = {**section.find(qn("w:pgSz")).attrib, **section.find(qn("w:pgMar")).attrib}
    return {str(name).partition("}")[2]: int(value) for name, value in lengths.items()}


def test_every_cell_has_the_width_of_its_column(filled: FilledForm, form: Form) -> None:
    document = opened(filled, form)
    table, page = table_of(document), page_twips(document)
    widths = [column.width for column in table.columns]
    assert sum(width.twips for width in widths if width) == page["w"] - page["left"] - page["right"]
    for row in table.rows[2:]:
        assert [cell.width for cell in row.cells] == widths


def test_page_and_margins_follow_the_decree(filled: FilledForm, form: Form) -> None:
    page = page_twips(opened(filled, form))
    millimetres = {name: round(length * 25.4 / 1440) for name, length in page.items()}
    assert [millimetres[name] for name in ("w", "h")] == [210, 297]
    assert [millimetres[name] for name in ("top", "bottom", "left", "right")] == [20, 20, 30, 15]


def test_all_text_is_times_new_roman_in_vietnamese(filled: FilledForm, form: Form) -> None:
    styles = opened(filled, form).styles.element
    (fonts,) = styles.iter(qn("w:rFonts"))
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia", "cs")} == {"Times New Roman"}
    (language,) = styles.iter(qn("w:lang"))
    assert language.get(qn("w:val")) == "vi-VN"


def test_looks_come_from_styles_alone(filled: FilledForm, form: Form) -> None:
    body = opened(filled, form).element.body
    allowed = {qn("w:rStyle")}
    assert {child.tag for run in body.iter(qn("w:rPr")) for child in run} <= allowed
    assert {child.tag for paragraph in body.iter(qn("w:pPr")) for child in paragraph} <= {
        qn("w:pStyle"),
        qn("w:keepNext"),
    }


def test_sizes_are_within_the_decree(filled: FilledForm, form: Form) -> None:
    document = opened(filled, form)
    head = [(p.text, font_of(p).size.pt, font_of(p).bold) for p in document.paragraphs[:2]]
    assert head == [
        ("Biểu mẫu 7", 14, True),
        ("Xây dựng và phát triển Chính quyền điện tử, Chính quyền số", 14, True),
    ]
    assert font_of(document.paragraphs[2]).italic
    assert document.styles["Biểu - Trong bảng"].font.size.pt == 12
    assert document.styles["Biểu - Ghi chú"].font.size.pt < 12


def test_headings_are_bold_and_have_no_figure(filled: FilledForm, form: Form) -> None:
    for printed, row in zip(table_of(opened(filled, form)).rows[2:], form.rows, strict=True):
        assert font_of(printed.cells[1].paragraphs[0]).bold is (True if row.heading else None)
        assert not (row.heading and printed.cells[3].text)


def test_number_and_day_stay_open_until_they_are_known(filled: FilledForm, form: Form) -> None:
    line = opened(filled, form).paragraphs[2].text.replace("\N{NO-BREAK SPACE}", "_")
    assert line == "(Kèm theo Báo cáo số: ________/BC-UBND ngày _____ tháng 12 năm 2025 của UBND đặc khu Sao Mẫu)"


def test_number_and_day_are_printed_when_known(old_filled: FilledForm, old_form: Form) -> None:
    text = all_text(opened(old_filled, old_form))
    assert "(Ban hành kèm theo Báo cáo số 161/BC-UBND ngày 18/3/2024 của UBND xã An Mẫu)" in text


def test_the_page_number_stands_on_top_of_every_page_but_the_first(filled: FilledForm, form: Form) -> None:
    section = opened(filled, form).sections[0]
    assert section.different_first_page_header_footer
    assert [p.text for p in section.first_page_header.paragraphs] == [""]
    (field,) = section.header._element.iter(qn("w:instrText"))
    assert field.text.strip() == "PAGE"
    assert section.header.paragraphs[0].style.name == "Header"


def test_only_a_draft_says_so_and_on_every_page(filled: FilledForm, form: Form) -> None:
    for draft in (False, True):
        section = opened(filled, form, draft=draft).sections[0]
        for header in (section.first_page_header, section.header):
            assert ("BẢN NHÁP – CHƯA ĐẠT KIỂM TRA" in [p.text for p in header.paragraphs]) is draft


def test_a_form_of_status_draft_is_marked_whatever_the_caller_says(filled: FilledForm, form: Form) -> None:
    header = opened(filled.with_status(FormMark.DRAFT), form, draft=False).sections[0].header
    assert header.paragraphs[-1].text == "BẢN NHÁP – CHƯA ĐẠT KIỂM TRA"


def test_the_signature_block_is_printed_where_the_form_has_one(
    filled: FilledForm, form: Form, old_filled: FilledForm, old_form: Form
) -> None:
    signed = [p.text for p in opened(old_filled, old_form).paragraphs if p.text][-4:]
    assert signed == ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "Họ và tên người ký"]
    assert "CHỦ TỊCH" not in all_text(opened(filled, form))


def test_a_system_that_did_not_answer_leaves_its_figures_empty_and_says_why(filled: FilledForm, form: Form) -> None:
    document = opened(builder.with_system_down(filled), form)
    rows = rows_by_key(document)
    assert rows["4.3.2"][3:] == [
        "",
        "Chưa thu thập được. Xem chú thích (1). Mẫu in đơn vị tính là “Thủ tục”; chỉ tiêu đếm hồ sơ.",
    ]
    assert rows["4.5"][3] == "85,06"
    assert "(1) Hệ thống một cửa không trả lời trong 30 giây; đã thử 5 lần đến 15/12/2025 07:00." in all_text(document)


def test_a_ratio_over_nothing_is_said_in_words(filled: FilledForm, form: Form) -> None:
    rows = rows_by_key(opened(builder.with_no_dossiers(filled), form))
    assert [rows[key][3] for key in ("4.2", "4.3", "4.3.1", "4.4", "4.4.1")] == [
        "Không phát sinh", "Không phát sinh", "0", "Không phát sinh", "0",
    ]  # fmt: skip


def test_rows_of_another_tier_hold_no_figure_and_say_why(filled: FilledForm, form: Form) -> None:
    rows = rows_by_key(opened(filled, form))
    assert rows["3.1.1"][3:] == rows["3.2.1"][3:] == ["", "Không áp dụng."]


def test_a_long_note_goes_below_the_table_whole(filled: FilledForm, form: Form) -> None:
    long_form, long_filled = builder.with_long_texts(form, filled)
    document = opened(long_filled, long_form)
    rows = rows_by_key(document)
    assert rows["4.3"][4] == "Xem chú thích (1)."
    assert len(rows["4.2.1"][1]) == 200
    (footnote,) = [p.text for p in document.paragraphs if p.text.startswith("(1) ")]
    assert len(footnote) >= 1200


@pytest.mark.parametrize("text", builder.HOSTILE)
def test_hostile_text_is_printed_as_it_is(text: str, filled: FilledForm, form: Form) -> None:
    hostile = builder.with_cells(replace(filled, unit_name=text), {"4.2": {"note": text}})
    hostile = replace(hostile, head=replace(hostile.head, issuer=text))
    document = opened(hostile, form)
    assert rows_by_key(document)["4.2"][4] == text + ("" if text.endswith((".", "!")) else ".")
    assert f"của {text})" in document.paragraphs[2].text
    assert document.core_properties.author == text
    assert not list(document.element.body.iter(qn("w:instrText"), qn("w:fldSimple"), qn("w:hyperlink")))


def test_letters_a_page_cannot_hold_are_left_out(filled: FilledForm, form: Form) -> None:
    note = "Tên\x00 gọi\x0b \u202eđảo\ufffe \ud800xong"
    rows = rows_by_key(opened(builder.with_cells(filled, {"4.2": {"note": note}}), form))
    assert rows["4.2"][4] == "Tên gọi đảo xong."


def test_text_is_printed_in_composed_letters(filled: FilledForm, form: Form) -> None:
    rows = rows_by_key(opened(builder.with_cells(filled, {"4.2": {"note": "so\u0302\u0301 lie\u0323\u0302u"}}), form))
    assert rows["4.2"][4] == "số liệu."


def test_document_properties_are_the_forms_own(filled: FilledForm, form: Form) -> None:
    properties = opened(filled, form).core_properties
    assert properties.author == properties.last_modified_by == "UBND đặc khu Sao Mẫu"
    assert properties.created == properties.modified == datetime(2025, 12, 15, tzinfo=UTC)
    assert properties.language == "vi-VN"
    assert properties.title.startswith("Biểu mẫu 7. Xây dựng và phát triển Chính quyền điện tử")
    assert properties.title.endswith("UBND đặc khu Sao Mẫu, Quý IV năm 2025")


def test_the_package_holds_no_time_and_no_trace_of_a_machine(filled: FilledForm, form: Form) -> None:
    with zipfile.ZipFile(io.BytesIO(render_docx(print_form(filled, form)))) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {entry.create_system for entry in package.infolist()} == {0}
        assert package.namelist()[0] == "[Content_Types].xml"
        assert not any("python" in package.read(name).decode().lower() for name in package.namelist())


def test_writing_gives_the_hash_of_the_file_and_leaves_nothing_else(
    filled: FilledForm, form: Form, tmp_path: Path
) -> None:
    sha256 = write_form_docx(filled, form, tmp_path / "new" / "form.docx")
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["form.docx"]
    assert len(sha256) == 64
    assert sha256 == write_form_docx(filled, form, tmp_path / "again.docx")

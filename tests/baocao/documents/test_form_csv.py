"""The CSV file: plain, readable by a spreadsheet, and inert in it."""

import csv
import io

import pytest

from baocao.catalogue import Form
from baocao.documents.form_csv import inert, render_csv
from baocao.documents.printed import print_form
from baocao.domain import FilledForm

from . import builder


def rows_of(filled: FilledForm, form: Form) -> list[dict[str, str]]:
    text = render_csv(print_form(filled, form)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_one_line_a_row_with_value_and_print(filled: FilledForm, form: Form) -> None:
    rows = rows_of(filled, form)
    assert [row["STT"] for row in rows] == [row.number for row in form.rows]
    assert next(row for row in rows if row["STT"] == "4.3.2") == {
        "STT": "4.3.2",
        "Chỉ tiêu thống kê": "Số hồ sơ nộp trực tuyến của các DVCTT toàn trình",
        "Đơn vị tính": "Thủ tục",
        "Giá trị": "9530",
        "Số liệu": "9.530",
        "Trạng thái": "Đã thu thập",
        "Ghi chú": "Mẫu in đơn vị tính là “Thủ tục”; chỉ tiêu đếm hồ sơ.",
        "Mã chỉ tiêu": "dossiers_full_online_count",
    }


def test_lines_end_as_the_standard_says_and_letters_are_marked(filled: FilledForm, form: Form) -> None:
    content = render_csv(print_form(filled, form))
    assert content.startswith(b"\xef\xbb\xbfSTT,")
    assert content.count(b"\r\n") == content.count(b"\n") == len(form.rows) + 1


@pytest.mark.parametrize("text", builder.HOSTILE)
def test_no_text_begins_like_a_formula(text: str, filled: FilledForm, form: Form) -> None:
    note = next(
        row for row in rows_of(builder.with_cells(filled, {"4.2": {"note": text}}), form) if row["STT"] == "4.2"
    )
    assert not note["Ghi chú"].startswith(("=", "+", "-", "@"))
    assert note["Ghi chú"].lstrip("'").startswith(text)


def test_a_formula_behind_a_tab_or_a_line_end_is_inert_too() -> None:
    assert inert("\t=1+1") == inert("\r\n=1+1") == inert(" =1+1") == "'=1+1"

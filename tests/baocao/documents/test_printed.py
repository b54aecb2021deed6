"""What each place of the page says: small cases an officer could check."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pdfplumber
import pytest

from baocao.catalogue import Catalogue, Form, FormRow
from baocao.documents.printed import NOTE_LIMIT, figure_text, note_text, print_form
from baocao.documents.texts import NBSP, clean_text, join_sentences, split_runs
from baocao.documents.writing import write_documents
from baocao.domain import Cell, CellStatus, FilledForm, Measure
from baocao.errors import ConfigError

from . import builder

ROW = FormRow(number="4.2", label="Nhãn", unit="%", indicator="a")


def cell(status: CellStatus, note: str = "", value: str | None = None) -> Cell:
    return Cell("4.2", Decimal(value) if value else None, "", status, Measure.PERCENT, "a", note)


@pytest.mark.parametrize(
    ("status", "value", "figure"),
    [
        (CellStatus.REPORTED, "84.126984", "84,13"),
        (CellStatus.REPORTED, "0", "0,00"),
        (CellStatus.PROVISIONAL, "56.94", "56,94"),
        (CellStatus.NO_DENOMINATOR, None, "Không phát sinh"),
        (CellStatus.NOT_COLLECTED, None, ""),
        (CellStatus.INCOMPLETE, None, ""),
        (CellStatus.NOT_APPLICABLE, None, ""),
        (CellStatus.BLANK, None, ""),
        (CellStatus.HEADING, None, ""),
    ],
)
def test_figures_by_status(status: CellStatus, value: str | None, figure: str) -> None:
    assert figure_text(cell(status, value=value)) == figure


@pytest.mark.parametrize(
    ("status", "own", "note"),
    [
        (CellStatus.REPORTED, "", ""),
        (CellStatus.REPORTED, "Lấy sau ngày chốt 3 ngày", "Lấy sau ngày chốt 3 ngày."),
        (CellStatus.PROVISIONAL, "", "Số tạm tính."),
        (CellStatus.PROVISIONAL, "Lấy trước ngày chốt", "Số tạm tính. Lấy trước ngày chốt."),
        (CellStatus.TYPED_IN, "", "Số nhập tay."),
        (CellStatus.TYPED_IN, "Văn phòng nhập ngày 12/12/2025", "Văn phòng nhập ngày 12/12/2025."),
        (CellStatus.CORRECTED, "Đính chính từ 277 thành 19", "Đính chính từ 277 thành 19."),
        (CellStatus.NOT_COLLECTED, "", "Chưa thu thập được."),
        (CellStatus.INCOMPLETE, "Chưa thu thập đủ: thiếu 14/12/2025", "Chưa thu thập đủ: thiếu 14/12/2025."),
        (CellStatus.NOT_COLLECTED, "Hết giờ chờ", "Chưa thu thập được. Hết giờ chờ."),
        (CellStatus.NOT_COLLECTED, "Chưa thu thập được: hết giờ chờ", "Chưa thu thập được: hết giờ chờ."),
        (CellStatus.NO_DENOMINATOR, "", ""),
        (CellStatus.NOT_APPLICABLE, "", "Không áp dụng."),
        (CellStatus.BLANK, "", "Chưa có số liệu."),
        (CellStatus.BLANK, "Chưa có người nhập", "Chưa có người nhập."),
    ],
)
def test_notes_by_status(status: CellStatus, own: str, note: str) -> None:
    assert note_text(ROW, cell(status, own)) == note


def test_a_misprint_of_the_official_text_is_told(form: Form) -> None:
    assert note_text(form.row("4.3.1"), cell(CellStatus.REPORTED)) == (
        "Mẫu in đơn vị tính là “Thủ tục”; chỉ tiêu đếm hồ sơ."
    )


def test_the_same_sentence_is_not_said_twice() -> None:
    assert join_sentences(["Số tạm tính", "Số  tạm\ntính", "", "Xong!"]) == "Số tạm tính. Xong!"


def test_a_reason_many_rows_share_is_told_once_below_the_table(filled: FilledForm, form: Form) -> None:
    page = print_form(builder.with_system_down(filled), form)
    assert len(page.footnotes) == 1
    assert sum("chú thích (1)" in row.short_note for row in page.rows) == 9


def test_a_note_as_long_as_the_limit_stays_in_the_column(filled: FilledForm, form: Form) -> None:
    for length, footnotes in ((NOTE_LIMIT - 1, 0), (NOTE_LIMIT, 1)):
        page = print_form(builder.with_cells(filled, {"4.2": {"note": "a" * length}}), form)
        assert len(page.footnotes) == footnotes


def test_italics_are_the_only_marks_in_a_label() -> None:
    runs = split_runs("Một <i>hai</i> <b>ba</b> & <i>bốn")
    assert [(run.text, run.italic) for run in runs] == [("Một ", False), ("hai", True), (" <b>ba</b> & <i>bốn", False)]


def test_line_feeds_stay_and_other_controls_go() -> None:
    assert clean_text("a\r\nb\rc\td\x07\u200b") == "a\nb\nc d\u200b"


@pytest.mark.parametrize(
    ("number", "dated_on", "line"),
    [
        ("", None, "số ________/BC-UBND ngày _____/3/2024 của UBND xã An Mẫu"),
        ("161", date(2024, 1, 5), "số 161/BC-UBND ngày 05/01/2024 của UBND xã An Mẫu"),
        ("161/BC-UBND", date(2024, 3, 15), "số 161/BC-UBND ngày 15/3/2024 của UBND xã An Mẫu"),
    ],
)
def test_the_line_under_the_title(
    number: str, dated_on: date | None, line: str, old_filled: FilledForm, old_form: Form
) -> None:
    head = replace(old_filled.head, report_number=number, dated_on=dated_on)
    printed = print_form(replace(old_filled, head=head), old_form).attached_to.replace(NBSP, "_")
    assert printed == f"(Ban hành kèm theo Báo cáo {line})"


def test_without_a_window_month_and_year_stay_open_too(old_filled: FilledForm, old_form: Form) -> None:
    head = replace(old_filled.head, dated_on=None)
    printed = print_form(replace(old_filled, head=head, window=None), old_form).attached_to
    assert "/".join([NBSP * 5, NBSP * 5, NBSP * 6]) in printed


def test_an_unknown_place_in_the_line_is_an_error_of_the_form_file(filled: FilledForm, form: Form) -> None:
    wrong = form.model_copy(update={"attached_to": "Số {so}"})
    with pytest.raises(
        ConfigError, match=r"2025-bieu-mau-7\.yaml: attached_to: không có chỗ điền “so”; được dùng: number, day"
    ):
        print_form(filled, wrong)


def test_the_time_of_a_document_is_part_of_its_input(filled: FilledForm, form: Form) -> None:
    hanoi = timezone(timedelta(hours=7))
    times = {
        datetime(2025, 12, 15, 7, 0, 0, 999, tzinfo=hanoi): datetime(2025, 12, 15, tzinfo=UTC),
        datetime(2025, 12, 15, 7): datetime(2025, 12, 15, 7, tzinfo=UTC),  # noqa: DTZ001
        None: datetime(2025, 12, 14, tzinfo=UTC),
    }
    for known_at, made_at in times.items():
        assert print_form(replace(filled, known_at=known_at), form).made_at == made_at


def test_a_row_the_filled_form_lacks_is_blank(filled: FilledForm, form: Form) -> None:
    cells = {key: value for key, value in filled.cells.items() if key not in {"4.2", "4"}}
    rows = {row.key: row.cell.status for row in print_form(replace(filled, cells=cells), form).rows}
    assert (rows["4.2"], rows["4"]) == (CellStatus.BLANK, CellStatus.HEADING)


@pytest.mark.parametrize("status", CellStatus)
def test_an_empty_cell_says_why_it_is_empty(catalogue: Catalogue, status: CellStatus) -> None:
    """In every file: in the column of notes, or at the foot of the page."""
    filled = builder.form_2025(catalogue)
    emptied = builder.with_cells(filled, {"4.2": {"value": None, "display": "", "status": status, "note": ""}})
    page = print_form(emptied, catalogue.form("2025-bieu-mau-7"))
    row = next(row for row in page.rows if row.key == "4.2")
    assert status is CellStatus.HEADING or row.figure or status in HAS_FIGURE or (row.note and row.short_note)


HAS_FIGURE = (CellStatus.REPORTED, CellStatus.PROVISIONAL, CellStatus.TYPED_IN, CellStatus.CORRECTED)


def test_every_empty_row_of_a_real_form_has_its_reason_in_word_pdf_excel_and_web(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    filled = builder.with_system_down(builder.form_2024(catalogue))
    form = catalogue.form(filled.form_code)
    page = print_form(filled, form)
    empty = [row for row in page.rows if not row.figure and not row.row.heading]
    assert {row.cell.status for row in empty} >= {CellStatus.NOT_APPLICABLE, CellStatus.NOT_COLLECTED}
    assert [row.key for row in empty if not row.short_note] == []
    write_documents(filled, form, tmp_path)
    sheet = openpyxl.load_workbook(tmp_path / "form.xlsx").worksheets[0]
    notes = {str(line[0].value).rstrip("."): line[4].value for line in sheet.iter_rows() if line[0].value}
    assert [row.key for row in empty if not notes[row.key]] == []
    with pdfplumber.open(tmp_path / "form.pdf") as pdf:
        printed = " ".join(page.extract_text() for page in pdf.pages).count("Không áp")
    tables = docx.Document(str(tmp_path / "form.docx")).tables
    in_word = {line.cells[0].text.rstrip("."): line.cells[4].text for line in tables[0].rows}
    assert [row.key for row in empty if not in_word[row.key]] == []
    assert printed == sum(row.cell.status is CellStatus.NOT_APPLICABLE for row in empty)

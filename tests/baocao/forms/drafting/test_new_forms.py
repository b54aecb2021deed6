"""A form nobody has seen: its units, code lists, formulas, totals and parts; and files that hold no form."""

from datetime import date
from io import BytesIO
from typing import Any

import docx
import openpyxl
import pytest
import yaml

from baocao.catalogue import Catalogue
from baocao.catalogue.typed_secrets import find_typed_secrets
from baocao.documents.reading.files import read_content
from baocao.errors import UnreadableFormError
from baocao.forms.drafting import Draft, DraftWishes, QuestionTopic, Sureness, draft_form
from baocao.forms.drafting.units import read_codes
from baocao.forms.drafting.yaml_files import write_files
from tests.baocao.forms.drafting.blanks import as_shipped, by_word, saved

HEAD = ("Biểu mẫu 2", "CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH", "(Kèm theo Báo cáo số …/BC-UBND ngày …/…/…… của ……)")
COLUMNS = ("STT", "Nội dung", "Đơn vị tính", "Kết quả", "Ghi chú")
ROWS = (
    ("I", "An toàn thông tin", "", "", ""),
    ("1", "Tổng số cuộc diễn tập ứng cứu sự cố, gồm:", "Cuộc", "", ""),
    ("a)", "Số cuộc diễn tập trực tiếp", "Cuộc", "", ""),
    ("b)", "Số cuộc diễn tập từ xa", "Cuộc", "", ""),
    ("2", "Tỷ lệ cuộc diễn tập trực tiếp", "%", "=I.1.a/I.1*100", ""),
    ("3", "Thành lập đội ứng cứu", "Chưa = 0, Hoàn thành = 1", "", ""),
    ("II", "Trang thông tin", "", "", ""),
    ("1", "Số phiếu góp ý về trang thông tin", "Phiếu", "", ""),
    ("2", "Trong đó: số phiếu góp ý ẩn danh", "Phiếu", "", ""),
    ("3", "Kinh phí mua sắm máy chủ", "Tỷ đồng", "", ""),
    ("4", "Số vụ mất an toàn thông tin", "", "", ""),
    ("5", "Nhận xét", "", "", ""),
)
"""Of figures no shipped form asks for."""


def new_form(rows: tuple[tuple[str, ...], ...] = ROWS, head: tuple[str, ...] = HEAD, columns: Any = COLUMNS) -> bytes:
    document = docx.Document()
    for line in head:
        document.add_paragraph(line)
    table = document.add_table(rows=0, cols=len(columns))
    for texts in (columns, *rows):
        for cell, text in zip(table.add_row().cells, texts, strict=True):
            cell.text = text
    return saved(document)


def draft_of(catalogue: Catalogue, content: bytes, **wishes: Any) -> Draft:
    return draft_form(read_content(content), catalogue, DraftWishes(**wishes), date(2026, 2, 3))


@pytest.fixture(scope="module")
def draft(catalogue: Catalogue) -> Draft:
    return draft_of(catalogue, new_form())


def row_of(draft: Draft, key: str) -> dict[str, Any]:
    return next(row for row in draft.form["rows"] if row.get("key", row["number"]) == key)


def figure_of(draft: Draft, key: str) -> dict[str, Any]:
    return dict(draft.indicators[row_of(draft, key)["indicator"]])


def asked(draft: Draft, key: str, topic: QuestionTopic) -> Any:
    return next((one for one in draft.questions if (one.row, one.topic) == (key, topic)), None)


def test_the_front_is_printed_to_the_letter_with_places_for_what_changes(draft: Draft) -> None:
    assert draft.form_code == "2026-bieu-mau-2"
    assert draft.form["appendix"] == "Biểu mẫu 2"
    assert draft.form["title"] == ["CÔNG TÁC CHỈ ĐẠO, ĐIỀU HÀNH"]
    assert draft.form["attached_to"] == "(Kèm theo Báo cáo số {number}/BC-UBND ngày {day}/{month}/{year} của {issuer})"
    assert draft.form["columns"] == {"label": "Nội dung", "label_note": "", "result": "", "figure": "Kết quả"}
    assert draft.form["valid_from"] == date(2026, 1, 1)
    assert asked(draft, "", QuestionTopic.FORM).sureness is Sureness.UNSURE


def test_a_ratio_is_read_from_its_formula(draft: Draft) -> None:
    ratio = figure_of(draft, "I.2")["ratio"]
    assert ratio == {
        "numerator": row_of(draft, "I.1.a")["indicator"], "denominator": row_of(draft, "I.1")["indicator"],
    }  # fmt: skip
    assert asked(draft, "I.2", QuestionTopic.RATIO).sureness is Sureness.SURE


def test_a_total_has_its_parts_by_its_words(draft: Draft) -> None:
    whole, done, open_ = (row_of(draft, key)["indicator"] for key in ("I.1", "I.1.a", "I.1.b"))
    assert figure_of(draft, "I.1.a")["part_of"] == figure_of(draft, "I.1.b")["part_of"] == whole
    (balance,) = draft.balances.values()
    assert (balance["left"], balance["right"]) == ([whole], [done, open_])
    assert "I.1.a + I.1.b" in asked(draft, "I.1", QuestionTopic.PARTS).asks


def test_a_code_list_in_the_unit_cell_is_read(draft: Draft) -> None:
    assert figure_of(draft, "I.3") == {
        "label": "Thành lập đội ứng cứu", "measure": "code", "typed": {"codes": {0: "Chưa", 1: "Hoàn thành"}},
        "owner": "office",
    }  # fmt: skip


def test_a_unit_of_the_vocabulary_is_known_and_another_is_asked_about(draft: Draft) -> None:
    assert figure_of(draft, "II.1")["measure"] == "ballot"
    assert draft.measures == {"ty_dong": {"label": "tỷ đồng", "kind": "decimal", "places": 2}}
    question = asked(draft, "II.3", QuestionTopic.UNIT)
    assert "“Tỷ đồng” chưa có, tạm khai báo ty_dong là số thập phân" in question.asks
    assert question.sureness is Sureness.UNSURE


def test_a_missing_unit_is_asked_about_and_a_row_without_one_is_a_heading_in_doubt(draft: Draft) -> None:
    assert asked(draft, "II.4", QuestionTopic.UNIT) is not None
    assert row_of(draft, "II.5")["heading"] is True
    assert asked(draft, "II.5", QuestionTopic.HEADING).sureness is Sureness.UNSURE
    assert asked(draft, "I", QuestionTopic.HEADING) is None


def test_a_formula_of_a_sheet_is_read_by_its_cells(catalogue: Catalogue) -> None:
    book = openpyxl.Workbook()
    for line in HEAD:
        book.active.append([line])
    for texts in (COLUMNS, *ROWS[:4], ("2", "Tỷ lệ cuộc diễn tập trực tiếp", "%", "=D7/D6*100", "")):
        book.active.append([text or None for text in texts])
    stream = BytesIO()
    book.save(stream)
    draft = draft_of(catalogue, stream.getvalue())
    assert figure_of(draft, "I.2")["ratio"]["numerator"] == row_of(draft, "I.1.a")["indicator"]


@pytest.mark.parametrize(
    ("content", "seen"),
    [
        ("Thư mời họp\nKính gửi các đơn vị, mời dự họp lúc 8 giờ.".encode(), "2 dòng chữ, bắt đầu bằng “Thư mời họp”"),
        (
            new_form(columns=("STT", "Họ và tên", "Ngày sinh", "Điểm", "Ghi chú"), head=("DANH SÁCH",), rows=(("1", "Lê A", "", "", ""),)),
            "1 bảng (dòng đầu: STT | Họ và tên | Ngày sinh | Điểm | Ghi chú)",
        ),
        (
            new_form(columns=("STT", "Tên hàng", "ĐVT", "Số lượng", "Thành tiền"), head=("HÓA ĐƠN",), rows=(("1", "Giấy A4", "Ram", "2", "130000"),) * 3),
            "1 bảng",
        ),
    ],
)  # fmt: skip
def test_of_a_file_without_a_form_what_was_seen_and_what_is_known_is_said(
    catalogue: Catalogue, content: bytes, seen: str
) -> None:
    with pytest.raises(UnreadableFormError) as caught:
        draft_of(catalogue, content)
    assert caught.value.exit_code == 22
    assert seen in str(caught.value)
    assert "Biểu mẫu 7 (2025-bieu-mau-7)" in str(caught.value)


def test_of_several_forms_one_must_be_chosen(catalogue: Catalogue) -> None:
    document = docx.Document()
    for head in (HEAD, ("Biểu mẫu 3", "THỂ CHẾ")):
        for line in head:
            document.add_paragraph(line)
        table = document.add_table(rows=0, cols=len(COLUMNS))
        for texts in (COLUMNS, *ROWS[:5]):
            for cell, text in zip(table.add_row().cells, texts, strict=True):
                cell.text = text
    content = saved(document)
    with pytest.raises(UnreadableFormError, match=r"2 biểu mẫu: 1 \(bảng 1\), 2 \(bảng 2\); chỉ rõ .* --table"):
        draft_of(catalogue, content)
    assert draft_of(catalogue, content, place="2").form["appendix"] == "Biểu mẫu 3"


def test_figures_left_in_the_file_are_not_taken_but_told(catalogue: Catalogue) -> None:
    draft = draft_of(catalogue, by_word(as_shipped("2025-bieu-mau-7"), figure="12"), form_code="x")
    assert any("đã điền" in one.asks for one in draft.questions)


def test_columns_with_no_place_are_told(catalogue: Catalogue) -> None:
    columns = ("STT", "Nội dung", "Đơn vị tính", "Kế hoạch", "Thực hiện")
    draft = draft_of(catalogue, new_form(columns=columns))
    assert "Kế hoạch" in next(one.asks for one in draft.questions if one.topic is QuestionTopic.COLUMNS)


def keys_of(draft: Draft) -> list[str]:
    return [row.get("key", row["number"].rstrip(".")) for row in draft.form["rows"]]


def test_a_unit_said_once_above_the_table_is_that_of_every_count(catalogue: Catalogue) -> None:
    rows = (("1", "Tổng số cuộc họp", "", ""), ("2", "Tỷ lệ cuộc họp trực tuyến", "", ""))
    content = new_form(rows, (*HEAD, "Đơn vị tính: Cuộc"), ("STT", "Nội dung", "Số liệu", "Ghi chú"))
    draft = draft_of(catalogue, content)
    assert [row["unit"] for row in draft.form["rows"]] == ["Cuộc", "%"]
    assert any("không có cột đơn vị tính" in one.asks for one in draft.questions)


def test_numbers_before_the_labels_are_taken_out_of_them(catalogue: Catalogue) -> None:
    rows = (("I. Chỉ đạo", "", ""), ("1. Số cuộc họp", "Cuộc", ""), ("a) Số cuộc trực tuyến", "Cuộc", ""),
            ("II. Thể chế", "", ""), ("1. Số văn bản ban hành", "Văn bản", ""))  # fmt: skip
    draft = draft_of(catalogue, new_form(rows, columns=("Nội dung", "Đơn vị tính", "Số liệu")))
    assert keys_of(draft) == ["I", "I.1", "I.1.a", "II", "II.1"]
    assert draft.form["rows"][0]["label"] == "Chỉ đạo"


@pytest.mark.parametrize(
    ("unit", "codes"),
    [
        ("Có = 1; Không = 0", {1: "Có", 0: "Không"}),
        ("0: Chưa; 1: Đang làm; 2: Hoàn thành", {0: "Chưa", 1: "Đang làm", 2: "Hoàn thành"}),
        ("1 - Có, 0 - Không", {1: "Có", 0: "Không"}),
        ("Mã (0: chưa, 1: rồi)", {0: "chưa", 1: "rồi"}),
        ("Hồ sơ/ngày", {}),
    ],
)
def test_code_lists_are_read_as_people_write_them(unit: str, codes: dict[int, str]) -> None:
    assert read_codes(unit) == codes


@pytest.mark.parametrize("hint", ["=b/a*100", "b/a x 100%", "= (b:a) x 100 %", "b÷a×100", "(1)=(b)/(a)*100"])
def test_formulas_are_read_as_people_write_them(catalogue: Catalogue, hint: str) -> None:
    rows = (
        ("1", "Tỷ lệ cuộc trực tuyến", "%", hint, ""),
        ("a", "Số cuộc", "Cuộc", "", ""),
        ("b", "Số cuộc trực tuyến", "Cuộc", "", ""),
    )
    draft = draft_of(catalogue, new_form(rows))
    ratio = figure_of(draft, "1")["ratio"]
    assert (ratio["numerator"], ratio["denominator"]) == tuple(row_of(draft, f"1.{k}")["indicator"] for k in "ba")
    assert asked(draft, "1", QuestionTopic.RATIO).sureness is Sureness.SURE


@pytest.mark.parametrize("end", ["(=b/a*100)", "(= 1b/1a*100)", "(=(b)/(a) x 100%)"])
def test_a_formula_at_the_end_of_a_label_makes_the_ratio(catalogue: Catalogue, end: str) -> None:
    rows = (
        ("1", f"Tỷ lệ cuộc trực tuyến {end}", "%", "", ""),
        ("a", "Số cuộc", "Cuộc", "", ""),
        ("b", "Số cuộc trực tuyến", "Cuộc", "", ""),
    )
    draft = draft_of(catalogue, new_form(rows))
    ratio = figure_of(draft, "1")["ratio"]
    assert (ratio["numerator"], ratio["denominator"]) == tuple(row_of(draft, f"1.{k}")["indicator"] for k in "ba")
    assert asked(draft, "1", QuestionTopic.RATIO).sureness is Sureness.SURE
    assert row_of(draft, "1")["label"].endswith(end)


@pytest.mark.parametrize("end", ["(=b/a*100)", "(=3b/3a*100)", "(=3.b/3.a*100%)", "(=(b)/(a)*100)"])
def test_a_formula_in_a_label_is_no_secret_and_a_password_is(end: str) -> None:
    assert not list(find_typed_secrets({"label": f"Tỷ lệ cuộc trực tuyến {end}"}))
    assert list(find_typed_secrets({"label": "Tỷ lệ =hoaSen9x/3K7aq"}))


def test_a_row_and_a_title_line_broken_by_a_page_are_one_again(catalogue: Catalogue) -> None:
    import typst

    rows = "".join(
        f"[{at}], [Số cuộc họp thứ {at} về việc chỉ đạo, điều hành công tác cải cách hành chính trong kỳ], [Cuộc], [],"
        for at in range(1, 12)
    )
    source = f"""#set page(width: 12cm, height: 9cm, margin: 1cm)
#set text(size: 10pt)
Biểu mẫu 2

CÔNG TÁC CHỈ ĐẠO

(Kèm theo Báo cáo số ........./BC-UBND ngày ..... tháng ..... năm 20..... của Ủy ban nhân dân ..................)
#table(columns: (2em, 1fr, 4em, 4em), [STT], [Nội dung], [Đơn vị tính], [Kết quả], {rows})"""
    draft = draft_of(catalogue, bytes(typst.compile(source.encode())))
    assert [row["number"] for row in draft.form["rows"]] == [str(at) for at in range(1, 12)]
    assert {row["label"].split("về")[1] for row in draft.form["rows"]} == {
        " việc chỉ đạo, điều hành công tác cải cách hành chính trong kỳ"
    }
    assert draft.form["attached_to"].endswith("của {issuer})")


def test_what_people_give_each_period_is_listed_new_and_known(catalogue: Catalogue) -> None:
    known = "Tỷ lệ báo cáo định kỳ được gửi, nhận qua Hệ thống thông tin báo cáo quốc gia"
    rows = (("1", "Số phiếu góp ý về trang thông tin", "Phiếu", "", ""), ("2", known, "%", "", ""),
            ("3", "Tổng số hồ sơ của DVCTT toàn trình", "Hồ sơ", "", ""))  # fmt: skip
    draft = draft_of(catalogue, new_form(rows))
    assert list(draft.typed.values()) == ["ô 1, Phiếu", "để tính ô 2", "để tính ô 2"]
    assert {"periodic_reports_sent_count", "periodic_reports_due_count"} < draft.typed.keys()
    figures = yaml.safe_load(write_files(draft)["manual.yaml"])["figures"]
    assert list(figures) == list(draft.typed)
    assert all(entry["value"] is None for entry in figures.values())


AMONG = (
    ("I", "Tổ chức", "", "", ""),
    ("1", "Số phiếu góp ý về trang thông tin", "Phiếu", "", ""),
    ("2", "Trong đó: số phiếu góp ý ẩn danh", "Phiếu", "", ""),
    ("3", "Trong đó: số phiếu góp ý qua thư", "Phiếu", "", ""),
    ("II", "Trụ sở", "", "", ""),
    ("1", "Số trụ sở dôi dư sau sắp xếp", "Trụ sở", "", ""),
    ("", "Trong đó:", "", "", ""),
    ("a", "Đã thanh lý", "Trụ sở", "", ""),
    ("b", "Đã chuyển giao", "Trụ sở", "", ""),
    ("2", "Số cơ sở dữ liệu bị lỗi", "", "", ""),
    ("III", "Hồ sơ", "", "", ""),
    ("1", "Tổng số hồ sơ đã giải quyết", "Hồ sơ", "", ""),
    ("", "Trong đó:", "", "", ""),
    ("a", "Trước hạn", "Hồ sơ", "", ""),
    ("b", "Quá hạn", "Hồ sơ", "", ""),
    ("2", "Tổng số hồ sơ đang giải quyết", "Hồ sơ", "", ""),
    ("a", "Trong hạn", "Hồ sơ", "", ""),
    ("b", "Quá hạn", "Hồ sơ", "", ""),
)


@pytest.fixture(scope="module")
def among(catalogue: Catalogue) -> Draft:
    return draft_of(catalogue, new_form(AMONG))


def test_rows_that_say_among_them_are_within_the_row_above(among: Draft) -> None:
    whole = row_of(among, "I.1")["indicator"]
    assert [among.indicators[row_of(among, key)["indicator"]]["part_of"] for key in ("I.2", "I.3")] == [whole] * 2
    whole = row_of(among, "II.1")["indicator"]
    assert [among.indicators[row_of(among, f"II.1.{key}")["indicator"]]["part_of"] for key in "ab"] == [whole] * 2
    assert row_of(among, "II.1.m1")["heading"] is True


def test_a_building_and_a_data_base_are_no_office_of_the_province(among: Draft) -> None:
    asked = {one.row for one in among.questions if one.topic is QuestionTopic.TIERS}
    assert asked == set()
    assert row_of(among, "II.1")["indicator"].startswith("tru_so_")


def test_a_word_under_two_counts_is_the_figure_of_its_own_count_and_asked_about(among: Draft) -> None:
    keys = ("III.1", "III.1.a", "III.1.b", "III.2", "III.2.a", "III.2.b")
    assert [row_of(among, key)["indicator"] for key in keys] == [
        "all_resolved_count", "all_resolved_early_count", "all_resolved_overdue_count",
        "all_pending_count", "all_pending_not_due_count", "all_pending_overdue_count",
    ]  # fmt: skip
    assert {"III.1.b", "III.2.b"} <= {one.row for one in among.questions if one.topic is QuestionTopic.INDICATOR}

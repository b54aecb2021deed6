"""A blank matrix form: heads on several levels, numbered columns, lines from the data, sums across."""

from datetime import date
from typing import Any

import docx
import pytest
import yaml

from baocao.catalogue import Catalogue, Form
from baocao.documents.evidence import Evidence
from baocao.documents.printed import print_form
from baocao.documents.reading.files import read_content
from baocao.documents.writing import RENDER_BY_FORMAT
from baocao.domain import Cell, CellStatus, FilledForm, FormMark, Tier
from baocao.forms.drafting import Draft, DraftWishes, QuestionTopic, Sureness, draft_form
from baocao.forms.drafting.yaml_files import write_files
from baocao.settings import CHECKOUT_DIR
from tests.baocao.forms.drafting.blanks import saved

OFFICIAL = yaml.safe_load(r"""
appendix: Biểu số II.06a/VPCP/KSTT
title: ["TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH", "TẠI {issuer}"]
attached_to: "Kỳ báo cáo: {period}\n(Từ ngày {from} đến ngày {to})"
head_left: [Biểu số II.06a/VPCP/KSTT]
head_right: ["Đơn vị báo cáo: {issuer}", "Đơn vị nhận báo cáo: Văn phòng UBND tỉnh"]
measure_line: "Đơn vị tính: Số hồ sơ TTHC"
prepared_by: Người làm báo cáo
signature_block: false
valid_from: 2020-01-01
matrix:
  columns:
    - {number: "1", heads: [TT], holds: order}
    - {number: "2", heads: [Lĩnh vực], holds: label}
    - {number: "3", heads: [Tiếp nhận, Tổng số], indicator: all_to_settle_count}
    - {number: "4", heads: [Tiếp nhận, Trong kỳ, Trực tuyến], indicator: all_received_online_count}
    - {number: "5", heads: [Tiếp nhận, Trong kỳ, "Trực tiếp, dịch vụ bưu chính"], indicator: all_received_direct_count}
    - {number: "6", heads: [Tiếp nhận, Kỳ trước], indicator: all_carried_over_count}
    - {number: "7", heads: [Đã giải quyết, Tổng số], indicator: all_closed_count}
    - {number: "8", heads: [Đã giải quyết, Trước hạn], indicator: all_resolved_early_count}
    - {number: "9", heads: [Đã giải quyết, "Đúng hạn (bao gồm cả hồ sơ chờ bổ sung và trả lại/xin rút)"], indicator: all_closed_on_time_count}
    - {number: "10", heads: [Đã giải quyết, Quá hạn], indicator: all_resolved_overdue_count}
    - {number: "11", heads: [Đang xử lý, Tổng số], indicator: all_pending_count}
    - {number: "12", heads: [Đang xử lý, Trong hạn], indicator: all_pending_not_due_count}
    - {number: "13", heads: [Đang xử lý, Quá hạn], indicator: all_pending_overdue_count}
  lines:
    - {each: field, tiers: [department, district, commune, ward, special_zone]}
    - {each: unit, head: Đơn vị, tiers: [province]}
  total: Tổng cộng
  balances:
    - {left: ["3"], right: ["4", "5", "6"]}
    - {left: ["7"], right: ["8", "9", "10"]}
    - {left: ["11"], right: ["12", "13"]}
    - {left: ["3"], right: ["7", "11"]}
""")
"""As TT 01/2020/TT-VPCP prints it; the sums across are those of its notes."""


def by_our_writer(kind: str) -> bytes:
    form = Form.model_validate({**OFFICIAL, "form_code": "ii"})
    assert form.matrix is not None
    cells = {row.key: Cell(row.key, None, "", CellStatus.HEADING) for row in form.rows}
    lines = form.matrix.fixed_lines()
    filled = FilledForm("ii", "", "", None, None, FormMark.UNMARKED, cells, lines=lines, tier=Tier.COMMUNE)
    return RENDER_BY_FORMAT[kind](print_form(filled, form), Evidence((), {}, {}, {}, {}))


def by_second_hand() -> bytes:
    """Merged as a clerk merges, sides in a table without lines, dots where things are filled in."""
    document = docx.Document()
    sides = document.add_table(rows=1, cols=3).rows[0].cells
    sides[0].text = "Biểu số II.06a/VPCP/KSTT"
    sides[1].text = (
        "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH\nTẠI ……………\nKỳ báo cáo: …………\n"
        "(Từ ngày …/…/…… đến ngày …/…/……)"
    )
    sides[2].text = "Đơn vị báo cáo: …………\nĐơn vị nhận báo cáo: Văn phòng UBND tỉnh"
    document.add_paragraph("Đơn vị tính: Số hồ sơ TTHC")
    columns = OFFICIAL["matrix"]["columns"]
    table = document.add_table(rows=6, cols=len(columns), style="Table Grid")
    for at, column in enumerate(columns):
        heads = column["heads"]
        for level in range(3):
            table.cell(level, at).text = heads[level] if level < len(heads) else ""
        table.cell(3, at).text = f"({column['number']})"
        if len(heads) < 3:
            table.cell(len(heads) - 1, at).merge(table.cell(2, at))
    for level, first, last in ((0, 2, 5), (0, 6, 9), (0, 10, 12), (1, 3, 4)):
        text = table.cell(level, first).text
        for at in range(first, last + 1):
            table.cell(level, at).text = ""
        table.cell(level, first).merge(table.cell(level, last)).text = text
    table.cell(5, 1).text = "Tổng cộng"
    document.add_paragraph("Người làm báo cáo")
    return saved(document)


def drafted(catalogue: Catalogue, content: bytes) -> Draft:
    wishes = DraftWishes(form_code="ii", valid_from=date(2020, 1, 1))
    return draft_form(read_content(content), catalogue, wishes, date(2026, 1, 5))


def without_figures(matrix: dict[str, Any]) -> dict[str, Any]:
    columns = [{key: value for key, value in one.items() if key != "indicator"} for one in matrix["columns"]]
    return {**matrix, "columns": columns}


@pytest.mark.parametrize("hand", ["our docx", "our xlsx", "second"])
def test_the_blank_comes_out_as_the_official_form_except_for_what_is_asked(catalogue: Catalogue, hand: str) -> None:
    draft = drafted(catalogue, by_second_hand() if hand == "second" else by_our_writer(hand.split()[1]))
    own, official = dict(draft.form), dict(OFFICIAL)
    figures = [
        (one["number"], one.get("indicator"), right.get("indicator"))
        for one, right in zip(own["matrix"]["columns"], official["matrix"]["columns"], strict=True)
    ]
    assert without_figures(own.pop("matrix")) == without_figures(official.pop("matrix"))
    assert own == official
    asked = {one.row for one in draft.questions if one.topic is QuestionTopic.INDICATOR}
    assert [one for one in figures if one[1] != one[2] and one[0] not in asked] == []
    assert sum(one[1] == one[2] for one in figures) >= 10


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_columns_lines_and_sums_are_read_from_the_other_formats_too(catalogue: Catalogue, kind: str) -> None:
    draft = drafted(catalogue, by_our_writer(kind))
    assert without_figures(draft.form["matrix"]) == without_figures(OFFICIAL["matrix"])


def test_what_a_bracket_counts_in_is_never_sure(catalogue: Catalogue) -> None:
    draft = drafted(catalogue, by_second_hand())
    assert draft.reasons["9"].sureness is not Sureness.SURE


def test_the_file_is_a_form_the_configuration_reads(catalogue: Catalogue) -> None:
    draft = drafted(catalogue, by_second_hand())
    written = yaml.safe_load(write_files(draft)["forms/ii.yaml"])
    assert written == dict(draft.form)
    matrix = Form.model_validate({**written, "form_code": "ii"}).matrix
    assert matrix is not None
    assert set(matrix.indicator_codes) <= catalogue.indicators.keys()


def test_every_sum_across_is_asked_about(catalogue: Catalogue) -> None:
    asks = [one.asks for one in drafted(catalogue, by_second_hand()).questions]
    for says in ("Cột 3 có bằng cột 4 + 5 + 6", "Cột 11 có bằng cột 12 + 13", "Cột 3 có bằng cột 7 + 11"):
        assert any(says in one for one in asks), says


def by_another_province(unit: str = "Hồ sơ") -> bytes:
    """By field, without a column of those that were early, in other words and other numbers."""
    document = docx.Document()
    for line in ("Biểu số 02b/KSTT", "TÌNH HÌNH GIẢI QUYẾT HỒ SƠ TẠI ……", "Kỳ báo cáo: ……", f"Đơn vị tính: {unit}"):
        document.add_paragraph(line)
    heads = (
        ("STT",), ("Lĩnh vực",), ("Số hồ sơ nhận giải quyết", "Tổng số"),
        ("Số hồ sơ nhận giải quyết", "Trong kỳ", "Trực tuyến"), ("Số hồ sơ nhận giải quyết", "Trong kỳ", "Trực tiếp"),
        ("Số hồ sơ nhận giải quyết", "Kỳ trước chuyển sang"), ("Kết quả giải quyết", "Tổng số"),
        ("Kết quả giải quyết", "Đúng hạn"), ("Kết quả giải quyết", "Quá hạn"),
        ("Đang giải quyết", "Chưa đến hạn"), ("Đang giải quyết", "Quá hạn"),
    )  # fmt: skip
    table = document.add_table(rows=5, cols=len(heads))
    for at, words in enumerate(heads):
        for row, text in enumerate((*words, *[words[-1]] * (3 - len(words)), f"({at + 1})")):
            table.cell(row, at).text = text
    table.cell(4, 1).text = "Tổng cộng"
    return saved(document)


@pytest.fixture(scope="module")
def other_province() -> Draft:
    shipped = Catalogue.read(CHECKOUT_DIR / "config")
    return draft_form(read_content(by_another_province()), shipped, DraftWishes(), date(2026, 1, 5))


def test_columns_in_other_words_are_the_figures_they_mean_each_once(other_province: Draft) -> None:
    taken = {one["number"]: one.get("indicator") for one in other_province.form["matrix"]["columns"][2:]}
    assert taken == {
        "3": "all_to_settle_count", "4": "all_received_online_count", "5": "all_received_direct_count",
        "6": "all_carried_over_count", "7": "all_resolved_count", "8": "all_resolved_in_time_count",
        "9": "all_resolved_overdue_count", "10": "all_pending_not_due_count", "11": "all_pending_overdue_count",
    }  # fmt: skip
    asked = {one.row for one in other_province.questions if one.topic is QuestionTopic.INDICATOR}
    assert {"3", "5", "7", "8"} <= asked


def test_a_matrix_goes_on_with_the_one_before_column_by_column(other_province: Draft) -> None:
    assert other_province.form["series"] == "giai-quyet-thu-tuc"
    crossed = {one["number"]: one.get("crosswalk", {}) for one in other_province.form["matrix"]["columns"]}
    assert {number: one.get("2020-ii-06a-vpcp") for number, one in crossed.items() if one} == {
        "3": "3", "4": "4", "5": "5", "6": "6", "9": "10", "11": "13",
    }  # fmt: skip
    assert any("cùng loạt với Biểu số II.06a/VPCP/KSTT" in one.asks for one in other_province.questions)
    written = yaml.safe_load(write_files(other_province)["forms/2026-bieu-so-02b-kstt.yaml"])
    form = Form.model_validate({**written, "form_code": "moi"})
    assert form.row("tong-cong/9").crosswalk == {"2020-ii-06a-vpcp": "tong-cong/10"}


def test_a_matrix_said_to_follow_none_has_no_series() -> None:
    shipped = Catalogue.read(CHECKOUT_DIR / "config")
    wishes = DraftWishes(succeeds="none")
    draft = draft_form(read_content(by_another_province()), shipped, wishes, date(2026, 1, 5))
    assert "series" not in draft.form


def test_a_head_that_counts_something_else_than_the_line_above_the_table_is_asked_about() -> None:
    shipped = Catalogue.read(CHECKOUT_DIR / "config")
    draft = draft_form(read_content(by_another_province("Văn bản")), shipped, DraftWishes(), date(2026, 1, 5))
    asked = {one.row: one.asks for one in draft.questions if one.topic is QuestionTopic.UNIT}
    assert set(asked) == {"3", "4", "5", "6"}
    assert "“Số hồ sơ nhận giải quyết” mà bảng ghi đơn vị tính “Văn bản”" in asked["3"]

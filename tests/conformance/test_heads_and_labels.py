"""Heads that name years, titles that read like rows, labels cut short, names that leave the tier open."""

import unicodedata
from dataclasses import replace

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import Tier
from tests.conformance.clerks import excel, saved, word
from tests.conformance.conftest import Lint
from tests.conformance.made import OLD_FORM, MadeForm, MadeRow, make_clean
from tests.conformance.test_what_clerks_do import earlier, figures, of, told


def two_columns(row: MadeRow) -> list[str]:
    return [row.number, row.label, row.unit, earlier(row), row.figure, ""]


@pytest.mark.parametrize("names", [("2024", "2025"), ("Năm 2024", "Năm 2025")])
@pytest.mark.parametrize("is_merged", [True, False])
def test_of_two_years_the_column_of_the_reports_year_is_taken(
    lint: Lint, made: MadeForm, names: tuple[str, str], is_merged: bool
) -> None:
    above = [["STT", "Chỉ tiêu", "ĐVT", "Số liệu", "", "Ghi chú"], ["", "", "", *names, ""]]
    head = above if is_merged else [["STT", "Chỉ tiêu", "ĐVT", *names, "Ghi chú"]]
    (one,) = lint(word(made, head, two_columns))
    assert (one.exit_code, told(one), figures(one)) == (0, [], of(made))
    assert one.read is not None
    column = one.read.understood.tables[0].figure
    assert column is not None
    assert names[1] in column.why
    assert names[1] in column.head


def test_a_year_beside_a_quarter_is_not_taken_for_the_quarter(lint: Lint, made: MadeForm) -> None:
    head = [["STT", "Chỉ tiêu", "ĐVT", "Quý III/2025", "Năm 2025", "Ghi chú"]]
    (one,) = lint(word(made, head, two_columns))
    assert (one.exit_code, figures(one)) == (22, {})
    assert "“Năm 2025”" in one.refusal


def test_quarters_named_over_merged_columns_tell_equal_heads_apart(lint: Lint, made: MadeForm) -> None:
    head = [
        ["STT", "Chỉ tiêu", "ĐVT", "Quý III/2025", "", "Quý IV/2025", ""],
        ["", "", "", "Kế hoạch", "Thực hiện", "Kế hoạch", "Thực hiện"],
    ]

    def cells(row: MadeRow) -> list[str]:
        return [row.number, row.label, row.unit, earlier(row), earlier(row), earlier(row), row.figure]

    (one,) = lint(word(made, head, cells))
    assert (one.exit_code, told(one), figures(one)) == (0, [], of(made))


def test_a_quarter_named_in_the_head_of_a_column_is_not_the_period_of_the_form(lint: Lint, made: MadeForm) -> None:
    head = [
        ["STT", "Chỉ tiêu", "ĐVT", "Kết quả", "", "Ghi chú"],
        ["", "", "", "Quý III/2025", "Quý IV/2025", ""],
    ]
    (one,) = lint(word(made, head, two_columns))
    assert one.read is not None
    assert one.read.filled.period is not None
    assert (one.read.filled.period.code, told(one), figures(one)) == ("2025-Q4", [], of(made))


def test_a_title_that_reads_like_a_row_hides_no_head(lint: Lint, made: MadeForm) -> None:
    made = replace(made, head=(*made.head, "Tỷ lệ sử dụng văn bản điện tử của địa phương"))
    head = [
        ["STT", "Chỉ tiêu", "Đơn vị tính", "Năm 2025", "", ""],
        ["", "", "", "Kế hoạch", "Thực hiện 9 tháng", "Thực hiện quý IV"],
    ]

    def cells(row: MadeRow) -> list[str]:
        return [row.number, row.label, row.unit, "99", "5", row.figure]

    (one,) = lint(saved(excel(made, head, cells)), "form.xlsx")
    assert (one.refusal, figures(one)) == ("", of(made))
    assert one.read is not None
    column = one.read.understood.tables[0].figure
    assert column is not None
    assert column.head == "Năm 2025 – Thực hiện quý IV"


def test_a_label_in_a_clerks_own_abbreviations_is_known_by_number_and_what_is_left(lint: Lint, made: MadeForm) -> None:
    made = made.with_row("4.3.1", label="TS HS của DVCTT TTr").with_row(
        "3.2", label="Tỷ lệ sử dụng VBĐT của địa phương"
    )
    (one,) = lint(word(made))
    assert figures(one) == of(made)
    assert "document.row_missing" not in {check for check, _ in told(one)}


def test_a_missing_row_is_one_finding_and_is_not_called_blank(lint: Lint, made: MadeForm) -> None:
    made = replace(made, rows=tuple(row for row in made.rows if row.key != "4.2.2"))
    (one,) = lint(word(made))
    assert (one.exit_code, told(one)) == (20, [("document.row_missing", ("4.2.2",))])


def test_a_city_under_a_province_is_of_district_level(lint: Lint, catalogue: Catalogue) -> None:
    made = make_clean(catalogue, OLD_FORM)
    issuer = made.head[-1].replace("UBND xã An Mẫu", "UBND thành phố An Mẫu")
    made = replace(made, head=("UBND TỈNH BIỂN MẪU", "UBND THÀNH PHỐ AN MẪU", *made.head[:-1], issuer))
    (one,) = lint(word(made))
    assert one.read is not None
    assert (one.read.tier, one.read.understood.tier_why) == (
        Tier.DISTRICT,
        "“UBND thành phố An Mẫu” đứng dưới “UBND TỈNH BIỂN MẪU” ở phần đầu biểu mẫu",
    )


def test_a_city_of_which_only_common_rows_are_filled_stays_open(lint: Lint, catalogue: Catalogue) -> None:
    made = make_clean(catalogue, OLD_FORM)
    of_tiers = {row.key for row in catalogue.form(OLD_FORM).rows if row.tiers and Tier.PROVINCE in row.tiers}
    common = {row.key for row in catalogue.form(OLD_FORM).rows if set(row.tiers) >= set(Tier) - {Tier.DEPARTMENT}}
    rows = tuple(replace(row, figure="") if row.key in of_tiers - common else row for row in made.rows)
    issuer = made.head[-1].replace("UBND xã An Mẫu", "UBND thành phố An Mẫu")
    (one,) = lint(word(replace(made, head=(*made.head[:-1], issuer), rows=rows)))
    assert one.read is not None
    assert one.read.tier is None
    assert set(one.read.understood.tier_choices) == {Tier.PROVINCE, Tier.DISTRICT}


@pytest.mark.parametrize("parting", ["; ", ", ", " / ".replace("/", ";")])
def test_codes_of_a_unit_parted_another_way_are_the_same_unit(lint: Lint, made: MadeForm, parting: str) -> None:
    row = made.row("1")
    (one,) = lint(word(made.with_row("1", unit=row.unit.replace("\n", parting))))
    assert told(one) == []


VPS = dict(zip("ếềệểđốồộởựỳỷ", (0x89, 0x8A, 0x8C, 0x8B, 0xC7, 0xD3, 0xD2, 0xB6, 0xAA, 0xBF, 0xFF, 0x9B), strict=True)) | {
    "á": 0xE1, "à": 0xE0, "ả": 0xE4, "ạ": 0xE5, "â": 0xE2, "ấ": 0xC3, "ầ": 0xC0, "ậ": 0xC6, "ẫ": 0xC5, "ă": 0xE6,
    "ằ": 0xA2, "ắ": 0xA1, "ặ": 0xA5, "é": 0xE9, "ê": 0xEA, "ễ": 0xCD, "í": 0xED, "ì": 0xEC, "ỉ": 0xCC, "ị": 0xCE,
    "ó": 0xF3, "ỏ": 0xD5, "ô": 0xF4, "ổ": 0xB0, "ơ": 0xD6, "ớ": 0xA7, "ờ": 0xA9, "ợ": 0xAE, "ú": 0xFA, "ủ": 0xFB,
    "ụ": 0xF8, "ũ": 0xDB, "ư": 0xDC, "ứ": 0xD9, "ừ": 0xD8, "ử": 0xBA, "ữ": 0xBB, "ẽ": 0xEB, "ý": 0x9A, "Đ": 0xF1,
    "ẩ": 0xC4, "ọ": 0x86, "ỗ": 0x87, "ò": 0xF2, "ã": 0xE3, "ẹ": 0xCB, "è": 0xE8, "ẻ": 0xC8, "ĩ": 0xEF, "õ": 0xF5,
    "…": 0x2E, "–": 0x2D,
}  # fmt: skip


def test_a_text_in_vps_with_codes_no_code_page_of_today_has_is_read(lint: Lint, made: MadeForm) -> None:
    lines = [*made.head, "STT\tChỉ tiêu\tĐơn vị tính\tSố liệu"]
    lines += ["\t".join([row.number, row.label, row.unit.replace("\n", ", "), row.figure]) for row in made.rows]
    text = unicodedata.normalize("NFC", "\n".join(lines))
    (one,) = lint(bytes(VPS.get(letter, ord(letter) & 0xFF) for letter in text), "form.txt")
    assert (one.refusal, figures(one)) == ("", of(made))
    assert one.read is not None
    assert one.read.document.encoding == "VPS"

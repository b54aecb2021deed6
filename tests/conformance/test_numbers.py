"""How a figure is read: a table anybody can check, and what is printed is read back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baocao.domain import FIRST_MEASURES, Measure
from baocao.figures import print_figure
from baocao.forms.numbers import ReadingKind, read_figure

_P, _D, _C = Measure.PERCENT, Measure.DOSSIER, Measure.CODE
_COUNTS = tuple(one for one in FIRST_MEASURES.values() if one.is_whole)


@pytest.mark.parametrize(
    ("text", "measure", "value", "why"),
    [
        ("16.736", _D, "16736", "đếm hồ sơ nên dấu chấm là dấu phân cách hàng nghìn"),
        ("16,736", _D, "16736", "đếm hồ sơ nên dấu phẩy là dấu phân cách hàng nghìn"),
        ("1.234.567", _D, "1234567", "đọc là 1 234 567"),
        ("16 736", _D, "16736", "đọc là 16 736"),
        ("16\u00a0736", _D, "16736", "đọc là 16 736"),
        (" 6681 ", _D, "6681", "đọc là 6 681"),
        ("１６７３６", _D, "16736", "đọc là 16 736"),
        ("95,0", _D, "95", "đọc là 95"),
        ("28 thủ tục", Measure.PROCEDURE, "28", "bỏ phần chữ “thủ tục”"),
        ("Không có", _D, "0", "đọc là 0"),
        ("Không phát sinh", _D, "0", "đọc là 0"),
        ("56.9", _P, "56.9", "dấu thập phân"),
        ("84,12", _P, "84.12", "đọc là 84,12"),
        ("1.234,5", _P, "1234.5", "đọc là 1 234,5"),
        ("1,234.5", _P, "1234.5", "đọc là 1 234,5"),
        ("84,127", _P, "84.127", "không quá 100 %"),
        ("95%", _P, "95", "bỏ dấu %"),
        ("100 %", _P, "100", "bỏ dấu %"),
        ("95％", _P, "95", "bỏ dấu %"),
        ("95*", _P, "95", "đọc là 95"),
        ("0", _P, "0", "đọc là 0"),
        ("2", _C, "2", "đọc là 2"),
    ],
)
def test_a_number_is_read(text: str, measure: Measure, value: str, why: str) -> None:
    reading = read_figure(text, measure)
    assert reading.kind is ReadingKind.NUMBER
    assert reading.value == Decimal(value)
    assert why in reading.how_read


@pytest.mark.parametrize(
    ("text", "measure", "kind"),
    [
        ("", _P, ReadingKind.EMPTY),
        ("-", _D, ReadingKind.EMPTY),
        ("…", _D, ReadingKind.EMPTY),
        ("......", _D, ReadingKind.EMPTY),
        ("%", _P, ReadingKind.EMPTY),
        ("không phát sinh", _P, ReadingKind.NOTHING_AROSE),
        ("Kh\u00f4ng pha\u0301t sinh", _P, ReadingKind.NOTHING_AROSE),
        ("Không có", _P, ReadingKind.AMBIGUOUS),
        ("16.73", _D, ReadingKind.AMBIGUOUS),
        ("1.234,5", _D, ReadingKind.AMBIGUOUS),
        ("-5", _D, ReadingKind.AMBIGUOUS),
        ("1.234", None, ReadingKind.AMBIGUOUS),
        ("125.500", _P, ReadingKind.AMBIGUOUS),
        ("=b/a*100", _P, ReadingKind.FORMULA),
        ("b/a*100", _P, ReadingKind.FORMULA),
        ("9.530/16.736", _P, ReadingKind.FORMULA),
        ("#DIV/0!", _P, ReadingKind.ERROR),
        ("a", _D, ReadingKind.PLACEHOLDER),
        ("(b)", _D, ReadingKind.PLACEHOLDER),
        ("{{ o_4_5 }}", _P, ReadingKind.PLACEHOLDER),
        ("1.23.4", _D, ReadingKind.TEXT),
        ("12 345 6", _D, ReadingKind.TEXT),
        ("05/3/2024", _D, ReadingKind.TEXT),
        ("đang tổng hợp", _D, ReadingKind.TEXT),
        ("9" * 200, _D, ReadingKind.TEXT),
    ],
)
def test_what_is_no_number_gives_no_value(text: str, measure: Measure | None, kind: ReadingKind) -> None:
    reading = read_figure(text, measure)
    assert reading.kind is kind
    assert reading.value is None
    assert reading.how_read


def test_an_ambiguous_number_names_both_readings() -> None:
    assert read_figure("16.73", _D).candidates == (Decimal("16.73"), Decimal(1673))
    assert read_figure("1", _P).candidates == (Decimal(1), Decimal(100))


def test_the_word_of_a_code_is_its_code() -> None:
    codes = {0: "Chưa", 1: "Hoàn thành"}
    assert read_figure("hoàn thành", _C, codes=codes).value == Decimal(1)
    assert read_figure("Hoàn thành = 1", _C, codes=codes).value == Decimal(1)


def test_a_spreadsheet_count_with_a_fraction_is_not_believed() -> None:
    reading = read_figure("16,736", _D, exact=Decimal("16.736"))
    assert reading.kind is ReadingKind.AMBIGUOUS
    assert Decimal(16736) in reading.candidates
    assert "Excel đã hiểu dấu chấm hàng nghìn là dấu thập phân" in reading.how_read


def test_a_spreadsheet_percentage_is_what_the_sheet_shows() -> None:
    assert read_figure("56,94", _P, exact=Decimal("56.94311663")).value == Decimal("56.94")


@given(st.integers(0, 10**9), st.sampled_from(_COUNTS))
def test_a_printed_count_is_read_back(number: int, measure: Measure) -> None:
    assert read_figure(print_figure(Decimal(number), measure), measure).value == Decimal(number)


@given(st.decimals(0, 100, places=2))
def test_a_printed_percentage_is_read_back(value: Decimal) -> None:
    assert read_figure(print_figure(value, _P), _P).value == value


@given(st.integers(0, 9))
def test_a_printed_code_is_read_back(code: int) -> None:
    assert read_figure(print_figure(Decimal(code), _C), _C).value == Decimal(code)


@given(st.integers(0, 10**7), st.sampled_from(_COUNTS), st.sampled_from([".", ",", " ", "\u00a0", ""]))
def test_a_count_is_read_whatever_parts_its_thousands(number: int, measure: Measure, mark: str) -> None:
    assert read_figure(f"{number:,}".replace(",", mark), measure).value == Decimal(number)


@given(st.text(max_size=80), st.sampled_from([None, *FIRST_MEASURES.values()]))
def test_no_text_breaks_the_reader(text: str, measure: Measure | None) -> None:
    reading = read_figure(text, measure)
    assert (reading.value is None) or reading.kind is ReadingKind.NUMBER

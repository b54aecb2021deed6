"""Days and numbers are read as they are written here; what could be two is refused."""

from datetime import date
from decimal import Decimal

import pytest

from baocao.written.days import read_day, read_instant
from baocao.written.errors import WrongValueError
from baocao.written.numbers import read_number


@pytest.mark.parametrize("text", ["05/01/2026", "5/1/2026", "5-1-2026", "5.1.2026", "2026-01-05", "2026/01/05",
                                  "ngày 5 tháng 1 năm 2026", " 05/01/2026 "])  # fmt: skip
def test_a_day_has_its_day_first_or_its_year(text: str) -> None:
    assert read_day(text) == date(2026, 1, 5)


@pytest.mark.parametrize(
    "text", ["31/02/2025", "12/13/2025", "05/01/26", "20260105", "hôm qua", "", "1767571200", 20260105, 0]
)
def test_a_day_that_does_not_exist_is_refused_with_what_to_write(text: object) -> None:
    with pytest.raises(WrongValueError, match="ghi như 12/12/2025 hoặc 2025-12-12"):
        read_day(text)


@pytest.mark.parametrize("text", ["2026-01-05T09:30", "2026-01-05 09:30", "05/01/2026 09:30", "5/1/2026 9h30",
                                  "05/01/2026 9 giờ 30", "9h30 05/01/2026", "09:30 ngày 05/01/2026",
                                  "2026-01-05T02:30+00:00"])  # fmt: skip
def test_a_time_is_read_by_the_clock_of_viet_nam(text: str) -> None:
    assert read_instant(text).isoformat() in {"2026-01-05T09:30:00+07:00", "2026-01-05T02:30:00+00:00"}


@pytest.mark.parametrize("text", ["05/01/2026 25:00", "05/01/2026 09:75", "31/02/2026 09:00", "sáng mai"])
def test_a_time_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(WrongValueError, match="ghi như 05/01/2026 09:00"):
        read_instant(text)


@pytest.mark.parametrize(("text", "number"), [("12,5", "12.5"), ("12.5", "12.5"), ("0,125", "0.125"), ("012", "12"),
                                              ("1000", "1000"), ("1234,5678", "1234.5678"), (12, "12"), (0.1, "0.1")])  # fmt: skip
def test_a_comma_is_a_decimal_point(text: object, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["1.000", "1,000", "16.736", "16 736", "1.234.567", "12,500"])
def test_what_may_be_a_thousand_or_a_fraction_is_refused(text: str) -> None:
    with pytest.raises(WrongValueError, match="không rõ là hàng nghìn hay phần lẻ"):
        read_number(text)


@pytest.mark.parametrize("text", ["1e3", "nan", "inf", "một", "12%", "", "1_000", "0x1F", True, None, [1]])
def test_what_is_no_number_is_refused(text: object) -> None:
    with pytest.raises(WrongValueError, match="không phải số"):
        read_number(text)

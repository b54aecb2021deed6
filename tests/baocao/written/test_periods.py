"""A period is read as people write it; what is none, or could be two, says what to write."""

import pytest

from baocao.written.errors import WrongValueError
from baocao.written.periods import read_period

MEANT = {
    "2025-Q4": (
        "2025-Q4", "2025-q4", "2025q4", "2025/Q4", "2025 Q4", "Q4/2025", "q4 2025", "Q4-2025", "Q4.2025", "quý IV 2025",
        "Quý IV/2025", "QUÝ IV NĂM 2025", "quy iv nam 2025", "quý 4/2025", "quý 4 năm 2025", "quý\u00a0IV\u00a02025",
        "  quý  IV   2025 ", "IV/2025", "Q.IV/2025", "quý tư năm 2025", "kỳ báo cáo quý IV năm 2025", "2025–Q4",
        "Năm 2025, quý IV", "ｑ４/２０２５", "quy\u0301 IV 2025", "\u200bQ4/2025",
    ),
    "2025-Q1": ("I/2025", "quý I/2025", "quý một năm 2025", "Quí I 2025", "quí một/2025"),
    "2025-H1": ("6 tháng 2025", "6 tháng đầu năm 2025", "6 THÁNG ĐẦU NĂM 2025", "6 tháng đầu 2025", "sáu tháng đầu năm 2025",
                "2025-H1", "h1/2025", "6T/2025"),
    "2025-H2": ("6 tháng cuối năm 2025", "H2 2025"),
    "2025-9M": ("9 tháng 2025", "9 tháng đầu năm 2025", "2025-9M", "chín tháng đầu năm 2025"),
    "2025": ("2025", "năm 2025", "cả năm 2025", "báo cáo năm 2025", "12 tháng 2025", "12 tháng năm 2025", "12T/2025"),
    "2025-M12": ("tháng 12/2025", "tháng 12 năm 2025", "T12/2025", "2025-M12"),
    "2025-M03": ("tháng 3/2025", "thang 03 nam 2025", "2025-m03"),
}  # fmt: skip
WRONG = {
    "12/2025": "ghi “tháng 12/2025” hoặc “quý …/2025”",
    "4/2025": "ghi “tháng 4/2025”",
    "2025-10": "ghi “tháng 10/2025”",
    "Q5/2025": "chỉ có quý 1 đến quý 4",
    "quý 0/2025": "chỉ có quý 1 đến quý 4",
    "tháng 13/2025": "chỉ có tháng 1 đến tháng 12",
    "Q4": "thiếu năm",
    "6 tháng": "thiếu năm",
    "Q4/25": "năm phải đủ bốn chữ số",
    "quý IV năm 1025": "năm của kỳ phải từ 2000 đến 2099",
    "hôm qua": "không phải kỳ báo cáo “hôm qua”",
    "": "không phải kỳ báo cáo",
    "2025-Q4-Q4": "không phải kỳ báo cáo",
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in MEANT.items() for text in texts])
def test_a_period_is_read_as_it_is_written(code: str, text: str) -> None:
    assert read_period(text).code == code


@pytest.mark.parametrize(("text", "says"), WRONG.items())
def test_what_is_no_period_says_what_to_write(text: str, says: str) -> None:
    with pytest.raises(WrongValueError) as told:
        read_period(text)
    assert says in str(told.value)
    assert "ghi" in str(told.value) or "từ 2000" in str(told.value)


def test_a_password_given_for_a_period_is_not_said_again() -> None:
    with pytest.raises(WrongValueError) as told:
        read_period("S3cr3t-9f2c")
    assert "S3cr3t" not in str(told.value)
    assert "2025-Q4" in str(told.value)


def test_every_period_is_read_from_its_own_label() -> None:
    for part in ("Q1", "Q2", "Q3", "Q4", "H1", "H2", "9M", "M01", "M12"):
        period = read_period(f"2025-{part}")
        assert read_period(period.label_vi) == period
    assert read_period(read_period("2025").label_vi).code == "2025"

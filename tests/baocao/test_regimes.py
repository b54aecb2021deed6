"""A regime is checked when it is read: every day once, in order, due after it has closed."""

from typing import Any

import pytest
from pydantic import ValidationError

from baocao.calendar import Calendar
from baocao.domain import Period

DUE = {"default": "01-15 next"}


def read(**parts: tuple[str, str] | dict[str, Any]) -> Calendar:
    periods = {
        name: {"from": part[0], "to": part[1], "due": DUE} if isinstance(part, tuple) else part
        for name, part in parts.items()
    }
    return Calendar.model_validate({"regimes": {"tinh": {"label": "Tỉnh", "periods": periods}}})


MONTHS = {f"M{month:02}": (f"{month:02}-01", f"{month:02}-last") for month in range(1, 13)}
QUARTERS = {
    "Q1": ("12-15 previous", "03-14"),
    "Q2": ("03-15", "06-14"),
    "Q3": ("06-15", "09-14"),
    "Q4": ("09-15", "12-14"),
}
YEAR = ("12-15 previous", "12-14")

WRONG = [
    ({**MONTHS, "M02": ("02-01", "02-28")}, "ngày 29/02/2024 không thuộc kỳ nào, giữa M02 2024 và M03 2024 (ngày cuối tháng 2 ghi là 02-last)"),
    ({**MONTHS, "M02": ("02-01", "02-29")}, "ngày 29/02 không có ở năm thường; ngày cuối tháng 2 ghi là 02-last"),
    ({**QUARTERS, "Q2": ("03-16", "06-14")}, "ngày 15/03/2023 không thuộc kỳ nào, giữa Q1 2023 và Q2 2023"),
    ({**QUARTERS, "Q2": ("03-14", "06-14")}, "Q1 2023 và Q2 2023 trùng ngày, từ 14/03/2023 đến 14/03/2023"),
    ({**QUARTERS, "Q1": ("12-14 previous", "03-14")}, "Q4 2023 và Q1 2024 trùng ngày, từ 14/12/2023 đến 14/12/2023"),
    ({**QUARTERS, "Q1": ("12-16 previous", "03-14")}, "ngày 15/12/2023 không thuộc kỳ nào, giữa Q4 2023 và Q1 2024"),
    ({"Q1": QUARTERS["Q1"], "Q3": ("03-01", "09-14")}, "Q1 2023 và Q3 2023 trùng ngày, từ 01/03/2023 đến 14/03/2023"),
    ({"H1": YEAR, "Q3": QUARTERS["Q3"]}, "H1 2023 và Q3 2023 trùng ngày"),
    ({"H1": ("12-15 previous", "06-14"), "Q3": ("07-01", "09-14")}, "từ 15/06/2023 đến 30/06/2023 không thuộc kỳ nào"),
    ({"Q1": QUARTERS["Q1"], "H1": ("01-01", "06-14")}, "Q1 2023 (từ 15/12/2022 đến 14/03/2023) không nằm trong H1 2023"),
    ({"Q4": ("09-15", "12-15"), "year": YEAR}, "không nằm trong year 2023"),
    ({"year": ("12-15", "12-14")}, "from (15/12/2023) sau to (14/12/2023): kỳ bị ghi ngược"),
    ({"year": ("01-01", "01-01 next")}, "year 2023 và year 2024 trùng ngày"),
    ({"year": ("01-01", "12-30")}, "ngày 31/12/2023 không thuộc kỳ nào, giữa year 2023 và year 2024"),
    ({"Q1": ("02-30", "03-14")}, "02-30: không có ngày này trong năm"),
    ({"Q1": ("01-01", "04-31")}, "04-31: không có ngày này trong năm"),
    ({"Q1": ("13-01", "03-14")}, "13-01: không có ngày này trong năm"),
    ({"Q1": ("00-10", "03-14")}, "00-10: không có ngày này trong năm"),
    ({"Q1": ("01-00", "03-14")}, "01-00: không có ngày này trong năm"),
    ({"Q4": {"from": "10-01", "to": "12-31", "due": {"default": "01-05"}}},
     "due.default: hạn nộp 05/01/2023 không sau ngày chốt 31/12/2023; hạn sang năm sau thì thêm chữ next"),
    ({"Q1": {"from": "01-01", "to": "03-31", "due": {"default": "04-05", "province": "03-31"}}},
     "due.province: hạn nộp 31/03/2023 không sau ngày chốt 31/03/2023"),
    ({}, "periods"),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "says"), WRONG)
def test_a_regime_that_does_not_hold_is_refused_in_words(parts: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as told:
        read(**parts)
    assert says in str(told.value)


def test_the_last_day_of_february_can_be_said() -> None:
    calendar = read(**MONTHS)
    ends = {year: calendar.window("tinh", Period.parse(f"{year}-M02")).end_on.day for year in (2023, 2024, 2028, 2100)}
    assert ends == {2023: 28, 2024: 29, 2028: 29, 2100: 28}


def test_the_twenty_ninth_of_february_belongs_to_the_quarter_it_lies_in() -> None:
    calendar = read(Q1=("01-01", "02-last"), Q2=("03-01", "06-30"))
    assert calendar.window("tinh", Period.parse("2024-Q1")).end_on.isoformat() == "2024-02-29"


@pytest.mark.parametrize(
    ("key", "days", "says"),
    [
        ("holidays", {2027: ["02-29"]}, "holidays.2027: năm 2027 không có ngày này"),
        ("holidays", {2027: ["30/04"]}, r"holidays.2027: ở đây ghi tháng-ngày, không ghi ngày/tháng: 04-30 \(đang"),
        ("holidays", {2027: ["30/04/2027"]}, "holidays.2027: ở đây ghi tháng-ngày, không ghi ngày/tháng: 04-30"),
        ("holidays", {2027: ["30/04/2026"]}, "holidays.2027: ngày này của năm 2026, không phải 2027"),
        ("working_days", {2027: ["6/2"]}, "working_days.2027: ở đây ghi tháng-ngày, không ghi ngày/tháng: 02-06"),
        ("holidays", {2027: []}, "holidays.2027: không có ngày nào"),
        ("holidays", {27: ["01-01"]}, "holidays.27: không phải năm"),
        ("holidays", {2027: ["01-01", "01-01"]}, "holidays.2027: 01-01 ghi hai lần"),
        ("working_days", {2027: ["04-30"]}, "working_days.2027: 30/04/2027 không phải thứ Bảy, Chủ nhật"),
    ],
)
def test_a_day_off_that_is_none_is_refused(key: str, days: dict[int, list[str]], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Calendar.model_validate({"regimes": {}, key: days})


def test_a_day_that_is_both_off_and_worked_is_refused() -> None:
    days = {"holidays": {2026: ["08-22"]}, "working_days": {2026: ["08-22"]}}
    with pytest.raises(ValidationError, match=r"working_days.2026: 22/08/2026 cũng ghi ở holidays"):
        Calendar.model_validate({"regimes": {}, **days})

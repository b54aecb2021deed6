"""What runs by itself, as IT reads it at the desk."""

from datetime import date

import pytest

from baocao.catalogue import Catalogue
from reporting.schedule.operations import read_operations
from reporting.schedule.words import say_schedule


@pytest.mark.parametrize(
    ("today", "begins"),
    [(date(2025, 12, 14), "15/12/2025"), (date(2025, 12, 15), "15/03/2026"), (date(2026, 3, 1), "15/03/2026")],
)
def test_each_group_says_when_it_is_collected_next(catalogue: Catalogue, today: date, begins: str) -> None:
    said = list(say_schedule(catalogue, read_operations(catalogue), today))
    first = next(one for one in said if one.startswith("Các xã, phường, đặc khu"))
    assert f"Lấy số liệu lúc 1:00, 6:00, lần tới từ ngày {begins}." in first
    assert "Kiểm tra sổ phát hành còn nguyên vẹn: 2:00 chủ nhật." in said

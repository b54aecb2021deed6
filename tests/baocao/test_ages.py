"""How far a stock is from its cut-off, exactly at the bounds."""

from datetime import datetime, timedelta

import pytest

from baocao.ages import describe_distance, is_nearer
from baocao.domain import VIETNAM

CUTOFF = datetime(2025, 12, 15, tzinfo=VIETNAM)


@pytest.mark.parametrize(
    ("hours", "note"),
    [
        (12, ""), (-12, ""), (12.001, "Chụp muộn 1 ngày sau thời điểm chốt số liệu"),
        (-12.001, "Chụp sớm 1 ngày trước thời điểm chốt số liệu"), (72, "Chụp muộn 3 ngày sau thời điểm chốt số liệu"),
    ],
)  # fmt: skip
def test_a_stock_within_the_night_of_retries_needs_no_note(hours: float, note: str) -> None:
    assert describe_distance(CUTOFF + timedelta(hours=hours), CUTOFF) == note


def test_of_two_as_near_the_one_there_is_as_good() -> None:
    assert is_nearer(CUTOFF - timedelta(hours=1), CUTOFF + timedelta(hours=1), CUTOFF)
    assert not is_nearer(CUTOFF - timedelta(hours=2), CUTOFF + timedelta(hours=1), CUTOFF)

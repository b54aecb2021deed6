"""How a changed definition is said: each part of it, as it was and as it is."""

from typing import Any

import pytest

from baocao.catalogue import Catalogue, Indicator
from reporting.differences.changed_rules import find_changed_parts


def changed(indicator: Indicator, kind: str, **update: Any) -> list[str]:
    part = getattr(indicator, kind)
    return list(find_changed_parts(indicator, indicator.model_copy(update={kind: part.model_copy(update=update)})))


def test_late_by_the_hour_instead_of_the_day_is_said(catalogue: Catalogue) -> None:
    early = catalogue.indicator("all_resolved_early_count")
    assert early.count is not None
    hour = early.count.appointment.model_copy(update={"by": "hour"})
    (said,) = changed(early, "count", appointment=hour)
    assert said.startswith("so với ngày hẹn trả: trước “so = theo ngày; ")
    assert "nay “so = đến giờ hẹn; " in said


def test_a_median_instead_of_a_mean_is_said(catalogue: Catalogue) -> None:
    mean = catalogue.indicator("all_resolved_days_mean")
    assert mean.count is not None
    assert mean.count.days is not None
    (said,) = changed(mean, "count", days=mean.count.days.model_copy(update={"take": "median"}))
    assert "trước “lấy = bình quân; từ = ngày tiếp nhận; " in said
    assert "nay “lấy = trung vị; " in said


@pytest.mark.parametrize(
    ("code", "update", "says"),
    [
        ("all_closed_count", {"sum": ("a", "b")}, "tổng của: trước “all_resolved_count, all_withdrawn_count”, nay “a, b”"),
        ("all_closed_count", {}, None),
    ],
)  # fmt: skip
def test_other_parts_of_a_sum_are_said(
    catalogue: Catalogue, code: str, update: dict[str, Any], says: str | None
) -> None:
    indicator = catalogue.indicator(code)
    found = list(find_changed_parts(indicator, indicator.model_copy(update=update)))
    assert found == ([says] if says else [])

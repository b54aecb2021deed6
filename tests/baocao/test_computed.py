"""Sums, differences, ratios of sums, shares: what is made of other figures, and what it cannot be."""

import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from baocao.catalogue import Catalogue, Indicator
from baocao.counting import CountingContext, add_computed
from baocao.domain import VIETNAM, CellStatus, Observation, Period, Window
from baocao.errors import ConfigError
from tests.configuration import ONE_FORM_CONFIG_DIR

WINDOW = Window(date(2025, 9, 15), date(2025, 12, 14))
PENDING, CARRIED, CHANGE = "all_pending_count", "all_carried_over_count", "all_pending_change_count"
EARLY, ON_TIME, RESOLVED = "all_resolved_early_count", "all_resolved_on_time_count", "all_resolved_count"
IN_TIME, IN_TIME_PCT, SHARE = "all_resolved_in_time_count", "all_resolved_in_time_pct", "all_resolved_share_pct"


@pytest.fixture
def context(catalogue: Catalogue) -> CountingContext:
    return CountingContext(catalogue.unit("xa"), Period(2025, "Q4"), WINDOW, WINDOW.end_at.astimezone(VIETNAM), {})


def observed(context: CountingContext, code: str, value: int | None, status: CellStatus) -> Observation:
    number = None if value is None else Decimal(value)
    return Observation(code, "xa", context.period, number, status, context.known_at, (f"hash of {code}",))


def compute(
    catalogue: Catalogue, context: CountingContext, wanted: str, **given: int | CellStatus | None
) -> Observation:
    counts = {
        code: observed(context, code, None, value)
        if isinstance(value, CellStatus)
        else observed(context, code, value, CellStatus.REPORTED)
        for code, value in given.items()
    }
    needed = {one.indicator_code: one for one in _with_parts(catalogue, wanted)}
    return add_computed(needed, counts, context)[wanted]


def _with_parts(catalogue: Catalogue, code: str) -> list[Indicator]:
    indicator = catalogue.indicator(code)
    return [indicator, *(part for each in indicator.inputs for part in _with_parts(catalogue, each))]


def test_a_sum_and_a_difference_are_computed_and_a_difference_may_be_negative(
    catalogue: Catalogue, context: CountingContext
) -> None:
    assert compute(catalogue, context, IN_TIME, **{EARLY: 7, ON_TIME: 5}).value == 12
    assert compute(catalogue, context, CHANGE, **{PENDING: 3, CARRIED: 10}).value == -7


def test_a_ratio_may_be_of_a_sum_whatever_order_they_stand_in(catalogue: Catalogue, context: CountingContext) -> None:
    found = compute(catalogue, context, IN_TIME_PCT, **{EARLY: 7, ON_TIME: 5, RESOLVED: 18})
    assert found.value == Decimal("66.67")
    assert set(found.payload_hashes) == {f"hash of {code}" for code in (EARLY, ON_TIME, RESOLVED)}


@pytest.mark.parametrize("why", [CellStatus.NOT_COLLECTED, CellStatus.INCOMPLETE, CellStatus.BLANK])
def test_what_is_not_known_is_not_nought_in_a_sum(
    catalogue: Catalogue, context: CountingContext, why: CellStatus
) -> None:
    found = compute(catalogue, context, IN_TIME, **{EARLY: 7, ON_TIME: why})
    assert (found.value, found.status) == (None, why)


def test_a_ratio_over_nothing_settled_is_no_ratio(catalogue: Catalogue, context: CountingContext) -> None:
    found = compute(catalogue, context, IN_TIME_PCT, **{EARLY: 0, ON_TIME: 0, RESOLVED: 0})
    assert (found.value, found.status) == (None, CellStatus.NO_DENOMINATOR)


def test_a_share_of_a_group_is_its_part_of_the_whole(catalogue: Catalogue, context: CountingContext) -> None:
    group, whole = (observed(context, RESOLVED, value, CellStatus.REPORTED) for value in (3, 8))
    needed = {SHARE: catalogue.indicator(SHARE)}
    assert add_computed(needed, {RESOLVED: group}, context, {RESOLVED: whole})[SHARE].value == Decimal("37.50")
    assert add_computed(needed, {RESOLVED: whole}, context)[SHARE].value == 100


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("sum: [all_resolved_count, all_withdrawn_count]", "sum: [all_resolved_count, all_withdrawn_cout]",
         "all_closed_count.sum: không có chỉ tiêu “all_withdrawn_cout”"),
        ("sum: [all_resolved_count, all_withdrawn_count]", "sum: [all_resolved_count, all_resolved_in_time_pct]",
         "có measure: dossier nhưng all_resolved_in_time_pct có measure: percent; chỉ cộng, trừ các số cùng đơn vị tính"),
        ("sum: [all_resolved_on_time_count, all_withdrawn_count]", "sum: [all_closed_on_time_count, all_withdrawn_count]",
         "được tính từ chính nó: all_closed_on_time_count → all_closed_on_time_count"),
        ("timeliness: [early]", "timeliness: [erly]", "không có giá trị của timeliness “erly”"),
        ("take: mean, from: received_at", "take: mean, from: receivd_at", "count.days.from: không có ngày “receivd_at”"),
    ],
)  # fmt: skip
def test_what_cannot_be_computed_is_refused_with_its_place(tmp_path: Path, right: str, wrong: str, says: str) -> None:
    folder = Path(shutil.copytree(ONE_FORM_CONFIG_DIR, tmp_path / "config"))
    path = folder / "indicators" / "resolving.yaml"
    text = path.read_text(encoding="utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        Catalogue.read(folder)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"measure": "percent", "count": {"records": "dossiers"}}, "không đếm"),
        ({"measure": "code", "count": {"records": "dossiers"}}, "phải có đơn vị tính đếm được"),
        ({"count": {"records": "dossiers", "days": {"take": "mean", "from": "received_at", "to": "finished_at"}}}, "đơn vị tính thập phân"),
        ({"count": {"records": "dossiers", "appointment": {"by": "hour", "days": "working"}}}, "bỏ một trong hai"),
        ({"sum": ["a", "b"], "typed": {}}, "đúng một trong: count, ratio, sum, difference, typed"),
    ],
)  # fmt: skip
def test_a_definition_that_contradicts_itself_is_refused(keys: dict[str, object], says: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Indicator.model_validate({"label": "a", "measure": "dossier", "system": "one_stop", "owner": "o", **keys})
    assert says in str(caught.value)


def test_what_only_the_numerator_leaves_out_is_said_of_it_and_once(
    catalogue: Catalogue, context: CountingContext
) -> None:
    says = "Chưa kể 2 hồ sơ chưa có ngày hẹn trả"
    parts = {code: observed(context, code, 3, CellStatus.REPORTED) for code in (EARLY, ON_TIME, RESOLVED)}
    parts[EARLY] = replace(parts[EARLY], note=says)
    parts[ON_TIME] = replace(parts[ON_TIME], note=f"{says}; số tại 07:00")
    needed = {one.indicator_code: one for one in _with_parts(catalogue, IN_TIME_PCT)}
    found = add_computed(needed, parts, context)
    assert found[IN_TIME].note == f"{says}; số tại 07:00"
    assert found[IN_TIME_PCT].note == "Tử số chưa kể 2 hồ sơ chưa có ngày hẹn trả; số tại 07:00"

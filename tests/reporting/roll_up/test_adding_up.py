"""A province's form from those of its communes, as its clerk would check it."""

from decimal import Decimal

import pytest

from baocao.catalogue import MissingMode
from baocao.domain import CellStatus, FormMark
from baocao.errors import ReleaseError
from sandbox.world.truth import true_figures, true_province_figures
from tests.reporting.roll_up.land import NAME, UNITS
from tests.reporting.roll_up.made import PERIOD, Land, failed, figures, form_key, numbered, province, shown


def test_every_figure_of_the_province_is_the_true_one(land: Land) -> None:
    found = figures(land.roll_up())
    truth = true_province_figures(NAME, PERIOD)
    assert {code: found[code] for code in truth if code in found} == {c: v for c, v in truth.items() if c in found}
    each = [true_figures(NAME, unit, PERIOD)["procedures_with_dossier_count"] or 0 for unit in UNITS]
    assert max(each) <= found["procedures_with_dossier_count"] < sum(each)


def test_rows_of_one_tier_are_filled_from_the_units_of_that_tier(land: Land) -> None:
    units = province(6)
    units["don-vi-001"]["tier"] = "department"
    land.settle(units)
    result = land.roll_up()
    department = true_figures(NAME, "don-vi-001", PERIOD)
    part, whole = department["documents_electronic_count"], department["documents_outgoing_count"]
    assert part is not None
    assert whole is not None
    all_of_it, departments, communes = shown(result, "3.2", "3.2.1", "3.2.2")
    assert departments == f"{part * 100 / whole:.2f}".replace(".", ",")
    assert len({all_of_it, departments, communes}) == 3


def test_without_departments_their_row_is_not_collected_rather_than_zero(land: Land) -> None:
    cell = land.roll_up().report.filled.cells["3.2.1"]
    assert (cell.status, cell.display) == (CellStatus.NOT_COLLECTED, "")
    assert "Không có đơn vị trực thuộc nào của cấp này" in cell.note


def test_require_all_leaves_a_draft_that_names_the_missing_unit(land: Land) -> None:
    land.settle({**province(6), "don-vi-007": numbered(7)})
    result = land.roll_up()
    assert result.report.filled.status is FormMark.DRAFT
    assert failed(result)["roll_up.units_complete"] == "critical"
    cell = result.report.filled.cells["4.3.1"]
    assert cell.status is CellStatus.PROVISIONAL
    assert cell.note == "Thiếu 1/7 đơn vị: UBND xã Mẫu số 007"
    assert cell.value == true_province_figures(NAME, PERIOD)["dossiers_full_count"]


def test_partial_says_who_is_missing_but_lets_it_pass(land: Land) -> None:
    land.settle({**province(6), "don-vi-007": numbered(7)})
    result = land.roll_up(mode=MissingMode.PARTIAL)
    assert failed(result)["roll_up.units_complete"] == "warning"
    said = next(check for check in result.failed_checks if check.check == "roll_up.units_complete")
    assert "UBND xã Mẫu số 007 (chưa có báo cáo)" in said.message_vi


def test_refuse_writes_nothing_and_says_who_can_lift_it(land: Land) -> None:
    land.settle({**province(6), "don-vi-007": numbered(7)})
    with pytest.raises(ReleaseError, match=r"còn thiếu 1/7 đơn vị: UBND xã Mẫu số 007.*--missing partial"):
        land.roll_up(mode=MissingMode.REFUSE)
    with land.open() as workspace:
        assert workspace.store.vintages.list(form_key(workspace, "tinh")) == ()


def test_only_released_forms_count_where_the_province_wants_it_so(land: Land) -> None:
    land.settle(province(6, roll_up={"children": "released", "missing": "partial"}))
    result = land.roll_up()
    assert shown(result, "4.3.1") == [""]
    said = next(check for check in result.failed_checks if check.check == "roll_up.units_complete")
    assert "(chưa phát hành)" in said.message_vi


def test_communes_under_districts_give_the_province_the_same(land: Land) -> None:
    straight = figures(land.roll_up())
    units = province(0) | {
        name: {"name": f"UBND huyện {name}", "tier": "district", "parent": "tinh"} for name in ("huyen-a", "huyen-b")
    }
    units |= {f"don-vi-{n:03d}": numbered(n, "huyen-a" if n % 2 else "huyen-b") for n in range(1, 7)}
    land.settle(units)
    for district in ("huyen-a", "huyen-b"):
        land.roll_up(district)
    assert figures(land.roll_up()) == straight


def test_a_correction_of_a_district_reaches_the_province(land: Land) -> None:
    units = province(0, roll_up={"missing": "partial"}) | {
        "huyen-a": {"name": "UBND huyện A", "tier": "district", "parent": "tinh"},
        "don-vi-001": numbered(1, "huyen-a"),
    }
    land.settle(units)
    counted = figures(land.roll_up("huyen-a"))["dossiers_full_count"]
    folder = land.config_dir / "corrections" / "huyen-a"
    folder.mkdir(parents=True)
    (folder / f"{PERIOD}.yaml").write_text(
        f"corrections:\n- {{indicator: dossiers_full_count, expect: {counted}, value: {counted + 3}, "
        "reason: Bổ sung hồ sơ giấy, evidence: Biên bản, signed_by: Chủ tịch, signed_on: 2025-12-15}\n"
    )
    assert figures(land.roll_up("huyen-a"))["dossiers_full_count"] == counted + 3
    assert figures(land.roll_up())["dossiers_full_count"] == counted + 3


def test_a_unit_renamed_within_the_period_is_counted_once(land: Land) -> None:
    """One system calls both by the same key, the other two do not: only there the old one brings something of its own."""
    straight = figures(land.roll_up())
    units = province(6)
    units["don-vi-001"] |= {"valid_from": "2025-11-01", "predecessors": ["xa-cu"]}
    units["xa-cu"] = numbered(1) | {"name": "UBND xã Cũ", "valid_to": "2025-10-31"}
    land.settle(units)
    same = land.roll_up()
    assert figures(same) == straight
    assert "roll_up.units_complete" not in failed(same)
    units["xa-cu"]["source_keys"] = {"one_stop_igate": units["don-vi-001"]["source_keys"]["one_stop_igate"]}
    units["xa-cu"]["source_keys"]["documents_qlvb"] = units["don-vi-006"]["source_keys"]["documents_qlvb"]
    land.settle(units)
    land.make(["xa-cu"])
    apart = figures(land.roll_up())
    more = true_figures(NAME, "don-vi-006", PERIOD)["documents_outgoing_count"]
    assert apart["dossiers_full_count"] == straight["dossiers_full_count"]
    assert apart["documents_outgoing_count"] == straight["documents_outgoing_count"] + more


def test_records_a_unit_took_over_are_counted_in_its_form_and_not_again_in_the_old_ones(land: Land) -> None:
    """The old unit's form and its successor's both hold the documents of the days before the renaming."""
    units = province(6)
    units["don-vi-001"] |= {"valid_from": "2025-11-01", "predecessors": ["xa-cu"]}
    keys = {"documents_qlvb": units["don-vi-006"]["source_keys"]["documents_qlvb"]}
    units["xa-cu"] = numbered(1) | {"name": "UBND xã Cũ", "valid_to": "2025-10-31", "source_keys": keys}
    land.settle(units)
    own = sent_documents(land, "don-vi-001")
    land.make(["xa-cu", "don-vi-001"])
    old, successor = sent_documents(land, "xa-cu"), sent_documents(land, "don-vi-001")
    assert successor == own + old > own, "the successor took over what the old unit had sent"
    others = sum(sent_documents(land, unit) for unit in UNITS if unit != "don-vi-001")
    assert figures(land.roll_up())["documents_outgoing_count"] == others + successor


def sent_documents(land: Land, unit: str) -> Decimal:
    """As the unit's latest form has them."""
    with land.open() as workspace:
        latest = workspace.store.vintages.find_latest(form_key(workspace, unit))
        assert latest is not None
        found = {one.indicator_code: one.value for one in workspace.store.contents.observations(latest.key)}
    value = found["documents_outgoing_count"]
    assert value is not None
    return value

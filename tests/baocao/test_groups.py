"""Figures by groups: their codes, and one group taken out of all."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from baocao.domain import CellStatus, Observation, Period
from baocao.groups import Dimension, GroupCode, list_groups, put_group, take_group, total_code, write_group_code


def observation(code: str, value: int) -> Observation:
    known_at = datetime(2025, 12, 15, tzinfo=UTC)
    return Observation(code, "xa", Period(2025, "Q4"), Decimal(value), CellStatus.REPORTED, known_at)


def test_the_code_of_a_group_is_the_figures_with_dimension_and_key() -> None:
    code = write_group_code("dossiers_received_count", Dimension.FIELD, "ho_tich")
    assert code == "dossiers_received_count@field:ho_tich"
    assert GroupCode.parse(code) == GroupCode("dossiers_received_count", Dimension.FIELD, "ho_tich")
    assert total_code(code) == total_code("dossiers_received_count") == "dossiers_received_count"


def test_a_procedure_keeps_the_dots_of_its_code() -> None:
    assert GroupCode.parse("a@procedure:1.001193").group_key == "1.001193"


def test_the_total_is_the_plain_code() -> None:
    assert GroupCode.parse("dossiers_received_count") == GroupCode("dossiers_received_count")
    assert str(GroupCode("dossiers_received_count")) == "dossiers_received_count"


@pytest.mark.parametrize("code", ["a@", "a@field", "a@field:", "a@colour:red"])
def test_what_is_no_dimension_and_key_is_no_code_of_a_group(code: str) -> None:
    with pytest.raises(ValueError, match=r"field|colour|group"):
        GroupCode.parse(code)


def test_groups_are_in_order_with_the_unknown_one_last() -> None:
    codes = ["a", "a@field:unknown", "a@field:xay_dung", "b@field:dat_dai", "a@unit:xa"]
    assert list_groups(codes, Dimension.FIELD) == ("dat_dai", "xay_dung", "unknown")


def test_one_group_is_taken_out_by_plain_codes_and_put_back() -> None:
    figures = {code: observation(code, n) for n, code in enumerate(["a", "a@field:x", "a@field:y", "b@field:x"])}
    found = take_group(figures, Dimension.FIELD, "x")
    assert {code: (one.indicator_code, one.value) for code, one in found.items()} == {"a": ("a", 1), "b": ("b", 3)}
    back = put_group(found, Dimension.FIELD, "x")
    assert back == {code: figures[code] for code in ("a@field:x", "b@field:x")}

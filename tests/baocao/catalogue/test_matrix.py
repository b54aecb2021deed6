"""The matrix of a form as it stands in YAML: what is refused, and how that is said."""

from typing import Any

import pytest
import yaml
from pydantic import ValidationError

from baocao.catalogue import Form
from baocao.catalogue.matrix import arrange_lines
from baocao.domain import Tier
from tests.baocao.documents.matrix_forms import FORM, matrix_form

LABELS = {"field": {"dat_dai": "Đất đai", "ho_tich": "Hộ tịch"}}


def plain() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(FORM)
    return content


def test_before_it_is_filled_a_matrix_has_the_cells_of_its_total() -> None:
    assert [row.key for row in matrix_form().rows] == [f"tong-cong/{n}" for n in (3, 4, 5, 6, 7, 11)]
    assert matrix_form().rows[0].place == "dòng Tổng cộng, cột 3"


def test_lines_stand_in_the_order_declared_and_the_unknown_last() -> None:
    codes = ["whole@field:ho_tich", "whole@field:unknown", "pending@field:dat_dai", "whole", "whole@procedure:1.2"]
    matrix = matrix_form().matrix
    assert matrix is not None
    lines = arrange_lines(matrix, Tier.COMMUNE, codes, LABELS)
    assert [(line.order, line.label, line.group) for line in lines] == [
        ("1", "Đất đai", "field:dat_dai"),
        ("2", "Hộ tịch", "field:ho_tich"),
        ("3", "Lĩnh vực chưa khai báo", "field:unknown"),
        ("", "Tổng cộng", ""),
    ]


def wrong(change: Any) -> str:
    content = plain()
    change(content)
    with pytest.raises(ValidationError) as caught:
        Form.model_validate(content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda form: form["matrix"]["columns"].append(form["matrix"]["columns"][2]), "ghi hai lần: 3"),
        (lambda form: form["matrix"]["columns"].pop(1), "đúng một cột ghi tên dòng"),
        (lambda form: form["matrix"]["balances"].append({"left": ["3"], "right": ["12"]}), "không có cột số liệu “12”"),
        (lambda form: form["matrix"]["columns"][2].pop("indicator"), "cột phải có indicator"),
        (lambda form: form["matrix"]["columns"][2].update(group="field:a"), "một ô chỉ có một giới hạn"),
        (lambda form: form.update(rows=[{"number": "1", "label": "x", "indicator": "a"}]), "một trong hai: rows hoặc"),
        (lambda form: form.pop("matrix"), "phải có rows"),
        (lambda form: form["matrix"]["lines"].append({"key": "a"}), "phải có key và label"),
        (lambda form: form["matrix"]["lines"].append({"key": "tong-cong", "label": "b"}), "không là tong-cong"),
    ],
)
def test_a_matrix_that_contradicts_itself_is_refused(change: Any, says: str) -> None:
    assert says in wrong(change)

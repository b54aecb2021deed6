"""`form.json` and `checks.json`: the shape programs rely on."""

import json
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from baocao.catalogue import Form
from baocao.documents.form_json import checks_json, form_json, render_json, write_checks_json, write_form_json
from baocao.domain import Cell, CellStatus, CheckResult, FilledForm, Outcome, Severity

from . import builder


def test_the_form_has_the_agreed_shape(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    write_form_json(filled, form, tmp_path / "form.json")
    text = (tmp_path / "form.json").read_text(encoding="utf-8")
    content = json.loads(text)
    cells = content.pop("cells")
    assert content == {
        "form": "2025-bieu-mau-7",
        "unit": "dac-khu",
        "period": "2025-Q4",
        "window": ["2025-09-15", "2025-12-14"],
        "status": "checked",
        "known_at": "2025-12-15T00:00:00+00:00",
        "vintage": 1,
    }
    assert cells["4.3.2"] == {
        "value": "9530",
        "display": "9.530",
        "unit": "dossier",
        "status": "reported",
        "note": "",
        "indicator": "dossiers_full_online_count",
    }
    assert list(cells) == [row.key for row in form.rows]
    assert text.endswith("}\n")
    assert "\\u" not in text


def test_a_cell_without_a_value_has_null(filled: FilledForm, form: Form) -> None:
    cells = form_json(builder.with_system_down(filled), form)["cells"]
    assert cells["4.3"]["value"] is None
    assert cells["4.3"]["status"] == "not_collected"
    assert cells["3"] == {
        "value": None,
        "display": "",
        "unit": None,
        "status": "heading",
        "note": "",
        "indicator": None,
    }


def test_values_are_never_in_exponents(filled: FilledForm, form: Form) -> None:
    cells = form_json(builder.with_cells(filled, {"4.3.1": {"value": Decimal("1E+4")}}), form)["cells"]
    assert cells["4.3.1"]["value"] == "10000"


def test_a_cell_the_form_has_no_row_for_comes_last(filled: FilledForm, form: Form) -> None:
    cells = {"0.9": Cell("0.9", None, "", CellStatus.BLANK), **filled.cells}
    assert list(form_json(replace(filled, cells=cells), form)["cells"])[-1] == "0.9"


def test_a_time_without_a_zone_is_not_the_machines(filled: FilledForm, form: Form) -> None:
    content = form_json(replace(filled, known_at=datetime(2025, 12, 15, 7, 30)), form)  # noqa: DTZ001
    assert content["known_at"] == "2025-12-15T07:30:00+00:00"


def test_a_form_read_from_paper_has_no_period_yet(filled: FilledForm, form: Form) -> None:
    content = form_json(replace(filled, period=None, window=None, known_at=None, vintage=None), form)
    assert [content[key] for key in ("period", "window", "known_at", "vintage")] == [None] * 4


def test_checks_are_counted_and_listed(filled: FilledForm, tmp_path: Path) -> None:
    checks = builder.checks_of(filled)
    content = checks_json(checks)
    assert content["counts"] == {"pass": 1, "fail": 1, "not_evaluable": 1}
    assert content["checks"][0]["cells"] == ["4.3", "4.3.1", "4.3.2"]
    write_checks_json(checks, tmp_path / "checks.json")
    assert json.loads((tmp_path / "checks.json").read_text(encoding="utf-8")) == content


def test_a_store_that_orders_evidence_anew_gives_the_same_bytes(filled: FilledForm, tmp_path: Path) -> None:
    evidence = {"before": "2025-Q3", "form": "2025-bieu-mau-7"}
    orders = (evidence, dict(reversed(evidence.items())))
    checks = [replace(builder.checks_of(filled)[0], evidence=order) for order in orders]
    assert len({write_checks_json([check], tmp_path / "checks.json") for check in checks}) == 1


def test_evidence_of_any_kind_is_written(filled: FilledForm, tmp_path: Path) -> None:
    check = replace(
        builder.checks_of(filled)[0], evidence={"codes": {"b", "a"}, "sum": Decimal("1.50"), "broken": "\ud800"}
    )
    write_checks_json([check], tmp_path / "checks.json")
    evidence = json.loads((tmp_path / "checks.json").read_bytes())["checks"][0]["evidence"]
    assert evidence["codes"] == ["a", "b"]
    assert evidence["sum"] == "1.50"


def test_the_evidence_of_a_check_is_in_one_order_however_it_was_given() -> None:
    given = {"form": "a", "about": ["x"], "missing": {"blank": ["2"], "absent": ["1"]}}
    check = CheckResult("form.x", Severity.INFO, Outcome.PASS, "dac-khu", (), "", "", evidence=given)
    kept = replace(check, evidence={"about": ["x"], "form": "a", "missing": {"absent": ["1"], "blank": ["2"]}})
    assert render_json(checks_json([check])) == render_json(checks_json([kept]))

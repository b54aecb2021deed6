"""The export for a province's reporting platform."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from baocao.catalogue import Form
from baocao.documents.export_indicators import indicators_json, write_indicators
from baocao.domain import FilledForm, FormMark, Period
from baocao.errors import ConfigError

from . import builder

OFFICE = "H98.51"


def test_each_figure_has_the_platforms_words(filled: FilledForm, form: Form) -> None:
    export = indicators_json(filled, form, office_code=OFFICE)
    assert export["total"] == len(export["data"])
    assert {
        "officeCode": OFFICE,
        "indicatorCode": "dossiers_full_online_pct",
        "dataTypeId": 3,
        "periodId": 16,
        "dataYear": 2025,
        "value": 56.94,
    } in export["data"]


def test_figures_without_a_value_are_left_out(filled: FilledForm, form: Form) -> None:
    codes = {
        entry["indicatorCode"]
        for entry in indicators_json(builder.with_system_down(filled), form, office_code=OFFICE)["data"]
    }
    assert "dossiers_full_count" not in codes
    assert "departments_connected_pct" not in codes
    assert "procedures_full_count" in codes


def test_an_indicator_printed_twice_is_sent_once(filled: FilledForm, form: Form) -> None:
    codes = [entry["indicatorCode"] for entry in indicators_json(filled, form, office_code=OFFICE)["data"]]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize(
    ("status", "data_type"),
    [(FormMark.UNMARKED, 3), (FormMark.PROVISIONAL, 3), (FormMark.RELEASED, 4), (FormMark.RESTATED, 4)],
)
def test_only_a_released_form_is_official(status: FormMark, data_type: int, filled: FilledForm, form: Form) -> None:
    export = indicators_json(filled.with_status(status), form, office_code=OFFICE)
    assert {entry["dataTypeId"] for entry in export["data"]} == {data_type}


@pytest.mark.parametrize(
    ("period", "period_id"),
    [
        ("2025-Q1", 13),
        ("2025-Q2", 14),
        ("2025-Q3", 15),
        ("2025-Q4", 16),
        ("2025-H1", 17),
        ("2025-H2", 18),
        ("2025", 20),
    ],
)
def test_periods_have_the_platforms_codes(period: str, period_id: int, filled: FilledForm, form: Form) -> None:
    export = indicators_json(replace(filled, period=Period.parse(period)), form, office_code=OFFICE)
    assert {entry["periodId"] for entry in export["data"]} == {period_id}


@pytest.mark.parametrize("period", [Period(2025, "9M"), None])
def test_a_period_the_platform_has_no_code_for_is_refused(
    period: Period | None, filled: FilledForm, form: Form
) -> None:
    with pytest.raises(ConfigError, match="không có mã cho kỳ"):
        indicators_json(replace(filled, period=period), form, office_code=OFFICE)


def test_the_platforms_own_codes_are_used(filled: FilledForm, form: Form, tmp_path: Path) -> None:
    write_indicators(filled, form, tmp_path / "i.json", office_code=OFFICE, codes={"dossiers_full_count": "CT.01"})
    data = json.loads((tmp_path / "i.json").read_text(encoding="utf-8"))["data"]
    assert {"CT.01": 16736} in [{entry["indicatorCode"]: entry["value"]} for entry in data]

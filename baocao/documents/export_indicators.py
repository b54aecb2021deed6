"""The figures for a province's own reporting platform, in the shape of its `/bc/indicators` interface.

The words are those QCVN 125:2021/BTTTT exchanges: đơn vị báo cáo (officeCode), chỉ tiêu (indicatorCode), kỳ báo cáo
(periodId, dataYear), dữ liệu (value).
"""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from baocao.catalogue import Form
from baocao.documents.files import write_file
from baocao.documents.form_json import render_json
from baocao.documents.printed import cells_in_order
from baocao.domain import FilledForm, FormMark, Period
from baocao.errors import ConfigError

CARRIED_OUT, OFFICIAL = 3, 4
PERIOD_IDS = {"Q1": 13, "Q2": 14, "Q3": 15, "Q4": 16, "H1": 17, "H2": 18, "": 20}


def write_indicators(
    filled: FilledForm, form: Form, path: Path, *, office_code: str, codes: Mapping[str, str] | None = None
) -> str:
    """Write the export; give its SHA-256."""
    return write_file(path, render_json(indicators_json(filled, form, office_code=office_code, codes=codes)))


def indicators_json(
    filled: FilledForm, form: Form, *, office_code: str, codes: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Every figure the form has, once per indicator; figures without a value are left out, never sent as 0.

    `codes` gives the platform's own code for an indicator; ours is used where it has none. Raise ConfigError for
    a period the platform has no code for.
    """
    head = {
        "officeCode": office_code,
        "dataTypeId": OFFICIAL if filled.status in (FormMark.RELEASED, FormMark.RESTATED) else CARRIED_OUT,
        **_period(filled.period),
    }
    values = {
        cell.indicator_code: cell.value
        for _, cell in cells_in_order(filled, form)
        if cell.indicator_code and cell.value is not None
    }
    data = [{**head, "indicatorCode": (codes or {}).get(code, code), "value": _number(values[code])} for code in values]
    return {"data": data, "total": len(data)}


def _period(period: Period | None) -> dict[str, int]:
    if period is None or period.part not in PERIOD_IDS:
        allowed = "quý, 6 tháng và năm"
        raise ConfigError(f"hệ thống thông tin báo cáo không có mã cho kỳ {period or '(không có)'}; chỉ có: {allowed}")
    return {"periodId": PERIOD_IDS[period.part], "dataYear": period.year}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)

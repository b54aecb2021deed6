"""The two real forms as somebody filled them, their true figures, and forms made by hand from those."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from baocao.catalogue import Catalogue
from baocao.domain import Cell, CellStatus, FilledForm, FormHead, FormMark, Period, Window

FORM_2024, FORM_2025 = "2024-phu-luc-8", "2025-bieu-mau-7"
PERIODS = {FORM_2024: Period(2024, "Q1"), FORM_2025: Period(2025, "Q4")}
WINDOWS = {
    FORM_2024: Window(date(2023, 12, 15), date(2024, 3, 14)),
    FORM_2025: Window(date(2025, 9, 15), date(2025, 12, 14)),
}

WRITTEN_2024 = {
    "1": "0", "2": "2", "3": "100", "4": "2", "5": "255",
    "5.1.3": "100", "5.2": "100", "5.2.3": "100", "5.3.3": "100",
    "6.1": "100", "6.1.1": "28", "6.1.2": "28", "6.1.3": "277",
    "6.2": "100", "6.2.1": "70", "6.2.2": "70", "6.2.3": "5",
    "6.3": "100", "6.3.1": "98", "6.3.2": "98",
    "6.4": "64", "6.4.1": "484", "6.4.2": "310",
    "6.5": "100", "6.5.1": "91", "6.5.2": "91",
}  # fmt: skip
TRUE_2024 = {key: value for key, value in WRITTEN_2024.items() if key != "5"} | {"6.1.3": "23", "6.4": "64.05"}
WRITTEN_2025 = {
    "1": "1", "2": "1", "3.2": "95", "3.2.1": "100", "3.2.2": "95",
    "4.1": "100", "4.1.1": "98", "4.1.2": "98",
    "4.2": "84.12", "4.2.1": "63", "4.2.2": "53",
    "4.3": "56.9", "4.3.1": "16736", "4.3.2": "9530",
    "4.4": "42.04", "4.4.1": "6681", "4.4.2": "2809",
}  # fmt: skip
WORDS_2025 = {"4.5": "=b/a*100", "4.5.1": "a", "4.5.2": "b"}
TRUE_2025 = {
    "1": "1", "2": "100.00", "3.2": "95.00", "3.2.2": "95.00",
    "4.1": "100.00", "4.1.1": "98", "4.1.2": "98",
    "4.2": "84.13", "4.2.1": "63", "4.2.2": "53",
    "4.3": "56.94", "4.3.1": "16736", "4.3.2": "9530",
    "4.4": "42.04", "4.4.1": "6681", "4.4.2": "2809",
    "4.5": "75.00", "4.5.1": "40", "4.5.2": "30",
}  # fmt: skip
TRUE = {FORM_2024: TRUE_2024, FORM_2025: TRUE_2025}

Change = str | CellStatus | None


def make_form(
    catalogue: Catalogue,
    form_code: str,
    values: Mapping[str, str],
    *,
    unit_code: str,
    words: Mapping[str, str] | None = None,
) -> FilledForm:
    """A form with the values given, blank elsewhere, rows of other tiers not applicable."""
    form, unit = catalogue.form(form_code), catalogue.units.get(unit_code)
    cells = {}
    for row in form.rows:
        measure = catalogue.indicators[row.indicator].measure if row.indicator else None
        value = Decimal(values[row.key]) if row.key in values else None
        status = CellStatus.HEADING if row.heading else CellStatus.BLANK
        if unit and not row.heading and unit.tier not in row.tiers:
            status = CellStatus.NOT_APPLICABLE
        status = CellStatus.REPORTED if value is not None else status
        text = values.get(row.key) or (words or {}).get(row.key)
        cells[row.key] = Cell(row.key, value, text or "", status, measure, row.indicator, text=text)
    return FilledForm(
        form_code=form_code,
        unit_code=unit_code,
        unit_name=unit.name if unit else unit_code,
        period=PERIODS[form_code],
        window=WINDOWS[form_code],
        status=FormMark.UNMARKED,
        cells=cells,
        head=FormHead(),
    )


def true_form(catalogue: Catalogue, form_code: str, unit_code: str, changes: Mapping[str, Change]) -> FilledForm:
    """The form with its true figures and some cells changed: to a value, to a status, or (None) not there."""
    form = make_form(catalogue, form_code, TRUE[form_code], unit_code=unit_code)
    cells = dict(form.cells)
    for key, change in changes.items():
        if change is None:
            cells.pop(key)
        elif isinstance(change, CellStatus):
            cells[key] = replace(cells[key], value=None, display="", text=None, status=change)
        else:
            cells[key] = replace(cells[key], value=Decimal(change), text=change, status=CellStatus.REPORTED)
    return replace(form, cells=cells)

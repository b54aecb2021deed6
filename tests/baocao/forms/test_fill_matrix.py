"""A matrix form filled from figures by groups: which lines there are, and what an empty cell means."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from baocao.catalogue import Count, Indicator, Unit
from baocao.counting import CountingContext
from baocao.domain import CellStatus, FilledForm, Measure, Observation, Period, System, Tier, Window
from baocao.forms.fill import fill_form
from tests.baocao.documents.matrix_forms import CODES, COLUMNS, matrix_form

INDICATORS = {
    code: Indicator(
        indicator_code=code,
        label=code,
        measure=Measure.DOSSIER,
        system=System.ONE_STOP,
        count=Count(records="dossiers"),
        owner="a",
    )
    for code in CODES
}
LABELS = {
    "field": {"dat_dai": "Đất đai", "ho_tich": "Hộ tịch", "y_te": "Y tế"},
    "unit": {"xa-b": "Xã B", "xa-a": "Xã A"},
}


def filled(
    figures: Mapping[str, int | None], tier: Tier = Tier.COMMUNE, status: CellStatus = CellStatus.REPORTED
) -> FilledForm:
    period, at = Period(2025, "Q4"), datetime(2025, 12, 15, tzinfo=UTC)
    unit = Unit(unit_code="xa", name="UBND xã A", tier=tier, regime="nd09", source_keys={})
    context = CountingContext(unit, period, Window(date(2025, 9, 15), date(2025, 12, 14)), at, {})
    observations = {
        code: Observation(
            code,
            "xa",
            period,
            None if value is None else Decimal(value),
            CellStatus.NOT_COLLECTED if value is None else status,
            at,
        )
        for code, value in figures.items()
    }
    return fill_form(matrix_form(), INDICATORS, observations, context, vintage=1, groups=LABELS)


def printed(form: FilledForm, line: str) -> list[str]:
    return [form.cells[f"{line}/{column}"].display for column in COLUMNS]


TOTALS = dict(zip(CODES, (30, 10, 15, 5, 28, 2), strict=True))


def test_a_line_for_each_field_that_had_a_dossier_in_the_order_declared() -> None:
    form = filled({**TOTALS, "online@field:ho_tich": 10, "pending@field:dat_dai": 2, "whole@field:y_te": 0})
    assert [(line.order, line.label) for line in form.lines] == [("1", "Đất đai"), ("2", "Hộ tịch"), ("", "Tổng cộng")]
    assert printed(form, "ho_tich") == ["0", "10", "0", "0", "0", "0"]
    assert printed(form, "tong-cong") == ["30", "10", "15", "5", "28", "2"]


def test_what_no_file_declares_has_a_line_too_so_that_lines_add_up() -> None:
    form = filled({**TOTALS, "whole@field:unknown": 30})
    assert [line.label for line in form.lines] == ["Lĩnh vực chưa khai báo", "Tổng cộng"]


def test_a_source_that_gave_nothing_leaves_the_total_and_says_why() -> None:
    form = filled(dict.fromkeys(CODES))
    assert [line.label for line in form.lines] == ["Tổng cộng"]
    assert {cell.status for cell in form.cells.values()} == {CellStatus.NOT_COLLECTED}


def test_a_province_has_a_line_for_every_unit_even_with_nothing_or_missing() -> None:
    codes: dict[str, int | None] = {f"{code}@unit:xa-a": 0 for code in CODES}
    form = filled({**TOTALS, **codes, "whole@unit:xa-b": None}, Tier.PROVINCE)
    assert [line.label for line in form.lines] == ["Xã B", "Xã A", "Tổng cộng"]
    assert printed(form, "xa-a") == ["0"] * 6
    assert {form.cells[f"xa-b/{column}"].status for column in COLUMNS} == {CellStatus.NOT_COLLECTED}


@pytest.mark.parametrize("status", [CellStatus.REPORTED, CellStatus.PROVISIONAL])
def test_nothing_of_a_field_has_the_status_of_its_whole(status: CellStatus) -> None:
    form = filled({**TOTALS, "whole@field:ho_tich": 30}, status=status)
    assert form.cells["ho_tich/6"].status is status

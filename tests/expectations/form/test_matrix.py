"""Checks of a matrix form: across each line, down each column, from period to period, and how its cells are said."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from baocao.catalogue import Catalogue, Count, Indicator
from baocao.domain import CellStatus, CheckResult, Measure, Observation, Outcome, Period, System
from expectations.form.figure_suite import check_figures
from expectations.form.matrix import tell_of_lines
from expectations.form.suite import check_forms
from tests.baocao.documents import builder
from tests.baocao.documents.matrix_forms import CODES, commune, matrix_form, province
from tests.expectations.made_forms import Change

FIRES, SILENT, UNCLEAR = Outcome.FAIL, Outcome.PASS, Outcome.NOT_EVALUABLE


@pytest.fixture(scope="module")
def with_matrix(catalogue: Catalogue) -> Catalogue:
    """The shipped configuration with the form, and its figures as counts of dossiers."""
    figures = {
        code: Indicator(
            indicator_code=code,
            label=f"Số {code}",
            measure=Measure.DOSSIER,
            system=System.ONE_STOP,
            count=Count(
                records="dossiers",
                date_field="received_at",
                when="within" if code not in ("carried", "pending") else "before",
                open_at={"carried": "start", "pending": "end"}.get(code),
            ),
            owner="one_stop_desk",
        )
        for code in CODES
    }
    return replace(
        catalogue,
        forms={**catalogue.forms, "ii-06a": matrix_form()},
        indicators={**catalogue.indicators, **figures},
        balances={},
    )


def told(catalogue: Catalogue, changes: Mapping[str, Change], name: str) -> list[CheckResult]:
    """What is said of the commune's form with some cells changed."""
    cells: dict[str, dict[str, object]] = {}
    for key, change in changes.items():
        value = Decimal(change) if change is not None and not isinstance(change, CellStatus) else None
        status = change if isinstance(change, CellStatus) else CellStatus.REPORTED
        cells[key] = {"value": value, "status": status}
    filled = builder.with_cells(commune(), cells)
    results = tell_of_lines(check_forms([filled], catalogue), matrix_form().laid_out(filled))
    return [result for result in results if result.check == f"form.{name}"]


CASES: tuple[tuple[str, Outcome, Mapping[str, Change], str], ...] = (
    ("column_total", FIRES, {"tong-cong/11": "120"}, "Dòng Tổng cộng, cột 11 ghi 120, khác tổng 2 dòng ở trên (121); lệch 1."),
    ("column_total", SILENT, {}, "Dòng Tổng cộng, cột 11 bằng tổng các dòng ở trên."),
    ("column_total", UNCLEAR, {"dat_dai/11": CellStatus.NOT_COLLECTED}, "dòng Đất đai, cột 11 chưa thu thập được"),
    (
        "total_equals_parts",
        FIRES,
        {"dat_dai/6": "7"},
        "Dòng Đất đai, cột 3 (41) phải bằng dòng Đất đai, cột 4 (20) + dòng Đất đai, cột 5 (15) + dòng Đất đai, cột 6 (7) = 42;",
    ),
    (
        "total_equals_parts",
        FIRES,
        {"ho_tich/11": "111", "tong-cong/11": "122"},
        "Dòng Hộ tịch, cột 3 (1.310) phải bằng dòng Hộ tịch, cột 7 (1.200) + dòng Hộ tịch, cột 11 (111) = 1.311",
    ),
    ("total_equals_parts", SILENT, {}, "3 dòng, cột 3, 4, 5, 6: "),
    ("whole_number", FIRES, {"dat_dai/4": "20.5"}, "Dòng Đất đai, cột 4 ghi 20,5; số hồ sơ phải là số nguyên."),
    ("not_negative", FIRES, {"dat_dai/6": "-6"}, "Dòng Đất đai, cột 6 ghi -6; số đếm không thể là số âm."),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[1]}")
def test_a_check_of_a_matrix_says_line_and_column(
    case: tuple[str, Outcome, Mapping[str, Change], str], with_matrix: Catalogue
) -> None:
    name, outcome, changes, says = case
    mine = [one for one in told(with_matrix, changes, name) if one.outcome is outcome]
    assert any(says in (one.reason or one.message_vi) for one in mine), [one.message_vi for one in mine]


def test_a_true_form_has_no_finding_and_figures_of_two_lines_are_never_compared(with_matrix: Catalogue) -> None:
    results = check_forms([commune()], with_matrix)
    assert {one.outcome for one in results} == {SILENT}
    assert all(
        len({key.split("/")[0] for key in one.cells}) == 1 for one in results if one.check != "form.column_total"
    )


def test_what_holds_of_every_line_is_told_once(with_matrix: Catalogue) -> None:
    filled = province()
    form = matrix_form().laid_out(filled)
    results = tell_of_lines(check_forms([filled], with_matrix), form)
    assert len(results) < 100
    assert {one.outcome for one in results} == {SILENT}


def test_a_unit_that_is_not_in_is_one_finding_not_one_a_column(with_matrix: Catalogue) -> None:
    gone: Mapping[str, Change] = {f"dat_dai/{n}": CellStatus.NOT_COLLECTED for n in (3, 4, 5, 6, 7, 11)}
    (finding,) = [one for one in told(with_matrix, gone, "not_collected") if one.outcome is FIRES]
    assert finding.message_vi.startswith("Cột 3, 4, 5, 6, 7, 11: Dòng Đất đai, cột 3 “Đất đai – Số hồ sơ tiếp nhận")


def observed(figures: Mapping[str, int], period: Period) -> dict[str, Observation]:
    at = datetime(2025, 12, 15, tzinfo=UTC)
    return {
        code: Observation(code, "dac-khu", period, Decimal(value), CellStatus.REPORTED, at)
        for code, value in figures.items()
    }


@pytest.mark.parametrize(
    ("pending", "outcome", "says"),
    [
        ({"pending": 16, "pending@field:ho_tich": 10, "pending@field:dat_dai": 6}, SILENT, ""),
        ({"pending": 16, "pending@field:ho_tich": 11, "pending@field:dat_dai": 5}, FIRES, "lĩnh vực dat_dai"),
        ({"pending": 16, "pending@field:ho_tich": 10}, FIRES, "quý III năm 2025: 0"),
    ],
)
def test_column_6_is_column_11_of_the_period_before_on_every_line(
    pending: Mapping[str, int], outcome: Outcome, says: str, with_matrix: Catalogue
) -> None:
    filled = commune()
    now = observed(
        {cell.indicator_code or "": int(cell.value or 0) for cell in filled.cells.values()}, Period(2025, "Q4")
    )
    results = check_figures(
        {"dac-khu": now},
        with_matrix,
        form=matrix_form().laid_out(filled),
        before={"dac-khu": observed(pending, Period(2025, "Q3"))},
    )
    mine = [one for one in results if one.check == "balance.carried_over" and "@field" in str(one.evidence["about"])]
    assert len(mine) == 2
    assert outcome in {one.outcome for one in mine}
    failed = " ".join(one.message_vi for one in mine if one.outcome is FIRES)
    assert says.casefold() in failed.casefold()
    assert bool(failed) == (outcome is FIRES)

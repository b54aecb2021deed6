"""Balances of a unit's figures, within a period and across periods."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.matrix import Matrix
from baocao.domain import CellStatus, CheckResult, Observation, Outcome, Period, Severity
from expectations.form.figure_suite import check_figures, figure_rules
from tests.expectations.made_forms import FORM_2025

KNOWN_AT = datetime(2025, 12, 15, tzinfo=UTC)
SOUND = {
    "dossiers_received_count": 100, "dossiers_online_count": 60, "dossiers_in_person_count": 30,
    "dossiers_postal_count": 10, "dossiers_full_count": 70, "dossiers_partial_count": 30,
    "dossiers_carried_over_count": 15, "dossiers_resolved_count": 90, "dossiers_withdrawn_count": 5,
    "dossiers_pending_count": 20, "procedures_with_dossier_count": 40,
    "periodic_reports_due_count": 12, "periodic_reports_sent_count": 9,
    "periodic_reports_via_national_system_pct": "75.00",
    "all_received_count": 110, "all_received_online_count": 62, "all_received_direct_count": 48,
    "all_carried_over_count": 15, "all_resolved_count": 99, "all_withdrawn_count": 5, "all_pending_count": 21,
    "all_resolved_early_count": 50, "all_resolved_on_time_count": 40, "all_resolved_overdue_count": 7,
    "all_resolved_no_appointment_count": 2, "all_pending_not_due_count": 17, "all_pending_overdue_count": 3,
    "all_pending_no_appointment_count": 1,
}  # fmt: skip
Figures = dict[str, Observation]


def figures(period: str, **changes: int | str | CellStatus | None) -> Figures:
    """The sound figures with some changed: to a value, to a status without one, or (None) never observed."""
    made = {}
    for code, value in (SOUND | changes).items():
        if value is None:
            continue
        empty = isinstance(value, CellStatus)
        made[code] = Observation(
            indicator_code=code,
            unit_code="dac-khu",
            period=Period.parse(period),
            value=None if empty else Decimal(value),
            status=value if isinstance(value, CellStatus) else CellStatus.REPORTED,
            known_at=KNOWN_AT,
        )
    return made


def outcome_of(results: list[CheckResult], check: str, code: str = "") -> CheckResult:
    """The one result of a check; of several, that whose English sentence starts with the code."""
    (result,) = [r for r in results if r.check == f"balance.{check}" and r.message_en.startswith(code)]
    return result


CASES = [
    ("dossiers_by_channel", {}, Outcome.PASS, ""),
    ("dossiers_by_channel", {"dossiers_postal_count": 7}, Outcome.FAIL, "100 so với 97, lệch 3."),
    ("dossiers_by_channel", {"dossiers_postal_count": None}, Outcome.NOT_EVALUABLE, "không có số liệu “Số hồ sơ TTHC đã tiếp nhận qua bưu chính"),
    ("dossiers_by_channel", {"dossiers_online_count": CellStatus.NOT_COLLECTED}, Outcome.NOT_EVALUABLE, "chưa thu thập được"),
    ("dossiers_by_level", {"dossiers_full_count": 71}, Outcome.FAIL, "lệch 1."),
    ("dossiers_flow", {}, Outcome.PASS, ""),
    ("dossiers_flow", {"dossiers_resolved_count": 91}, Outcome.FAIL, "115 so với 116"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "changes", "outcome", "says"), CASES)
def test_a_declared_balance(
    catalogue: Catalogue, check: str, changes: dict[str, int], outcome: Outcome, says: str
) -> None:
    result = outcome_of(check_figures({"dac-khu": figures("2025-Q4", **changes)}, catalogue), check)
    assert result.outcome is outcome
    assert says in (result.reason or result.message_vi)
    assert result.severity is Severity.WARNING


@pytest.mark.parametrize(("line", "severity"), [(1000, Severity.CRITICAL), (2000, Severity.WARNING)])
def test_undeclared_fields_block_where_a_line_could_be_short(
    catalogue: Catalogue, line: int, severity: Severity
) -> None:
    code = "all_received_count"
    columns = [
        {"number": "1", "heads": ["Lĩnh vực"], "holds": "label"},
        {"number": "2", "heads": ["Hồ sơ"], "indicator": code},
    ]
    matrix = Matrix.model_validate({"columns": columns, "lines": [{"each": "field"}], "total": "Tổng cộng"})
    form = catalogue.form(FORM_2025).model_copy(update={"matrix": matrix})
    given = {code: line + 2, f"{code}@field:dat-dai": line, f"{code}@field:unknown": 2}
    result = outcome_of(
        check_figures({"dac-khu": figures("2025-Q4", **given)}, catalogue, form=form), "groups_declared"
    )
    assert (result.outcome, result.severity) == (Outcome.FAIL, severity)
    assert ": 2 thuộc lĩnh vực chưa khai báo" in result.message_vi
    assert "baocao probe one_stop_igate --unit dac-khu" in result.mend_vi


def test_a_part_above_its_whole_is_found_although_neither_is_on_the_form(catalogue: Catalogue) -> None:
    wrong = figures("2025-Q4", periodic_reports_sent_count=13, periodic_reports_via_national_system_pct="108.33")
    results = check_figures({"dac-khu": wrong}, catalogue, form=catalogue.form(FORM_2025))
    result = outcome_of(results, "part_within_whole", "periodic_reports_sent_count")
    assert (result.outcome, result.severity) == (Outcome.FAIL, Severity.CRITICAL)
    assert "(13) lớn hơn “Số báo cáo định kỳ phải gửi trong kỳ” (12)" in result.message_vi


def test_parts_the_form_shows_are_left_to_the_form(catalogue: Catalogue) -> None:
    form = catalogue.form(FORM_2025)
    subjects = {
        rule.roles["codes"] for check, rules in figure_rules(catalogue, form) for rule in rules if "part" in check.check
    }
    assert ("dossiers_full_online_count", "dossiers_full_count") not in subjects
    assert ("dossiers_full_count", "dossiers_received_count") in subjects


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, Outcome.PASS),
        ({"periodic_reports_via_national_system_pct": "75.01"}, Outcome.FAIL),
        ({"periodic_reports_via_national_system_pct": CellStatus.BLANK}, Outcome.NOT_EVALUABLE),
        ({"periodic_reports_due_count": 0, "periodic_reports_sent_count": 0}, Outcome.NOT_EVALUABLE),
    ],
)
def test_a_ratio_whose_counts_the_form_does_not_print(
    catalogue: Catalogue, changes: dict[str, str], outcome: Outcome
) -> None:
    results = check_figures({"dac-khu": figures("2025-Q4", **changes)}, catalogue, form=catalogue.form(FORM_2025))
    result = outcome_of(results, "ratio_matches", "periodic")
    assert result.outcome is outcome
    assert result.cells == ("2",)


@pytest.mark.parametrize(
    ("before", "outcome", "says"),
    [
        (figures("2025-Q3", dossiers_pending_count=15), Outcome.PASS, ""),
        (figures("2025-Q3", dossiers_pending_count=17), Outcome.FAIL, "(Quý III năm 2025: 17); lệch 2."),
        (figures("2025-Q2", dossiers_pending_count=15), Outcome.NOT_EVALUABLE, "không liền ngay trước"),
        (
            figures("2025-Q3", dossiers_pending_count=CellStatus.NOT_COLLECTED),
            Outcome.NOT_EVALUABLE,
            "chưa thu thập được",
        ),
        ({}, Outcome.NOT_EVALUABLE, "không có số liệu của kỳ liền trước"),
    ],
)
def test_what_was_pending_is_carried_over(catalogue: Catalogue, before: Figures, outcome: Outcome, says: str) -> None:
    results = check_figures({"dac-khu": figures("2025-Q4")}, catalogue, before={"dac-khu": before})
    result = outcome_of(results, "carried_over", "dossiers_carried_over_count")
    assert result.outcome is outcome
    assert says in (result.reason or result.message_vi)


QUARTERS = [
    figures(f"2025-Q{n}", dossiers_received_count=25, procedures_with_dossier_count=count)
    for n, count in zip(range(1, 5), (20, 25, 30, 10), strict=True)
]


@pytest.mark.parametrize(
    ("code", "value", "outcome"),
    [
        ("dossiers_received_count", 100, Outcome.PASS),
        ("dossiers_received_count", 99, Outcome.FAIL),
        ("procedures_with_dossier_count", 40, Outcome.PASS),
        ("procedures_with_dossier_count", 85, Outcome.PASS),
        ("procedures_with_dossier_count", 86, Outcome.FAIL),
        ("procedures_with_dossier_count", 29, Outcome.FAIL),
        ("procedures_with_dossier_count", CellStatus.BLANK, Outcome.NOT_EVALUABLE),
    ],
)
def test_a_year_agrees_with_its_quarters(catalogue: Catalogue, code: str, value: int, outcome: Outcome) -> None:
    """Records add up; different procedures lie between the fullest quarter and the sum."""
    results = check_figures({"dac-khu": figures("2025", **{code: value})}, catalogue, inside={"dac-khu": QUARTERS})
    assert outcome_of(results, "periods_inside", f"{code} ").outcome is outcome


def test_quarters_with_a_gap_prove_nothing(catalogue: Catalogue) -> None:
    gap = [QUARTERS[0], QUARTERS[2], QUARTERS[3]]
    results = check_figures({"dac-khu": figures("2025")}, catalogue, inside={"dac-khu": gap})
    result = outcome_of(results, "periods_inside", "dossiers_received_count ")
    assert (result.outcome, result.reason) == (Outcome.NOT_EVALUABLE, "các kỳ ở trong không phủ kín kỳ này")


def test_figures_of_another_tier_are_no_subject(catalogue: Catalogue) -> None:
    """The province alone owes the connected departments; a special zone is not asked about them."""
    codes = ("departments_count", "departments_connected_count", "departments_connected_pct")
    more = {
        code: replace(figures("2025-Q4")["dossiers_online_count"], value=None, status=CellStatus.BLANK)
        for code in codes
    }
    results = check_figures({"dac-khu": figures("2025-Q4") | more}, catalogue, form=catalogue.form(FORM_2025))
    assert not [r for r in results if "departments" in r.message_en]

"""Each check on forms: one form where it fires, one where it stays silent, one where it cannot be evaluated."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import groupby

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import CellStatus, CheckResult, Outcome, Severity, Tier
from expectations.form.suite import FORM_CHECKS, check_forms
from tests.expectations.conftest import with_units
from tests.expectations.form import test_matrix
from tests.expectations.made_forms import FORM_2024, FORM_2025, Change, true_form

FIRES, SILENT, UNCLEAR = Outcome.FAIL, Outcome.PASS, Outcome.NOT_EVALUABLE
BLANK, NO_DENOMINATOR = CellStatus.BLANK, CellStatus.NO_DENOMINATOR


@dataclass(frozen=True)
class Scenario:
    """A true form with changes, and what one rule must say of it; a part of the Vietnamese sentence or reason."""

    check: str
    cells: tuple[str, ...]
    outcome: Outcome
    changes: Mapping[str, Change] = field(default_factory=dict)
    says: str = ""
    form_code: str = FORM_2025
    tier: Tier | None = Tier.SPECIAL_ZONE
    as_read: bool = False


def scenario(
    check: str, cells: str, outcome: Outcome, changes: Mapping[str, Change] | None = None, **rest: object
) -> Scenario:
    return Scenario(f"form.{check}", tuple(cells.split()), outcome, changes or {}, **rest)  # type: ignore[arg-type]


SCENARIOS = (
    scenario("blank", "4.2.1", FIRES, {"4.2.1": BLANK}, says="Ô 4.2.1 “Tổng số DVCTT có phát sinh hồ sơ"),
    scenario("blank", "4.2.1", FIRES, {"4.2.1": None}, says="không có trên biểu"),
    scenario("blank", "4.2.1", SILENT, {"4.2.1": "0"}),
    scenario("blank", "4.2.1", SILENT, {"4.2.1": NO_DENOMINATOR}),
    scenario("blank", "4.2.1", UNCLEAR, {"4.2.1": CellStatus.NOT_COLLECTED}, says="ô 4.2.1 chưa thu thập được"),
    scenario("blank", "3.1.1", UNCLEAR, says="ô 3.1.1 không áp dụng cho đặc khu"),
    scenario("blank", "3.1.1", UNCLEAR, tier=None, says="chưa có trong units.yaml"),
    scenario("not_collected", "4.3.1", FIRES, {"4.3.1": CellStatus.NOT_COLLECTED}, says="Ô 4.3.1 “Tổng số hồ sơ"),
    scenario("not_collected", "4.3.1", FIRES, {"4.3.1": CellStatus.INCOMPLETE}, says="chưa thu thập đủ"),
    scenario("blank", "4.2.1", UNCLEAR, {"4.2.1": CellStatus.INCOMPLETE}, says="ô 4.2.1 chưa thu thập đủ"),
    scenario("not_collected", "4.3.1", SILENT),
    scenario("not_collected", "4.3.1", UNCLEAR, {"4.3.1": BLANK}, says="ô 4.3.1 để trống"),
    scenario("value_in_heading", "3.1", FIRES, {"3.1": "255"}, says="nhưng lại ghi 255"),
    scenario("value_in_heading", "3.1", SILENT),
    scenario("value_in_heading", "3.1", UNCLEAR, {"3.1": None}, says="biểu không có dòng 3.1"),
    scenario("other_tier", "3.2.1", FIRES, {"3.2.1": "100"}, says="do cấp tỉnh, sở, ngành báo cáo"),
    scenario("other_tier", "3.2.1", SILENT),
    scenario("other_tier", "3.2.1", UNCLEAR, {"3.2.1": "100"}, tier=None, says="chưa biết thuộc cấp nào"),
    scenario("percent_bounds", "2", FIRES, {"2": "108.33"}, says="Ô 2 ghi 108,33%"),
    scenario("percent_bounds", "2", FIRES, {"2": "-1"}, says="Ô 2 ghi -1%"),
    scenario("percent_bounds", "2", SILENT, {"2": "0"}),
    scenario("percent_bounds", "2", SILENT, {"2": "100"}),
    scenario("percent_bounds", "2", UNCLEAR, {"2": BLANK}, says="ô 2 để trống"),
    scenario("whole_number", "4.3.1", FIRES, {"4.3.1": "16.736"}, says="thì số đúng là 16.736."),
    scenario("whole_number", "4.3.1", FIRES, {"4.3.1": "16736.5"}, says="Ô 4.3.1 ghi 16.736,5; số hồ sơ phải là số nguyên."),
    scenario("whole_number", "4.3.1", SILENT, {"4.3.1": "16736.0"}),
    scenario("whole_number", "4.3.1", UNCLEAR, {"4.3.1": CellStatus.NOT_COLLECTED}),
    scenario("not_negative", "4.4.2", FIRES, {"4.4.2": "-3"}, says="số đếm không thể là số âm"),
    scenario("not_negative", "4.4.2", SILENT, {"4.4.2": "0"}),
    scenario("not_negative", "4.4.2", UNCLEAR, {"4.4.2": BLANK}),
    scenario("status_code", "1", FIRES, {"1": "2"}, says="Ô 1 ghi 2; ô này chỉ nhận một trong các mã: 0 = Chưa; 1 = Hoàn thành"),
    scenario("status_code", "1", FIRES, {"1": "0.5"}, says="Ô 1 ghi 0,5"),
    scenario("status_code", "1", SILENT, {"1": "1.0"}),
    scenario("status_code", "1", UNCLEAR, {"1": BLANK}),
    scenario("status_code", "4", SILENT, {"4": "1"}, form_code=FORM_2024, tier=Tier.COMMUNE),
    scenario("fraction_as_percent", "2", FIRES, {"2": "1"}, as_read=True, says="nếu đã ghi theo tỷ số thì phải là 100"),
    scenario("fraction_as_percent", "2", FIRES, {"2": "0.95"}, as_read=True, says="phải là 95."),
    scenario("fraction_as_percent", "2", SILENT, {"2": "1.01"}, as_read=True),
    scenario("fraction_as_percent", "2", SILENT, {"2": "0"}, as_read=True),
    scenario("fraction_as_percent", "2", UNCLEAR, {"2": BLANK}, as_read=True),
    scenario("measure_bounds", "4.5.1", FIRES, {"4.5.1": "501"}, says="Ô 4.5.1 ghi 501; số thủ tục phải từ 0 đến 500."),
    scenario("measure_bounds", "4.5.1", SILENT, {"4.5.1": "500"}),
    scenario("measure_bounds", "4.5.1", UNCLEAR, {"4.5.1": BLANK}),
    scenario("part_within_whole", "4.1.2 4.1.1", FIRES, {"4.1.2": "99"}, says="Ô 4.1.2 ghi 99, lớn hơn ô 4.1.1 (98)"),
    scenario("part_within_whole", "4.1.2 4.1.1", SILENT),
    scenario("part_within_whole", "4.1.2 4.1.1", UNCLEAR, {"4.1.1": BLANK}, says="ô 4.1.1 để trống"),
    scenario(
        "part_within_whole", "6.1.3 6.1.1", FIRES, {"6.1.2": BLANK, "6.1.3": "29"},
        form_code=FORM_2024, tier=Tier.COMMUNE, says="lớn hơn ô 6.1.1 (28)",
    ),
    scenario("total_equals_parts", "6.3.1 6.1.2 6.2.2", FIRES, {"6.3.1": "99"}, form_code=FORM_2024, tier=Tier.COMMUNE,
             says="Ô 6.3.1 (99) phải bằng ô 6.1.2 (28) + ô 6.2.2 (70) = 98; hiện lệch 1."),
    scenario("total_equals_parts", "6.3.1 6.1.2 6.2.2", SILENT, form_code=FORM_2024, tier=Tier.COMMUNE),
    scenario("total_equals_parts", "6.3.1 6.1.2 6.2.2", UNCLEAR, {"6.2.2": BLANK}, form_code=FORM_2024, tier=Tier.COMMUNE),
    scenario("distinct_within_count", "4.2.1 4.3.1 4.4.1", FIRES, {"4.3.1": "40", "4.4.1": "22"}, says="mỗi thủ tục phải có ít nhất một hồ sơ"),
    scenario("distinct_within_count", "4.2.2 4.3.2 4.4.2", FIRES, {"4.2.2": "0"}, says="đã có hồ sơ thì phải có thủ tục phát sinh"),
    scenario("distinct_within_count", "4.2.2 4.3.2 4.4.2", SILENT, {"4.2.2": "0", "4.3.2": "0", "4.4.2": "0"}),
    scenario("distinct_within_count", "4.2.2 4.3.2 4.4.2", UNCLEAR, {"4.4.2": CellStatus.NOT_COLLECTED}),
    scenario("distinct_within_count", "6.1.3 6.4.2", SILENT, {"6.1.3": "0"}, form_code=FORM_2024, tier=Tier.COMMUNE),
    scenario(
        "distinct_within_count", "6.1.3 6.2.3 6.4.2", FIRES, {"6.1.3": "20", "6.2.3": "60", "6.4.2": "70"},
        form_code=FORM_2024, tier=Tier.COMMUNE, says="Ô 6.1.3 (20) + ô 6.2.3 (60) không khớp với ô 6.4.2 (70)",
    ),
    scenario("unit_slip", "4.2.2 4.2.1 4.3.2 4.4.2", FIRES, {"4.2.2": "9530"}, says="có thể đã ghi nhầm số hồ sơ"),
    scenario("unit_slip", "4.2.2 4.2.1 4.3.2 4.4.2", SILENT, {"4.2.2": "99999"}),
    scenario("unit_slip", "4.2.2 4.2.1 4.3.2 4.4.2", UNCLEAR, {"4.2.1": BLANK}),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", FIRES, {"4.2": "84.12"}, says="đã cắt bỏ phần lẻ còn 2 chữ số thập phân (84,1269…); làm tròn đúng là 84,13."),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", FIRES, {"4.2": "0.84"}, says="đã ghi theo tỷ số, chưa nhân 100"),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", FIRES, {"4.2": "118.87"}, says="đã chia ngược"),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", FIRES, {"4.2": "53"}, says="đã ghi tử số thay cho tỷ lệ"),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", FIRES, {"4.2": "77.7"}, says="không phải kết quả làm tròn hay cắt bỏ nào"),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", SILENT),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", SILENT, {"4.2": "84.127"}, as_read=True),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", FIRES, {"4.2": "84.127"}, says="phải ghi hai chữ số thập phân: 84,13"),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", UNCLEAR, {"4.2.1": "0", "4.2.2": "0", "4.2": NO_DENOMINATOR}, says="ghi không phát sinh"),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", UNCLEAR, {"4.2.1": "0", "4.2.2": "0"}, says="mẫu số (ô 4.2.1) bằng 0"),
    scenario("ratio_matches", "4.2 4.2.2 4.2.1", UNCLEAR, {"4.2.2": "-1"}, says="có số âm"),
    scenario("ratio_without_evidence", "4.5 4.5.2 4.5.1", FIRES, {"4.5.1": BLANK}, says="không có căn cứ để tính lại: ô 4.5.1 để trống"),
    scenario("ratio_without_evidence", "4.5 4.5.2 4.5.1", SILENT),
    scenario("ratio_without_evidence", "4.5 4.5.2 4.5.1", UNCLEAR, {"4.5": BLANK}),
    scenario("no_denominator", "4.2 4.2.2 4.2.1", FIRES, {"4.2.1": "0", "4.2.2": "0", "4.2": "0"}, says="0 hay 100 đều sai"),
    scenario("no_denominator", "4.2 4.2.2 4.2.1", FIRES, {"4.2.1": "0", "4.2.2": "0", "4.2": "100"}, says="Ô 4.2 ghi 100%"),
    scenario("no_denominator", "4.2 4.2.2 4.2.1", FIRES, {"4.2.1": "0", "4.2.2": "0", "4.2": BLANK}, says="không ghi “Không phát sinh”"),
    scenario("no_denominator", "4.2 4.2.2 4.2.1", FIRES, {"4.2": NO_DENOMINATOR}, says="mẫu số ô 4.2.1 (63) khác 0"),
    scenario("no_denominator", "4.2 4.2.2 4.2.1", SILENT, {"4.2.1": "0", "4.2.2": "0", "4.2": NO_DENOMINATOR}),
    scenario("no_denominator", "4.2 4.2.2 4.2.1", UNCLEAR, {"4.2": BLANK}, says="ô 4.2 để trống"),
    scenario("same_figure", "3.2.2 3.2", FIRES, {"3.2.2": "96"}, says="là cùng một tỷ lệ của đơn vị"),
    scenario("same_figure", "3.2.2 3.2", SILENT),
    scenario("same_figure", "3.2.2 3.2", UNCLEAR, {"3.1.1": "100", "3.1.2": "100", "3.2.1": "90", "3.2.2": "96"}, tier=Tier.PROVINCE, says="nhiều dòng con"),
    scenario("same_figure", "3.2.1 3.2", UNCLEAR, says="dòng của cấp khác"),
)  # fmt: skip


def _with_bounds(catalogue: Catalogue) -> Catalogue:
    """A province whose measures.yaml says there are never more than 500 procedures of one kind."""
    fees = catalogue.indicator("procedures_fee_count")
    bounded = fees.model_copy(update={"measure": replace(fees.measure, most=Decimal(500))})
    return replace(catalogue, indicators={**catalogue.indicators, "procedures_fee_count": bounded})


@pytest.fixture(scope="module")
def results(catalogue: Catalogue) -> dict[int, list[CheckResult]]:
    """All scenarios checked in two calls, as one province would check all its units."""
    named = {f"u{number}": one for number, one in enumerate(SCENARIOS)}
    units = {name: one.tier for name, one in named.items() if one.tier}
    wide = _with_bounds(with_units(catalogue, units))
    found: dict[int, list[CheckResult]] = {number: [] for number in range(len(SCENARIOS))}
    for as_read in (False, True):
        forms = [
            true_form(wide, one.form_code, name, one.changes) for name, one in named.items() if one.as_read is as_read
        ]
        for result in check_forms(forms, wide, as_read=as_read):
            found[int(result.unit_code[1:])].append(result)
    return found


@pytest.mark.parametrize(
    "number", range(len(SCENARIOS)), ids=lambda n: f"{SCENARIOS[n].check}-{SCENARIOS[n].outcome}-{n}"
)
def test_the_rule_says_what_it_must(number: int, results: dict[int, list[CheckResult]]) -> None:
    wanted = SCENARIOS[number]
    (result,) = [r for r in results[number] if (r.check, r.cells) == (wanted.check, wanted.cells)]
    assert result.outcome is wanted.outcome
    said = result.reason if wanted.outcome is UNCLEAR else result.message_vi
    assert wanted.says in said
    assert said


@pytest.mark.parametrize("outcome", Outcome)
def test_every_check_has_a_case_of_each_outcome(outcome: Outcome) -> None:
    here = {one.check for one in SCENARIOS if one.outcome is outcome}
    of_matrices = {f"form.{name}" for name, found, *_ in test_matrix.CASES if found is outcome}
    assert here | of_matrices == {check.check for check in FORM_CHECKS}


def test_a_failure_tells_all_an_officer_needs(results: dict[int, list[CheckResult]]) -> None:
    failures = [r for found in results.values() for r in found if r.outcome is FIRES]
    for result in failures:
        assert result.message_vi
        assert result.message_en
        assert result.mend_vi
        assert result.observed
        assert result.expected
        assert result.owner
        assert result.cells
        assert result.evidence["form"]
        assert "  " not in result.message_vi
        assert result.message_vi[0].isupper()


def test_only_the_cell_that_was_changed_is_blamed(results: dict[int, list[CheckResult]]) -> None:
    """One wrong figure gives the findings that follow from it, and no other cell's."""
    for number, found in results.items():
        changed = set(SCENARIOS[number].changes)
        for result in found:
            if result.outcome is FIRES:
                assert changed & set(result.cells), (SCENARIOS[number], result)


def test_a_part_is_not_blamed_twice_along_the_chain(catalogue: Catalogue) -> None:
    form = true_form(catalogue, FORM_2024, "xa", {"6.1.3": "277"})
    found = [r for r in check_forms([form], catalogue) if r.check == "form.part_within_whole" and r.outcome is FIRES]
    assert [r.cells for r in found] == [("6.1.3", "6.1.2")]


def test_a_rounding_habit_of_a_hand_filled_form_is_a_warning_and_ours_is_critical(catalogue: Catalogue) -> None:
    form = true_form(catalogue, FORM_2025, "dac-khu", {"4.2": "84.12"})
    severities = {}
    for as_read in (False, True):
        (result,) = [r for r in check_forms([form], catalogue, as_read=as_read) if r.outcome is FIRES]
        severities[as_read] = result.severity
    assert severities == {False: Severity.CRITICAL, True: Severity.WARNING}


def test_a_dead_source_is_named_with_the_reason_and_the_command_to_try_it(catalogue: Catalogue) -> None:
    form = true_form(catalogue, FORM_2025, "dac-khu", {"4.3.1": CellStatus.NOT_COLLECTED})
    cell = replace(form.cells["4.3.1"], note="Chưa thu thập được: hệ thống một cửa không kết nối được")
    form = replace(form, cells={**form.cells, "4.3.1": cell})
    (result,) = [r for r in check_forms([form], catalogue) if r.check == "form.not_collected" and r.outcome is FIRES]
    label = catalogue.source("one_stop_igate").label
    assert label in result.message_vi
    assert result.message_vi.endswith(f"chưa thu thập được từ {label}. Lý do: hệ thống một cửa không kết nối được.")
    assert "baocao probe one_stop_igate" in result.mend_vi
    assert result.evidence["source"] == "one_stop_igate"


def test_results_come_form_by_form_in_the_order_given(catalogue: Catalogue) -> None:
    forms = [
        true_form(catalogue, FORM_2025, "dac-khu", {}),
        true_form(catalogue, FORM_2024, "xa", {}),
        true_form(catalogue, FORM_2025, "dac-khu", {"4.2": "84.12"}),
    ]
    results = check_forms(forms, catalogue)
    assert [unit for unit, _ in groupby(results, lambda r: r.unit_code)] == ["dac-khu", "xa", "dac-khu"]
    first = results[: len(results) // 3]
    assert [r.check for r in results if r.outcome is FIRES] == ["form.ratio_matches"]
    assert not [r for r in first if r.outcome is FIRES]


def test_a_unit_we_do_not_know_may_bring_its_tier_along(catalogue: Catalogue) -> None:
    form = true_form(catalogue, FORM_2025, "khong-ro", {"3.2.1": "100"})
    told = {}
    for tier in (None, Tier.SPECIAL_ZONE, Tier.DEPARTMENT):
        results = check_forms([form], catalogue, as_read=True, tiers={"khong-ro": tier})
        told[tier] = {(r.check, r.outcome) for r in results if r.cells == ("3.2.1",)}
    assert ("form.other_tier", UNCLEAR) in told[None]
    assert ("form.other_tier", FIRES) in told[Tier.SPECIAL_ZONE]
    assert not any(check == "form.other_tier" for check, _ in told[Tier.DEPARTMENT])


def test_no_form_gives_no_result_and_starts_nothing(catalogue: Catalogue) -> None:
    assert check_forms([], catalogue) == []

"""The two real forms: exactly the defects their figures have, each rightly explained, and none in the true figures."""

import pytest

from baocao.catalogue import Catalogue
from baocao.domain import CheckResult, Outcome, Severity
from expectations.form.suite import check_forms
from tests.expectations.made_forms import (
    FORM_2024,
    FORM_2025,
    TRUE_2024,
    TRUE_2025,
    WORDS_2025,
    WRITTEN_2024,
    WRITTEN_2025,
    make_form,
)

CRITICAL, WARNING = Severity.CRITICAL, Severity.WARNING
DEFECTS = {
    FORM_2024: {
        ("form.part_within_whole", ("6.1.3", "6.1.2")): (CRITICAL, "Ô 6.1.3 ghi 277, lớn hơn ô 6.1.2 (28)."),
        ("form.unit_slip", ("6.1.3", "6.1.2", "6.4.2")): (
            CRITICAL,
            "Ô 6.1.3 ghi 277 thủ tục trong khi chỉ có 28 thủ tục (ô 6.1.2); có thể đã ghi nhầm số hồ sơ",
        ),
        ("form.value_in_heading", ("5",)): (WARNING, "Dòng 5 “Số liệu về trao đổi văn bản điện tử” là tiêu đề"),
        ("form.ratio_matches", ("6.4", "6.4.2", "6.4.1")): (
            WARNING,
            "Ô 6.4 ghi 64%; ô 6.4.2 (310) / ô 6.4.1 (484) = 64,05%: đã làm tròn 64,05 đến hàng đơn vị.",
        ),
    },
    FORM_2025: {
        ("form.ratio_matches", ("4.2", "4.2.2", "4.2.1")): (
            WARNING,
            "đã cắt bỏ phần lẻ còn 2 chữ số thập phân (84,1269…); làm tròn đúng là 84,13.",
        ),
        ("form.ratio_matches", ("4.3", "4.3.2", "4.3.1")): (
            WARNING,
            "Ô 4.3 ghi 56,9%; ô 4.3.2 (9.530) / ô 4.3.1 (16.736) = 56,94%: đã làm tròn 56,94 còn 1 chữ số thập phân.",
        ),
        ("form.fraction_as_percent", ("2",)): (
            WARNING,
            "Ô 2 ghi 1. Đơn vị của chỉ tiêu là %, nên số này nghĩa là 1%; nếu đã ghi theo tỷ số thì phải là 100.",
        ),
        ("form.other_tier", ("3.2.1",)): (WARNING, "nhưng dòng này do cấp tỉnh, sở, ngành báo cáo"),
        ("form.blank", ("4.5",)): (CRITICAL, "ghi “=b/a*100”, không phải số liệu"),
        ("form.blank", ("4.5.1",)): (CRITICAL, "ghi “a”, không phải số liệu"),
        ("form.blank", ("4.5.2",)): (CRITICAL, "ghi “b”, không phải số liệu"),
    },
}


@pytest.fixture(scope="module")
def written(catalogue: Catalogue) -> list[CheckResult]:
    forms = [
        make_form(catalogue, FORM_2024, WRITTEN_2024, unit_code="xa"),
        make_form(catalogue, FORM_2025, WRITTEN_2025, unit_code="dac-khu", words=WORDS_2025),
    ]
    return check_forms(forms, catalogue, as_read=True)


def failures(results: list[CheckResult], form_code: str) -> dict[tuple[str, tuple[str, ...]], CheckResult]:
    found = [r for r in results if r.evidence["form"] == form_code and r.outcome is Outcome.FAIL]
    return {(r.check, r.cells): r for r in found}


@pytest.mark.parametrize("form_code", DEFECTS)
def test_a_real_form_has_its_defects_and_no_other(form_code: str, written: list[CheckResult]) -> None:
    found = failures(written, form_code)
    assert found.keys() == DEFECTS[form_code].keys()
    for key, (severity, sentence) in DEFECTS[form_code].items():
        assert sentence in found[key].message_vi
        assert found[key].severity is severity


def test_42_04_is_rightly_rounded(written: list[CheckResult]) -> None:
    """2809/6681 = 42,0446…: the one ratio of the draft that needs no mending."""
    (result,) = [r for r in written if r.cells == ("4.4", "4.4.2", "4.4.1") and r.check == "form.ratio_matches"]
    assert result.outcome is Outcome.PASS


def test_310_online_dossiers_beside_277_and_5_procedures_are_no_contradiction(written: list[CheckResult]) -> None:
    """277 + 5 = 282 is within 310: only the bound of 28 procedures is broken."""
    (result,) = [r for r in written if r.cells == ("6.1.3", "6.2.3", "6.4.2")]
    assert result.outcome is Outcome.PASS


def test_a_row_of_another_tier_left_blank_is_no_finding(written: list[CheckResult]) -> None:
    (result,) = [r for r in written if r.check == "form.blank" and r.cells == ("5.1.1",)]
    assert (result.outcome, result.reason) == (Outcome.NOT_EVALUABLE, "ô 5.1.1 không áp dụng cho xã")


@pytest.mark.parametrize("as_read", [False, True])
def test_the_true_figures_give_none(catalogue: Catalogue, as_read: bool) -> None:
    """84,13 and 56,94 in place of 84,12 and 56,9: truncated, and one place short."""
    forms = [
        make_form(catalogue, FORM_2024, TRUE_2024, unit_code="xa"),
        make_form(catalogue, FORM_2025, TRUE_2025, unit_code="dac-khu"),
    ]
    assert [r for r in check_forms(forms, catalogue, as_read=as_read) if r.outcome is Outcome.FAIL] == []

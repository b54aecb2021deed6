"""The rule set as data: what is in force for a form, what is wrong with it, and that a new form needs YAML only."""

import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from baocao.catalogue import Balance, Catalogue, Form, Indicator
from baocao.catalogue.checks import CheckLimits
from baocao.domain import Cell, CellStatus, FilledForm, FormMark, Outcome, Severity
from baocao.settings import CHECKOUT_DIR
from expectations.catalogue_page import PAGE, render_page
from expectations.form.suite import check_forms
from expectations.registry import all_cards, rules
from expectations.rule_lint import LintKind, lint_rules
from tests.expectations.made_forms import FORM_2024, FORM_2025

NEW_INDICATORS = {
    "complaints_count": {"label": "Số đơn nhận được", "measure": "document", "typed": {}, "owner": "office"},
    "complaints_settled_count": {
        "label": "Số đơn đã giải quyết", "measure": "document", "typed": {}, "owner": "office",
        "part_of": "complaints_count",
    },
    "complaints_open_count": {"label": "Số đơn còn lại", "measure": "document", "typed": {}, "owner": "office"},
    "complaints_settled_pct": {
        "label": "Tỷ lệ đơn đã giải quyết", "measure": "percent", "owner": "office",
        "ratio": {"numerator": "complaints_settled_count", "denominator": "complaints_count"},
    },
    "mailbox_code": {"label": "Hộp thư", "measure": "code", "typed": {"codes": {0: "Chưa", 1: "Có"}}, "owner": "office"},
}  # fmt: skip
NEW_ROWS = [
    {"number": "1.", "label": "Tỷ lệ", "unit": "%", "indicator": "complaints_settled_pct"},
    {"number": "1.1.", "label": "Nhận", "unit": "Văn bản", "indicator": "complaints_count"},
    {"number": "1.2.", "label": "Giải quyết", "unit": "Văn bản", "indicator": "complaints_settled_count"},
    {"number": "1.3.", "label": "Còn lại", "unit": "Văn bản", "indicator": "complaints_open_count"},
    {"number": "2.", "label": "Hộp thư", "unit": "Chưa = 0\nCó = 1", "indicator": "mailbox_code"},
]


@pytest.fixture
def new(catalogue: Catalogue) -> Catalogue:
    """A form nobody wrote a line of code for."""
    indicators = {
        code: Indicator.model_validate({**entry, "indicator_code": code}) for code, entry in NEW_INDICATORS.items()
    }
    balance = Balance(
        balance_code="complaints", label="Nhận = giải quyết + còn lại",
        left=("complaints_count",), right=("complaints_settled_count", "complaints_open_count"),
    )  # fmt: skip
    form = Form.model_validate({
        "form_code": "new", "appendix": "Mới", "title": ["Mới"], "attached_to": "", "signature_block": False,
        "valid_from": date(2026, 1, 1), "rows": NEW_ROWS,
    })  # fmt: skip
    return replace(
        catalogue,
        indicators={**catalogue.indicators, **indicators},
        balances={**catalogue.balances, "complaints": balance},
        forms={**catalogue.forms, "new": form},
    )


def filled(new: Catalogue, **values: str) -> FilledForm:
    cells = {}
    for row, value in zip(new.form("new").rows, values.values(), strict=True):
        cells[row.key] = Cell(row.key, Decimal(value), value, CellStatus.REPORTED, indicator_code=row.indicator)
    return FilledForm("new", "dac-khu", "", None, None, FormMark.UNMARKED, cells)


def test_a_new_form_is_checked_from_its_yaml_alone(new: Catalogue) -> None:
    sound = filled(new, pct="66.67", received="3", settled="2", left="1", code="1")
    wrong = filled(new, pct="66.66", received="3", settled="4", left="1", code="2")
    results = check_forms([sound, wrong], new)
    half = len(results) // 2
    assert [r for r in results[:half] if r.outcome is Outcome.FAIL] == []
    failed = {(r.check, r.cells) for r in results[half:] if r.outcome is Outcome.FAIL}
    assert failed == {
        ("form.part_within_whole", ("1.2", "1.1")),
        ("form.total_equals_parts", ("1.1", "1.2", "1.3")),
        ("form.ratio_matches", ("1", "1.2", "1.1")),
        ("form.status_code", ("2",)),
    }
    assert lint_rules(new.form("new"), new) == []


def test_every_rule_in_force_has_what_a_reader_needs(catalogue: Catalogue) -> None:
    for form in catalogue.forms.values():
        for rule in rules(form, catalogue):
            assert rule.check.split(".")[0] in {"form", "balance", "history"}
            assert rule.severity in Severity
            assert rule.owner in catalogue.owners
            assert rule.sentence_vi.endswith(".")
            assert rule.sentence_en
            assert set(rule.cells) <= {row.key for row in form.rows}


@pytest.mark.parametrize("form_code", [FORM_2024, FORM_2025])
def test_the_shipped_rules_do_not_contradict_each_other(catalogue: Catalogue, form_code: str) -> None:
    """Only percentages whose counts the form does not print are watched by no other cell of it."""
    notes = lint_rules(catalogue.form(form_code), catalogue)
    assert {note.kind for note in notes} == {LintKind.UNWATCHED}
    unwatched = (
        {"3", "5.1.1", "5.1.2", "5.1.3", "5.3.1", "5.3.2", "5.3.3"}
        if form_code == FORM_2024
        else {"2", "3.1.1", "3.1.2"}
    )
    assert {note.cells[0] for note in notes} == unwatched


def with_indicator(catalogue: Catalogue, code: str, **update: object) -> Catalogue:
    changed = catalogue.indicators[code].model_copy(update=update)
    return replace(catalogue, indicators={**catalogue.indicators, code: changed})


def with_row(catalogue: Catalogue, key: str, **update: object) -> Form:
    form = catalogue.form(FORM_2025)
    rows = tuple(row.model_copy(update=update) if row.key == key else row for row in form.rows)
    return form.model_copy(update={"rows": rows})


def faults(form: Form, catalogue: Catalogue) -> set[tuple[str, str, tuple[str, ...]]]:
    notes = lint_rules(form, catalogue)
    return {(n.kind.value, n.check, n.cells) for n in notes if n.kind is not LintKind.UNWATCHED}


def test_a_circle_of_parts_is_found(catalogue: Catalogue) -> None:
    wrong = with_indicator(catalogue, "procedures_full_eligible_count", part_of="procedures_full_count")
    found = faults(wrong.form(FORM_2025), wrong)
    assert ("rules.contradiction", "form.part_within_whole", ("4.1.1",)) in found
    assert ("rules.contradiction", "form.part_within_whole", ("4.1.2",)) in found


def test_a_part_that_counts_more_than_its_whole_is_found(catalogue: Catalogue) -> None:
    wrong = with_indicator(catalogue, "dossiers_full_count", part_of="dossiers_full_online_count")
    assert ("rules.contradiction", "form.part_within_whole", ("4.3.1",)) in faults(wrong.form(FORM_2025), wrong)


def test_a_part_that_counts_just_what_its_whole_does_never_fires(catalogue: Catalogue) -> None:
    same = catalogue.indicators["dossiers_full_count"].count
    wrong = with_indicator(catalogue, "dossiers_full_online_count", count=same)
    assert ("rules.never_fires", "form.part_within_whole", ("4.3.2",)) in faults(wrong.form(FORM_2025), wrong)


def test_a_balance_that_names_a_figure_twice_is_found(catalogue: Catalogue) -> None:
    left = ("dossiers_full_count",)
    wrong = replace(catalogue, balances={"b": Balance(balance_code="b", label="b", left=left, right=left)})
    assert ("rules.contradiction", "balance.b", ("4.3.1",)) in faults(wrong.form(FORM_2025), wrong)


def test_a_wrong_unit_is_found_unless_it_is_a_known_misprint(catalogue: Catalogue) -> None:
    assert ("rules.contradiction", "", ("4.3.1",)) in faults(with_row(catalogue, "4.3.1", misprints=()), catalogue)
    assert faults(catalogue.form(FORM_2025), catalogue) == set()


def test_printed_codes_that_are_not_the_allowed_ones_are_found(catalogue: Catalogue) -> None:
    form = with_row(catalogue, "1", unit="Chưa = 0\nĐang = 1\nHoàn thành = 2")
    assert faults(form, catalogue) == {("rules.contradiction", "form.status_code", ("1",))}


def test_a_rule_over_rows_no_tier_fills_together_never_fires(catalogue: Catalogue) -> None:
    form = with_row(catalogue, "4.2.2", tiers=("province",))
    form = form.model_copy(update={
        "rows": tuple(r.model_copy(update={"tiers": ("commune",)}) if r.key == "4.2.1" else r for r in form.rows)
    })  # fmt: skip
    found = faults(form, catalogue)
    assert ("rules.never_fires", "form.part_within_whole", ("4.2.2", "4.2.1")) in found
    assert ("rules.never_fires", "form.ratio_matches", ("4.2", "4.2.2", "4.2.1")) in found


SENSELESS = {
    "a tolerance of everything": ({"reconcile": {"portal_dossiers": {"tolerance_pct": 100}}}, "dưới 100"),
    "a unit's tolerance below nothing": ({"reconcile": {"sent_documents": {"units": {"dac-khu": -1}}}}, "dưới 100"),
    "a unit that does not exist": ({"reconcile": {"procedures_offered": {"units": {"xa-x": 3}}}}, "không có đơn vị “xa-x”"),
    "a tolerance that is the general one": ({"reconcile": {"portal_dossiers": {"units": {"dac-khu": 2}}}}, "nên thừa"),
    "borders that meet": ({"reconcile": {"sent_documents": {"border_days": 45}}}, "phủ hết cả quý"),
    "a status that is on no list": ({"reconcile": {"portal_dossiers": {"status_copies": {"lost": "done"}}}}, "“lost”"),
    "more periods than are looked at": ({"history": {"frozen": {"periods": 14}}}, "history.frozen vô dụng"),
    "silence longer than is looked at": ({"history": {"silent": {"periods": 13}}}, "history.fell_silent vô dụng"),
    "a loss of more than all": ({"history": {"shrunk": {"at_least_pct": 100}}}, "history.stock_shrank vô dụng"),
    "a break of a tier its units are not of": (
        {"history": {"breaks": [{"since": "2026-01-01", "label": "đổi phần mềm", "units": ["dac-khu"], "tiers": ["province"]}]}},
        "không đơn vị nào thuộc cấp đã nêu",
    ),
    "a break of an indicator that does not exist": (
        {"history": {"breaks": [{"since": "2026-01-01", "label": "đổi phần mềm", "indicators": ["no_such_count"]}]}},
        "“no_such_count” không tồn tại",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", SENSELESS)
def test_a_senseless_threshold_is_found(catalogue: Catalogue, case: str) -> None:
    given, said = SENSELESS[case]
    wrong = replace(catalogue, limits=CheckLimits.model_validate(given))
    notes = [n for n in lint_rules(wrong.form(FORM_2025), wrong) if n.kind is not LintKind.UNWATCHED]
    assert [(note.kind, said in note.message_vi) for note in notes] == [(LintKind.NEVER_FIRES, True)]
    assert notes[0].message_vi.startswith("checks.yaml: ")


def test_thresholds_that_make_sense_are_not_complained_of(catalogue: Catalogue) -> None:
    given = {"reconcile": {"portal_dossiers": {"tolerance_pct": 99, "units": {"dac-khu": 0}, "border_days": 30}}}
    sound = replace(catalogue, limits=CheckLimits.model_validate(given))
    assert faults(sound.form(FORM_2025), sound) == set()


def test_the_page_of_checks_is_made_from_the_code() -> None:
    assert PAGE.read_text(encoding="utf-8") == render_page(), "run: python -m expectations.catalogue_page"


def test_ids_are_given_once_and_never_change() -> None:
    """What an officer quotes on the telephone; take one away only with a note in the changelog."""
    ids = [card.check for card in all_cards()]
    assert len(ids) == len(set(ids))
    assert {
        "form.part_within_whole", "form.ratio_matches", "form.ratio_without_evidence", "form.percent_bounds",
        "form.whole_number", "form.not_negative", "form.status_code", "form.unit_slip", "form.column_total", "form.value_in_heading",
        "form.other_tier", "form.blank", "form.no_denominator", "form.total_equals_parts", "form.not_collected",
        "form.distinct_within_count", "form.same_figure", "form.fraction_as_percent",
        "form.measure_bounds",
    } == {check for check in ids if check.startswith("form.")}  # fmt: skip


def test_importing_the_package_does_not_import_great_expectations() -> None:
    code = "import sys, expectations; raise SystemExit('great_expectations' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT_DIR, check=False).returncode == 0

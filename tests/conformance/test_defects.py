"""Each defect alone, in every format, gives exactly its own finding; several together give exactly theirs."""

import pytest

from baocao.catalogue import Catalogue
from tests.conformance.checking import findings_of, misprints_of
from tests.conformance.defects import DEFECTS, Defect
from tests.conformance.made import NEW_FORM, OLD_FORM, make_clean
from tests.conformance.renderers import RENDERERS

_FAST = [name for name in RENDERERS if name != "pdf"]
_TOGETHER = {
    "formula left": "4.5",
    "placeholder left": "4.5.1",
    "percent sign": "4.1",
    "dot before decimals": "4.2",
    "thousands run together": "4.4.1",
    "unit of another": "4.1.1",
    "label cut": "4.3.1",
    "row missing": "3.2.2",
    "report number blank": "",
}


@pytest.mark.parametrize("format_name", _FAST)
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
@pytest.mark.parametrize("form_code", [OLD_FORM, NEW_FORM])
def test_a_defect_alone_gives_its_finding_and_no_other(
    form_code: str, defect: Defect, format_name: str, catalogue: Catalogue
) -> None:
    _check(form_code, defect, format_name, catalogue)


@pytest.mark.slow
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
@pytest.mark.parametrize("form_code", [OLD_FORM, NEW_FORM])
def test_a_defect_alone_in_a_pdf(form_code: str, defect: Defect, catalogue: Catalogue) -> None:
    _check(form_code, defect, "pdf", catalogue)


def _check(form_code: str, defect: Defect, format_name: str, catalogue: Catalogue) -> None:
    """At the middle one of the rows the defect can be planted in."""
    clean, form = make_clean(catalogue, form_code), catalogue.form(form_code)
    rows = defect.rows(clean, form, catalogue)
    if not rows or format_name in defect.not_in:
        return
    key = rows[len(rows) // 2]
    made = defect.plant(clean, key, form)
    found = findings_of(RENDERERS[format_name](made), f"form.{format_name}", catalogue)
    assert found - misprints_of(form_code, catalogue) == defect.expected(key, made, form)


@pytest.mark.parametrize("format_name", RENDERERS)
def test_defects_together_give_each_its_finding(format_name: str, catalogue: Catalogue) -> None:
    form, made = catalogue.form(NEW_FORM), make_clean(catalogue, NEW_FORM)
    chosen = {defect.name: defect for defect in DEFECTS}
    for name, key in _TOGETHER.items():
        made = chosen[name].plant(made, key, form)
    found = findings_of(RENDERERS[format_name](made), f"form.{format_name}", catalogue)
    assert found - misprints_of(NEW_FORM, catalogue) == {
        ("document.formula_left", ("4.5",)),
        ("document.placeholder_left", ("4.5.1",)),
        ("document.percent_sign", ("4.1",)),
        ("document.mixed_number_styles", ("2", "3.2", "4.1", "4.2", "4.3", "4.4")),
        ("document.mixed_number_styles", ("4.3.1", "4.3.2", "4.4.1", "4.4.2")),
        ("document.unit_altered", ("4.1.1",)),
        ("document.label_altered", ("4.3.1",)),
        ("document.row_missing", ("3.2.2",)),
        ("document.head_blank", ()),
    }


def test_a_misprint_put_right_by_the_clerk_is_no_finding(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM).with_row("4.4", label="Tỷ lệ hồ sơ trực tuyến một phần")
    made = made.with_row("4.3.1", unit="Hồ sơ").with_row("4.3.2", unit="Hồ sơ").with_row("2", unit="%")
    assert findings_of(RENDERERS["txt"](made), "form.txt", catalogue) == set()


def test_a_misprint_named_in_the_notes_is_not_said_again(catalogue: Catalogue) -> None:
    note = catalogue.form(NEW_FORM).row("4.4").misprints[0].note
    made = make_clean(catalogue, NEW_FORM).with_row("4.4", note=note)
    found = findings_of(RENDERERS["txt"](made), "form.txt", catalogue)
    assert misprints_of(NEW_FORM, catalogue) - found == {("document.official_misprint", ("4.4",))}


def test_a_table_numbered_by_the_word_processor_is_read_by_its_labels(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, OLD_FORM)
    for row in made.rows:
        made = made.with_row(row.key, number="")
    found = findings_of(RENDERERS["docx"](made), "form.docx", catalogue)
    assert found == misprints_of(OLD_FORM, catalogue)


def test_a_row_of_the_other_version_among_the_rows_is_a_mixed_form(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    stray = make_clean(catalogue, OLD_FORM).row("6.3.2")
    made = type(made)(made.form_code, made.head, (*made.rows[:12], stray, *made.rows[12:]), made.foot)
    found = findings_of(RENDERERS["docx"](made), "form.docx", catalogue)
    assert found - misprints_of(NEW_FORM, catalogue) == {("document.form_mixed", ())}

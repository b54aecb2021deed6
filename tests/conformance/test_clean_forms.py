"""A careful clerk's form gives no finding in any format."""

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.domain import CellStatus, FormMark, Tier
from baocao.forms.recognise import recognise
from tests.conformance.checking import findings_of
from tests.conformance.made import NEW_FORM, OLD_FORM, make_clean
from tests.conformance.renderers import RENDERERS, to_pdf_without_rules

FORMS = (OLD_FORM, NEW_FORM)


@pytest.mark.parametrize("format_name", RENDERERS)
@pytest.mark.parametrize("form_code", FORMS)
def test_a_clean_form_gives_no_finding(form_code: str, format_name: str, catalogue: Catalogue) -> None:
    content = RENDERERS[format_name](make_clean(catalogue, form_code))
    assert findings_of(content, f"form.{format_name}", catalogue) == set()


@pytest.mark.parametrize("format_name", RENDERERS)
@pytest.mark.parametrize("form_code", FORMS)
def test_every_figure_is_read_as_written(form_code: str, format_name: str, catalogue: Catalogue) -> None:
    made = make_clean(catalogue, form_code)
    read = recognise(read_content(RENDERERS[format_name](made), f"form.{format_name}"), catalogue)
    assert {key: reading.text for key, reading in read.readings.items()} == {r.key: r.figure for r in made.rows}
    assert read.filled.status is FormMark.READ
    assert read.filled.form_code == form_code


@pytest.mark.parametrize("form_code", FORMS)
def test_a_pdf_table_without_rules_is_read_by_the_places_of_its_words(form_code: str, catalogue: Catalogue) -> None:
    content = to_pdf_without_rules(make_clean(catalogue, form_code))
    assert findings_of(content, "form.pdf", catalogue) == set()


def test_the_old_head_is_understood(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, OLD_FORM)
    read = recognise(read_content(RENDERERS["docx"](made), "form.docx"), catalogue)
    assert read.head.report_number == "161/BC-UBND"
    assert f"{read.head.dated_on}" == "2024-03-15"
    assert read.tier is Tier.COMMUNE
    assert read.filled.unit_code == "xa"
    assert read.filled.period is not None
    assert read.filled.period.code == "2024-Q1"
    assert read.filled.head.signed_as == ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH")
    assert read.filled.head.signer == "Nguyễn Văn Mẫu"


def test_rows_of_another_tier_are_not_applicable_when_empty(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM).with_row("3.2.1", figure="100")
    read = recognise(read_content(RENDERERS["txt"](made)), catalogue)
    assert read.tier is Tier.SPECIAL_ZONE
    assert read.filled.cells["3.1.1"].status is CellStatus.NOT_APPLICABLE
    assert read.filled.cells["3.2.1"].status is CellStatus.REPORTED
    assert read.filled.cells["3.1"].status is CellStatus.HEADING

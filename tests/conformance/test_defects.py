"""Each defect alone, in every format, gives exactly its own finding; several together give exactly theirs."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import recognise
from tests.conformance.checking import findings_of
from tests.conformance.defects import DEFECTS, Defect, Finding
from tests.conformance.made import NEW_FORM, OLD_FORM, MadeForm, make_clean, read_catalogue
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


@dataclass(frozen=True)
class Case:
    """A defect in one form and format, at the middle one of the rows it can be planted in."""

    defect: Defect
    form_code: str
    format_name: str
    key: str

    @property
    def is_hidden(self) -> bool:
        return self.format_name in self.defect.hidden_in

    def make(self, catalogue: Catalogue) -> MadeForm:
        return self.defect.plant(make_clean(catalogue, self.form_code), self.key, catalogue.form(self.form_code))

    def findings(self, catalogue: Catalogue) -> set[Finding]:
        content = RENDERERS[self.format_name](self.make(catalogue))
        return findings_of(content, self._name, catalogue)

    def read_figures(self, catalogue: Catalogue) -> dict[str, str]:
        content = RENDERERS[self.format_name](self.make(catalogue))
        read = recognise(read_content(content, self._name), catalogue)
        return {key: reading.text for key, reading in read.readings.items()}

    @property
    def _name(self) -> str:
        return f"form.{self.format_name}"


def _cases() -> Iterator[Case]:
    catalogue = read_catalogue()
    for form_code, defect in product((OLD_FORM, NEW_FORM), DEFECTS):
        clean, form = make_clean(catalogue, form_code), catalogue.form(form_code)
        if rows := defect.rows(clean, form, catalogue):
            yield from (Case(defect, form_code, name, rows[len(rows) // 2]) for name in RENDERERS)


CASES = list(_cases())


def _each(cases: Iterable[Case]) -> pytest.MarkDecorator:
    named = [pytest.param(one, id=f"{one.form_code}-{one.defect.name}-{one.format_name}") for one in cases]
    return pytest.mark.parametrize("case", named)


def test_every_defect_is_tried_in_every_format() -> None:
    tried = {(case.defect.name, case.format_name) for case in CASES}
    assert tried == {(defect.name, format_name) for defect in DEFECTS for format_name in RENDERERS}


@_each(case for case in CASES if case.format_name in _FAST and not case.is_hidden)
def test_a_defect_alone_gives_its_finding_and_no_other(case: Case, catalogue: Catalogue) -> None:
    _expect_its_finding(case, catalogue)


@pytest.mark.slow
@_each(case for case in CASES if case.format_name not in _FAST)
def test_a_defect_alone_in_a_pdf(case: Case, catalogue: Catalogue) -> None:
    _expect_its_finding(case, catalogue)


def _expect_its_finding(case: Case, catalogue: Catalogue) -> None:
    expected = case.defect.expected(case.key, case.make(catalogue), catalogue.form(case.form_code))
    assert case.findings(catalogue) == expected


@_each(case for case in CASES if case.is_hidden)
def test_where_a_format_hides_a_defect_no_figure_is_read_wrong_in_silence(case: Case, catalogue: Catalogue) -> None:
    told = {cell for _, cells in case.findings(catalogue) for cell in cells}
    read = case.read_figures(catalogue)
    clean = {row.key: row.figure for row in make_clean(catalogue, case.form_code).rows}
    assert {key for key, figure in clean.items() if read.get(key) != figure} <= told
    if case.defect.name != "row unknown":  # in running lines a strange row is one more line of words
        assert case.key in told


@pytest.mark.parametrize("format_name", RENDERERS)
def test_defects_together_give_each_its_finding(format_name: str, catalogue: Catalogue) -> None:
    form, made = catalogue.form(NEW_FORM), make_clean(catalogue, NEW_FORM)
    chosen = {defect.name: defect for defect in DEFECTS}
    for name, key in _TOGETHER.items():
        made = chosen[name].plant(made, key, form)
    found = findings_of(RENDERERS[format_name](made), f"form.{format_name}", catalogue)
    assert found == {
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
    read = recognise(read_content(RENDERERS["txt"](made), "form.txt"), catalogue)
    found = [(one.check, one.cells) for one in check_handmade(read, catalogue, with_misprints=True)]
    assert found == [("document.official_misprint", ("2", "4.3.1", "4.3.2"))]


def test_a_table_numbered_by_the_word_processor_is_read_by_its_labels(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, OLD_FORM)
    for row in made.rows:
        made = made.with_row(row.key, number="")
    found = findings_of(RENDERERS["docx"](made), "form.docx", catalogue)
    assert found == set()


def test_a_row_of_the_other_version_among_the_rows_is_a_mixed_form(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    stray = make_clean(catalogue, OLD_FORM).row("6.3.2")
    made = type(made)(made.form_code, made.head, (*made.rows[:12], stray, *made.rows[12:]), made.foot)
    found = findings_of(RENDERERS["docx"](made), "form.docx", catalogue)
    assert found == {("document.form_mixed", ())}

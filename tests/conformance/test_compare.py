"""Two filled forms set beside each other: what changed, by how much, and why."""

from dataclasses import replace
from decimal import Decimal

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_content
from baocao.domain import CellStatus, FilledForm
from baocao.forms.compare import CellChange, CellDifference, compare
from baocao.forms.recognise import recognise
from tests.conformance.made import NEW_FORM, OLD_FORM, MadeForm, make_clean
from tests.conformance.renderers import RENDERERS


def _filled(made: MadeForm, catalogue: Catalogue) -> FilledForm:
    return recognise(read_content(RENDERERS["txt"](made)), catalogue).filled


def _compare(before: MadeForm, after: MadeForm, catalogue: Catalogue) -> dict[str, CellDifference]:
    found = compare(_filled(before, catalogue), _filled(after, catalogue), catalogue)
    return {one.number or f"-{one.number_before}": one for one in found}


def test_the_same_form_has_no_changes(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    assert {one.change for one in _compare(made, made, catalogue).values()} == {CellChange.UNCHANGED}


def test_writing_a_number_in_another_style_is_no_change(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    found = _compare(made, made.with_row("4.3.1", figure="16736").with_row("3.2", figure="96.4%"), catalogue)
    assert {one.change for one in found.values()} == {CellChange.UNCHANGED}


def test_a_count_changes_by_a_number(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    one = _compare(made, made.with_row("4.4.2", figure="3.090"), catalogue)["4.4.2"]
    assert (one.change, one.difference) == (CellChange.CHANGED, Decimal(281))


def test_a_percentage_changes_by_points_and_its_parts_say_why(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    after = made.with_row("4.4", figure="46,25").with_row("4.4.2", figure="3.090")
    one = _compare(made, after, catalogue)["4.4"]
    assert one.difference == Decimal("4.21")
    assert one.cause_vi == "tử số 4.4.2: 2.809 → 3.090; mẫu số 4.4.1 không đổi"


def test_a_code_that_changes_has_no_size(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    one = _compare(made, made.with_row("1", figure="0"), catalogue)["1"]
    assert (one.change, one.difference) == (CellChange.CHANGED, None)


def test_a_figure_given_later_is_added_and_one_taken_back_removed(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, NEW_FORM)
    less = made.with_row("4.5.1", figure="")
    assert _compare(less, made, catalogue)["4.5.1"].change is CellChange.ADDED
    assert _compare(made, less, catalogue)["4.5.1"].change is CellChange.REMOVED


def test_a_figure_in_a_heading_is_seen(catalogue: Catalogue) -> None:
    made = make_clean(catalogue, OLD_FORM)
    assert _compare(made, made.with_row("5", figure="255"), catalogue)["5"].change is CellChange.ADDED


def test_two_versions_are_matched_by_the_crosswalk(catalogue: Catalogue) -> None:
    found = _compare(make_clean(catalogue, OLD_FORM), make_clean(catalogue, NEW_FORM), catalogue)
    assert (found["4.1.1"].number_before, found["4.1.1"].before) == ("6.2.1", Decimal(70))
    assert found["4.1.1"].difference == Decimal(28)
    assert found["4.3.1"].change is CellChange.ADDED
    assert found["4.3.1"].cause_vi == "chỉ có ở một phiên bản biểu mẫu"
    assert found["-6.1.1"].change is CellChange.REMOVED


def test_a_correction_is_named_as_the_cause(catalogue: Catalogue) -> None:
    before = _filled(make_clean(catalogue, NEW_FORM), catalogue)
    cell = replace(before.cells["4.3.2"], value=Decimal(9600), status=CellStatus.CORRECTED, note="Sửa theo CV 12.")
    after = replace(before, cells={**before.cells, "4.3.2": cell})
    one = next(found for found in compare(before, after, catalogue) if found.number == "4.3.2")
    assert one.cause_vi == "số đã đính chính (Sửa theo CV 12)"

"""What the product prints is read back cell for cell, and gives no finding a careful clerk's form would not give."""

import pytest

from baocao.catalogue import Catalogue
from baocao.documents.printed import print_form
from baocao.documents.reading import read_content
from baocao.documents.writing import RENDER_BY_FORMAT
from baocao.domain import CellStatus, FilledForm
from baocao.forms.handmade import check_handmade
from baocao.forms.recognise import recognise
from tests.baocao.documents.builder import evidence_of, form_2024, form_2025, with_no_dossiers

_FORMATS = ("docx", "pdf", "xlsx", "html")
_AS_REPORTED = frozenset({CellStatus.TYPED_IN, CellStatus.CORRECTED, CellStatus.PROVISIONAL})


def _rendered(filled: FilledForm, format_name: str, catalogue: Catalogue) -> bytes:
    page = print_form(filled, catalogue.form(filled.form_code))
    return RENDER_BY_FORMAT[format_name](page, evidence_of(catalogue, filled))


@pytest.mark.parametrize("format_name", _FORMATS)
@pytest.mark.parametrize("make", [form_2024, form_2025, lambda c: with_no_dossiers(form_2025(c))])
def test_a_printed_form_is_read_back(make, format_name: str, catalogue: Catalogue) -> None:
    filled = make(catalogue)
    read = recognise(read_content(_rendered(filled, format_name, catalogue), f"form.{format_name}"), catalogue)
    for key, cell in filled.cells.items():
        expected = CellStatus.REPORTED if cell.status in _AS_REPORTED else cell.status
        assert (read.filled.cells[key].value, read.filled.cells[key].status) == (cell.value, expected), key
    assert read.filled.unit_code == filled.unit_code
    assert read.filled.period == filled.period


@pytest.mark.parametrize("format_name", _FORMATS)
def test_a_printed_form_is_clean_but_for_what_is_filled_in_by_hand(format_name: str, catalogue: Catalogue) -> None:
    filled = form_2025(catalogue)
    read = recognise(read_content(_rendered(filled, format_name, catalogue), f"form.{format_name}"), catalogue)
    assert {result.check for result in check_handmade(read, catalogue)} == {"document.head_blank"}

"""The name of a field or an office is compared by its mark: no other name is ever counted as it."""

import unicodedata
from collections.abc import Callable
from typing import Any

import pytest

from baocao.catalogue import Catalogue
from baocao.catalogue.fields import FieldEntry, FieldList
from baocao.catalogue.groupings import Groupings
from baocao.groups import Dimension
from baocao.source_text import is_mark, make_mark
from connectors.dialects import one_stop_igate, one_stop_opencps, one_stop_tandan
from connectors.files.column_mapping import ColumnMapping
from connectors.files.kept_cells import CellScreen
from connectors.reading.minimising import more_shape
from sandbox.world.planted import invent_person
from tests.connectors.files.test_spreadsheet import OPTIONS

FIELD, STRANGER = "Hộ tịch", "Khươ đi"
OFFICE, STRANGE_OFFICE = "UBND xã Bình Minh", "UBND xã Trấp Chọc"
TABLE = {**OPTIONS, "columns": {**OPTIONS["columns"], "field_key": "Lĩnh vực", "receiving_unit_key": "Nơi nhận"}}
CELLS = CellScreen(ColumnMapping.model_validate(TABLE))
TANDAN = one_stop_tandan.FIELDS.with_more(more_shape(one_stop_tandan.MORE, one_stop_tandan.MORE))
IGATE = one_stop_igate.FIELDS.with_more(more_shape(one_stop_igate.MORE, one_stop_igate.MORE))


def _keep_in_table(name: str, word: Any) -> Any:
    return next(CELLS.screened([{name: word}]))[name]


FIELDS_OF: dict[str, Callable[[Any], Any]] = {
    "tandan": lambda word: TANDAN.minimise([{"linhVuc": word}])["rows"][0]["linhVuc"],
    "igate": lambda word: IGATE.minimise([{"procedure": {"sector": {"id": word}}}])["rows"][0]["procedure"]["sector"]["id"],
    "opencps": lambda word: one_stop_opencps.FIELDS.minimise([{"domainCode": word}])["rows"][0]["domainCode"],
    "table": lambda word: _keep_in_table("field_key", word),
}  # fmt: skip
OFFICES_OF: dict[str, Callable[[Any], Any]] = {
    "tandan": lambda word: TANDAN.minimise([{"donViId": word}])["rows"][0]["donViId"],
    "igate": lambda word: IGATE.minimise([{"agency": {"id": word}}])["rows"][0]["agency"]["id"],
    "table": lambda word: _keep_in_table("receiving_unit_key", word),
}


def fields(*names: str) -> Groupings:
    return Groupings.of(FieldList(fields={"ho-tich": FieldEntry(label=FIELD, names=names or (FIELD,))}), {})


def offices(catalogue: Catalogue, name: str) -> Groupings:
    unit = catalogue.unit("xa").model_copy(update={"source_keys": {"one_stop": name}})
    return Groupings.of(FieldList(), {"xa": unit})


def test_the_names_tried_here_share_the_short_mark() -> None:
    assert (make_mark(STRANGER), make_mark(STRANGE_OFFICE)) == (make_mark(FIELD), make_mark(OFFICE))


@pytest.mark.parametrize("source", FIELDS_OF)
def test_a_field_nobody_declared_is_never_counted_as_a_declared_one(source: str) -> None:
    keep, find = FIELDS_OF[source], fields().keys_of_words(Dimension.FIELD)
    assert is_mark(keep(STRANGER))
    assert find(keep(STRANGER)) is None
    spellings = [FIELD, FIELD.upper(), "hộ  tịch", unicodedata.normalize("NFD", FIELD), " Hộ Tịch", "hỘ tỊCH"]
    assert {find(keep(spelling)) for spelling in spellings} == {"ho-tich"}


@pytest.mark.parametrize("source", OFFICES_OF)
def test_an_office_nobody_declared_is_never_counted_as_a_declared_one(source: str, catalogue: Catalogue) -> None:
    keep, find = OFFICES_OF[source], offices(catalogue, OFFICE).keys_of_words(Dimension.UNIT)
    assert (find(keep(STRANGE_OFFICE)), find(keep(OFFICE)), find(keep(OFFICE.upper()))) == (None, "xa", "xa")
    named_after = "UBND phường Trần Hưng Đạo"
    assert offices(catalogue, named_after).keys_of_words(Dimension.UNIT)(keep(named_after)) == "xa"


@pytest.mark.parametrize("text", [invent_person(3).full_name, invent_person(3).phone, "0912 345 678"])
@pytest.mark.parametrize("source", FIELDS_OF)
def test_what_may_be_a_persons_has_a_mark_too_short_to_find_it_by_and_is_no_declared_name(
    source: str, text: Any
) -> None:
    kept = FIELDS_OF[source](text)
    assert is_mark(kept)
    assert len(kept.removesuffix("›").rpartition(" ")[2]) == 4
    assert fields(FIELD, str(text)).keys_of_words(Dimension.FIELD)(kept) is None


@pytest.mark.parametrize("source", ["tandan", "igate", "opencps"])
def test_a_list_where_a_name_should_be_is_no_field(source: str) -> None:
    kept = FIELDS_OF[source]([FIELD])
    assert (is_mark(kept), fields(FIELD, str([FIELD])).keys_of_words(Dimension.FIELD)(kept)) == (True, None)


def test_answers_kept_with_the_short_mark_are_read_as_they_were() -> None:
    assert fields().keys_of_words(Dimension.FIELD)(make_mark(FIELD)) == "ho-tich"
    assert fields().keys_of_words(Dimension.FIELD)(make_mark(FIELD.upper())) == "ho-tich"

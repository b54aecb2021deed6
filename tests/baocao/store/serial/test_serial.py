import json
import unicodedata
from dataclasses import replace
from datetime import UTC, date, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baocao.domain import (
    FIRST_MEASURES,
    Cell,
    CellStatus,
    FilledForm,
    FormHead,
    FormMark,
    Measure,
    MeasureKind,
    Period,
    SourceFailure,
    Window,
)
from baocao.store.canonical import dump_plain, dump_tagged, hash_text, load_tagged
from baocao.store.serial.forms import dump_failure, dump_form, load_failure, load_form
from tests.baocao.store import samples

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12).map(lambda s: unicodedata.normalize("NFC", s))
FIGURES = st.decimals(allow_nan=False, allow_infinity=False) | st.decimals(places=2, min_value=0, max_value=100)
INSTANTS = st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=7))]))
PERIODS = st.builds(Period, st.integers(2020, 2030), st.sampled_from(["", "Q1", "Q4", "H1", "9M"]))
CELLS = st.builds(
    Cell,
    number=WORDS,
    value=st.none() | FIGURES,
    display=WORDS,
    status=st.sampled_from(CellStatus),
    measure=st.none()
    | st.sampled_from(
        [*FIRST_MEASURES.values(), Measure("million", "triệu đồng", MeasureKind.DECIMAL, 1, None, Decimal(5))]
    ),
    indicator_code=st.none() | WORDS,
    note=WORDS,
    text=st.none() | WORDS,
    how_read=WORDS,
)
HEADS = st.builds(
    FormHead,
    report_number=WORDS,
    dated_on=st.none() | st.dates(),
    issuer=WORDS,
    place=WORDS,
    signed_as=st.lists(WORDS, max_size=3).map(tuple),
    signer=WORDS,
)
FORMS = st.builds(
    FilledForm,
    form_code=WORDS,
    unit_code=WORDS,
    unit_name=WORDS,
    period=st.none() | PERIODS,
    window=st.none() | st.builds(Window, st.dates(), st.dates()),
    status=st.sampled_from(FormMark),
    cells=st.dictionaries(WORDS, CELLS, max_size=4),
    head=HEADS,
    known_at=st.none() | INSTANTS,
    vintage=st.none() | st.integers(0, 99),
)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | WORDS
    | FIGURES | st.dates() | INSTANTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=50)
@given(FORMS)
def test_a_form_read_back_equals_the_form_written(form: FilledForm) -> None:
    loaded = load_form(dump_form(form))
    assert loaded == form
    assert list(loaded.cells) == list(form.cells)
    assert dump_form(loaded) == dump_form(form)


@settings(max_examples=50)
@given(JSON_VALUES)
def test_evidence_read_back_equals_the_evidence_written(value: object) -> None:
    assert load_tagged(dump_tagged(value)) == value


@settings(max_examples=50)
@given(st.dictionaries(WORDS, JSON_VALUES, max_size=4))
def test_the_order_of_keys_does_not_matter(evidence: dict[str, object]) -> None:
    assert dump_tagged(dict(reversed(evidence.items()))) == dump_tagged(evidence)


def test_the_text_of_a_form_is_the_same_for_ever() -> None:
    text = dump_form(samples.form())
    assert text == (
        '{"cells":[{"display":"","number":"4.","row":"4","status":"heading","value":null},'
        '{"display":"không phát sinh","note":"mẫu số bằng 0","number":"4.10","row":"4.10",'
        '"status":"no_denominator","value":null},'
        '{"display":"84.13","indicator_code":"full_online_pct","measure":"percent","number":"4.2","row":"4.2",'
        '"status":"reported","value":"84.13"}],"form_code":"2025-bieu-mau-7",'
        '"head":{"dated_on":"2025-12-15","signed_as":["TM. UBND","CHỦ TỊCH"]},'
        '"known_at":"2025-12-15T00:30:00.000000+00:00","period":"2025-Q4","status":"checked",'
        '"unit_code":"dac-khu","unit_name":"Đặc khu Vân Đồn","vintage":1,'
        '"window":{"end_on":"2025-12-14","start_on":"2025-09-15"}}'
    )
    assert hash_text(text) == hash_text(dump_form(load_form(text)))


def test_two_spellings_of_the_same_words_give_the_same_text() -> None:
    form = samples.form()
    decomposed = replace(form, unit_name=unicodedata.normalize("NFD", form.unit_name))
    assert dump_form(decomposed) == dump_form(form)


def test_the_zone_of_an_instant_does_not_change_the_text() -> None:
    local = samples.NOW.astimezone(timezone(timedelta(hours=7)))
    assert dump_form(samples.form(known_at=local)) == dump_form(samples.form())


def test_figures_are_strings_of_digits() -> None:
    text = dump_form(samples.form(value="1E+3"))
    assert json.loads(text)["cells"][2]["value"] == "1000"


@pytest.mark.parametrize("value", [{1, 2}, object(), {1: "a"}, b"bytes"])
def test_what_json_cannot_hold_is_refused_by_its_type(value: object) -> None:
    with pytest.raises(TypeError, match=type(value).__name__):
        dump_plain({"evidence": value})


@pytest.mark.parametrize("value", [float("nan"), Decimal("NaN"), Decimal("Infinity")])
def test_what_is_not_a_number_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not a figure|not JSON compliant"):
        dump_plain([value])


def test_a_failure_read_back_equals_the_failure_written() -> None:
    failure: SourceFailure = samples.failure()
    assert load_failure(dump_failure(failure)) == failure


def test_dates_and_instants_keep_their_kind() -> None:
    content = {"on": date(2025, 12, 14), "at": samples.NOW, "count": 3, "figure": Decimal("84.130")}
    assert load_tagged(dump_tagged(content)) == content
    assert str(load_tagged(dump_tagged(content))["figure"]) == "84.130"

"""One set of rules, two evaluators: whatever they are tried on, Great Expectations and the plain one say the same."""

import re
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import expectations
from baocao.catalogue import Catalogue
from baocao.domain import CellStatus, CheckResult, Outcome, Severity
from baocao.records import build_frame
from benchmarks.checks_world import FORM_CODE, NOW, make_world
from expectations.engine import plain
from expectations.engine.contexts import sharing_context
from expectations.engine.great_engine import run
from expectations.engine.trial import OperandTable, Trial, Verdict
from expectations.form.figure_suite import check_figures
from expectations.form.suite import check_forms
from expectations.history.suite import check_history
from expectations.records.suite import check_records
from expectations.rule import RULE_HOLDS, Demand
from tests.expectations.made_forms import FORM_2024, FORM_2025, TRUE_2025, make_form, true_form
from tests.expectations.records.test_record_checks import TAKEN_AT, WINDOW, documents, dossiers, procedures

few = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FIGURE = st.one_of(st.none(), st.integers(-3, 4).map(Decimal), st.sampled_from([Decimal("0.1"), Decimal("99.99")]))
WORD = st.one_of(st.none(), st.sampled_from(["a", "b", "1.003560", "trống", ""]))
ONE_COLUMN = (
    ("ExpectColumnValuesToBeNull", {}, WORD),
    ("ExpectColumnValuesToNotBeNull", {}, WORD),
    ("ExpectColumnValuesToBeUnique", {}, WORD),
    ("ExpectColumnValuesToBeInSet", {"value_set": ["a", "1.003560"]}, WORD),
    ("ExpectColumnValuesToNotBeInSet", {"value_set": ["a", "b"]}, WORD),
    ("ExpectColumnValuesToMatchRegex", {"regex": r"^\d\.\d{6}$"}, WORD),
    ("ExpectColumnValuesToBeBetween", {"min_value": 0}, FIGURE),
    ("ExpectColumnValuesToBeBetween", {"min_value": -1, "max_value": 2}, FIGURE),
)  # fmt: skip
EITHER = {"ignore_row_if": "either_value_is_missing"}
TWO_COLUMNS = (
    ("ExpectColumnPairValuesToBeEqual", {}, FIGURE),
    ("ExpectColumnPairValuesAToBeGreaterThanB", EITHER, FIGURE),
    ("ExpectColumnPairValuesAToBeGreaterThanB", EITHER | {"or_equal": True}, FIGURE),
    ("ExpectColumnPairValuesAToBeGreaterThanB", {"or_equal": True}, FIGURE),
    ("ExpectColumnPairValuesToBeInSet", EITHER | {"value_pairs_set": [("a", "b"), ("b", "b")]}, WORD),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _one_context() -> Iterator[None]:
    with sharing_context():
        yield


def told(verdict: Verdict) -> tuple[bool, tuple[int, ...]] | str:
    return "error" if verdict.error else (verdict.holds, verdict.failing)


def agree(demand: Demand, table: OperandTable | pd.DataFrame, columns: Sequence[str]) -> None:
    trials = [Trial("test.rule", Severity.WARNING, demand, tuple(columns), table)]
    (great,), (ours,) = run(trials), plain.judge(trials)
    assert told(great) == told(ours), demand


@pytest.mark.parametrize(("expectation", "arguments", "values"), ONE_COLUMN)
def test_both_say_the_same_of_one_column(
    expectation: str, arguments: dict[str, Any], values: st.SearchStrategy[Any]
) -> None:
    @few
    @given(st.lists(values, min_size=1, max_size=12))
    def compare(column: list[Any]) -> None:
        agree(Demand(expectation, arguments), OperandTable(("a",), [(value,) for value in column]), ["a"])
        agree(Demand(expectation, arguments), pd.DataFrame({"a": pd.Series(column, dtype=object)}), ["a"])

    compare()


@pytest.mark.parametrize(("expectation", "arguments", "values"), TWO_COLUMNS)
def test_both_say_the_same_of_two_columns(
    expectation: str, arguments: dict[str, Any], values: st.SearchStrategy[Any]
) -> None:
    @few
    @given(st.lists(st.tuples(values, values), min_size=1, max_size=12))
    def compare(rows: list[tuple[Any, Any]]) -> None:
        agree(Demand(expectation, arguments), OperandTable(("a", "b"), rows), ["a", "b"])

    compare()


@pytest.mark.parametrize(
    ("expectation", "arguments", "columns"),
    [
        ("ExpectTableRowCountToEqual", {"value": 0}, []),
        ("ExpectTableRowCountToBeBetween", {"min_value": 1}, []),
        ("ExpectTableColumnsToMatchSet", {"column_set": ["a", "b"], "exact_match": False}, []),
        ("ExpectTableColumnsToMatchSet", {"column_set": ["a"], "exact_match": False}, []),
        ("ExpectColumnMaxToBeBetween", {"min_value": 2}, ["a"]),
    ],
)
def test_both_say_the_same_of_a_table_as_a_whole(
    expectation: str, arguments: dict[str, Any], columns: list[str]
) -> None:
    for values in ([1], [1, 2], [3, 1], []) if not columns else ([1], [1, 2], [3, 1]):
        trials = [
            Trial("t", Severity.INFO, Demand(expectation, arguments), tuple(columns), pd.DataFrame({"a": values}))
        ]
        if "row_index" not in arguments.get("column_set", []):
            assert told(run(trials)[0]) == told(plain.judge(trials)[0]), values


def test_a_rule_of_our_own_that_raises_is_an_error_to_both() -> None:
    agree(Demand(RULE_HOLDS, holds=lambda value: 1 / value > 0), OperandTable(("a",), [(1,), (0,)]), ["a"])
    agree(Demand(RULE_HOLDS, holds=lambda value: value > 0), OperandTable(("a",), [(1,), (-1,)]), ["a"])


CELL = st.one_of(
    st.sampled_from([
        None, CellStatus.BLANK, CellStatus.NOT_COLLECTED, CellStatus.INCOMPLETE, CellStatus.NO_DENOMINATOR, CellStatus.NOT_APPLICABLE, "0", "1",
        "100", "100.01", "-1", "0.5", "84.12", "56.9",
    ]),
    st.integers(0, 20_000).map(str),
)  # fmt: skip
MADE = st.tuples(
    st.sampled_from(["dac-khu", "so-thu", "tinh-thu", "nobody"]),
    st.dictionaries(st.sampled_from(sorted(TRUE_2025)), CELL, max_size=8),
)


@few
@given(st.lists(MADE, min_size=1, max_size=6), st.booleans())
def test_both_say_the_same_of_every_form(
    catalogue: Catalogue, made: list[tuple[str, dict[str, Any]]], as_read: bool
) -> None:
    forms = [true_form(catalogue, FORM_2025, unit, changes) for unit, changes in made]
    forms.append(make_form(catalogue, FORM_2024, {"1": "0", "3": "100", "6.4": "64"}, unit_code="dac-khu"))
    assert_same(lambda **by: check_forms(forms, catalogue, as_read=as_read, **by))


@few
@given(st.integers(0, 10_000), st.integers(1, 25))
def test_both_say_the_same_of_every_history(catalogue: Catalogue, seed: int, units: int) -> None:
    world = make_world(catalogue, units, Random(seed))
    form, past = world.catalogue.form(FORM_CODE), world.past
    before = {unit: periods[NOW.predecessor].figures for unit, periods in past.items()}
    assert_same(lambda **by: check_figures(world.observations, world.catalogue, form=form, before=before, **by))
    assert_same(lambda **by: check_history(world.observations, past, world.catalogue, form=form, **by))


KINDS = {"dossiers": dossiers(), "documents": documents(), "procedures": procedures()}
SPOILT = st.tuples(st.integers(0, 100), st.integers(0, 10_000), st.integers(0, 10_000))


@pytest.mark.parametrize("kind", KINDS)
@few
@given(spoilt=st.lists(SPOILT, max_size=12))
def test_both_say_the_same_of_collected_records(
    catalogue: Catalogue, kind: str, spoilt: list[tuple[int, int, int]]
) -> None:
    """Values left out, repeated from another row, or of a wrong code."""
    rows = {name: list(values) for name, values in KINDS[kind].items()}
    for column, at, other in spoilt:
        values = rows[list(rows)[column % len(rows)]]
        taken = values[other % len(values)]
        values[at % len(values)] = None if other % 3 else taken
    frame = build_frame(kind, rows)
    assert_same(
        lambda **by: check_records(kind, frame, catalogue, WINDOW, unit_code="dac-khu", taken_at=TAKEN_AT, **by)
    )


def assert_same(check: Callable[..., list[CheckResult]]) -> None:
    great, ours = check(), check(judge=plain.judge)
    assert great == ours
    assert not any("bộ kiểm tra gặp lỗi" in one.reason for one in great if one.outcome is Outcome.NOT_EVALUABLE)


def test_every_demand_of_the_package_is_one_the_plain_evaluator_knows() -> None:
    room = Path(expectations.__file__).parent
    named = {
        name for path in room.rglob("*.py") if path.parent.name != "engine"
        for name in re.findall(r'Demand\(\s*"(\w+)"', path.read_text(encoding="utf-8"))
    }  # fmt: skip
    assert len(named) > 10
    assert named <= {*plain.ON_ROWS, *plain.ON_TABLES, "ExpectColumnValuesToBeUnique"}

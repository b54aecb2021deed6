"""Great Expectations itself: exact on decimals, many frames at once, and an exception told apart from a failure."""

import logging
from dataclasses import replace
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from baocao.catalogue import Catalogue
from baocao.domain import Outcome, Severity
from benchmarks.checks_plain import percent_of
from expectations.engine.great_engine import run
from expectations.engine.trial import OperandTable, Trial
from expectations.form import ratios as ratio_checks
from expectations.form import suite
from expectations.form.rounding import holds
from expectations.form.suite import check_forms
from expectations.rule import RULE_HOLDS, Demand, rule_holds
from tests.expectations.made_forms import FORM_2025, true_form

OFFSETS = ("0", "0.01", "-0.01")


def trial(expectation: str, columns: dict[str, list[object]], **arguments: object) -> Trial:
    frame = pd.DataFrame({name: pd.Series(values, dtype=object) for name, values in columns.items()})
    return Trial("test.rule", Severity.WARNING, Demand(expectation, arguments), tuple(columns), frame)


def test_figures_are_compared_exactly_where_floats_would_be_equal() -> None:
    """9007199254740993 and …992 are one float; 0.1 + 0.2 and 0.3 are two."""
    big, less = Decimal(2**53 + 1), Decimal(2**53)
    greater = trial("ExpectColumnPairValuesAToBeGreaterThanB", {"a": [big, less], "b": [less, big]}, or_equal=True)
    equal = trial(
        "ExpectColumnPairValuesToBeEqual", {"a": [big, Decimal("0.1") + Decimal("0.2")], "b": [less, Decimal("0.3")]}
    )
    bounded = trial(
        "ExpectColumnValuesToBeBetween", {"a": [Decimal("100.00000000000000000001"), Decimal(100)]}, max_value=100
    )
    cases = OperandTable(("a",), [(big,), (big + Decimal("0.000000001"),)])
    demand = Demand(RULE_HOLDS, holds=lambda value: value % 1 == 0)
    whole = Trial("test.whole", Severity.WARNING, demand, ("a",), cases)
    assert [verdict.failing for verdict in run([greater, equal, bounded, whole])] == [(1,), (0,), (0,), (1,)]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.integers(1, 10**7), st.sampled_from(OFFSETS)), min_size=1, max_size=80)
)
def test_a_rightly_rounded_ratio_never_fails_and_one_hundredth_off_always_does(
    ratios: list[tuple[int, int, str]],
) -> None:
    names = ("ratio", "numerator", "denominator", "as_read")
    operands = [(percent_of(n, d) + Decimal(off), Decimal(n), Decimal(d), False) for n, d, off in ratios]
    demand = Demand(RULE_HOLDS, holds=holds)
    (verdict,) = run([Trial("test.ratio", Severity.WARNING, demand, names, OperandTable(names, operands))])
    assert verdict.failing == tuple(n for n, (_, _, off) in enumerate(ratios) if off != "0")


def test_frames_of_one_call_do_not_mix() -> None:
    trials = [trial("ExpectColumnValuesToBeBetween", {"a": [Decimal(n)] * (n + 1)}, max_value=1) for n in range(4)]
    assert [verdict.failing for verdict in run(trials)] == [(), (), (0, 1, 2), (0, 1, 2, 3)]


def test_an_exception_inside_is_no_failure_and_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    broken = trial("ExpectColumnValuesToBeBetween", {"a": ["words", Decimal(1)]}, max_value=1)
    sound = trial("ExpectColumnValuesToBeBetween", {"a": [Decimal(1)]}, max_value=1)
    with caplog.at_level(logging.ERROR, "expectations.engine.great_engine"):
        verdicts = run([broken, sound])
    assert verdicts[0].error
    assert not verdicts[1].error
    assert "test.rule could not be evaluated" in caplog.text


def test_a_check_that_raises_comes_back_not_evaluable(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def explode(*_: object) -> bool:
        raise ArithmeticError("no such rounding")

    check = next(one for one in ratio_checks.RATIO_CHECKS if one.check == "form.ratio_matches")
    broken = replace(check, demand=rule_holds(explode))
    others = tuple(one for one in suite.FORM_CHECKS if one is not check)
    monkeypatch.setattr(suite, "FORM_CHECKS", (*others, broken))
    results = check_forms([true_form(catalogue, FORM_2025, "dac-khu", {})], catalogue)
    ratios = [r for r in results if r.check == "form.ratio_matches"]
    assert {r.outcome for r in ratios} == {Outcome.NOT_EVALUABLE}
    assert all("bộ kiểm tra gặp lỗi: no such rounding" in r.reason for r in ratios)
    assert {r.outcome for r in results if r.check == "form.part_within_whole"} == {Outcome.PASS}


def test_a_missing_column_is_told_as_an_error() -> None:
    missing = Trial(
        "test.rule", Severity.INFO, Demand("ExpectColumnValuesToNotBeNull"), ("b",), pd.DataFrame({"a": [1]})
    )
    assert run([missing])[0].error


def test_a_demand_on_the_frame_as_a_whole_has_no_rows_to_name() -> None:
    empty = Trial(
        "t", Severity.INFO, Demand("ExpectTableRowCountToBeBetween", {"min_value": 1}), (), pd.DataFrame({"a": []})
    )
    (verdict,) = run([empty])
    assert (verdict.holds, verdict.failing, verdict.error) == (False, (), "")


def test_nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> None:
    run([trial("ExpectColumnValuesToBeBetween", {"a": [Decimal(1)] * 50}, max_value=1)])
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")

"""Rounding forensics: exact for every numerator and denominator, and named for what a person did."""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from baocao.figures import ratio_pct
from expectations.form.rounding import Rounding, holds, is_half_up, is_truncated, judge_ratio

COUNTS = st.integers(min_value=0, max_value=10**9)
WHOLES = st.integers(min_value=1, max_value=10**9)


def percent(numerator: int, denominator: int, places: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    """The percentage by long division with digits to spare, apart from the code under test."""
    with localcontext() as context:
        context.prec = 60
        return (Decimal(numerator) * 100 / denominator).quantize(Decimal(1).scaleb(-places), rounding)


@pytest.mark.parametrize(
    ("written", "numerator", "denominator", "rounding", "places", "due"),
    [
        ("84.12", 53, 63, Rounding.TRUNCATED, 2, "84.13"),
        ("84.13", 53, 63, Rounding.HALF_UP, 2, "84.13"),
        ("84.127", 53, 63, Rounding.HALF_UP, 3, "84.13"),
        ("84.126", 53, 63, Rounding.TRUNCATED, 3, "84.13"),
        ("84.1", 53, 63, Rounding.FEWER_PLACES, 1, "84.13"),
        ("84", 53, 63, Rounding.FEWER_PLACES, 0, "84.13"),
        ("84.10", 53, 63, Rounding.FEWER_PLACES, 1, "84.13"),
        ("64", 310, 484, Rounding.FEWER_PLACES, 0, "64.05"),
        ("56.9", 9530, 16736, Rounding.FEWER_PLACES, 1, "56.94"),
        ("56", 9530, 16736, Rounding.TRUNCATED, 0, "56.94"),
        ("42.04", 2809, 6681, Rounding.HALF_UP, 2, "42.04"),
        ("100", 98, 98, Rounding.EXACT, 0, "100.00"),
        ("50.0", 1, 2, Rounding.EXACT, 1, "50.00"),
        ("0.84", 53, 63, Rounding.FRACTION, 2, "84.13"),
        ("1", 98, 98, Rounding.FRACTION, 0, "100.00"),
        ("118.87", 53, 63, Rounding.INVERTED, 2, "84.13"),
        ("53", 53, 63, Rounding.NUMERATOR, 0, "84.13"),
        ("90", 53, 63, Rounding.NEITHER, 0, "84.13"),
        ("12.35", 2469, 19992, Rounding.HALF_UP, 2, "12.35"),
        ("0", 0, 7, Rounding.EXACT, 0, "0.00"),
    ],
)
def test_what_was_done_is_named(
    written: str, numerator: int, denominator: int, rounding: Rounding, places: int, due: str
) -> None:
    judgement = judge_ratio(Decimal(written), Decimal(numerator), Decimal(denominator))
    assert (judgement.rounding, judgement.places, judgement.due) == (rounding, places, Decimal(due))


def test_a_tie_rounds_up() -> None:
    """1/16 = 6,25 %: 6,3 is half-up at one place, 6,2 (half-even) is not."""
    assert judge_ratio(Decimal("6.3"), Decimal(1), Decimal(16)).rounding is Rounding.FEWER_PLACES
    assert judge_ratio(Decimal("6.2"), Decimal(1), Decimal(16)).rounding is Rounding.TRUNCATED


def test_a_ratio_over_zero_has_no_judgement() -> None:
    with pytest.raises(ValueError, match="over 0"):
        judge_ratio(Decimal(0), Decimal(0), Decimal(0))


@given(COUNTS, WHOLES, st.integers(0, 6))
def test_half_up_always_lies_in_its_own_interval(numerator: int, denominator: int, places: int) -> None:
    from fractions import Fraction

    exact = Fraction(numerator * 100, denominator)
    assert is_half_up(percent(numerator, denominator, places), exact, places)
    assert is_truncated(percent(numerator, denominator, places, ROUND_DOWN), exact, places)


@given(COUNTS, WHOLES)
def test_the_rightly_rounded_never_fails(numerator: int, denominator: int) -> None:
    right = percent(numerator, denominator, 2)
    assert ratio_pct(Decimal(numerator), Decimal(denominator)) == right
    for as_read in (False, True):
        assert holds(right, Decimal(numerator), Decimal(denominator), as_read=as_read)


@given(COUNTS, WHOLES, st.sampled_from([Decimal("0.01"), Decimal("-0.01")]))
def test_one_hundredth_off_always_fails(numerator: int, denominator: int, off: Decimal) -> None:
    wrong = percent(numerator, denominator, 2) + off
    assert not holds(wrong, Decimal(numerator), Decimal(denominator), as_read=False)
    if wrong != Decimal(numerator) * 100 / Decimal(denominator):
        assert not holds(wrong, Decimal(numerator), Decimal(denominator), as_read=True)


@given(COUNTS, WHOLES, st.integers(0, 1))
def test_fewer_places_are_named_and_never_hold(numerator: int, denominator: int, places: int) -> None:
    short = percent(numerator, denominator, places)
    assume(short * denominator != numerator * 100)
    judgement = judge_ratio(short, Decimal(numerator), Decimal(denominator))
    if short == judgement.due:
        assert holds(short, Decimal(numerator), Decimal(denominator), as_read=True)
    else:
        assert judgement.rounding is Rounding.FEWER_PLACES
        assert not holds(short, Decimal(numerator), Decimal(denominator), as_read=True)


@given(COUNTS, WHOLES)
def test_truncation_is_never_taken_for_half_up(numerator: int, denominator: int) -> None:
    cut = percent(numerator, denominator, 2, ROUND_DOWN)
    assume(cut != percent(numerator, denominator, 2))
    judgement = judge_ratio(cut, Decimal(numerator), Decimal(denominator))
    assert judgement.rounding in {Rounding.TRUNCATED, Rounding.FEWER_PLACES}
    assert not holds(cut, Decimal(numerator), Decimal(denominator), as_read=True)

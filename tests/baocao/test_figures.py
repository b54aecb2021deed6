"""Ratios and the printing of figures."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from baocao.domain import Measure
from baocao.figures import print_figure, ratio_pct


@pytest.mark.parametrize(
    ("numerator", "denominator", "printed", "why"),
    [
        (53, 63, "84,13", "84,1269…: the signed form had 84,12, cut off instead of rounded half-up"),
        (9530, 16736, "56,94", "56,9431…: the signed form had 56.9, one place and a dot"),
        (2809, 6681, "42,04", "42,0446…"),
        (310, 484, "64,05", "64,0495…: the signed form had 64"),
        (1, 8, "12,50", "two places always"),
        (1, 3, "33,33", ""),
        (2, 3, "66,67", ""),
        (98, 98, "100,00", ""),
        (0, 98, "0,00", "zero of something is zero"),
        (1001, 80000, "1,25", "1,25125"),
        (125, 100000, "0,13", "0,125: half goes up"),
    ],
)
def test_a_ratio_is_rounded_half_up_to_two_places(numerator: int, denominator: int, printed: str, why: str) -> None:
    value = ratio_pct(Decimal(numerator), Decimal(denominator))
    assert value is not None
    assert print_figure(value, Measure.PERCENT) == printed, why


def test_a_ratio_over_nothing_is_no_figure() -> None:
    assert ratio_pct(Decimal(0), Decimal(0)) is None


@pytest.mark.parametrize(
    ("value", "measure", "printed"),
    [
        ("16736", Measure.DOSSIER, "16.736"),
        ("6681", Measure.DOSSIER, "6.681"),
        ("0", Measure.PROCEDURE, "0"),
        ("1234567", Measure.DOCUMENT, "1.234.567"),
        ("1", Measure.CODE, "1"),
        ("100", Measure.PERCENT, "100,00"),
    ],
)
def test_figures_are_printed_the_vietnamese_way(value: str, measure: Measure, printed: str) -> None:
    assert print_figure(Decimal(value), measure) == printed


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_ratio_is_within_half_of_the_last_place_of_the_exact_one(numerator: int, denominator: int) -> None:
    value = ratio_pct(Decimal(numerator), Decimal(denominator))
    assert value is not None
    assert abs(value * denominator - numerator * 100) <= Decimal("0.005") * denominator

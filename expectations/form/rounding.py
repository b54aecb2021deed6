"""How a written percentage came from its numerator and denominator: exact, by intervals of rational numbers."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from baocao.figures import PCT_PLACES, ratio_pct


class Rounding(StrEnum):
    """What was done to the exact ratio to get the written one."""

    EXACT = "exact"
    HALF_UP = "half_up"
    FEWER_PLACES = "fewer_places"
    TRUNCATED = "truncated"
    FRACTION = "fraction"
    INVERTED = "inverted"
    NUMERATOR = "numerator"
    NEITHER = "neither"

    @property
    def is_habit(self) -> bool:
        """The right ratio, written by another rounding than half-up at two places."""
        return self in {Rounding.FEWER_PLACES, Rounding.TRUNCATED}


@dataclass(frozen=True, slots=True)
class Judgement:
    """`places` are those the rounding happened at; `due` is the ratio half-up at two places."""

    rounding: Rounding
    places: int
    due: Decimal


def places_of(value: Decimal) -> int:
    """The digits written after the comma."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def is_half_up(written: Decimal, exact: Fraction, places: int) -> bool:
    """Whether `exact` lies in the half-open interval of numbers that round half-up to `written`."""
    half = Fraction(1, 2 * 10**places)
    return _on_grid(written, places) and Fraction(written) - half <= exact < Fraction(written) + half


def is_truncated(written: Decimal, exact: Fraction, places: int) -> bool:
    step = Fraction(1, 10**places)
    return _on_grid(written, places) and Fraction(written) <= exact < Fraction(written) + step


def judge_ratio(written: Decimal, numerator: Decimal, denominator: Decimal) -> Judgement:
    """Say how `written` relates to the ratio in percent; the denominator is above 0, the numerator not below."""
    due = ratio_pct(numerator, denominator)
    if due is None:
        raise ValueError("a ratio over 0 cannot be judged")
    exact = Fraction(numerator) * 100 / Fraction(denominator)
    if Fraction(written) == exact:
        return Judgement(Rounding.EXACT, places_of(written), due)
    for places in range(places_of(written), -1, -1):
        if is_half_up(written, exact, places):
            rounding = Rounding.HALF_UP if places >= PCT_PLACES else Rounding.FEWER_PLACES
            return Judgement(rounding, places, due)
    for places in range(places_of(written), -1, -1):
        if is_truncated(written, exact, places):
            return Judgement(Rounding.TRUNCATED, places, due)
    return Judgement(_likeness(written, numerator, exact), places_of(written), due)


def holds(written: Decimal, numerator: Decimal, denominator: Decimal, as_read: bool) -> bool:
    """Whether the written percentage may stand.

    A form of ours shows half-up at two places and nothing else. On a form filled by hand the exact ratio, and
    one rightly rounded at more places, is right too.
    """
    if written == ratio_pct(numerator, denominator):
        return True
    return as_read and judge_ratio(written, numerator, denominator).rounding in {Rounding.EXACT, Rounding.HALF_UP}


def _on_grid(written: Decimal, places: int) -> bool:
    return bool((Fraction(written) * 10**places).denominator == 1)


def _likeness(written: Decimal, numerator: Decimal, exact: Fraction) -> Rounding:
    places = places_of(written)
    if written > 0 and is_half_up(written, exact / 100, places):
        return Rounding.FRACTION
    if exact > 0 and is_half_up(written, Fraction(10_000) / exact, places):
        return Rounding.INVERTED
    return Rounding.NUMERATOR if written == numerator else Rounding.NEITHER

"""Arithmetic and printing of figures: Decimal only, half-up, the Vietnamese way (16.736; 84,13); instants too."""

from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from baocao.domain import VIETNAM, Measure

PCT_PLACES = 2
PCT_PLACES_VI = {1: "một", 2: "hai", 3: "ba"}[PCT_PLACES] + " chữ số thập phân"
_LAST_PLACE = Decimal(1).scaleb(-PCT_PLACES)


def ratio_pct(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Numerator over denominator in percent, half-up at PCT_PLACES; None over a denominator of 0."""
    if denominator == 0:
        return None
    return (numerator * 100 / denominator).quantize(_LAST_PLACE, ROUND_HALF_UP)


def print_figure(value: Decimal, measure: Measure) -> str:
    """`16.736` for counts, `84,13` for percentages, `1` for codes."""
    if measure is Measure.PERCENT:
        return _vietnamese(f"{value.quantize(_LAST_PLACE, ROUND_HALF_UP):,.{PCT_PLACES}f}")
    return _vietnamese(f"{value:,f}")


def print_instant(at: datetime) -> str:
    """In Vietnamese time: `07:30 15/12/2025`."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _vietnamese(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))

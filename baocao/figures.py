"""Arithmetic and printing of figures: Decimal only, half-up, the Vietnamese way (16.736; 84,13); instants too."""

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from baocao.domain import VIETNAM, Measure, MeasureKind

PCT_PLACES = Measure.PERCENT.places
PCT_PLACES_VI = {1: "một", 2: "hai", 3: "ba"}[PCT_PLACES] + " chữ số thập phân"


def ratio_pct(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Numerator over denominator in percent, half-up at PCT_PLACES; None over a denominator of 0."""
    if denominator == 0:
        return None
    return round_half_up(numerator * 100 / denominator, PCT_PLACES)


def mean_of(numbers: Sequence[int], places: int) -> Decimal | None:
    """Half-up at `places`; None of nothing."""
    return round_half_up(Decimal(sum(numbers)) / len(numbers), places) if numbers else None


def median_of(numbers: Sequence[int]) -> Decimal | None:
    """The middle one, or the mean of the two in the middle, exactly; None of nothing."""
    if not numbers:
        return None
    ordered, half = sorted(numbers), len(numbers) // 2
    return Decimal(ordered[half]) if len(ordered) % 2 else Decimal(ordered[half - 1] + ordered[half]) / 2


def print_figure(value: Decimal, measure: Measure) -> str:
    """`16.736` for counts, `84,13` for percentages, `1` for codes; a decimal number with its measure's places."""
    if measure.kind in (MeasureKind.PERCENT, MeasureKind.DECIMAL):
        return _vietnamese(f"{round_half_up(value, measure.places):,.{measure.places}f}")
    return _vietnamese(f"{value:,f}")


def round_half_up(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def is_percent(measure: Measure | None) -> bool:
    return measure is not None and measure.is_percent


def is_code(measure: Measure | None) -> bool:
    return measure is not None and measure.is_code


def is_count(measure: Measure | None) -> bool:
    """Whether its figures are whole numbers of things."""
    return measure is not None and measure.is_whole


def say_bounds(measure: Measure) -> str:
    """`từ 0 đến 100, `: what a figure of this measure lies between; nothing where it may be anything."""
    low = "" if measure.least is None else f"từ {_plain(measure.least)}"
    high = "" if measure.most is None else f"đến {_plain(measure.most)}" if low else f"không quá {_plain(measure.most)}"
    if not low and not high:
        return ""
    return f"{low} trở lên, " if not high else f"{' '.join(filter(None, (low, high)))}, "


def print_instant(at: datetime) -> str:
    """In Vietnamese time: `07:30 15/12/2025`."""
    return f"{at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"


def _plain(value: Decimal) -> str:
    return _vietnamese(f"{value:,f}")


def _vietnamese(text: str) -> str:
    return text.translate(str.maketrans(",.", ".,"))

"""Figures over periods as a line: points for inline SVG, and the same in words for who does not see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from baocao.documents.evidence import PastFigure
from baocao.domain import Measure
from baocao.figures import print_figure

WIDTH: Final = 640
HEIGHT: Final = 200
LEFT, RIGHT, TOP, BOTTOM = 20, 40, 24, 30


@dataclass(frozen=True)
class Mark:
    """One figure on the chart, and what is printed at it."""

    x: str
    y: str
    value: str
    period: str


@dataclass(frozen=True)
class Chart:
    """A line through the known figures; where one is missing the line is broken."""

    lines: tuple[str, ...]
    marks: tuple[Mark, ...]
    periods: tuple[tuple[str, str], ...]
    words: str


def draw_chart(figures: Sequence[PastFigure], measure: Measure | None) -> Chart | None:
    """None where no period has a figure."""
    known = [one.value for one in figures if one.value is not None]
    if not known:
        return None
    step = Decimal(WIDTH - LEFT - RIGHT) / max(len(figures) - 1, 1)
    marks: list[Mark] = []
    lines: list[list[str]] = []
    run: list[str] = []
    for at, one in enumerate(figures):
        x = f"{LEFT + step * at:.1f}"
        if one.value is None:
            lines.append(run)
            run = []
            continue
        y = f"{_height(one.value, min(known), max(known)):.1f}"
        run.append(f"{x},{y}")
        marks.append(Mark(x, y, print_figure(one.value, measure or Measure.CODE), one.period.code))
    lines.append(run)
    places = tuple((f"{LEFT + step * at:.1f}", one.period.code) for at, one in enumerate(figures))
    words = "; ".join(f"{mark.period}: {mark.value}" for mark in marks)
    return Chart(tuple(" ".join(one) for one in lines if len(one) > 1), tuple(marks), places, words)


def _height(value: Decimal, low: Decimal, high: Decimal) -> Decimal:
    room = Decimal(HEIGHT - TOP - BOTTOM)
    return TOP + (room * (high - value) / (high - low) if high != low else room / 2)

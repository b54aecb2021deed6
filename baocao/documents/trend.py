"""A small line of the last periods of one figure, drawn as SVG points."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from baocao.documents.evidence import PastFigure
from baocao.domain import Cell, Measure
from baocao.figures import print_figure

WIDTH, HEIGHT, MARGIN = 96, 26, 3
PERIOD_LIMIT = 8
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Trend:
    """The line's points as `x,y` pairs, its last point, and what it says in words."""

    points: str
    last_x: str
    last_y: str
    words: str


def draw_trend(past: Sequence[PastFigure], cell: Cell) -> Trend | None:
    """The line of the earlier figures and this one; None with fewer than two figures."""
    known = [(figure.period.code, figure.value) for figure in past if figure.value is not None]
    values = [value for _, value in known] + ([cell.value] if cell.value is not None else [])
    if not known or len(values) < _FEWEST:
        return None
    points = _points(values[-PERIOD_LIMIT:])
    measure = cell.measure or Measure.CODE
    words = "; ".join(f"{code}: {print_figure(value, measure)}" for code, value in known[-PERIOD_LIMIT:])
    return Trend(" ".join(f"{x},{y}" for x, y in points), *points[-1], words=f"Các kỳ trước: {words}")


def _points(values: list[Decimal]) -> list[tuple[str, str]]:
    low, high = min(values), max(values)
    step = Decimal(WIDTH - 2 * MARGIN) / (len(values) - 1)
    span = high - low
    return [
        (_place(MARGIN + step * index), _place(MARGIN + _below_top(value, high, span)))
        for index, value in enumerate(values)
    ]


def _below_top(value: Decimal, high: Decimal, span: Decimal) -> Decimal:
    """How far below the top a value stands; a flat line runs through the middle."""
    room = Decimal(HEIGHT - 2 * MARGIN)
    return room * (high - value) / span if span else room / 2


def _place(length: Decimal) -> str:
    return f"{length:.1f}"

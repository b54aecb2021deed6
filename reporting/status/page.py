"""The status grid as one page that needs nothing else: a picture per period, then every unit."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from baocao.domain import Period
from baocao.vocabulary import TIERS
from reporting.status.columns import COLUMNS
from reporting.status.rows import RELEASED, STEPS, GridRow, Step, Urgency, count_steps, periods_of

TEMPLATE = Path(__file__).parent / "status.html.j2"
RADIUS = 54
ROUND = 2 * 3.14159265 * RADIUS


def render_page(rows: Sequence[GridRow], at: datetime) -> str:
    """The whole page; what comes from configuration or sources is escaped."""
    import jinja2

    environment = jinja2.Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
    periods = [_period(rows, period) for period in periods_of(rows)]
    return template.render(
        at=f"{at:%H:%M ngày %d/%m/%Y}",
        periods=periods,
        steps=[step.value for step in STEPS],
        heads=[column.head for column in COLUMNS],
        radius=RADIUS,
        many=len(rows),
    )


def _period(rows: Sequence[GridRow], period: Period) -> dict[str, object]:
    mine = [row for row in rows if row.period == period]
    counts = count_steps(mine)
    return {
        "label": period.label_vi,
        "code": period.code,
        "count": len(mine),
        "released": sum(counts[stage] for stage in RELEASED),
        "late": sum(row.urgency is Urgency.LATE for row in mine),
        "arcs": _arcs(counts, len(mine)),
        "counts": [(step.value, STEPS[step], count) for step, count in counts.items() if count],
        "rows": [_line(row) for row in sorted(mine, key=_order)],
    }


def _order(row: GridRow) -> tuple[int, str]:
    order = (Urgency.LATE, Urgency.SOON, Urgency.OPEN, Urgency.DONE)
    return order.index(row.urgency), row.unit.name


def _arcs(counts: dict[Step, int], total: int) -> list[dict[str, str]]:
    """The parts of a ring: how long each is, and where it begins."""
    arcs, begun = [], 0.0
    for step in reversed(tuple(STEPS)):
        length = ROUND * counts[step] / total
        if length:
            arcs.append({"step": step.value, "dash": f"{length:.2f} {ROUND - length:.2f}", "offset": f"{-begun:.2f}"})
        begun += length
    return arcs


def _line(row: GridRow) -> dict[str, object]:
    return {
        "name": row.title,
        "code": row.unit.unit_code,
        "tier": TIERS[row.unit.tier],
        "due": f"{row.due_on:%d/%m/%Y}",
        "urgency": row.urgency.value,
        "step": row.step.value,
        "step_word": STEPS[row.step],
        "vintage": row.vintage,
        "cells": [tuple(column.words(row)) for column in COLUMNS],
    }

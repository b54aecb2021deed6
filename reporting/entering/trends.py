"""The last periods of every figure of a form, for the small picture beside its cell."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from baocao.domain import Period
from reporting.past import as_known
from reporting.plan import Plan
from reporting.workspace import Workspace

PERIODS_SHOWN: Final = 8


@dataclass(frozen=True)
class TrendFigures:
    """By indicator the figures of earlier periods, the oldest first; None where a period has none."""

    periods: tuple[Period, ...]
    figures: dict[str, tuple[Decimal | None, ...]]


def read_trends(workspace: Workspace, plan: Plan) -> TrendFigures:
    """One question to the store whatever the number of figures."""
    periods = [plan.period]
    while len(periods) < PERIODS_SHOWN:
        periods.append(periods[-1].predecessor)
    past = tuple(reversed(periods[1:]))
    unit_code = plan.unit.unit_code
    known = workspace.store.histories.figures(as_known([unit_code], past, workspace.settings.now())).get(unit_code, {})
    figures = {
        code: tuple(known[p].figures[code].value if p in known and code in known[p].figures else None for p in past)
        for code in plan.indicators
    }
    return TrendFigures(past, {code: values for code, values in figures.items() if any(v is not None for v in values)})

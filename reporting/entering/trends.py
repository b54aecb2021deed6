"""The last periods of every figure of a form, for the small picture beside its cell."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from baocao.catalogue.owed import list_other_forms
from baocao.domain import Period
from baocao.groups import GROUP_MARK, total_code
from baocao.store.runs.histories import PastFigures
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
    beside = list_other_forms(workspace.catalogue, plan.form.series_code)
    asked = as_known([unit_code], past, workspace.settings.now(), beside, only=plan.indicators)
    known = workspace.store.histories.figures(asked).get(unit_code, {})
    figures = {
        code: tuple(known[p].figures[code].value if p in known and code in known[p].figures else None for p in past)
        for code in (*plan.indicators, *_grouped(plan, known))
    }
    return TrendFigures(past, {code: values for code, values in figures.items() if any(v is not None for v in values)})


def _grouped(plan: Plan, known: Mapping[Period, PastFigures]) -> set[str]:
    """The lines of a matrix had in those periods."""
    codes = {code for past in known.values() for code in past.figures if GROUP_MARK in code}
    return {code for code in codes if total_code(code) in plan.indicators} if plan.form.matrix else set()

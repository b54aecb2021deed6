"""How a figure stands beside those of the units of its kind under the same unit: how many, lowest, middle, highest.

No unit is named: who sees the page may not see the others' forms. Of few units a figure could be told by whose it is.
"""

from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Final

from baocao.catalogue.owed import list_other_forms
from reporting.past import as_known
from reporting.plan import Plan
from reporting.workspace import Workspace

FEWEST: Final = 3


@dataclass(frozen=True)
class PeerFigures:
    """The others' figures of one period."""

    count: int
    lowest: Decimal
    middle: Decimal
    highest: Decimal


def read_peers(workspace: Workspace, plan: Plan, indicator_code: str) -> PeerFigures | None:
    """As released, else as last made; None where fewer than three others have the figure."""
    mine, units = plan.unit, workspace.catalogue.units.values()
    alike = [one.unit_code for one in units if one.parent == mine.parent and one.tier is mine.tier]
    others = [code for code in alike if code != mine.unit_code]
    if len(others) < FEWEST:
        return None
    beside = list_other_forms(workspace.catalogue, plan.form.series_code)
    asked = as_known(others, [plan.period], workspace.settings.now(), beside, only=[indicator_code])
    known = workspace.store.histories.figures(asked)
    figures = [past[plan.period].figures.get(indicator_code) for past in known.values() if plan.period in past]
    values = [figure.value for figure in figures if figure is not None and figure.value is not None]
    return PeerFigures(len(values), min(values), median(values), max(values)) if len(values) >= FEWEST else None

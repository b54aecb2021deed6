"""Biểu đồ các đơn vị: one figure of one period over all units a person sees, the highest first, as bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import median
from typing import Final

from fastapi import Response

from baocao.catalogue import Form, Indicator
from baocao.catalogue.owed import list_other_forms
from baocao.domain import CellStatus, Measure, Period
from baocao.figures import is_code, is_percent
from baocao.people import Action
from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import somewhere
from desk.visits import Visit
from reporting.delivery.desk_links import path_of
from reporting.past import as_known
from reporting.status.grid import read_grid
from reporting.status.rows import GridRow

PAGES = PageSet()
PLACE: Final = "/bieu-do"
BARS_SHOWN = 100
FULL: Final = Decimal(100)


@dataclass(frozen=True)
class UnitBar:
    """One unit's figure; `width` is its bar of 100, `value` None where it has none yet, `status` then says why."""

    name: str
    path: str
    value: Decimal | None
    width: str
    status: CellStatus | None = None


@dataclass(frozen=True)
class UnitSummary:
    """What all bars say together; `total` only of what adds up."""

    count: int
    lowest: Decimal
    middle: Decimal
    highest: Decimal
    total: Decimal | None


@PAGES.get(PLACE, may=somewhere(Action.VIEW))
def show_unit_chart(visit: Visiting, ky: str = "", mau: str = "", so: str = "", trang: int = 1) -> Response:
    """Without a choice the form and the figure that come first."""
    rows = read_grid(visit.workspace, ky.strip() or None, visit.identity.list_units(Action.VIEW))
    forms = {row.form_code: row.form_name for row in rows}
    if not rows:
        return visit.show("unit_chart.html.j2", forms={}, bars=[], summary=None, chosen=None, ky=ky)
    code = mau or next(iter(forms))
    if code not in forms:
        raise MissingPageError
    mine = [row for row in rows if row.form_code == code]
    period = max([row.period for row in mine if row.has_ended] or [row.period for row in mine])
    laid = visit.workspace.catalogue.form(code)
    figures = _list_figures(visit, laid)
    chosen = figures.get(so) or next(iter(figures.values()), None)
    if chosen is None or (so and so not in figures):
        raise MissingPageError
    bars = _draw(visit, [row for row in mine if row.period == period], laid, period, chosen)
    first = max(trang - 1, 0) * BARS_SHOWN
    return visit.show(
        "unit_chart.html.j2",
        forms=forms,
        form_code=code,
        figures=figures,
        chosen=chosen,
        period=period,
        ky=ky,
        bars=bars[first : first + BARS_SHOWN],
        summary=_sum_up([one.value for one in bars if one.value is not None], chosen.measure),
        lacking=sum(one.value is None for one in bars),
        page=max(trang, 1),
        pages=-(-len(bars) // BARS_SHOWN),
    )


def _list_figures(visit: Visit, form: Form) -> dict[str, Indicator]:
    """Those printed on the form that can be compared by size, in its order."""
    known = visit.workspace.catalogue.indicators
    found = {row.indicator: known[row.indicator] for row in form.rows if row.indicator in known}
    return {code: one for code, one in found.items() if code and not is_code(one.measure)}


def _draw(visit: Visit, rows: Sequence[GridRow], form: Form, period: Period, figure: Indicator) -> list[UnitBar]:
    """As released, else as last made; units without the figure last, by name."""
    workspace = visit.workspace
    units = [row.unit.unit_code for row in rows]
    beside = list_other_forms(workspace.catalogue, form.series_code)
    asked = as_known(units, [period], workspace.settings.now(), beside, only=[figure.indicator_code])
    known = workspace.store.histories.figures(asked)
    found = {
        code: past[period].figures[figure.indicator_code]
        for code, past in known.items()
        if period in past and figure.indicator_code in past[period].figures
    }
    values = [one.value for one in found.values() if one.value is not None]
    longest = max([FULL if is_percent(figure.measure) else Decimal(1), *(abs(value) for value in values)])
    bars = []
    for row in rows:
        one = found.get(row.unit.unit_code)
        value = one.value if one else None
        width = "0" if value is None else f"{abs(value) / longest * FULL:.1f}"
        bars.append(UnitBar(row.unit.name, path_of(row.form_key), value, width, one.status if one else None))
    return sorted(bars, key=lambda bar: (bar.value is None, -(bar.value or Decimal(0)), bar.name))


def _sum_up(values: Sequence[Decimal], measure: Measure) -> UnitSummary | None:
    if not values:
        return None
    total = None if is_percent(measure) else sum(values, Decimal(0))
    return UnitSummary(len(values), min(values), median(values), max(values), total)

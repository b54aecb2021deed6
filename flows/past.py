"""What a report is compared with: the unit's earlier periods, and those of its peers, as known at one time.

The unit's own past is taken as known when the report's figures were; its peers' as known at the end of the day before:
a province's units are run side by side, and which of them is done first must change nothing, now or in a replay.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM, Period
from baocao.store import Asked, PastFigures, Store
from expectations import PastPeriod
from expectations.figures_view import Figures
from flows.plan import Plan
from flows.standing import Step

RELEASES = (Step.PUBLISH, Step.RESTATE)
PERIODS_BACK = 12
PEER_PERIODS_BACK = 4


@dataclass(frozen=True)
class Past:
    """By unit and period. `before` are the unit's figures of the period before, `inside` those of a cumulative one."""

    periods: Mapping[str, Mapping[Period, PastPeriod]] = field(default_factory=dict)
    before: Figures = field(default_factory=dict)
    inside: Sequence[Figures] = ()


def read_past(store: Store, catalogue: Catalogue, plan: Plan, known_at: datetime) -> Past:
    """Everything a report's figures are compared with, in a few queries."""
    unit, period = plan.unit, plan.period
    inside = [quarter for quarter in period.quarters if quarter != period]
    asked = {*_back(period, PERIODS_BACK), period.same_period_last_year, *inside}
    own = store.histories.figures(Asked([unit.unit_code], asked, known_at, RELEASES))
    peers = [code for code, one in catalogue.units.items() if one.tier is unit.tier and code != unit.unit_code]
    asked = {period, *_back(period, PEER_PERIODS_BACK), period.same_period_last_year}
    others = store.histories.figures(Asked(peers, asked, _day_before(known_at), RELEASES))
    mine = own.get(unit.unit_code, {})
    return Past(
        periods={code: _past_periods(found) for code, found in {**others, **own}.items()},
        before=mine[period.predecessor].figures if period.predecessor in mine else {},
        inside=[mine[quarter].figures for quarter in inside if quarter in mine],
    )


def _past_periods(found: Mapping[Period, PastFigures]) -> dict[Period, PastPeriod]:
    return {period: PastPeriod(past.key.form_code, past.figures) for period, past in found.items()}


def _back(period: Period, count: int) -> list[Period]:
    found = []
    for _ in range(count):
        period = period.predecessor
        found.append(period)
    return found


def _day_before(at: datetime) -> datetime:
    """The last instant of the day before, in Viet Nam."""
    return datetime.combine(at.astimezone(VIETNAM).date(), time(0), VIETNAM) - timedelta(microseconds=1)

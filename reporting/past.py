"""What a report is compared with: the unit's earlier periods, and those of its peers, as known at one time.

The unit's own past is taken as known just before the report's vintage was opened (of a replay: before its original
was), its peers' as known at the end of the day before: periods and units are run side by side, and which of them is
done first must change nothing, now or in a replay.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

from baocao.catalogue import Catalogue
from baocao.catalogue.owed import list_other_forms
from baocao.domain import VIETNAM, Period
from baocao.store import HistoryQuery, PastFigures, Store, VintageKey
from expectations.form.figures_view import Figures
from expectations.history.view import PastPeriod
from reporting.plan import Plan
from reporting.standing import RELEASES, Step

PERIODS_BACK = 12
PEER_PERIODS_BACK = 4


@dataclass(frozen=True)
class EarlierFigures:
    """By unit and period. `before` are the unit's figures of the period before, `inside` those of a cumulative one."""

    periods: Mapping[str, Mapping[Period, PastPeriod]] = field(default_factory=dict)
    before: Figures = field(default_factory=dict)
    inside: Sequence[Figures] = ()


def read_past(store: Store, catalogue: Catalogue, plan: Plan, number: int) -> EarlierFigures:
    """Everything the figures of the plan's vintage of that number are compared with, in a few queries."""
    unit, period = plan.unit, plan.period
    known_at = find_past_at(store, VintageKey(unit.unit_code, plan.form.form_code, period, number))
    inside = [quarter for quarter in period.quarters if quarter != period]
    asked = {*_back(period, PERIODS_BACK), period.same_period_last_year, *inside}
    beside = list_other_forms(catalogue, plan.form.series_code)
    own = store.histories.figures(as_known([unit.unit_code], asked, known_at, beside))
    peers = [code for code, one in catalogue.units.items() if one.tier is unit.tier and code != unit.unit_code]
    asked = {period, *_back(period, PEER_PERIODS_BACK), period.same_period_last_year}
    others = store.histories.figures(as_known(peers, asked, _day_before(known_at), beside))
    mine = own.get(unit.unit_code, {})
    return EarlierFigures(
        periods={code: _past_periods(found) for code, found in {**others, **own}.items()},
        before=mine[period.predecessor].figures if period.predecessor in mine else {},
        inside=[mine[quarter].figures for quarter in inside if quarter in mine],
    )


def as_known(
    unit_codes: Collection[str],
    periods: Collection[Period],
    as_of: datetime,
    other_forms: Collection[str] = (),
    *,
    only: Collection[str] | None = None,
) -> HistoryQuery:
    """What to ask the store for: of each form the release in force at that time, else the vintage learnt last."""
    return HistoryQuery(unit_codes, periods, as_of, RELEASES, Step.UNLOCK, other_forms, only)


def find_past_at(store: Store, key: VintageKey) -> datetime:
    """As known when a vintage looks at the past."""
    vintage = store.vintages.find(key)
    while vintage.replayed_from is not None:
        vintage = store.vintages.find(replace(key, vintage=vintage.replayed_from))
    return vintage.opened_at - timedelta(microseconds=1)


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

"""Scheduled runs that were missed while the machine was off: which are made up for, so that no storm follows."""

from collections.abc import Iterable
from datetime import datetime

from baocao.calendar import YEAR_PART
from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.backfill import MissedPolicy
from baocao.domain import Period


def choose_missed(periods: Iterable[Period], policy: MissedPolicy) -> tuple[Period, ...]:
    """Of the periods missed, those to make up for, the first first."""
    ordered = tuple(sorted(set(periods)))
    if policy is MissedPolicy.NONE:
        return ()
    return ordered[-1:] if policy is MissedPolicy.LAST else ordered


def list_closed(catalogue: Catalogue, unit: Unit, since: datetime, now: datetime) -> tuple[Period, ...]:
    """The periods of the unit's regime that closed after `since` and by `now`: what a schedule would have run."""
    parts = catalogue.calendar.regimes[unit.regime].part_codes
    years = range(since.year - 1, now.year + 2)
    periods = [Period(year, "" if part == YEAR_PART else part) for year in years for part in parts]
    ends = {period: catalogue.calendar.window(unit.regime, period).end_at for period in periods}
    return tuple(sorted(period for period, end_at in ends.items() if since < end_at <= now))

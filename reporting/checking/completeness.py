"""Across the province: what each unit owes for a period against what it gave, and when, from the store."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM, CheckResult, Period
from baocao.store import GivenForm
from reporting.past import as_known
from reporting.workspace import Workspace


def check_period(workspace: Workspace, period: Period, today: date) -> list[CheckResult]:
    """The suite `complete` for every unit that owes a form for the period, as things stand at the end of `today`.

    A unit that gave nothing yet is not evaluable until its due day has passed; then it fails. A unit of a regime
    without this period, without a source, or that did not exist then owes nothing and has no result.
    """
    from expectations.across.complete import check_complete
    from expectations.across.owing import units_owing

    catalogue = workspace.catalogue
    units = units_owing(catalogue, period)
    codes = [unit.unit_code for unit in units]
    given = list(workspace.store.histories.given_forms(as_known(codes, [period], _end_of(today))).values())
    return check_complete(
        [one.filled for one in given],
        catalogue,
        period,
        today=today,
        units=units,
        first_given_on=_first_given(catalogue, given),
    )


def _first_given(catalogue: Catalogue, given: Iterable[GivenForm]) -> dict[str, date]:
    """The day of the first report made once the period had closed: one made before it does not cover it."""
    found = {}
    for one in given:
        unit, period = catalogue.units[one.key.unit_code], one.key.period
        closing = catalogue.calendar.window(unit.regime, period).end_on
        days = [at.astimezone(VIETNAM).date() for at in one.known_ats]
        covering = [day for day in days if day >= closing]
        if covering:
            found[unit.unit_code] = covering[0]
    return found


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), VIETNAM) - timedelta(microseconds=1)

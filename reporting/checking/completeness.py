"""Across the province: what each unit owes for a period against what it gave, and when, from the store."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from baocao.catalogue import Catalogue, OwedReport
from baocao.catalogue.owed import list_other_forms
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
    from expectations.across.owing import list_owing

    catalogue = workspace.catalogue
    owed = list_owing(catalogue, period)
    given = [one for series in _by_series(owed) for one in _read_given(workspace, series, period, today)]
    return check_complete(
        [one.filled for one in given],
        catalogue,
        period,
        today=today,
        owed=owed,
        first_given_on=_first_given(catalogue, owed, given),
    )


def _by_series(owed: Iterable[OwedReport]) -> Iterable[list[OwedReport]]:
    found: dict[str, list[OwedReport]] = {}
    for report in owed:
        found.setdefault(report.form.series_code, []).append(report)
    return found.values()


def _read_given(workspace: Workspace, series: Sequence[OwedReport], period: Period, today: date) -> Iterable[GivenForm]:
    codes = [report.unit.unit_code for report in series]
    beside = list_other_forms(workspace.catalogue, series[0].form.series_code)
    return workspace.store.histories.given_forms(as_known(codes, [period], _end_of(today), beside)).values()


def _first_given(
    catalogue: Catalogue, owed: Iterable[OwedReport], given: Iterable[GivenForm]
) -> dict[tuple[str, str], date]:
    """The day of the first report made once the period had closed: one made before it does not cover it."""
    closings = {(report.unit.unit_code, report.form.series_code): report.window.end_on for report in owed}
    found = {}
    for one in given:
        key = (one.key.unit_code, catalogue.form(one.key.form_code).series_code)
        days = [at.astimezone(VIETNAM).date() for at in one.known_ats]
        covering = [day for day in days if key in closings and day >= closings[key]]
        if covering:
            found[key] = covering[0]
    return found


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), VIETNAM) - timedelta(microseconds=1)

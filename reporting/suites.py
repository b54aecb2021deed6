"""Every check on one report: the form, its figures beside the past, the records, what sources say of each other."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from baocao.catalogue import Catalogue
from baocao.domain import CellStatus, CheckResult, FilledForm, Observation, Outcome, Severity
from baocao.handed_in import ExplainedFinding
from expectations.across.days_off import DueDayView, check_days_off
from expectations.across.handed_in import check_handed_in
from expectations.across.tallies import check_tallies
from expectations.engine.contexts import find_once, sharing_context
from expectations.form.certain import check_certain
from expectations.form.figure_suite import check_figures
from expectations.form.matrix import tell_of_lines
from expectations.form.suite import check_forms
from expectations.history.suite import check_history
from expectations.records.suite import check_notices, check_records, check_unread
from reporting.collection.comparing import check_across, check_compared
from reporting.collection.predecessors import check_gaps
from reporting.past import EarlierFigures
from reporting.plan import Plan
from reporting.report_input import ReportInput
from reporting.roll_up.checks import check_roll_up

OF_ONE_FORM = ("form.", "balance.")


@sharing_context()
def run_suites(
    catalogue: Catalogue,
    plan: Plan,
    gathered: ReportInput,
    observations: Mapping[str, Observation],
    filled: FilledForm,
    past: EarlierFigures,
) -> tuple[CheckResult, ...]:
    """All results, the gravest first."""
    records, compared = gathered.records, gathered.compared
    checks = [
        *(check_roll_up(catalogue, plan, gathered.below) if gathered.below else ()),
        *check_forms([filled], catalogue),
        *_check_against_past(catalogue, plan, gathered, observations, filled, past),
        *check_gaps(catalogue, plan, records),
        *_check_due_day(catalogue, plan),
        *_check_records(catalogue, plan, gathered),
        *_check_certain(catalogue, plan, gathered, observations),
        *_check_tallies(catalogue, plan, gathered, observations),
        *_check_handed(catalogue, plan, gathered, observations),
        *check_compared(catalogue, plan, observations, compared),
        *check_across(catalogue, plan, records, observations, compared),
    ]
    explained = gathered.handed.explained if gathered.handed else ()
    told = tell_of_lines(checks, plan.form.laid_out(filled))
    return tuple(sorted((_ease(one, explained, filled) for one in told), key=_gravity))


def _check_handed(
    catalogue: Catalogue, plan: Plan, gathered: ReportInput, observations: Mapping[str, Observation]
) -> list[CheckResult]:
    if gathered.handed is None:
        return []
    return check_handed_in(observations, gathered.handed, catalogue, plan.unit.unit_code)


def _ease(result: CheckResult, explained: Sequence[ExplainedFinding], filled: FilledForm) -> CheckResult:
    """A finding the unit explained when it handed in its form blocks no more, while the cells are from there.

    What one cell says of another is judged on the form and on the figures behind it: a reason given for the cells
    holds for both.
    """
    if result.severity is not Severity.CRITICAL or result.outcome is not Outcome.FAIL or not result.cells:
        return result
    reasons = [one.reason for one in explained if set(one.cells) & set(result.cells)]
    cells = {cell for one in explained for cell in one.cells}
    of_the_form = result.check.startswith(OF_ONE_FORM) and cells.issuperset(result.cells)
    about = [filled.cells.get(key) for key in result.cells]
    if not of_the_form or any(one is None or one.status is not CellStatus.HANDED_IN for one in about):
        return result
    says = f"{result.message_vi} Đơn vị giải trình: {'; '.join(dict.fromkeys(reasons))}"
    return replace(result, severity=Severity.WARNING, message_vi=says)


def _check_against_past(
    catalogue: Catalogue,
    plan: Plan,
    gathered: ReportInput,
    observations: Mapping[str, Observation],
    filled: FilledForm,
    past: EarlierFigures,
) -> list[CheckResult]:
    """The balances, across periods too, and the comparison with what is usual."""
    unit_code = plan.unit.unit_code
    balances = check_figures(
        {unit_code: observations},
        catalogue,
        form=plan.form.laid_out(filled),
        before={unit_code: past.before},
        inside={unit_code: past.inside},
        lacking={unit_code: gathered.below.lacking} if gathered.below else {},
    )
    history = check_history({unit_code: observations}, past.periods, catalogue, form=plan.form)
    return [*balances, *history]


def _check_due_day(catalogue: Catalogue, plan: Plan) -> list[CheckResult]:
    unit, calendar = plan.unit, catalogue.calendar
    due_on = calendar.due_on(unit.regime, plan.period, unit.tier)
    view = DueDayView(unit.unit_code, plan.period.code, due_on, calendar.is_declared(due_on.year))
    return find_once((check_days_off, view), (), lambda: check_days_off(view))


def _check_records(catalogue: Catalogue, plan: Plan, gathered: ReportInput) -> list[CheckResult]:
    """The records of every source, what was not understood in them, or that none could be read."""
    unit_code = plan.unit.unit_code
    checks: list[CheckResult] = []
    for found in gathered.records.values():
        for kind, frame in found.frames.items():
            checks += check_records(
                kind,
                frame,
                catalogue,
                plan.window,
                unit_code=unit_code,
                taken_at=found.captured_at,
                shown=plan.indicators,
            )
        if found.failure is None:
            checks += check_notices(found.notices, found.system, unit_code, catalogue)
        else:
            checks += check_unread(found.system, unit_code, found.failure.reason, catalogue)
    return checks


def _check_certain(
    catalogue: Catalogue, plan: Plan, gathered: ReportInput, observations: Mapping[str, Observation]
) -> list[CheckResult]:
    """A report made from units below has no records of its own: theirs were judged there."""
    if gathered.below:
        return []
    frames = {system: found.frames for system, found in gathered.records.items() if found.failure is None}
    return check_certain(observations, frames, catalogue, plan.form, plan.window, plan.unit.unit_code)


def _check_tallies(
    catalogue: Catalogue, plan: Plan, gathered: ReportInput, observations: Mapping[str, Observation]
) -> list[CheckResult]:
    tallies = {
        system: found.frames["tallies"] for system, found in gathered.records.items() if "tallies" in found.frames
    }
    return check_tallies(observations, tallies, catalogue, plan.window, plan.unit.unit_code)


def _gravity(result: CheckResult) -> tuple[int, int, str, tuple[str, ...]]:
    outcomes, severities = list(Outcome), list(Severity)
    failed_first = 0 if result.outcome is Outcome.FAIL else 1
    return (
        failed_first * 10 + outcomes.index(result.outcome),
        severities.index(result.severity),
        result.check,
        result.cells,
    )

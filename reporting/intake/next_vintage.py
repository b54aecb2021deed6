"""The next vintage of a form from what was handed in, unless its latest already is from it."""

from dataclasses import replace

from baocao.errors import ChecksFailedError
from baocao.store import HandIn, Vintage
from reporting.alerting.run_alerts import alert
from reporting.collection.handed_forms import find_handed
from reporting.differences.differing import ExplainedDifference, explain_differences, only_changed
from reporting.differences.evidence_sides import read_side
from reporting.intake.replying import HandInAnswer
from reporting.outcome import RunResult
from reporting.pipeline import run_from_payloads, run_from_sources
from reporting.plan import Plan, make_plans
from reporting.standing import find_standing
from reporting.workspace import Workspace


def make_report(workspace: Workspace, answer: HandInAnswer) -> HandInAnswer:
    """Make the form's next vintage from what was accepted, unless its latest already is from it."""
    given = answer.given
    if not given.is_accepted or _is_in_force(workspace, given):
        return answer
    (plan,) = make_plans(
        workspace.catalogue, given.unit_code, given.period.code, given.form_code, workspace.settings.now()
    )
    before = workspace.store.vintages.find_latest(plan.form_key)
    result = alert(workspace, _run(workspace, plan, before))
    changed = _find_changed(workspace, before, result)
    is_locked = find_standing(workspace.store, plan.form_key).is_locked
    return replace(answer, result=result, changed=changed, is_locked=is_locked)


def _run(workspace: Workspace, plan: Plan, before: Vintage | None) -> RunResult:
    """Systems that answered for the closed period are not asked again because somebody handed in a form."""
    is_closed = before is not None and before.known_at is not None and before.known_at >= plan.window.end_at
    is_whole = before is not None and before.exit_code in (0, ChecksFailedError.exit_code)
    if before is not None and plan.sources and is_closed and is_whole:
        return run_from_payloads(workspace, plan, before.key, given_today=True)
    return run_from_sources(workspace, (plan,))[0]


def _is_in_force(workspace: Workspace, given: HandIn) -> bool:
    """Whether the form's latest vintage was made from this file or a later one."""
    latest = workspace.store.vintages.find_latest(given.form_key)
    handed = find_handed(workspace.store, workspace.store.collections.list(latest.key)) if latest else None
    return handed is not None and handed.number >= given.number


def _find_changed(workspace: Workspace, before: Vintage | None, result: RunResult) -> tuple[ExplainedDifference, ...]:
    if before is None:
        return ()
    then, now = (read_side(workspace, key) for key in (before.key, result.vintage))
    return only_changed(explain_differences(then, now, workspace.catalogue))

"""The next vintage of a form from what was handed in, unless its latest already is from it."""

from dataclasses import replace

from baocao.errors import ChecksFailedError
from baocao.store import Vintage
from reporting.alerting.run_alerts import alert
from reporting.collection.handed_forms import find_handed
from reporting.differences.differing import ExplainedDifference, explain_differences, only_changed
from reporting.differences.evidence_sides import read_side
from reporting.intake.replying import HandInAnswer
from reporting.outcome import RunResult
from reporting.pipeline import run_from_payloads, run_from_sources
from reporting.plan import Plan, make_plans
from reporting.release.files import read_report
from reporting.standing import find_standing
from reporting.upkeep.vintage_files import catch_up
from reporting.workspace import Workspace


def make_report(workspace: Workspace, answer: HandInAnswer) -> HandInAnswer:
    """Make the form's next vintage from what was accepted, unless its latest already is from it.

    Where that one is, and the file is handed in once more, what was to follow it is made up for: the process that made
    it may have died before it wrote the files or told anybody.
    """
    given = answer.given
    if not given.is_accepted:
        return answer
    (plan,) = make_plans(
        workspace.catalogue, given.unit_code, given.period.code, given.form_code, workspace.settings.now()
    )
    before = workspace.store.vintages.find_latest(plan.form_key)
    number = _handed_number(workspace, before)
    if number > given.number:
        return answer
    if before is not None and number == given.number:
        return _make_up_for(workspace, plan, before, answer)
    result = alert(workspace, _run(workspace, plan, before))
    return _with_result(workspace, answer, result, before)


def _make_up_for(workspace: Workspace, plan: Plan, latest: Vintage, answer: HandInAnswer) -> HandInAnswer:
    files = catch_up(workspace, plan.form_key)
    report, failures = read_report(workspace.store, latest.key), workspace.store.contents.failures(latest.key)
    result = alert(workspace, RunResult(plan, report, latest.key, failures, files))
    if not files:
        return answer
    whole = [one for one in workspace.store.vintages.list(plan.form_key) if one.is_whole and one.key != latest.key]
    return _with_result(workspace, answer, result, whole[-1] if whole else None)


def _with_result(workspace: Workspace, answer: HandInAnswer, result: RunResult, before: Vintage | None) -> HandInAnswer:
    changed = _find_changed(workspace, before, result)
    is_locked = find_standing(workspace.store, result.plan.form_key).is_locked
    return replace(answer, result=result, changed=changed, is_locked=is_locked)


def _run(workspace: Workspace, plan: Plan, before: Vintage | None) -> RunResult:
    """Systems that answered for the closed period are not asked again because somebody handed in a form."""
    is_closed = before is not None and before.known_at is not None and before.known_at >= plan.window.end_at
    is_whole = before is not None and before.exit_code in (0, ChecksFailedError.exit_code)
    if before is not None and plan.sources and is_closed and is_whole:
        return run_from_payloads(workspace, plan, before.key, given_today=True)
    return run_from_sources(workspace, (plan,))[0]


def _handed_number(workspace: Workspace, latest: Vintage | None) -> int:
    """The number of the handed-in form the vintage was made from; 0 where it was made from none."""
    handed = find_handed(workspace.store, workspace.store.collections.list(latest.key)) if latest else None
    return handed.number if handed else 0


def _find_changed(workspace: Workspace, before: Vintage | None, result: RunResult) -> tuple[ExplainedDifference, ...]:
    if before is None:
        return ()
    then, now = (read_side(workspace, key) for key in (before.key, result.vintage))
    return only_changed(explain_differences(then, now, workspace.catalogue))

"""The alert of a night's captures: stocks nobody has are an incident at once, over with the next good capture."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from baocao.catalogue import Unit
from baocao.catalogue.owed import report_of
from baocao.domain import SourceFailure
from baocao.errors import SourceUnavailableError
from baocao.incidents import Aspect, Cause, CauseKind, IncidentChange, MissedCapture, Scope, Sighting, find_missed
from baocao.mishaps import attempt_each
from reporting.alerting.run_alerts import fold_in, tell_all
from reporting.collection.capture_plans import BEFORE_CUTOFF, CaptureResult
from reporting.collection.capturing import CaptureOutcome, SourceCapture, list_periods_ending_with
from reporting.plan import Plan
from reporting.progress import tell
from reporting.workspace import Workspace


def alert_captures(workspace: Workspace, result: CaptureResult, *, goes_on: bool = False) -> None:
    """Raise, withdraw and send the alerts of a capture, and say so; never an error of the capture.

    Where the night `goes_on`, a source that is down is asked again: of that nothing is told yet.
    """
    tell_all(workspace, lambda: _raise(workspace, result, goes_on=goes_on))


def _raise(workspace: Workspace, result: CaptureResult, *, goes_on: bool) -> tuple[IncidentChange, ...]:
    now = workspace.settings.now()
    missed = [one for one in result.failed if _is_missed(one, now, goes_on=goes_on)]
    return fold_in(workspace, *_look(workspace, result, missed))


def _look(workspace: Workspace, result: CaptureResult, missed: Sequence[SourceCapture]) -> Iterator[Sighting]:
    """Each report as this capture leaves it; one nothing is missed of is looked at only where something was."""
    now = workspace.settings.now()
    claimed = _find_claimed(workspace)
    causes = _find_causes(workspace, missed)

    def look(report: tuple[Scope, list[SourceCapture]]) -> Iterator[Sighting]:
        scope, captures = report
        unit = captures[0].plan.unit
        found = causes.get(scope, ())
        unread = frozenset(one.source.system for one in captures if one.exit_code) - {one.system for one in found}
        alike = [other for other in claimed.get(unit.unit_code, ()) if _close_together(other, scope)]
        for one in dict.fromkeys((*([scope] if found else []), *alike)):
            yield Sighting(one, now, _due_on(workspace, unit, one), found, unread=unread)

    failed: list[str] = []
    yield from attempt_each(_by_report(result.captures).items(), look, lambda report: str(report[0]), failed)
    if failed:
        tell(f"Sự cố chưa ghi được: {', '.join(failed)}")


def _due_on(workspace: Workspace, unit: Unit, scope: Scope) -> date:
    catalogue = workspace.catalogue
    return report_of(catalogue, unit, scope.period, catalogue.form(scope.form_code)).due_on


def _find_claimed(workspace: Workspace) -> dict[str, list[Scope]]:
    """By unit: the reports an open incident says stocks are missed of."""
    found: dict[str, list[Scope]] = {}
    for incident in workspace.store.incidents.open():
        for claim in incident.claims if incident.kind is CauseKind.CAPTURE else ():
            found.setdefault(claim.scope.unit_code, []).append(claim.scope)
    return found


def _find_causes(workspace: Workspace, missed: Sequence[SourceCapture]) -> dict[Scope, tuple[Cause, ...]]:
    units: dict[str, list[str]] = {}
    for one in missed:
        units.setdefault(one.source.source_code, []).append(one.plan.unit.unit_code)
    return {
        scope: tuple(find_missed(_describe(workspace, one, units[one.source.source_code])) for one in captures)
        for scope, captures in _by_report(missed).items()
    }


def _by_report(captures: Iterable[SourceCapture]) -> dict[Scope, list[SourceCapture]]:
    found: dict[Scope, list[SourceCapture]] = {}
    for one in captures:
        found.setdefault(_scope_of(one.plan), []).append(one)
    return found


def _close_together(one: Scope, other: Scope) -> bool:
    """What was captured for the year was captured for its fourth quarter."""
    return one.period in list_periods_ending_with(other.period)


def _scope_of(plan: Plan) -> Scope:
    return Scope(plan.unit.unit_code, plan.form.form_code, plan.period, Aspect.CAPTURE)


def _is_missed(one: SourceCapture, now: datetime, *, goes_on: bool) -> bool:
    """Whether the cut-off has come and nothing of ours will ask again before morning."""
    if one.outcome is not CaptureOutcome.FAILED or now < one.plan.window.end_at - BEFORE_CUTOFF:
        return False
    return not (goes_on and one.exit_code == SourceUnavailableError.exit_code)


def _describe(workspace: Workspace, one: SourceCapture, unit_codes: Sequence[str]) -> MissedCapture:
    plan, source = one.plan, one.source
    return MissedCapture(
        source=source,
        failure=one.failure or _describe_refusal(one),
        period=plan.period,
        window=plan.window,
        indicators=plan.indicators,
        form=plan.form,
        tried_ats=_list_tries(workspace, one),
        unit_codes=tuple(dict.fromkeys((plan.unit.unit_code, *unit_codes))),
    )


def _describe_refusal(one: SourceCapture) -> SourceFailure:
    """A capture that our own configuration stopped."""
    unit_code, kind = one.plan.unit.unit_code, type(one.refusal).__name__
    return SourceFailure(one.source.source_code, one.source.system, unit_code, one.exit_code, kind, one.reason)


def _list_tries(workspace: Workspace, one: SourceCapture) -> tuple[datetime, ...]:
    """When the source was asked in vain since it last gave its stocks."""
    found: list[datetime] = []
    for attempt in workspace.store.captures.list(one.plan.unit.unit_code, one.plan.period):
        if attempt.source_code == one.source.source_code:
            found = [*found, attempt.started_at] if attempt.failure else []
    return tuple(found)

"""Sources that figures are only compared with: asked, kept and replayed like the others, but never counted from.

Whatever is wrong with one of them is a finding; neither a figure nor the exit code depends on it.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue, Indicator, Source
from baocao.counting import SourceRecords
from baocao.domain import CheckResult, Observation, Outcome, SourceFailure, System
from baocao.errors import ConfigError, SourceError
from baocao.store import Collection, VintageKey
from reporting.plan import Plan
from reporting.progress import tell
from reporting.workspace import Workspace

if TYPE_CHECKING:
    from expectations.across.lists import SourceContent

COMPARING = "reconcile.list_vs_statistic"


def collect_compared(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceRecords:
    """Ask the source; a failure, and a setting that is wrong, are kept as what came of it."""
    from reporting.collection.asking import describe_failure
    from reporting.collection.collecting import collect_source, failed

    try:
        return collect_source(workspace.store, workspace.settings, plan, source, vintage)
    except SourceError as error:
        failure = describe_failure(source, plan.unit.unit_code, error)
    except ConfigError as error:
        failure = _keep_misconfigured(workspace, plan, source, vintage, error)
    tell(f"{source.label} (chỉ để đối chiếu): {failure.reason}", source_code=source.source_code)
    return failed(source, failure)


def check_compared(
    catalogue: Catalogue, plan: Plan, observations: Mapping[str, Observation], compared: Mapping[str, SourceRecords]
) -> list[CheckResult]:
    """Whether each source could be compared with, and every figure beside its tally."""
    from expectations.across.compared_sources import check_comparison
    from expectations.across.tallies import check_tallies

    unit_code = plan.unit.unit_code
    results: list[CheckResult] = []
    for source, found in _pair(plan, compared):
        tallies = found.frames.get("tallies")
        results += check_comparison(source, found.failure, found.frames, unit_code)
        if tallies is not None:
            beside = {source.system: tallies}
            results += check_tallies(observations, beside, catalogue, plan.window, unit_code, said_by=source)
    return results


def check_across(
    catalogue: Catalogue,
    plan: Plan,
    records: Mapping[System, SourceRecords],
    observations: Mapping[str, Observation],
    compared: Mapping[str, SourceRecords],
) -> list[CheckResult]:
    """What one system lists against what another does, be it asked for the figures or only to compare."""
    from expectations.across import suite
    from expectations.across.lists import UnitSources

    asked = plan.sources.items()
    figures = {system: _give(source, records[system]) for system, source in asked if system in records}
    comparisons = [_give(source, found) for source, found in _pair(plan, compared)]
    return suite.check_across(
        UnitSources(plan.unit.unit_code, catalogue, plan.window, observations, figures, comparisons)
    )


def _pair(plan: Plan, compared: Mapping[str, SourceRecords]) -> Iterator[tuple[Source, SourceRecords]]:
    """The sources compared with, in the order of the configuration, each with what it gave."""
    for source in plan.comparisons:
        if source.source_code in compared:
            yield source, compared[source.source_code]


def _give(source: Source, found: SourceRecords) -> "SourceContent":
    from expectations.across.lists import SourceContent

    failure = found.failure.reason if found.failure else ""
    return SourceContent(source, found.frames, failure, inherits=bool(found.inherited))


def find_comparisons(
    results: Sequence[CheckResult], indicators: Mapping[str, Indicator], code: str | None
) -> tuple[CheckResult, ...]:
    """The comparisons of a figure, or of the figures it is divided from, with what a source counted itself."""
    known = indicators.get(code or "")
    codes = {code, *(known.inputs if known else ())}
    return tuple(r for r in results if r.check == COMPARING and r.evidence.get("indicator") in codes)


def say_comparison(result: CheckResult) -> str:
    """The comparison in one sentence."""
    if result.outcome is Outcome.FAIL:
        return result.message_vi
    said = (
        f"Khớp: {result.evidence['tallied']}." if result.outcome is Outcome.PASS else f"Chưa so sánh: {result.reason}."
    )
    return f"{result.message_vi} {said}"


def comparison_as_json(result: CheckResult) -> dict[str, Any]:
    """The comparison for a program."""
    return {
        "check": result.check,
        "outcome": result.outcome.value,
        "severity": result.severity.value,
        "message_vi": result.message_vi,
        "reason": result.reason,
        **result.evidence,
    }


def _keep_misconfigured(
    workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey, error: ConfigError
) -> SourceFailure:
    unit_code, now = plan.unit.unit_code, workspace.settings.now()
    failure = SourceFailure(
        source_code=source.source_code,
        system=source.system,
        unit_code=unit_code,
        exit_code=error.exit_code,
        kind=type(error).__name__,
        reason=str(error),
    )
    collection = Collection(source.source_code, unit_code, plan.period, (), now, now, failure)
    workspace.store.collections.keep(vintage, collection)
    return failure

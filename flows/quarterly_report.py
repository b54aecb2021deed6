"""The flow: one form of one unit for one period, from the source systems to files ready to sign."""

from collections.abc import Mapping, Sequence
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.states import Completed, Failed
from prefect.task_runners import ThreadPoolTaskRunner

from baocao.catalogue import Source
from baocao.domain import FilledForm, Observation, SourceFailure, System
from baocao.errors import SourceError, SourceUnavailableError
from baocao.settings import Settings
from baocao.store import VintageKey
from connectors.registry import assign
from flows import reporting
from flows.artifacts import publish_artifacts
from flows.collecting import SourceYield, collect_source, describe_failure, failed
from flows.comparing import Compared, collect_compared
from flows.outcome import RunResult, exit_code_of
from flows.plan import Plan, make_plan
from flows.progress import tell
from flows.vintages import opened_vintage
from flows.workspace import Workspace, open_workspace
from flows.writing import write_files

HALF_AN_HOUR_S = 1800
PATIENT_RETRIES = 6


def may_heal(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether asking again in half an hour may help: the source was down, not refusing, not changed."""
    return isinstance(state.result(raise_on_failure=False), SourceUnavailableError)


@task(
    name="collect",
    task_run_name="collect-{source.source_code}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retry_delay_seconds=HALF_AN_HOUR_S,
    retry_condition_fn=may_heal,
)
def collect(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceYield:
    return collect_source(workspace.store, workspace.settings, plan, source, vintage)


@task(name="compare", task_run_name="compare-{source.source_code}", cache_policy=NO_CACHE, persist_result=False)
def compare(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> Compared:
    return collect_compared(workspace, plan, source, vintage)


@task(name="count", cache_policy=NO_CACHE, persist_result=False)
def count(
    workspace: Workspace, plan: Plan, yields: Mapping[System, SourceYield], vintage: VintageKey
) -> tuple[dict[str, Observation], FilledForm]:
    known_at = workspace.settings.now()
    observations, context = reporting.count_figures(workspace.catalogue, plan, yields, known_at)
    return observations, reporting.fill(plan, observations, context, vintage.vintage)


@task(name="check", cache_policy=NO_CACHE, persist_result=False)
def check(
    workspace: Workspace,
    plan: Plan,
    yields: Mapping[System, SourceYield],
    observations: Mapping[str, Observation],
    filled: FilledForm,
    compared: Sequence[Compared],
) -> reporting.Report:
    return reporting.check(workspace.catalogue, plan, yields, observations, filled, compared)


@task(name="write", cache_policy=NO_CACHE, persist_result=False)
def write(workspace: Workspace, plan: Plan, report: reporting.Report, vintage: VintageKey) -> dict[str, str]:
    return write_files(workspace, plan, report, vintage)


@flow(
    name="quarterly-report",
    flow_run_name="{unit} {period}",
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # invariant in its future type
    persist_result=False,
    validate_parameters=True,
)
def quarterly_report(unit: str, period: str, form: str | None = None, *, wait_for_sources: bool = False) -> Any:
    """Collect, count, check and write one form.

    unit: as units.yaml names it. period: 2025-Q4, 2025-H1, 2025-9M or 2025. form: another version of the form than
    the one in force. wait_for_sources: ask a source that is down again every half hour, for three hours.
    """
    import os

    with open_workspace(Settings.read(os.environ)) as workspace:
        plan = make_plan(workspace.catalogue, unit, period, form, workspace.settings.now())
        for source in plan.sources.values():
            assign(source, plan.unit, plan.window, workspace.settings)
        result = make_report(workspace, plan, wait_for_sources=wait_for_sources)
    if result.exit_code == 0:
        return Completed(message=result.summary, data=result)
    return Failed(message=result.summary, data=result)


def make_report(workspace: Workspace, plan: Plan, *, wait_for_sources: bool) -> RunResult:
    """The steps, in order; a source that fails leaves its cells not collected and stops nothing else."""
    tell(f"Lập báo cáo: {plan.label}")
    with opened_vintage(workspace, plan) as vintage:
        return fill_vintage(workspace, plan, vintage, wait_for_sources=wait_for_sources)


def fill_vintage(workspace: Workspace, plan: Plan, vintage: VintageKey, *, wait_for_sources: bool) -> RunResult:
    """Collect, count, check, keep, write."""
    beside = [compare.submit(workspace, plan, source, vintage) for source in plan.comparisons]
    yields, failures = collect_all(workspace, plan, vintage, wait_for_sources=wait_for_sources)
    compared = [future.result() for future in beside]
    workspace.store.mark_collected(vintage)
    tell("Tính số liệu và điền biểu mẫu")
    observations, filled = count(workspace, plan, yields, vintage)
    tell("Kiểm tra chất lượng số liệu")
    report = check(workspace, plan, yields, observations, filled, compared)
    exit_code = exit_code_of(failures, report)
    workspace.store.finish_vintage(
        vintage,
        observations=list(report.observations.values()),
        filled_form=report.filled,
        check_results=report.checks,
        failures=failures,
        known_at=report.known_at,
        exit_code=exit_code,
    )
    tell("Ghi các tệp kết quả")
    files = write(workspace, plan, report, vintage)
    publish_artifacts(plan, report)
    return RunResult.of(plan, report, vintage, failures, files, exit_code)


def collect_all(
    workspace: Workspace, plan: Plan, vintage: VintageKey, *, wait_for_sources: bool
) -> tuple[dict[System, SourceYield], list[SourceFailure]]:
    """Ask all sources at once; what each gave, and the failures."""
    retries = PATIENT_RETRIES if wait_for_sources else 0
    futures: dict[System, PrefectFuture[SourceYield]] = {
        system: collect.with_options(retries=retries).submit(workspace, plan, source, vintage)
        for system, source in plan.sources.items()
    }
    yields: dict[System, SourceYield] = {}
    failures: list[SourceFailure] = []
    for system, future in futures.items():
        found = future.result(raise_on_failure=False)
        if isinstance(found, SourceError):
            source = plan.sources[system]
            failure = describe_failure(source, plan.unit.unit_code, found)
            tell(f"{source.label}: {failure.reason}", source_code=source.source_code)
            failures.append(failure)
            found = failed(source, failure)
        elif isinstance(found, BaseException):
            raise found
        yields[system] = found
    return yields, failures

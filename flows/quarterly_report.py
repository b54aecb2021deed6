"""The flow: one form of one unit for one period, from the source systems to files ready to sign."""

import os
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from baocao.catalogue import MissingMode, Source
from baocao.domain import FilledForm, Observation, SourceFailure, System
from baocao.errors import SourceError, SourceUnavailableError
from baocao.settings import Settings
from baocao.store import DEFAULT_TTL, LeaseHeldError, VintageKey
from connectors.registry import assign
from flows.engine.artifacts import publish_artifacts
from flows.engine.parameters import FormCode, Missing, Mode, PeriodCode, UnitCode, missing_mode
from flows.engine.run_context import due_at, end_run, is_deployed, name_unit_run
from flows.engine.source_limits import source_slot
from flows.engine.task_arguments import as_given
from reporting import pipeline as reporting
from reporting.alerting.run_alerts import alert
from reporting.collection.collecting import SourceYield, collect_source, describe_failure, failed
from reporting.collection.comparing import Compared, collect_compared
from reporting.files.writing import write_files
from reporting.history.replaying import bring_and_join, find_captured_stocks, keep_report, take_kept
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.outcome import RunResult, note_end
from reporting.past import read_past
from reporting.plan import Plan, make_plan
from reporting.progress import tell
from reporting.roll_up.children import has_children
from reporting.roll_up.rolling_up import roll_up
from reporting.schedule.scheduled_periods import resolve_period
from reporting.vintages import opened_vintage
from reporting.workspace import Workspace, open_workspace

HALF_AN_HOUR_S = 1800
PATIENT_RETRIES = 6


def may_heal(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether asking again in half an hour may help: the source was down, not refusing, not changed."""
    return isinstance(state.result(raise_on_failure=False), SourceUnavailableError)


@task(
    name="collect",
    task_run_name="collect-{source.source_code}-{plan.unit.unit_code}",
    cache_policy=NO_CACHE,
    persist_result=False,
    retry_delay_seconds=HALF_AN_HOUR_S,
    retry_condition_fn=may_heal,
)
def collect(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceYield:
    with source_slot(source.source_code):
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
    assert filled.vintage is not None
    past = read_past(workspace.store, workspace.catalogue, plan, filled.vintage)
    return reporting.check(workspace.catalogue, plan, yields, observations, filled, past, compared=compared)


@task(name="write", cache_policy=NO_CACHE, persist_result=False)
def write(workspace: Workspace, plan: Plan, report: reporting.Report, vintage: VintageKey) -> dict[str, str]:
    return write_files(workspace, plan, report, vintage)


@flow(
    name="quarterly-report",
    flow_run_name=name_unit_run,
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # invariant in its future type
    persist_result=False,
    validate_parameters=True,
)
def quarterly_report(
    unit: UnitCode,
    period: PeriodCode = "",
    form: FormCode = "",
    mode: Mode = "collect",
    missing: Missing = "as-configured",
) -> Any:
    """Lập biểu mẫu của một đơn vị cho một kỳ: thu thập, tính, kiểm tra, ghi tệp.

    Biểu mẫu của đơn vị có đơn vị trực thuộc được tổng hợp từ biểu mẫu của các đơn vị ấy.
    """
    with open_workspace(Settings.read(os.environ)) as workspace:
        regime = workspace.catalogue.unit(unit).regime
        code = resolve_period(workspace.catalogue.calendar, regime, period, due_at(workspace.settings)).code
        plan = make_plan(workspace.catalogue, unit, code, form or None, workspace.settings.now())
        result = make_report(workspace, plan, mode, missing_mode(missing))
    return end_run(result)


def make_report(workspace: Workspace, plan: Plan, mode: Mode, missing: MissingMode | None = None) -> RunResult:
    """Ask the sources, replay what is kept, or roll up the units below.

    A run started by a worker outlasts the lease of a run that died: it waits once for the lease to run out.
    """
    try:
        return _make_report(workspace, plan, mode, missing)
    except LeaseHeldError as error:
        if not is_deployed():
            raise
        wait_s = (error.expires_at - datetime.now(UTC)).total_seconds() + 1
        tell(f"{error} Chờ {wait_s:.0f} giây rồi thử lại một lần.")
        time.sleep(max(0.0, min(wait_s, DEFAULT_TTL.total_seconds())))
        return _make_report(workspace, plan, mode, missing)


def _make_report(workspace: Workspace, plan: Plan, mode: Mode, missing: MissingMode | None) -> RunResult:
    if mode == "replay":
        return rerun(workspace, plan, PAYLOADS).result
    for source in plan.sources.values():
        assign(source, plan.unit, plan.window, workspace.settings)
    if has_children(workspace.catalogue, plan):
        result = note_end(roll_up(workspace, plan, missing))
        publish_artifacts(plan, result.report)
    else:
        result = collect_report(workspace, plan, wait_for_sources=mode == "wait")
    return alert(workspace, result)


def collect_report(workspace: Workspace, plan: Plan, *, wait_for_sources: bool) -> RunResult:
    """The steps, in order; a source that fails leaves its cells not collected and stops nothing else."""
    tell(f"Lập báo cáo: {plan.label}")
    with opened_vintage(workspace, plan) as vintage:
        return fill_vintage(workspace, plan, vintage, wait_for_sources=wait_for_sources)


def fill_vintage(workspace: Workspace, plan: Plan, vintage: VintageKey, *, wait_for_sources: bool) -> RunResult:
    """Collect, count, check, keep, write."""
    beside = [
        compare.submit(as_given(workspace), as_given(plan), as_given(source), vintage) for source in plan.comparisons
    ]
    yields, failures = collect_all(workspace, plan, vintage, wait_for_sources=wait_for_sources)
    compared = [future.result() for future in beside]
    workspace.store.mark_collected(vintage)
    tell("Tính số liệu và điền biểu mẫu")
    observations, filled = count(as_given(workspace), as_given(plan), as_given(yields), vintage)
    tell("Kiểm tra chất lượng số liệu")
    report = check(
        as_given(workspace),
        as_given(plan),
        as_given(yields),
        as_given(observations),
        as_given(filled),
        as_given(compared),
    )
    result = keep_report(workspace, plan, vintage, report, failures, _write_in_a_task)
    publish_artifacts(plan, report)
    return note_end(result)


def _write_in_a_task(workspace: Workspace, plan: Plan, report: reporting.Report, vintage: VintageKey) -> dict[str, str]:
    tell("Ghi các tệp kết quả")
    return write(as_given(workspace), as_given(plan), as_given(report), vintage)


def collect_all(
    workspace: Workspace, plan: Plan, vintage: VintageKey, *, wait_for_sources: bool
) -> tuple[dict[System, SourceYield], list[SourceFailure]]:
    """Ask all sources at once, but for stocks that were captured; what each gave, and the failures."""
    retries = PATIENT_RETRIES if wait_for_sources else 0
    kept = find_captured_stocks(workspace, plan)
    futures: dict[System, PrefectFuture[SourceYield]] = {
        system: collect.with_options(retries=retries).submit(
            as_given(workspace), as_given(plan), as_given(source), vintage
        )
        for system, source in plan.sources.items()
        if system not in kept
    }
    yields = {system: take_kept(workspace.store, plan.sources[system], kept[system], vintage) for system in kept}
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
    whole = {system: yields[system] for system in plan.sources}
    return bring_and_join(workspace, plan, vintage, whole), failures

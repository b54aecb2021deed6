"""The flow: one form of one unit for one period, from the source systems to files ready to sign."""

import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture
from prefect.task_runners import ThreadPoolTaskRunner

from baocao.catalogue import MissingMode, Source
from baocao.counting import SourceRecords
from baocao.domain import FilledForm, Observation
from baocao.errors import SourceError, SourceUnavailableError
from baocao.settings import Settings
from baocao.store import DEFAULT_TTL, LeaseHeldError, VintageKey
from flows.engine.artifacts import publish_artifacts
from flows.engine.own_code import own_code
from flows.engine.parameters import FormCode, Missing, Mode, PeriodCode, UnitCode, missing_mode
from flows.engine.run_context import due_at, end_run, is_deployed, name_unit_run
from flows.engine.source_limits import source_slot
from flows.engine.task_arguments import quote_arguments
from reporting import pipeline
from reporting.alerting.run_alerts import alert
from reporting.collection.collecting import collect_source, give_up
from reporting.collection.comparing import collect_compared
from reporting.collection.kept_answers import find_kept_stocks
from reporting.collection.typing_in import keep_typed, read_typed
from reporting.files.writing import write_files
from reporting.gathering import ReportInput, gather_from_units, join_answers
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.outcome import RunResult, note_end
from reporting.plan import Plan, make_plan
from reporting.progress import tell
from reporting.report import Report
from reporting.roll_up.adding_up import require_children
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
def collect(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceRecords:
    with source_slot(source.source_code):
        return collect_source(workspace.store, workspace.settings, plan, source, vintage)


@task(name="compare", task_run_name="compare-{source.source_code}", cache_policy=NO_CACHE, persist_result=False)
def compare(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceRecords:
    return collect_compared(workspace, plan, source, vintage)


@task(name="count", cache_policy=NO_CACHE, persist_result=False)
def count(
    workspace: Workspace, plan: Plan, gathered: ReportInput, vintage: VintageKey
) -> tuple[dict[str, Observation], FilledForm]:
    tell("Tính số liệu và điền biểu mẫu")
    return pipeline.count(workspace.catalogue, plan, gathered, vintage.vintage)


@task(name="check", cache_policy=NO_CACHE, persist_result=False)
def check(
    workspace: Workspace, plan: Plan, gathered: ReportInput, observations: Mapping[str, Observation], filled: FilledForm
) -> Report:
    tell("Kiểm tra chất lượng số liệu")
    return pipeline.check(workspace, plan, gathered, observations, filled)


@task(name="write", cache_policy=NO_CACHE, persist_result=False)
def write(workspace: Workspace, plan: Plan, report: Report, vintage: VintageKey) -> dict[str, str]:
    tell("Ghi các tệp kết quả")
    return write_files(workspace, plan, report, vintage)


@flow(
    name="quarterly-report",
    flow_run_name=name_unit_run,
    task_runner=ThreadPoolTaskRunner(max_workers=4),  # type: ignore[arg-type]  # invariant in its future type
    persist_result=False,
    validate_parameters=True,
)
@own_code
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
        return report_once(workspace, plan, mode, missing)
    except LeaseHeldError as error:
        if not is_deployed():
            raise
        wait_s = (error.expires_at - datetime.now(UTC)).total_seconds() + 1
        tell(f"{error} Chờ {wait_s:.0f} giây rồi thử lại một lần.")
        time.sleep(max(0.0, min(wait_s, DEFAULT_TTL.total_seconds())))
        return report_once(workspace, plan, mode, missing)


def report_once(workspace: Workspace, plan: Plan, mode: Mode, missing: MissingMode | None) -> RunResult:
    """The steps, in order; a source that fails leaves its cells not collected and stops nothing else."""
    if mode == "replay":
        return rerun(workspace, plan, PAYLOADS).result
    pipeline.require_settings(workspace, plan)
    children = require_children(workspace, plan, missing)
    typed = read_typed(workspace, plan)
    pipeline.tell_begin(workspace, plan, children)
    with opened_vintage(workspace, plan) as vintage:
        keep_typed(workspace, plan, vintage, typed)
        gathered = gather(workspace, plan, vintage, retries=PATIENT_RETRIES if mode == "wait" else 0)
        if children is not None:
            gathered = gather_from_units(workspace, plan, vintage, gathered, children, missing)
        workspace.store.vintages.mark_collected(vintage)
        observations, filled = count(*quote_arguments(workspace, plan, gathered, vintage))
        report = check(*quote_arguments(workspace, plan, gathered, observations, filled))
        pipeline.keep(workspace, vintage, report, gathered.failures)
        files = write(*quote_arguments(workspace, plan, report, vintage))
        publish_artifacts(plan, report)
        result = note_end(RunResult(plan, report, vintage, gathered.failures, files))
    return alert(workspace, result)


def gather(workspace: Workspace, plan: Plan, vintage: VintageKey, *, retries: int) -> ReportInput:
    """Ask all sources at once, but for stocks that were captured."""
    kept = find_kept_stocks(workspace, plan)
    beside = [compare.submit(*quote_arguments(workspace, plan, source, vintage)) for source in plan.comparisons]
    answers = {
        system: collect.with_options(retries=retries).submit(*quote_arguments(workspace, plan, source, vintage))
        for system, source in plan.sources.items()
        if system not in kept
    }
    found = {system: take_answer(plan, plan.sources[system], answer) for system, answer in answers.items()}
    return join_answers(workspace, plan, vintage, found, kept, [future.result() for future in beside])


def take_answer(plan: Plan, source: Source, answer: PrefectFuture[SourceRecords]) -> SourceRecords:
    """What a source gave once it has answered, or that it failed."""
    found = answer.result(raise_on_failure=False)
    if isinstance(found, SourceError):
        return give_up(plan, source, found)
    if isinstance(found, BaseException):
        raise found
    return found

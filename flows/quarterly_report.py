"""The flow: the forms one unit owes for one period, from the source systems to files ready to sign."""

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
from baocao.counting import SourceRecords
from baocao.domain import FilledForm, Observation
from baocao.errors import SourceError, SourceUnavailableError
from baocao.settings import Settings
from baocao.store import DEFAULT_TTL, LeaseHeldError, VintageKey
from expectations.engine.contexts import sharing_context
from flows.engine.artifacts import publish_artifacts
from flows.engine.own_code import own_code
from flows.engine.parameters import FormCode, Missing, Mode, PeriodCode, UnitCode, missing_mode
from flows.engine.run_context import due_at, end_run, is_deployed, name_unit_run, on_timeline
from flows.engine.source_limits import source_slot
from flows.engine.task_arguments import quote_arguments
from reporting import pipeline
from reporting.alerting.run_alerts import alert
from reporting.collection.collecting import collect_source, give_up
from reporting.collection.comparing import collect_compared
from reporting.collection.typing_in import read_typed
from reporting.files.writing import write_files
from reporting.gathering import gather_from_units
from reporting.history.rerunning import PAYLOADS, rerun
from reporting.outcome import ReportSet, RunResult, note_end
from reporting.plan import Plan, group_by_window, join_plans, make_plans
from reporting.progress import tell
from reporting.report import Report
from reporting.report_input import ReportInput
from reporting.roll_up.adding_up import require_children
from reporting.roll_up.children import ChildUnit
from reporting.schedule.scheduled_periods import resolve_unit_period
from reporting.shared_answers import (
    Answers,
    OpenReport,
    join_answers,
    open_reports,
    sources_to_ask,
    sources_to_compare,
)
from reporting.vintages import opened_vintages
from reporting.workspace import Workspace, open_workspace

HALF_AN_HOUR_S = 1800
PATIENT_RETRIES = 6


def may_heal(_task: Any, _run: Any, state: State[Any]) -> bool:
    """Whether asking again in half an hour may help: the source was down, not refusing, not changed."""
    return isinstance(state.result(raise_on_failure=False), SourceUnavailableError)


@task(
    name="collect",
    task_run_name=on_timeline("Thu thập {source.source_code}, {plan.unit.unit_code}"),
    cache_policy=NO_CACHE,
    persist_result=False,
    retry_delay_seconds=HALF_AN_HOUR_S,
    retry_condition_fn=may_heal,
)
def collect(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceRecords:
    with source_slot(source.source_code):
        return collect_source(workspace.store, workspace.settings, plan, source, vintage)


@task(
    name="compare",
    task_run_name=on_timeline("So sánh với {source.source_code}"),
    cache_policy=NO_CACHE,
    persist_result=False,
)
def compare(workspace: Workspace, plan: Plan, source: Source, vintage: VintageKey) -> SourceRecords:
    return collect_compared(workspace, plan, source, vintage)


@task(name="count", task_run_name=on_timeline("Tính số liệu"), cache_policy=NO_CACHE, persist_result=False)
def count(
    workspace: Workspace, plan: Plan, gathered: ReportInput, vintage: VintageKey
) -> tuple[dict[str, Observation], FilledForm]:
    tell("Tính số liệu và điền biểu mẫu")
    return pipeline.count(workspace.catalogue, plan, gathered, vintage.vintage)


@task(name="check", task_run_name=on_timeline("Kiểm tra số liệu"), cache_policy=NO_CACHE, persist_result=False)
def check(
    workspace: Workspace, plan: Plan, gathered: ReportInput, observations: Mapping[str, Observation], filled: FilledForm
) -> Report:
    tell("Kiểm tra chất lượng số liệu")
    return pipeline.check(workspace, plan, gathered, observations, filled)


@task(name="write", task_run_name=on_timeline("Ghi tệp kết quả"), cache_policy=NO_CACHE, persist_result=False)
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
    """Lập các biểu mẫu một đơn vị phải nộp cho một kỳ: thu thập một lần, tính, kiểm tra, ghi tệp.

    Biểu mẫu của đơn vị có đơn vị trực thuộc được tổng hợp từ biểu mẫu của các đơn vị ấy.
    """
    with open_workspace(Settings.read(os.environ)) as workspace:
        code = resolve_unit_period(workspace.catalogue, unit, period, due_at(workspace.settings)).code
        plans = make_plans(workspace.catalogue, unit, code, form or None, workspace.settings.now())
        results = make_reports(workspace, plans, mode, missing_mode(missing))
    return end_run(ReportSet(results))


def make_reports(
    workspace: Workspace, plans: Sequence[Plan], mode: Mode, missing: MissingMode | None = None
) -> tuple[RunResult, ...]:
    """Ask the sources, replay what is kept, or roll up the units below.

    A run started by a worker outlasts the lease of a run that died: it waits once for the lease to run out.
    """
    try:
        return report_once(workspace, plans, mode, missing)
    except LeaseHeldError as error:
        if not is_deployed():
            raise
        wait_s = (error.expires_at - datetime.now(UTC)).total_seconds() + 1
        tell(f"{error} Chờ {wait_s:.0f} giây rồi thử lại một lần.")
        time.sleep(max(0.0, min(wait_s, DEFAULT_TTL.total_seconds())))
        return report_once(workspace, plans, mode, missing)


def report_once(
    workspace: Workspace, plans: Sequence[Plan], mode: Mode, missing: MissingMode | None
) -> tuple[RunResult, ...]:
    """The steps, in order; a source that fails leaves its cells not collected and stops nothing else."""
    if mode == "replay":
        return tuple(rerun(workspace, plan, PAYLOADS).result for plan in plans)
    pipeline.require_settings(workspace, plans)
    results = (result for group in group_by_window(plans) for result in report_window(workspace, group, mode, missing))
    return tuple(alert(workspace, result) for result in tuple(results))


def report_window(
    workspace: Workspace, plans: Sequence[Plan], mode: Mode, missing: MissingMode | None
) -> list[RunResult]:
    """The forms over the same days: asked for once, then made one after the other."""
    below = [require_children(workspace, plan, missing) for plan in plans]
    typed = read_typed(workspace, plans[0])
    pipeline.tell_begin(workspace, plans, below)
    with opened_vintages(workspace, plans) as vintages, sharing_context():
        reports = open_reports(workspace, plans, vintages, typed)
        with reports[0].named():  # the answers are kept with the first form's vintage
            everything = gather(workspace, reports, retries=PATIENT_RETRIES if mode == "wait" else 0)
        return [
            make_one(workspace, one, own, children, missing)
            for one, own, children in zip(reports, everything, below, strict=True)
        ]


def make_one(
    workspace: Workspace,
    one: OpenReport,
    gathered: ReportInput,
    children: tuple[ChildUnit, ...] | None,
    missing: MissingMode | None,
) -> RunResult:
    """From what was gathered to the files of one form."""
    plan, vintage = one.plan, one.vintage
    with one.named():
        if children is not None:
            gathered = gather_from_units(workspace, plan, vintage, gathered, children, missing)
        workspace.store.vintages.mark_collected(vintage)
        observations, filled = count(*quote_arguments(workspace, plan, gathered, vintage))
        report = check(*quote_arguments(workspace, plan, gathered, observations, filled))
        pipeline.keep(workspace, vintage, report, gathered.failures)
        files = write(*quote_arguments(workspace, plan, report, vintage))
        publish_artifacts(plan, report, files)
        return note_end(RunResult(plan, report, vintage, gathered.failures, files))


def gather(workspace: Workspace, reports: Sequence[OpenReport], *, retries: int) -> tuple[ReportInput, ...]:
    """Ask all sources at once, each once, but for stocks that were captured."""
    first, plan = reports[0].vintage, join_plans([one.plan for one in reports])
    beside = {
        code: compare.submit(*quote_arguments(workspace, plan, source, first))
        for code, source in sources_to_compare(reports).items()
    }
    answers = {
        system: collect.with_options(retries=retries).submit(*quote_arguments(workspace, plan, source, first))
        for system, source in sources_to_ask(reports).items()
    }
    found = {system: take_answer(plan, plan.sources[system], answer) for system, answer in answers.items()}
    compared = {code: future.result() for code, future in beside.items()}
    return join_answers(workspace, reports, Answers(found, compared))


def take_answer(plan: Plan, source: Source, answer: PrefectFuture[SourceRecords]) -> SourceRecords:
    """What a source gave once it has answered, or that it failed."""
    found = answer.result(raise_on_failure=False)
    if isinstance(found, SourceError):
        return give_up(plan, source, found)
    if isinstance(found, BaseException):
        raise found
    return found

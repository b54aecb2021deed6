"""`baocao run`: a unit's forms of a period, now: on the Prefect server there is, else in this process; never lost with
a server.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import TYPE_CHECKING

import click
import orjson

from baocao.errors import EngineError
from baocao.settings import Settings
from cli.form_result import show_results
from cli.options import choose_unit, form_option, json_option, sandbox_option, unit_option
from cli.sandbox import sandbox_in_place
from cli.tables import open_console
from cli.terminal import showing_steps
from reporting.log.run_log import note
from reporting.progress import tell

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from reporting.outcome import ReportSet
    from reporting.plan import Plan

PREFECT, HERE = "prefect", "here"
AS_CONFIGURED = "as-configured"
STOP_GRACE_S = 2
"""Of a report made here: to end in order takes as long as the slowest source does."""


@click.command()
@click.argument("period")
@unit_option
@form_option
@click.option(
    "--missing",
    type=click.Choice(("require-all", "partial", "refuse")),
    help="Tổng hợp khi còn thiếu đơn vị trực thuộc: bản nháp (require-all), tạm tính (partial) hay không lập (refuse).",
)
@click.option(
    "--on",
    type=click.Choice((PREFECT, HERE)),
    help="Lập ở đâu: trên Prefect (prefect; chưa có máy chủ thì tự mở một máy chủ riêng) hay ngay trong lệnh này "
    "(here). Mặc định: trên Prefect nếu đã khai báo PREFECT_API_URL hoặc serve đang chạy ở đây; nếu không thì "
    "ngay tại đây.",
)
@sandbox_option
@json_option
def run(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    missing: str | None,
    on: str | None,
    data_set: str | None,
    *,
    as_json: bool,
) -> int:
    """Thu thập một lần, kiểm tra và điền mọi biểu mẫu đơn vị phải nộp cho một kỳ (2025-Q4, 2025-H1, 2025)."""
    from baocao.catalogue import Catalogue
    from flows.engine.environment import apply_environment
    from reporting.plan import make_plans

    with sandbox_in_place(data_set):
        settings = Settings.read(os.environ)
        apply_environment(settings.var_dir)
        catalogue = Catalogue.read(settings.config_dir)
        unit = choose_unit(unit_code, catalogue)
        plans = make_plans(catalogue, unit, period, form_code, settings.now())
        console = open_console(sys.stderr if as_json else sys.stdout)
        with showing_steps(console, is_silent=as_json) as wait_for:
            made = _make(settings, plans, form_code or "", missing, on, wait_for)
    if as_json:
        sys.stdout.write(orjson.dumps(made.as_json(), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        show_results(console, made)
    return made.exit_code


def _make(
    settings: Settings,
    plans: Sequence[Plan],
    form_code: str,
    missing: str | None,
    on: str | None,
    wait_for: Callable[[str], None],
) -> ReportSet:
    """On Prefect where there is one, or one is asked for; what it then fails to do costs a line, not the form."""
    from flows.engine.api import has_engine

    if on == PREFECT or (on is None and has_engine(settings.var_dir)):
        made: list[ReportSet] = []
        try:
            _run_flow(settings, plans[0], form_code, missing, wait_for, made)
        except EngineError as error:
            reason = str(error).partition("\n")[0].rstrip(".")
            if not made:
                note("report made without the engine", level=logging.WARNING, error=type(error).__name__)
                tell(f"Không lập được trên Prefect ({reason}): lập ngay tại đây.")
        if made:
            return made[0]
    return _run_here(settings, plans, missing)


def _run_flow(
    settings: Settings,
    plan: Plan,
    form_code: str,
    missing: str | None,
    wait_for: Callable[[str], None],
    made: list[ReportSet],
) -> None:
    """Add the result to `made` as soon as there is one: whatever becomes of the engine after that."""
    from flows.engine.api import prefect_api

    with prefect_api(settings.var_dir, on_wait=wait_for, meanwhile=_import_flow) as address:
        from flows.engine.attending import attend
        from flows.quarterly_report import quarterly_report

        def call() -> object:
            return quarterly_report(
                plan.unit.unit_code, plan.period.code, form_code, missing=missing or AS_CONFIGURED, return_state=True
            )

        made.append(attend(call, address, tell))


def _run_here(settings: Settings, plans: Sequence[Plan], missing: str | None) -> ReportSet:
    from baocao.catalogue import MissingMode
    from flows.engine.signals import forced_end
    from reporting.outcome import ReportSet
    from reporting.pipeline import make_reports
    from reporting.workspace import open_workspace

    with forced_end(lambda: None, STOP_GRACE_S), open_workspace(settings) as workspace:
        return ReportSet(make_reports(workspace, plans, MissingMode(missing) if missing else None))


def _import_flow() -> None:
    """The slow imports of a run, done while the engine's server starts."""
    import flows.engine.attending
    import flows.quarterly_report  # noqa: F401

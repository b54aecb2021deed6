"""`baocao run`: one report, now, with an engine of its own when there is none."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, cast

import click
import orjson
from rich.console import Console

from baocao.settings import Settings
from cli.form_result import show_result
from cli.options import choose_unit, form_option, json_option, sandbox_option, unit_option
from cli.sandbox import sandbox_in_place
from cli.terminal import showing_steps

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State

    from reporting.outcome import RunResult


@click.command()
@click.argument("period")
@unit_option
@form_option
@click.option(
    "--missing",
    type=click.Choice(("require-all", "partial", "refuse")),
    help="Tổng hợp khi còn thiếu đơn vị trực thuộc: bản nháp (require-all), tạm tính (partial) hay không lập (refuse).",
)
@sandbox_option
@json_option
def run(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    missing: str | None,
    data_set: str | None,
    *,
    as_json: bool,
) -> int:
    """Thu thập, kiểm tra và điền biểu mẫu của một kỳ (2025-Q4, 2025-H1, 2025-9M, 2025)."""
    from baocao.catalogue import Catalogue
    from flows.engine.environment import apply_environment
    from reporting.plan import make_plan

    with sandbox_in_place(data_set):
        settings = Settings.read(os.environ)
        apply_environment(settings.var_dir)
        catalogue = Catalogue.read(settings.config_dir)
        unit = choose_unit(unit_code, catalogue)
        make_plan(catalogue, unit, period, form_code, settings.now())
        console = Console(file=sys.stderr if as_json else sys.stdout)
        result = _run_flow(settings, console, unit, period, form_code, missing or "as-configured")
    if as_json:
        sys.stdout.write(orjson.dumps(result.as_json(), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        show_result(console, result)
    return result.exit_code


def _run_flow(
    settings: Settings,
    console: Console,
    unit_code: str,
    period: str,
    form_code: str | None,
    missing: str,
) -> RunResult:
    from flows.engine.api import prefect_api
    from reporting.outcome import RunResult

    with showing_steps(console) as say, prefect_api(settings.var_dir, on_wait=say, meanwhile=_import_flow):
        from flows.quarterly_report import quarterly_report

        state = cast(
            "State[Any]", quarterly_report(unit_code, period, form_code or "", missing=missing, return_state=True)
        )
        result = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    assert isinstance(result, RunResult)
    return result


def _import_flow() -> None:
    """The slow imports of a run, done while the engine's server starts."""
    import flows.quarterly_report  # noqa: F401

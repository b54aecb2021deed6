"""`baocao run`: one report, now, with an engine of its own when there is none."""

import os
import sys
from typing import TYPE_CHECKING, Any, cast

import orjson
from rich.console import Console

from baocao.catalogue import Catalogue
from baocao.settings import Settings
from cli.choosing import choose_unit
from cli.terminal import show_result, showing_steps
from cli.training import sandbox_in_place
from flows.engine.environment import apply_environment
from reporting.outcome import RunResult
from reporting.plan import make_plan

if TYPE_CHECKING:
    from prefect.client.schemas.objects import State


def run_report(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    data_set: str | None,
    missing: str | None = None,
    *,
    as_json: bool,
) -> int:
    """Run the flow and show what came of it; return the exit code."""
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

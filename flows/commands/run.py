"""`baocao run`: one report, now, with an engine of its own when there is none."""

import os
import sys

import orjson
from rich.console import Console

from baocao.catalogue import Catalogue
from baocao.settings import Settings
from flows.choosing import choose_unit
from flows.environment import apply_environment
from flows.training import sandbox_in_place


def run_report(
    period: str, unit_code: str | None, form_code: str | None, data_set: str | None, *, as_json: bool
) -> int:
    """Run the flow and show what came of it; return the exit code."""
    with sandbox_in_place(data_set):
        settings = Settings.read(os.environ)
        apply_environment(settings.var_dir)
        unit = choose_unit(unit_code, Catalogue.read(settings.config_dir))
        return _run_flow(settings, unit, period, form_code, as_json=as_json)


def _run_flow(settings: Settings, unit_code: str, period: str, form_code: str | None, *, as_json: bool) -> int:
    console = Console(file=sys.stderr if as_json else sys.stdout)
    from flows.engine import prefect_api
    from flows.terminal import show_result, showing_steps

    with showing_steps(console), prefect_api(settings.var_dir):
        from flows.outcome import RunResult
        from flows.quarterly_report import quarterly_report

        state = quarterly_report(unit_code, period, form_code, return_state=True)
        result = state.result(raise_on_failure=False)
    if isinstance(result, BaseException):
        raise result
    assert isinstance(result, RunResult)
    if as_json:
        sys.stdout.write(orjson.dumps(result.as_json(), option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        show_result(console, result)
    return result.exit_code



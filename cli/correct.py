"""`baocao correct`: a signed correction, written where every later run of the period finds it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from baocao.hints import hint
from baocao.settings import Settings
from cli.form_sets import choose_form
from cli.options import choose_unit, form_option, json_option, unit_option
from cli.tables import open_console
from cli.terminal import escape, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.catalogue import Catalogue
    from reporting.history.correcting import SignedCorrection
    from reporting.plan import Plan


@click.command()
@click.argument("period")
@click.argument("indicator")
@unit_option
@form_option
@click.option("--from", "expect", required=True, help="Số hệ thống nguồn đang nói.")
@click.option("--to", "value", required=True, help="Số đúng.")
@click.option("--reason", required=True, help="Vì sao.")
@click.option("--evidence", required=True, help="Căn cứ: văn bản, sổ, biên bản.")
@json_option
def correct(
    period: str,
    indicator: str,
    unit_code: str | None,
    form_code: str | None,
    expect: str,
    value: str,
    reason: str,
    evidence: str,
    *,
    as_json: bool,
) -> None:
    """Ghi một đính chính có người ký: ô hoặc mã chỉ tiêu, từ số nào thành số nào, vì sao, căn cứ gì."""
    from baocao.people import Action
    from reporting.history.correcting import CorrectionRequest, write_correction
    from reporting.identities import identify
    from reporting.plan import make_plan
    from reporting.workspace import open_to_look

    settings = Settings.read(os.environ)
    with open_to_look(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        form = choose_form(workspace.catalogue, period, unit, form_code, indicator)
        plan = make_plan(workspace.catalogue, unit, period, form, settings.now())
        by = identify(workspace, Action.CORRECT, unit)
        done = write_correction(workspace, plan, CorrectionRequest(indicator, expect, value, reason, evidence, by))
    if as_json:
        print_json({"file": str(done.path), **done.correction.model_dump()})
    else:
        _show(open_console(), workspace.catalogue, plan, done)


def _show(console: Console, catalogue: Catalogue, plan: Plan, done: SignedCorrection) -> None:
    correction = done.correction
    found = catalogue.indicators.get(correction.indicator)
    label = found.label if found else correction.indicator
    says = f"{correction.expect} → {correction.value}, {correction.signed_by} ký ngày {correction.signed_on:%d/%m/%Y}"
    console.print(f"Đã ghi đính chính: {escape(label)}, {escape(says)}")
    console.print(f"  Tệp: {escape(str(done.path))}")
    again = hint("rerun", plan.period, unit=plan.unit.unit_code, from_="payloads")
    console.print(f"Bước tiếp theo: {again}. Nếu hệ thống nguồn nói số khác, lần lập sẽ dừng lại (mã 2).")

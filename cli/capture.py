"""`baocao capture`: the stocks of a period, taken now and kept for every later run of it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from baocao.ages import describe_age
from baocao.figures import print_instant
from baocao.settings import Settings
from cli.form_result import WAY_OUT
from cli.options import json_option, sandbox_option
from cli.sandbox import sandbox_in_place
from cli.terminal import print_json, showing_steps

if TYPE_CHECKING:
    from reporting.collection.capture_plans import CaptureResult

OUTCOMES = {
    "captured": "đã chụp",
    "kept": "đã có, không hỏi lại",
    "failed": "không chụp được",
    "leased": "tiến trình khác đang chụp",
}


@click.command()
@click.argument("period")
@click.option("--unit", "unit_code", help="Một đơn vị; mặc định mọi đơn vị có hệ thống cho số liệu thời điểm.")
@sandbox_option
@json_option
def capture(period: str, unit_code: str | None, data_set: str | None, *, as_json: bool) -> int:
    """Chụp số liệu thời điểm của kỳ (thủ tục cung cấp, tích hợp thanh toán …) và giữ cho mọi lần lập sau."""
    from reporting.alerting.capture_alerts import alert_captures
    from reporting.collection.capture_plans import capture_plans, plan_captures
    from reporting.workspace import open_workspace

    console = Console(file=sys.stderr if as_json else sys.stdout)
    with sandbox_in_place(data_set), showing_steps(console):
        settings = Settings.read(os.environ)
        with open_workspace(settings) as workspace:
            plans = plan_captures(workspace.catalogue, period, unit_code, settings.now())
            result = capture_plans(workspace, plans)
            alert_captures(workspace, result)
    if as_json:
        print_json(result.as_json())
    else:
        _show(console, result)
    return result.exit_code


def _show(console: Console, result: CaptureResult) -> None:
    table = Table()
    for name in ("Đơn vị", "Hệ thống", "Kết quả", "Chụp lúc", "So với thời điểm chốt"):
        table.add_column(name, overflow="fold")
    for one in result.captures:
        at = one.capture.captured_at if one.capture else None
        age = describe_age(at, one.plan.window.end_at) if at else "chưa có bản chụp nào"
        when = print_instant(at) if at else ""
        table.add_row(one.plan.unit.unit_code, one.source.source_code, OUTCOMES[one.outcome], when, age)
    console.print(table)
    for one in result.failed:
        console.print(f"[bold red]{escape(one.source.label)}[/]: {escape(one.reason)}", highlight=False, soft_wrap=True)
        if one.failure and one.failure.exit_code in WAY_OUT:
            console.print(f"  Cần làm: {WAY_OUT[one.failure.exit_code]}", highlight=False, soft_wrap=True)
    if not result.failed:
        console.print("Mọi lần lập báo cáo của kỳ này sẽ dùng số liệu đã chụp.", highlight=False)

"""`baocao capture`: the stocks of a period, taken now and kept for every later run of it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from baocao.ages import describe_age
from baocao.figures import print_instant
from baocao.settings import Settings
from cli.form_result import way_out
from cli.options import any_unit_option, json_option, sandbox_option
from cli.sandbox import sandbox_in_place
from cli.tables import Column, open_console, print_table
from cli.terminal import escape, print_json, showing_steps

if TYPE_CHECKING:
    from rich.console import Console

    from reporting.collection.capture_plans import CaptureResult
    from reporting.collection.capturing import SourceCapture

OUTCOMES = {
    "captured": "đã chụp",
    "kept": "đã có, không hỏi lại",
    "failed": "không chụp được",
    "leased": "tiến trình khác đang chụp",
}
COLUMNS = (
    Column("Đơn vị", is_key=True),
    Column("Hệ thống", is_key=True),
    Column("Kết quả"),
    Column("Chụp lúc"),
    Column("So với thời điểm chốt"),
)


@click.command()
@click.argument("period")
@any_unit_option
@sandbox_option
@json_option
def capture(period: str, unit_code: str | None, data_set: str | None, *, as_json: bool) -> int:
    """Chụp số liệu thời điểm của kỳ (thủ tục cung cấp, tích hợp thanh toán …) và giữ cho mọi lần lập sau."""
    from baocao.catalogue import Catalogue
    from reporting.alerting.capture_alerts import alert_captures
    from reporting.collection.capture_plans import capture_plans, plan_captures
    from reporting.workspace import open_workspace

    console = open_console(sys.stderr if as_json else sys.stdout)
    with sandbox_in_place(data_set), showing_steps(console, is_silent=as_json):
        settings = Settings.read(os.environ)
        plans = plan_captures(Catalogue.read(settings.config_dir), period, unit_code, settings.now())
        with open_workspace(settings) as workspace:
            result = capture_plans(workspace, plans)
            alert_captures(workspace, result)
    if as_json:
        print_json(result.as_json())
    else:
        _show(console, result)
    return result.exit_code


def _show(console: Console, result: CaptureResult) -> None:
    print_table(console, COLUMNS, map(_row, result.captures))
    for one in result.failed:
        console.print(f"[bold red]{escape(one.source.label)}[/]: {escape(one.reason)}")
        if one.failure and (mend := way_out(one.failure.exit_code, one.source.source_code, one.plan.unit.unit_code)):
            console.print(f"  Cần làm: {mend}")
    if not result.failed:
        console.print("Mọi lần lập báo cáo của kỳ này sẽ dùng số liệu đã chụp.")


def _row(one: SourceCapture) -> tuple[str, ...]:
    at = one.capture.captured_at if one.capture else None
    age = describe_age(at, one.plan.window.end_at) if at else "chưa có bản chụp nào"
    when = print_instant(at) if at else ""
    return one.plan.unit.unit_code, one.source.source_code, OUTCOMES[one.outcome], when, age

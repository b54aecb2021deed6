"""`baocao watch`: the daily watch, now or as of a day."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from baocao.errors import BaocaoError
from baocao.settings import Settings
from cli.options import any_unit_option, json_option, sandbox_option
from cli.sandbox import sandbox_in_place
from cli.tables import open_console
from cli.terminal import escape, print_json, showing_steps

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.catalogue import Catalogue
    from reporting.delivery.reminders import MissingItem
    from reporting.watch.daily import WatchResult


ONLY_LOOKED = "Chỉ xem: không gửi và không ghi gì cho một ngày khác hôm nay"


@click.command()
@click.option("--on", help="Chỉ xem, như vào 7 giờ sáng ngày này (2025-12-10), không gửi gì; mặc định hôm nay.")
@click.option("--period", help="Chỉ kỳ này; mặc định các kỳ sắp đến hạn.")
@any_unit_option
@sandbox_option
@json_option
def watch(on: str | None, period: str | None, unit_code: str | None, data_set: str | None, *, as_json: bool) -> int:
    """Việc hằng ngày: báo từng người phụ trách báo cáo còn thiếu gì và còn mấy ngày làm việc."""
    from reporting.watch.daily import choose_day, watch_day
    from reporting.workspace import open_to_look, open_workspace

    with sandbox_in_place(data_set):
        settings, only_look = choose_day(Settings.read(os.environ), on)
        console = open_console(sys.stderr if as_json else sys.stdout)
        opened = open_to_look if only_look else open_workspace
        with showing_steps(console, is_silent=as_json) as wait_for, opened(settings) as workspace:
            wait_for("Đang hỏi các hệ thống nguồn")
            watched = watch_day(workspace, period, unit_code, only_look=only_look)
            catalogue = workspace.catalogue
    if as_json:
        print_json(watched.as_json())
    else:
        _show(console, catalogue, watched)
        said = ONLY_LOOKED if only_look else watched.delivered.summary_vi
        console.print(f"{said}.")
    return BaocaoError.exit_code if watched.failed else 0


def _show(console: Console, catalogue: Catalogue, watched: WatchResult) -> None:

    if not watched.missing:
        console.print("[bold green]Không còn thiếu gì cho các báo cáo sắp đến hạn.[/]")
    heading: tuple[str, str] | None = None
    for one in watched.missing:
        if heading != (one.unit_code, one.period.code):
            heading = (one.unit_code, one.period.code)
            console.print(f"[bold]{escape(_title(catalogue, watched, one))}[/]")
        said = f"{catalogue.owner_label(one.owner)}: {one.text_vi}"
        console.print(f"  [yellow]•[/] {escape(said)}")
        console.print(f"    Cần làm: {escape(one.mend_vi)}")
    if watched.escalated:
        numbers = ", ".join(str(change.incident.number) for change in watched.escalated)
        console.print(f"Nhắc lại các sự cố chưa khắc phục: {numbers}.")
    if watched.failed:
        console.print(f"[red]✗[/] Chưa xem được: {escape(', '.join(watched.failed))}")


def _title(catalogue: Catalogue, watched: WatchResult, one: MissingItem) -> str:
    from reporting.delivery.messages import days_left

    left = days_left(catalogue, one.due_on, watched.on)
    return f"{catalogue.units[one.unit_code].name}, {one.period.label_vi}: hạn {one.due_on:%d/%m/%Y} ({left})"

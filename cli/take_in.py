"""`baocao take-in`: what units handed in by folder and mailbox is taken and answered, once or over and over."""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING

import click

from baocao.settings import Settings
from cli.options import json_option
from cli.tables import open_console
from cli.terminal import escape, print_json, showing_steps

if TYPE_CHECKING:
    from rich.console import Console

    from reporting.intake.taking_in import Intake


@click.command("take-in")
@click.option(
    "--every", "every_s", type=click.IntRange(1, 86_400), help="Cứ mỗi chừng này giây xem một lần; Ctrl-C để dừng."
)
@json_option
def take_in(every_s: int | None, *, as_json: bool) -> int:
    """Nhận các biểu mẫu đơn vị gửi vào thư mục và hộp thư (hand_in.yaml), trả lời từng nơi gửi."""
    from reporting.intake import looking
    from reporting.workspace import open_workspace

    console = open_console(sys.stderr if as_json else sys.stdout)
    while True:
        settings = Settings.read(os.environ)
        with open_workspace(settings) as workspace, showing_steps(console, is_silent=as_json):
            found = looking.take_in(workspace)
        if as_json:
            print_json(_as_json(found))
        elif found.taken or found.refused or found.failed or every_s is None:
            _show(console, found)
        if every_s is None:
            return found.exit_code
        time.sleep(every_s)


def _as_json(found: Intake) -> dict[str, object]:
    return {
        "taken": [{"unit": one.unit_code, "way": one.way.value, "answer": one.says_vi} for one in found.taken],
        "refused": found.refused,
        "failed": list(found.failed),
    }


def _show(console: Console, found: Intake) -> None:
    for one in found.taken:
        console.print(f"  • {escape(one.unit_code)}: {escape(one.says_vi)}")
    if found.refused:
        console.print(f"Không nhận {found.refused} nơi gửi không có trong hand_in.yaml hoặc units.yaml.")
    for what in found.failed:
        console.print(f"[red]✗[/] Chưa xong, lượt sau làm tiếp: {escape(what)}")
    if not (found.taken or found.refused or found.failed):
        console.print("Không có biểu mẫu nào chờ nhận.")

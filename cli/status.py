"""`baocao status`: how far every unit is, for whoever chases them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baocao.domain import VIETNAM
from baocao.settings import Settings
from cli.options import json_option
from cli.tables import Column, open_console, print_table
from cli.terminal import print_json

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from reporting.status.columns import GridColumn
    from reporting.status.rows import GridRow

STEP_COLOURS = {
    "open": "dim", "running": "cyan", "failed": "red", "drafted": "red", "ready": "yellow", "submitted": "blue",
    "sent_back": "red", "approved": "blue", "released": "green", "restated": "green",
}  # fmt: skip
TONE_COLOURS = {"good": "green", "bad": "red", "warn": "yellow", "idle": "dim"} | STEP_COLOURS


@click.command()
@click.argument("period", required=False)
@click.option("--html", "html_file", help="Ghi thêm một trang HTML độc lập vào tệp này.")
@json_option
def status(period: str | None, html_file: str | None, *, as_json: bool) -> None:
    """Bảng tiến độ: từng đơn vị, từng hệ thống, từng kỳ; đến hạn ngày nào, còn mấy ngày làm việc, việc cần làm tiếp."""
    from baocao.documents.files import write_file
    from reporting.status.columns import COLUMNS
    from reporting.status.grid import read_grid
    from reporting.status.page import render_page
    from reporting.status.rows import count_steps, periods_of
    from reporting.status.words import row_json
    from reporting.workspace import open_to_look

    settings = Settings.read(os.environ)
    with open_to_look(settings) as workspace:
        rows = read_grid(workspace, period)
    at = settings.now().astimezone(VIETNAM)
    if html_file:
        write_file(Path(html_file).expanduser().resolve(), render_page(rows, at).encode())
    if as_json:
        counts = {step.value: count for step, count in count_steps(rows).items()}
        print_json({"at": at.isoformat(), "steps": counts, "forms": [row_json(row) for row in rows]})
        return
    console = open_console()
    heads = (Column("Đơn vị", is_key=True), *(Column(column.short_head or column.head) for column in COLUMNS))
    for each in periods_of(rows):
        mine = sorted((row for row in rows if row.period == each), key=_late_first)
        print_table(console, heads, map(_row, mine), title=each.label_vi)
    _show_counts(console, rows)
    if html_file:
        console.print(f"Đã ghi trang {html_file}", markup=False)


def _late_first(row: GridRow) -> tuple[bool, str]:
    from reporting.status.rows import Urgency

    return row.urgency is not Urgency.LATE, row.title


def _row(row: GridRow) -> tuple[Text, ...]:
    from rich.text import Text

    from reporting.status.columns import COLUMNS

    return Text(row.title), *(_cell(column, row) for column in COLUMNS)


def _cell(column: GridColumn, row: GridRow) -> Text:
    from rich.text import Text

    return Text(", ").join(Text(word.text, style=TONE_COLOURS.get(word.tone, "")) for word in column.words(row))


def _show_counts(console: Console, rows: tuple[GridRow, ...]) -> None:
    from reporting.status.rows import STEPS, Urgency, count_steps
    from reporting.status.words import next_step

    counts = ", ".join(f"{STEPS[step]} {count}" for step, count in count_steps(rows).items() if count)
    late = sum(row.urgency is Urgency.LATE for row in rows)
    said = f" [bold red]{late} báo cáo quá hạn.[/]" if late else ""
    console.print(f"{len(rows)} báo cáo: {counts}.{said}")
    console.print("VB: văn bản; MC: một cửa; DVC: Cổng Dịch vụ công.", style="dim")
    first = {row.step: row for row in reversed(rows)}
    for step in map(next_step, first.values()):
        if step.command:
            console.print(str(step), style="dim", markup=False)

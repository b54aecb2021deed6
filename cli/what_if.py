"""`baocao what-if`: a proposed change of definitions tried on what was kept of the past."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baocao.errors import BaocaoError
from baocao.settings import Settings
from baocao.vocabulary import CELL_CHANGES, CHECK_CHANGES
from cli.options import json_option
from cli.tables import Column, open_console, print_table
from cli.terminal import escape, print_json, showing_steps

if TYPE_CHECKING:
    from rich.console import Console

    from reporting.history.what_if import TriedForm

COLUMNS = (
    Column("Ô", is_key=True),
    Column("Nay", is_right=True),
    Column("Sẽ là", is_right=True),
    Column("Chênh", is_right=True),
    Column("Thay đổi"),
    Column("Nguyên nhân"),
)


@click.command("what-if")
@click.argument("file", type=click.Path(dir_okay=False))
@click.argument("periods", metavar="[2024-Q1..2025-Q4]", required=False)
@click.option("--unit", "unit_codes", multiple=True, help="Chỉ đơn vị này; dùng nhiều lần được. Mặc định mọi đơn vị.")
@json_option
def what_if(file: str, periods: str | None, unit_codes: tuple[str, ...], *, as_json: bool) -> int:
    """Thử một thay đổi chỉ tiêu, ngưỡng kiểm tra trên dữ liệu đã giữ: ô nào của đơn vị nào sẽ khác; không ghi gì."""
    from baocao.catalogue.proposals import propose
    from reporting.history.what_if import list_past_periods, try_on_past
    from reporting.progress import tell
    from reporting.workspace import open_to_look

    settings = Settings.read(os.environ)
    console = open_console(sys.stderr if as_json else sys.stdout)
    with open_to_look(settings) as workspace:
        catalogue = workspace.catalogue
        proposed = propose(catalogue, Path(file))
        units = [catalogue.unit(code).unit_code for code in unit_codes] or list(catalogue.units)
        with showing_steps(console):
            tried = try_on_past(
                workspace,
                proposed,
                list_past_periods(catalogue, units, periods, settings.now().year),
                units,
                lambda one: tell(f"{one.label}, {one.key.form_code}: {_count(one)}"),
            )
    if as_json:
        print_json({"forms": [one.as_json() for one in tried], "changed_forms": sum(not one.is_same for one in tried)})
    else:
        _show(console, tried)
    return BaocaoError.exit_code if any(one.failed for one in tried) else 0


def _count(one: TriedForm) -> str:
    if one.failed:
        return f"không thử được ({one.failed})"
    return f"{len(one.changed)} ô khác, {len(one.checks)} kiểm tra khác"


def _show(console: Console, tried: tuple[TriedForm, ...]) -> None:
    for one in tried:
        if one.is_same:
            continue
        state = "đã phát hành" if one.is_released else "chưa phát hành"
        console.print(f"\n[bold]{escape(one.label)}[/], {one.key.form_code}, lần lập {one.key.vintage} ({state})")
        if one.failed:
            console.print(f"[red]Không thử được:[/] {escape(one.failed)}")
        if one.changed:
            print_table(console, COLUMNS, (_row(change) for change in one.changed))
        for change, says in one.checks:
            console.print(f"  {CHECK_CHANGES[change].capitalize()}: {escape(says)}")
    same = sum(one.is_same for one in tried)
    if not tried:
        console.print("Chưa có kỳ nào được lập trong phạm vi này.")
        return
    released = sum(one.is_released and not one.is_same for one in tried)
    console.print(
        f"\n{len(tried)} biểu mẫu: {len(tried) - same} sẽ khác (trong đó {released} đã phát hành), {same} không đổi. "
        "Chưa ghi gì: muốn áp dụng thì sửa tệp cấu hình."
    )


def _row(change: object) -> tuple[str, ...]:
    from baocao.domain import Measure
    from baocao.figures import print_figure
    from reporting.differences.differing import ExplainedDifference

    assert isinstance(change, ExplainedDifference)
    cell = change.cell
    ends = (
        "" if value is None else print_figure(value, cell.measure or Measure.CODE)
        for value in (cell.before, cell.after)
    )
    difference = "" if cell.difference is None else f"{cell.difference:+f}".replace(".", ",")
    causes = "; ".join(cause.text_vi for cause in change.causes)
    return (cell.place, *ends, difference, CELL_CHANGES[cell.change], causes)

"""`baocao compare`: two filled forms of any origin, cell by cell."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from baocao.figures import print_figure
from baocao.settings import Settings
from baocao.vocabulary import CELL_CHANGES
from cli.options import json_option, require_files
from cli.tables import Column, open_console, print_table

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.forms.compare import CellDifference

COLUMNS = (
    Column("Ô", is_key=True),
    Column("Trước", is_right=True),
    Column("Sau", is_right=True),
    Column("Chênh", is_right=True),
    Column("Thay đổi"),
    Column("Chỉ tiêu"),
)


@click.command("compare")
@click.argument("before")
@click.argument("after")
@click.option("--all", "whole", is_flag=True, help="Hiện cả các ô không đổi.")
@click.option("--sheet", default="", help="Trang tính (Excel) hoặc biểu mẫu thứ mấy, khi một tệp có nhiều biểu mẫu.")
@click.option("--column", default="", help="Cột số liệu, khi có hai cột đều có thể là số liệu.")
@json_option
def compare_files(before: str, after: str, *, sheet: str, column: str, whole: bool, as_json: bool) -> int:
    """So hai biểu mẫu đã điền, từng ô một (form.json của baocao hoặc tệp bất kỳ)."""
    from baocao.catalogue import Catalogue
    from baocao.forms.compare import CellChange, compare
    from baocao.forms.recognise import Wishes
    from reporting.intake.any_form import read_any_form

    require_files(Path(before), Path(after))
    wishes = Wishes(sheet=sheet, column=column)
    catalogue = Catalogue.read(Settings.read(os.environ).config_dir)
    first, second = (read_any_form(Path(file), catalogue, wishes) for file in (before, after))
    differences = compare(first, second, catalogue)
    changed = [d for d in differences if d.change is not CellChange.UNCHANGED]
    shown = differences if whole else changed
    if as_json:
        content = [asdict(difference) for difference in shown]
        sys.stdout.write(orjson.dumps(content, default=_plain, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(open_console(), shown, len(differences) - len(changed), len(changed))
    return 1 if changed else 0


def _show(console: Console, differences: list[CellDifference], unchanged: int, changed: int) -> None:
    if differences:
        print_table(console, COLUMNS, map(_row, differences))
    unclear = sum(one.change == "unclear" for one in differences)
    told = f", {unclear} ô chưa rõ (có ghi nhưng không đọc được thành số)" if unclear else ""
    console.print(f"{unchanged} ô không đổi, {changed - unclear} ô khác nhau{told}.")


def _row(difference: CellDifference) -> tuple[str, ...]:
    d = difference
    said = CELL_CHANGES[d.change] + (f" ({d.cause_vi})" if d.cause_vi else "")
    before, after = _unclear(d.unclear_before) or _printed(d, d.before), _unclear(d.unclear) or _printed(d, d.after)
    ends = (before, after, _printed(d, d.difference))
    return (d.place, *ends, said, d.label)


def _unclear(text: str) -> str:
    """What stands there, with a mark that it is no figure."""
    return f"“{text}”?" if text else ""


def _printed(difference: CellDifference, value: Decimal | None) -> str:
    if value is None or difference.measure is None:
        return ""
    return print_figure(value, difference.measure)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value).__name__)

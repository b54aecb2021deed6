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
from cli.options import json_option
from cli.tables import Column, open_console, print_table

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.catalogue import Catalogue
    from baocao.domain import FilledForm
    from baocao.forms.compare import CellDifference

CHANGES = {"unchanged": "không đổi", "changed": "thay đổi", "added": "thêm", "removed": "mất"}
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
@json_option
def compare_files(before: str, after: str, *, whole: bool, as_json: bool) -> int:
    """So hai biểu mẫu đã điền, từng ô một (form.json của baocao hoặc tệp bất kỳ)."""
    from baocao.catalogue import Catalogue
    from baocao.forms.compare import CellChange, compare

    catalogue = Catalogue.read(Settings.read(os.environ).config_dir)
    differences = compare(_read_any(Path(before), catalogue), _read_any(Path(after), catalogue), catalogue)
    changed = [d for d in differences if d.change is not CellChange.UNCHANGED]
    shown = differences if whole else changed
    if as_json:
        content = [asdict(difference) for difference in shown]
        sys.stdout.write(orjson.dumps(content, default=_plain, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(open_console(), shown, len(differences) - len(changed), len(changed))
    return 1 if changed else 0


def _read_any(path: Path, catalogue: Catalogue) -> FilledForm:
    """A form.json of ours exactly, any other file as a form somebody filled."""
    if path.suffix == ".json":
        from baocao.documents.stored_json import read_form_json

        return read_form_json(path, catalogue)
    from baocao.documents.reading import read_form_file

    return read_form_file(path, catalogue).filled


def _show(console: Console, differences: list[CellDifference], unchanged: int, changed: int) -> None:
    if differences:
        print_table(console, COLUMNS, map(_row, differences))
    console.print(f"{unchanged} ô không đổi, {changed} ô khác nhau.")


def _row(difference: CellDifference) -> tuple[str, ...]:
    d = difference
    said = CHANGES[d.change] + (f" ({d.cause_vi})" if d.cause_vi else "")
    ends = (_printed(d, d.before), _printed(d, d.after), _printed(d, d.difference))
    return (d.number or d.number_before, *ends, said, d.label)


def _printed(difference: CellDifference, value: Decimal | None) -> str:
    if value is None or difference.measure is None:
        return ""
    return print_figure(value, difference.measure)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value).__name__)

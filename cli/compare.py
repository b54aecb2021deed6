"""`baocao compare`: two filled forms of any origin, cell by cell."""

import os
import sys
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from baocao.catalogue import Catalogue
from baocao.documents.reading import read_form_file
from baocao.documents.stored_json import read_form_json
from baocao.domain import FilledForm
from baocao.figures import print_figure
from baocao.forms.compare import CellDifference, Change, compare
from baocao.settings import Settings

CHANGES = {
    Change.UNCHANGED: "không đổi",
    Change.CHANGED: "thay đổi",
    Change.ADDED: "thêm",
    Change.REMOVED: "mất",
}


def compare_files(before: str, after: str, *, as_json: bool, whole: bool) -> int:
    """Show the differences from the first file to the second; return 0 where there are none, else 1."""
    catalogue = Catalogue.read(Settings.read(os.environ).config_dir)
    differences = compare(read_any(Path(before), catalogue), read_any(Path(after), catalogue), catalogue)
    changed = [d for d in differences if d.change is not Change.UNCHANGED]
    shown = differences if whole else changed
    if as_json:
        content = [asdict(difference) for difference in shown]
        sys.stdout.write(orjson.dumps(content, default=_plain, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(Console(), shown, len(differences) - len(changed))
    return 1 if changed else 0


def read_any(path: Path, catalogue: Catalogue) -> FilledForm:
    """A form.json of ours exactly, any other file as a form somebody filled."""
    if path.suffix == ".json":
        return read_form_json(path, catalogue)
    return read_form_file(path, catalogue).filled


def _show(console: Console, differences: list[CellDifference], unchanged: int) -> None:
    table = Table(expand=True)
    for name, right in (("Ô", False), ("Trước", True), ("Sau", True), ("Chênh", True), ("Thay đổi", False)):
        table.add_column(name, justify="right" if right else "left", no_wrap=True)
    table.add_column("Chỉ tiêu", ratio=1, no_wrap=True, overflow="ellipsis")
    for d in differences:
        said = CHANGES[d.change] + (f" ({d.cause_vi})" if d.cause_vi else "")
        cells = (_printed(d, d.before), _printed(d, d.after), _printed(d, d.difference))
        table.add_row(d.number or d.number_before, *cells, escape(said), escape(d.label))
    if differences:
        console.print(table)
    console.print(f"{unchanged} ô không đổi, {sum(d.change is not Change.UNCHANGED for d in differences)} ô khác nhau.")


def _printed(difference: CellDifference, value: Decimal | None) -> str:
    if value is None or difference.measure is None:
        return ""
    return print_figure(value, difference.measure)


def _plain(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    raise TypeError(type(value).__name__)

"""`baocao show`: a form as it was known at some time, or as it was released; the history of all its vintages."""

import os
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from baocao.errors import ConfigError
from baocao.settings import Settings
from baocao.store import FormKey, LogEntry
from cli.choosing import choose_unit
from cli.terminal import form_table, show_breaks
from reporting.history.converting import Converted, convert, needs_conversion
from reporting.history.late import find_late
from reporting.history.showing import (
    HistoryLine,
    Shown,
    Wanted,
    find_shown,
    history_json,
    read_history,
    shown_json,
    write_shown,
)
from reporting.plan import Plan, make_plan
from reporting.release.files import read_report
from reporting.release.rules import STATES, print_instant
from reporting.release.standing import Standing, find_standing
from reporting.workspace import open_workspace

VINTAGE_STATUSES = {"running": "đang chạy", "collected": "đã thu thập", "checked": "hoàn thành", "failed": "hỏng"}


def show_form(
    period: str, unit_code: str | None, form_code: str | None, wanted: Wanted, folder: str | None, *, as_json: bool
) -> int:
    """Print the form; write its files where a folder is given; return the exit code."""
    settings = Settings.read(os.environ)
    with open_workspace(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period, form_code, settings.now())
        if needs_conversion(workspace, plan):
            return _show_converted(convert(workspace, plan, wanted), folder, as_json=as_json)
        form_key = FormKey(unit, plan.form.form_code, plan.period)
        shown = find_shown(workspace.store, form_key, wanted)
        standing = find_standing(workspace.store, form_key)
        report = read_report(workspace.store, shown.vintage.key)
        files = write_shown(workspace, plan, shown, Path(folder)) if folder else {}
        late = find_late(workspace, shown.vintage.key)
        content = shown_json(workspace.store, workspace.catalogue, plan, shown, standing.state)
    if as_json:
        print_json({**content, "late": [one.as_json() for one in late], "files": files})
        return 0
    console = Console()
    console.print(form_table(plan, report))
    show_breaks(console, plan)
    _show_times(console, shown, standing)
    _show_stocks(console, content["stocks"])
    for one in late:
        console.print(escape(one.says), highlight=False, soft_wrap=True)
    for name, path in files.items():
        console.print(f"  {name}: {escape(path)}", highlight=False, soft_wrap=True)
    return 0


def show_history(period: str, unit_code: str | None, form_code: str | None, *, as_json: bool) -> int:
    """Print every vintage and what was released of them."""
    settings = Settings.read(os.environ)
    with open_workspace(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period, form_code, settings.now())
        lines = read_history(workspace.store, FormKey(unit, plan.form.form_code, plan.period))
    if as_json:
        print_json(history_json(lines))
    else:
        Console().print(_history_table(plan, lines))
    return 0


def _show_converted(converted: Converted, folder: str | None, *, as_json: bool) -> int:
    plan = converted.plan
    if folder:
        form, period = plan.form.form_code, plan.period
        raise ConfigError(
            f"{form} was never filled for {period}, so it has no files; run: baocao run {period} --form {form}"
        )
    if as_json:
        print_json(converted.as_json())
        return 0
    console = Console()
    console.print(form_table(plan, converted.report))
    show_breaks(console, plan)
    key = converted.source.key
    says = (
        f"Tính từ dữ liệu gốc của lần lập thứ {key.vintage} trên mẫu đang có hiệu lực ({key.form_code}); không lưu lại."
    )
    console.print(says, highlight=False)
    return 0


def print_json(content: Any) -> None:
    sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2, default=str).decode() + "\n")


def _show_times(console: Console, shown: Shown, standing: Standing) -> None:
    vintage = shown.vintage
    known = print_instant(vintage.known_at) if vintage.known_at else "chưa xong"
    again = f", lập lại từ dữ liệu gốc của lần {vintage.replayed_from}" if vintage.replayed_from else ""
    console.print(f"Lần lập thứ {vintage.key.vintage}, biết lúc {known}{again}.", highlight=False)
    console.print(f"Trạng thái biểu mẫu: {STATES[standing.state]}.", highlight=False)
    if shown.release:
        show_release(console, shown.release)
    if standing.unlocking:
        show_unlocking(console, standing.unlocking)


def _show_stocks(console: Console, stocks: Mapping[str, Mapping[str, Any]]) -> None:
    """One line for each time at which stocks were captured."""
    cells: dict[tuple[str, str], list[str]] = {}
    for number, age in stocks.items():
        cells.setdefault((age["captured_at"], age["says"]), []).append(number)
    for (captured_at, says), numbers in cells.items():
        at = print_instant(datetime.fromisoformat(captured_at))
        text = f"Số liệu thời điểm chụp lúc {at}, {says}: ô {', '.join(numbers)}."
        console.print(text, highlight=False, soft_wrap=True)


def show_release(console: Console, entry: LogEntry) -> None:
    """Who released what, when, and the hash to quote."""
    said = entry.content
    what = f"bản điều chỉnh lần {said['revision']}" if said["revision"] else "bản phát hành đầu tiên"
    console.print(
        f"[bold]{what.capitalize()}[/], lúc {print_instant(entry.at)}, {escape(said['by'])}.", highlight=False
    )
    who = (f"{said[name]['by']} lúc {print_instant(said[name]['at'])}" for name in ("prepared_by", "approved_by"))
    console.print(f"  Trình: {escape(next(who))}; duyệt: {escape(next(who))}", highlight=False)
    if said["reason"]:
        console.print(f"  Lý do: {escape(said['reason'])}", highlight=False, soft_wrap=True)
    for one in said["changes"]:
        ends = f"{one['before']} → {one['after']}"
        console.print(f"  Ô {one['cell']}: {ends} ({escape(one['cause'])})", highlight=False, soft_wrap=True)
    console.print(f"  Mã dòng nhật ký: {entry.sha256}", highlight=False, soft_wrap=True)


def show_unlocking(console: Console, entry: LogEntry) -> None:
    """Who took which release out of force, when and why."""
    said = entry.content
    text = f"Bản {said['revision']} (lần lập {said['vintage']}) đã được {said['by']} mở khóa lúc "
    text += f"{print_instant(entry.at)}, không còn hiệu lực; mọi tệp và dòng nhật ký của bản này vẫn được giữ. "
    console.print(escape(f"{text}Lý do: {said['reason']}"), highlight=False, soft_wrap=True)


def _history_table(plan: Plan, lines: tuple[HistoryLine, ...]) -> Table:
    table = Table(title=escape(plan.label), title_justify="left")
    for name in ("Lần", "Biết lúc", "Trạng thái", "Mã kết thúc", "Ô khác lần trước", "Lập lại từ", "Phát hành"):
        table.add_column(name, overflow="fold")
    for line in lines:
        vintage = line.vintage
        releases = (f"bản {entry.content['revision']} lúc {print_instant(entry.at)}" for entry in line.releases)
        table.add_row(
            str(vintage.key.vintage),
            print_instant(vintage.known_at or vintage.opened_at),
            VINTAGE_STATUSES[vintage.status],
            "" if vintage.exit_code is None else str(vintage.exit_code),
            "" if line.changed_count is None else str(line.changed_count),
            f"lần {vintage.replayed_from}" if vintage.replayed_from else "",
            "; ".join(releases),
        )
    return table

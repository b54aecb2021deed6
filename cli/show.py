"""`baocao show`: a form as it was known at some time, or as it was released; the history of all its vintages."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baocao.errors import ConfigError
from baocao.figures import print_instant
from baocao.hints import hint
from baocao.settings import Settings
from baocao.vocabulary import FORM_STAGES, VINTAGE_STATUSES
from cli.form_result import show_breaks, show_form
from cli.form_sets import list_forms, print_each
from cli.options import (
    as_of_option,
    as_released_option,
    choose_unit,
    form_option,
    json_option,
    revision_option,
    unit_option,
    vintage_option,
)
from cli.release import show_release, show_unlocking
from cli.tables import Column, open_console, print_table
from cli.terminal import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rich.console import Console

    from baocao.catalogue import Catalogue
    from reporting.history.converting import Conversion
    from reporting.history.showing import HistoryLine, ShownForm, VintageChoice
    from reporting.standing import Standing


HISTORY_COLUMNS = (
    Column("Lần", is_key=True),
    Column("Biết lúc"),
    Column("Trạng thái"),
    Column("Mã kết thúc", is_right=True),
    Column("Ô khác lần trước", is_right=True),
    Column("Lập lại từ"),
    Column("Phát hành"),
)


@click.command()
@click.argument("period")
@unit_option
@form_option
@as_of_option
@as_released_option
@revision_option
@click.option("--latest", is_flag=True, help="Lần lập mới nhất (mặc định).")
@vintage_option
@click.option("--history", is_flag=True, help="Mọi lần lập: lúc nào, trạng thái, khác lần trước bao nhiêu ô.")
@click.option("--files", "folder", help="Ghi các tệp của biểu mẫu này vào thư mục, đúng từng byte.")
@json_option
def show(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    as_of: str | None,
    vintage: int | None,
    revision: int | None,
    folder: str | None,
    *,
    as_released: bool,
    latest: bool,
    history: bool,
    as_json: bool,
) -> None:
    """Xem biểu mẫu của một kỳ như đã biết vào một thời điểm, hoặc đúng như đã phát hành."""
    if sum((as_of is not None, as_released, latest, vintage is not None, history)) > 1:
        raise click.UsageError("chỉ dùng một trong: --as-of, --as-released, --latest, --vintage, --history")
    from reporting.history.showing import VintageChoice, read_instant

    forms = list_forms(period, unit_code, form_code)
    wanted = VintageChoice(read_instant(as_of) if as_of else None, as_released, revision, vintage)
    if folder and len(forms) > 1:
        raise ConfigError(f"--files ghi một biểu mẫu một lần: thêm --form và một trong {', '.join(forms)}")

    def show_one(form: str) -> Any:
        if history:
            return _show_history(period, unit_code, form, as_json=as_json)
        return _show_form(period, unit_code, form, wanted, folder, as_json=as_json)

    print_each(forms, show_one, as_json=as_json)


def _show_form(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    wanted: VintageChoice,
    folder: str | None,
    *,
    as_json: bool,
) -> dict[str, Any] | None:
    """Print the form, or give it as JSON; write its files where a folder is given."""
    from baocao.store import FormKey
    from reporting.differences.late import find_late
    from reporting.history.converting import convert, needs_conversion
    from reporting.history.showing import find_shown, shown_json, write_shown
    from reporting.plan import make_plan
    from reporting.release.files import read_report
    from reporting.standing import find_standing
    from reporting.workspace import open_to_look

    settings = Settings.read(os.environ)
    with open_to_look(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period, form_code, settings.now())
        if needs_conversion(workspace, plan):
            return _show_converted(convert(workspace, plan, wanted), folder, as_json=as_json)
        form_key = FormKey(unit, plan.form.form_code, plan.period)
        shown = find_shown(workspace.store, form_key, wanted)
        standing = find_standing(workspace.store, form_key, wanted.as_of)
        report = read_report(workspace.store, shown.vintage.key)
        files = write_shown(workspace, shown, Path(folder)) if folder else {}
        late = find_late(workspace, shown.vintage.key)
        content = shown_json(workspace.store, workspace.catalogue, plan, shown, standing.stage)
        content["released_vintage"] = standing.released_vintage
    if as_json:
        return {**content, "late": [one.as_json() for one in late], "files": files}
    console = open_console()
    show_form(console, plan, report)
    show_breaks(console, plan)
    _show_times(console, workspace.catalogue, shown, standing, wanted.as_of)
    _show_stocks(console, workspace.catalogue, form_key.form_code, content["stocks"])
    for one in late:
        console.print(escape(one.says))
    for name, path in files.items():
        console.print(f"  {name}: {escape(path)}")
    return None


def _show_history(period: str, unit_code: str | None, form_code: str, *, as_json: bool) -> Any:
    """Print every vintage and what was released of them, or give it as JSON."""
    from baocao.store import FormKey
    from reporting.history.showing import history_json, read_history
    from reporting.plan import make_plan
    from reporting.workspace import open_to_look

    settings = Settings.read(os.environ)
    with open_to_look(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period, form_code, settings.now())
        lines = read_history(workspace.store, FormKey(unit, plan.form.form_code, plan.period))
    if as_json:
        return history_json(lines)
    print_table(open_console(), HISTORY_COLUMNS, map(_history_row, lines), title=plan.label)
    return None


def _show_converted(converted: Conversion, folder: str | None, *, as_json: bool) -> dict[str, Any] | None:
    plan = converted.plan
    if folder:
        form, period = plan.form.form_code, plan.period
        command = hint("run", period, unit=plan.unit.unit_code, form=form)
        raise ConfigError(f"{form} chưa lập cho kỳ {period} nên chưa có tệp; chạy: {command}")
    if as_json:
        return converted.as_json()
    console = open_console()
    show_form(console, plan, converted.report)
    show_breaks(console, plan)
    key = converted.source.key
    says = (
        f"Tính từ dữ liệu gốc của lần lập thứ {key.vintage} trên mẫu đang có hiệu lực ({key.form_code}); không lưu lại."
    )
    console.print(says)
    return None


def _show_times(
    console: Console, catalogue: Catalogue, shown: ShownForm, standing: Standing, as_of: datetime | None
) -> None:
    vintage = shown.vintage
    known = print_instant(vintage.known_at) if vintage.known_at else "chưa xong"
    again = f", lập lại từ dữ liệu gốc của lần {vintage.replayed_from}" if vintage.replayed_from else ""
    console.print(f"Lần lập thứ {vintage.key.vintage}, biết lúc {known}{again}.")
    then = f" lúc {print_instant(as_of)}" if as_of else ""
    console.print(f"Trạng thái biểu mẫu{then}: {FORM_STAGES[standing.stage]}.")
    if standing.released_vintage not in (None, vintage.key.vintage) and not shown.release:
        console.print(f"Bản phát hành đang có hiệu lực{then} là lần lập thứ {standing.released_vintage}.")
    if shown.release:
        show_release(console, catalogue, shown.release)
    if standing.unlocking:
        show_unlocking(console, standing.unlocking)


def _show_stocks(
    console: Console, catalogue: Catalogue, form_code: str, stocks: Mapping[str, Mapping[str, Any]]
) -> None:
    """One line for each time at which stocks were captured."""
    cells: dict[tuple[str, str], list[str]] = {}
    for number, age in stocks.items():
        cells.setdefault((age["captured_at"], age["says"]), []).append(number)
    for (captured_at, says), numbers in cells.items():
        at = print_instant(datetime.fromisoformat(captured_at))
        named = catalogue.name_cells(form_code, *numbers)
        console.print(f"Số liệu thời điểm chụp lúc {at}, {says}: {escape(named)}.")


def _history_row(line: HistoryLine) -> tuple[str, ...]:
    vintage = line.vintage
    releases = (f"bản {entry.content['revision']} lúc {print_instant(entry.at)}" for entry in line.releases)
    return (
        str(vintage.key.vintage),
        print_instant(vintage.known_at or vintage.opened_at),
        VINTAGE_STATUSES[vintage.status],
        "" if vintage.exit_code is None else str(vintage.exit_code),
        "" if line.changed_count is None else str(line.changed_count),
        f"lần {vintage.replayed_from}" if vintage.replayed_from else "",
        "; ".join(releases),
    )

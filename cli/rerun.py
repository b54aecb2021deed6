"""`baocao rerun`: a past period made again, its difference against what was released, and the decision about it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from baocao.errors import ConfigError
from baocao.settings import Settings
from baocao.vocabulary import CELL_CHANGES
from cli.form_result import show_breaks, show_failures
from cli.options import choose_unit, form_option, json_option, sandbox_option, unit_option
from cli.sandbox import sandbox_in_place
from cli.tables import Column, open_console, print_table
from cli.terminal import escape, print_json, show_findings, showing_steps

if TYPE_CHECKING:
    from rich.console import Console

    from reporting.differences.differing import ExplainedDifference
    from reporting.history.rerunning import Rerun


COLUMNS = (
    Column("Ô", is_key=True),
    Column("Trước", is_right=True),
    Column("Nay", is_right=True),
    Column("Thay đổi"),
    Column("Nguyên nhân"),
)


@click.command("rerun")
@click.argument("period")
@unit_option
@form_option
@click.option(
    "--from",
    "source",
    type=click.Choice(("payloads", "sources")),
    required=True,
    help="payloads: từ dữ liệu gốc đã giữ, không kết nối mạng; sources: hỏi lại các hệ thống.",
)
@click.option("--vintage", type=int, help="Dữ liệu gốc của lần lập nào; mặc định bản phát hành, hoặc lần mới nhất.")
@click.option("--accept-late-stocks", is_flag=True, help="Hỏi lại cả số liệu thời điểm (sẽ là số của ngày hỏi).")
@click.option("--typed-today", is_flag=True, help="Lấy số nhập tay của tệp hôm nay thay cho số đã giữ (với payloads).")
@click.option("--accept", "accepted", is_flag=True, help="Trình lần lập mới làm bản điều chỉnh của bản phát hành.")
@click.option("--reason", default="", help="Lý do điều chỉnh.")
@sandbox_option
@json_option
def rerun_report(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    source: str,
    vintage: int | None,
    reason: str,
    data_set: str | None,
    *,
    accept_late_stocks: bool,
    typed_today: bool,
    accepted: bool,
    as_json: bool,
) -> int:
    """Lập lại một kỳ đã qua, so từng ô với bản đã phát hành và nói rõ nguyên nhân khác nhau."""
    from baocao.people import Action
    from reporting.history.rerunning import SOURCES, accept_rerun, rerun_all
    from reporting.identities import identify
    from reporting.outcome import gravest
    from reporting.plan import make_plan, make_plans
    from reporting.release.entries import StepRequest
    from reporting.workspace import open_to_look

    if accepted and not reason:
        raise ConfigError('--accept phải kèm lý do phát hành lại: --reason "…"')
    console = open_console(sys.stderr if as_json else sys.stdout)
    with sandbox_in_place(data_set if source == SOURCES else None), showing_steps(console, is_silent=as_json):
        settings = Settings.read(os.environ)
        with open_to_look(settings) as workspace:
            unit = choose_unit(unit_code, workspace.catalogue)
            by = identify(workspace, Action.SUBMIT, unit) if accepted else ""
            make = make_plan if accepted or vintage is not None else make_plans
            made = make(workspace.catalogue, unit, period, form_code, settings.now())
            plans = made if isinstance(made, tuple) else (made,)
            done = rerun_all(
                workspace, plans, source, number=vintage, late_stocks=accept_late_stocks, typed_today=typed_today
            )
            if accepted:
                done = tuple(accept_rerun(workspace, one, StepRequest(by, reason)) for one in done)
    if as_json:
        print_json(done[0].as_json() if len(done) == 1 else {"forms": [one.as_json() for one in done]})
    else:
        for one in done:
            if len(done) > 1:
                console.print(f"\n[bold]{escape(one.result.plan.label)}[/]")
            _show(console, one)
    return gravest(one.result.exit_code for one in done)


def _show(console: Console, done: Rerun) -> None:
    """The difference, cell by cell with its causes, and what may be done now."""
    from reporting.standing import accept_hint

    show_breaks(console, done.result.plan)
    show_failures(console, done.result)
    show_findings(console, done.result.failed_checks)
    for label in done.kept_stocks:
        said = f"{label}: số liệu thời điểm không hỏi lại (dùng dữ liệu đã chụp; muốn hỏi lại: --accept-late-stocks)"
        console.print(escape(said))
    for label in done.asked_stocks:
        said = f"{label}: số liệu thời điểm đã hỏi lại; đây là số của lúc hỏi, không phải của thời điểm chốt"
        console.print(escape(said))
    for change in done.typed_since:
        said = (
            f"Tệp nhập tay hôm nay nay đã khác: {change}; lần lập này dùng số lúc đó (muốn dùng số nay: --typed-today)"
        )
        console.print(escape(said))
    for change in done.changed_limits:
        console.print(f"Ngưỡng kiểm tra đã đổi: {escape(change)}")
    _show_against(console, done)
    for one in done.late:
        console.print(escape(one.says))
    if done.changed:
        print_table(console, COLUMNS, map(_row, done.changed))
    _show_files(console, done)
    if done.accepted is not None:
        console.print(f"Đã trình làm bản điều chỉnh. Bước tiếp theo (người khác): {done.accepted.next_command}")
    elif done.changed and done.baseline_revision is not None:
        console.print(f"Bản đã phát hành không đổi. Muốn điều chỉnh: {accept_hint(done.result.vintage.form_key)}")


def _show_against(console: Console, done: Rerun) -> None:
    revision = done.baseline_revision
    against = "lần lập trước" if revision is None else f"bản đã phát hành (bản {revision})"
    counts = f"{len(done.differences) - len(done.changed)} ô không đổi, {len(done.changed)} ô khác"
    said = f"Lần lập thứ {done.result.vintage.vintage} so với {against}, lần {done.baseline.vintage}: {counts}."
    console.print(f"\n[bold]{said}[/]")


def _row(one: ExplainedDifference) -> tuple[str, ...]:
    cell = one.cell
    ends = ("" if value is None else f"{value:,f}".translate(str.maketrans(",.", ".,")) for value in _ends(one))
    causes = "\n".join(cause.text_vi for cause in one.causes)
    return (cell.place, *ends, CELL_CHANGES[cell.change], causes)


def _ends(one: ExplainedDifference) -> tuple[object, object]:
    return one.cell.before, one.cell.after


def _show_files(console: Console, done: Rerun) -> None:
    if done.same_files:
        total = len(done.same_files) + len(done.other_files)
        said = f"Giống hệt từng byte: {len(done.same_files)}/{total} tệp ({', '.join(done.same_files)})."
        console.print(said)
    if done.other_files:
        console.print(f"Khác: {', '.join(done.other_files)}.")

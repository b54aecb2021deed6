"""`baocao backfill`: many periods and units, what is missing, failed or stale of them, with one summary at the end."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from baocao.settings import Settings
from cli.options import ALL_UNITS, UNIT_VARIABLE, choose_unit, json_option, sandbox_option
from cli.sandbox import sandbox_in_place
from cli.tables import Column, open_console, print_table
from cli.terminal import print_json
from reporting.history.backfill_words import REASONS, SOURCES, STATES

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console
    from rich.text import Text

    from baocao.catalogue import Catalogue, Unit
    from reporting.history.backfill_jobs import BackfillScope, Job
    from reporting.history.backfill_journal import Journal
    from reporting.history.backfilling import JobEnd
    from reporting.history.period_ranges import PeriodRange
    from reporting.workspace import Workspace

INTERRUPTED = 130
OUTCOMES = {
    "made": "[green]đã lập[/]",
    "failed": "[red]hỏng[/]",
    "leased": "[yellow]đang được lập ở nơi khác[/]",
    "skipped": "bỏ qua",
    "not_owed": "[dim]không có[/]",
    "planned": "sẽ lập",
    "not_reached": "[yellow]chưa tới[/]",
}
COLUMNS = (
    Column("Kỳ", is_key=True),
    Column("Đơn vị", is_key=True),
    Column("Trước đó"),
    Column("Kết quả"),
    Column("Lần lập", is_right=True),
    Column("Ô khác"),
    Column("Mã", is_right=True),
    Column("Ghi chú"),
)
NOT_REACHED = "not_reached"
UNDONE = frozenset({NOT_REACHED, "leased"})


@dataclass(frozen=True)
class BackfillRequest:
    """What the person asked for."""

    wanted: PeriodRange
    unit_codes: tuple[str, ...]
    only: BackfillScope | None
    dry_run: bool = False


@click.command()
@click.argument("periods", metavar="2024-Q1..2025-Q4")
@click.option(
    "--unit",
    "unit_codes",
    multiple=True,
    envvar=UNIT_VARIABLE,
    show_envvar=True,
    help="Đơn vị; dùng nhiều lần được; all: mọi đơn vị đã kết nối.",
)
@click.option(
    "--only",
    type=click.Choice(("missing", "failed", "stale", "all")),
    help="missing: chưa lập; failed: lập hỏng; stale: đã cũ; all: tất cả. Mặc định: chưa lập và lập hỏng.",
)
@click.option("--dry-run", is_flag=True, help="Chỉ nói sẽ làm gì.")
@sandbox_option
@json_option
def backfill(
    periods: str,
    unit_codes: tuple[str, ...],
    only: str | None,
    data_set: str | None,
    *,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Lập bù nhiều kỳ của nhiều đơn vị; dừng giữa chừng thì chạy lại lệnh để đi tiếp."""
    from reporting.history.backfill_jobs import BackfillScope
    from reporting.history.backfilling import exit_code_of
    from reporting.history.period_ranges import PeriodRange
    from reporting.workspace import open_to_look, open_workspace

    asked = BackfillRequest(PeriodRange.parse(periods), unit_codes, BackfillScope(only) if only else None, dry_run)
    console = open_console(sys.stderr if as_json else sys.stdout)
    opened = open_to_look if dry_run else open_workspace
    with sandbox_in_place(data_set), opened(Settings.read(os.environ)) as workspace:
        ends = _preview(workspace, asked) if dry_run else _run(workspace, asked, console, is_silent=as_json)
    code = INTERRUPTED if _was_stopped(ends) else exit_code_of(ends)
    if as_json:
        print_json({**_count(ends), "range": str(asked.wanted), "exit_code": code, "jobs": [e.as_json() for e in ends]})
    else:
        _show(console, asked, ends)
    return code


def choose_units(given: tuple[str, ...], catalogue: Catalogue) -> tuple[Unit, ...]:
    """Those named, every connected one for `all`, else the one a command without --unit is about."""
    if ALL_UNITS in given:
        return tuple(unit for unit in catalogue.units.values() if unit.source_keys)
    codes = given or (choose_unit(None, catalogue),)
    return tuple(catalogue.unit(code) for code in dict.fromkeys(codes))


def _plan(workspace: Workspace, asked: BackfillRequest, done_since: datetime | None) -> tuple[Job, ...]:
    from baocao.catalogue.backfill import read_backfill_rules
    from reporting.history.backfill_jobs import plan_jobs

    return plan_jobs(
        workspace.store,
        workspace.catalogue,
        read_backfill_rules(workspace.catalogue.config_dir),
        asked.wanted,
        choose_units(asked.unit_codes, workspace.catalogue),
        asked.only,
        workspace.settings.now(),
        done_since=done_since,
    )


def _preview(workspace: Workspace, asked: BackfillRequest) -> tuple[JobEnd, ...]:
    """What would be done; nothing is asked, nothing written."""
    from reporting.history.backfill_jobs import BackfillScope, JobState
    from reporting.history.backfilling import JobEnd, JobOutcome

    journal = _journal(workspace, asked)
    jobs = _plan(workspace, asked, journal.begun_at() if asked.only is BackfillScope.ALL else None)
    outcomes = {True: JobOutcome.PLANNED, False: JobOutcome.SKIPPED}
    return tuple(
        JobEnd(job, JobOutcome.NOT_OWED, says=job.why)
        if job.state is JobState.NOT_OWED
        else JobEnd(job, outcomes[job.is_wanted])
        for job in jobs
    )


def _run(workspace: Workspace, asked: BackfillRequest, console: Console, *, is_silent: bool) -> tuple[JobEnd, ...]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from reporting.history import backfilling
    from reporting.history.backfill_jobs import BackfillScope

    journal = _journal(workspace, asked)
    since = journal.begin(workspace.settings.now()) if asked.only is BackfillScope.ALL else None
    jobs = _plan(workspace, asked, since)
    wanted = sum(job.is_wanted for job in jobs)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True, disable=is_silent or not console.is_terminal) as progress:
        bar = progress.add_task("Lập bù", total=wanted)

        done: list[JobEnd] = []

        def tell_end(end: JobEnd) -> None:
            done.append(end)
            if not console.is_terminal and not is_silent:
                said = f"{end.job.unit.unit_code} {end.job.period}: {OUTCOMES[end.outcome]}"
                console.print(f"  • Lập bù {len(done)}/{wanted}, {said}")
            progress.update(bar, advance=1, description=f"Lập bù: {end.job.unit.unit_code} {end.job.period}")

        ends = backfilling.backfill(workspace, jobs, tell_end)
    if not any(end.outcome in UNDONE for end in ends):
        journal.end()
    return ends


def _journal(workspace: Workspace, asked: BackfillRequest) -> Journal:
    from reporting.history.backfill_journal import Journal

    units = ",".join(asked.unit_codes) or choose_unit(None, workspace.catalogue)
    request = f"{asked.wanted} {units} {workspace.catalogue.content_hash}"
    return Journal(workspace.settings.var_dir, request)


def _was_stopped(ends: tuple[JobEnd, ...]) -> bool:
    return any(end.outcome == NOT_REACHED for end in ends)


def _count(ends: tuple[JobEnd, ...]) -> dict[str, dict[str, int]]:
    return {"counts": {outcome: sum(end.outcome == outcome for end in ends) for outcome in OUTCOMES}}


def _show(console: Console, asked: BackfillRequest, ends: tuple[JobEnd, ...]) -> None:
    print_table(console, COLUMNS, map(_row, ends), title=f"Lập bù {asked.wanted}")
    counts = _count(ends)["counts"]
    said = ", ".join(f"{count} {OUTCOMES[outcome]}" for outcome, count in counts.items() if count)
    console.print(f"{len(ends)} kỳ báo cáo: {said or 'không có kỳ nào'}.")
    if _was_stopped(ends):
        console.print("Đã dừng theo yêu cầu; chạy lại đúng lệnh này để đi tiếp.")
    elif asked.dry_run and counts["planned"]:
        console.print("Chưa làm gì; bỏ --dry-run để lập.")


def _row(end: JobEnd) -> tuple[str | Text, ...]:
    from rich.text import Text

    job = end.job
    reasons = ", ".join(REASONS[one] for one in job.staleness)
    against = f" so với bản phát hành {end.revision}" if end.revision is not None else ""
    changed = "" if end.changed_count is None else f"{end.changed_count}{against}"
    notes = [end.says or job.why, SOURCES.get(job.source or "", "")]
    return (
        job.period.code,
        job.unit.unit_code,
        STATES[job.state] + (f" ({reasons})" if reasons else ""),
        Text.from_markup(OUTCOMES[end.outcome]),
        str(end.vintage or ""),
        changed,
        str(end.exit_code or ""),
        "; ".join(filter(None, notes)),
    )

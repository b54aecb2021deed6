"""`baocao backfill`: many periods and units, what is missing, failed or stale of them, with one summary at the end."""

import os
import sys
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.backfill import read_backfill_rules
from baocao.settings import Settings
from cli.choosing import choose_unit
from cli.show import print_json
from cli.training import sandbox_in_place
from reporting.history.backfill_jobs import Job, JobState, Only, Staleness, plan_jobs
from reporting.history.backfill_journal import Journal
from reporting.history.backfilling import Ended, JobOutcome, backfill, exit_code_of
from reporting.history.period_ranges import PeriodRange
from reporting.workspace import Workspace, open_workspace

ALL_UNITS = "all"
INTERRUPTED = 130
UNDONE = frozenset({JobOutcome.NOT_REACHED, JobOutcome.LEASED})
STATES = {
    JobState.MISSING: "chưa lập",
    JobState.FAILED: "lập hỏng",
    JobState.STALE: "đã cũ",
    JobState.DONE: "đã lập",
    JobState.NOT_OWED: "không phải lập",
}
REASONS = {
    Staleness.CONFIGURATION: "cấu hình đã đổi",
    Staleness.PROGRAM: "chương trình đã đổi",
    Staleness.PROVISIONAL: "lấy trước khi chốt",
    Staleness.LATE_RECORDS: "có thể có hồ sơ đến muộn",
}
OUTCOMES = {
    JobOutcome.MADE: "[green]đã lập[/]",
    JobOutcome.FAILED: "[red]hỏng[/]",
    JobOutcome.LEASED: "[yellow]đang được lập ở nơi khác[/]",
    JobOutcome.SKIPPED: "bỏ qua",
    JobOutcome.NOT_OWED: "[dim]không có[/]",
    JobOutcome.PLANNED: "sẽ lập",
    JobOutcome.NOT_REACHED: "[yellow]chưa tới[/]",
}
SOURCES = {"run": "hỏi hệ thống", "sources": "hỏi lại hệ thống", "payloads": "dữ liệu gốc đã giữ"}


@dataclass(frozen=True)
class Asked:
    """What the person asked for."""

    wanted: PeriodRange
    unit_codes: tuple[str, ...]
    only: Only | None
    dry_run: bool = False


def backfill_range(asked: Asked, data_set: str | None, *, as_json: bool) -> int:
    """Do it, or say what would be done; return the gravest exit code, 130 where it was stopped."""
    console = Console(file=sys.stderr if as_json else sys.stdout)
    with sandbox_in_place(data_set):
        settings = Settings.read(os.environ)
        with open_workspace(settings) as workspace:
            ends = _preview(workspace, asked) if asked.dry_run else _run(workspace, asked, console)
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


def _plan(workspace: Workspace, asked: Asked, done_since: datetime | None) -> tuple[Job, ...]:
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


def _preview(workspace: Workspace, asked: Asked) -> tuple[Ended, ...]:
    """What would be done; nothing is asked, nothing written."""
    journal = _journal(workspace, asked)
    jobs = _plan(workspace, asked, journal.begun_at() if asked.only is Only.ALL else None)
    outcomes = {True: JobOutcome.PLANNED, False: JobOutcome.SKIPPED}
    return tuple(
        Ended(job, JobOutcome.NOT_OWED, says=job.why)
        if job.state is JobState.NOT_OWED
        else Ended(job, outcomes[job.is_wanted])
        for job in jobs
    )


def _run(workspace: Workspace, asked: Asked, console: Console) -> tuple[Ended, ...]:
    journal = _journal(workspace, asked)
    since = journal.begin(workspace.settings.now()) if asked.only is Only.ALL else None
    jobs = _plan(workspace, asked, since)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("Lập bù", total=sum(job.is_wanted for job in jobs))

        def tell_end(end: Ended) -> None:
            progress.update(bar, advance=1, description=f"Lập bù: {end.job.unit.unit_code} {end.job.period}")

        ends = backfill(workspace, jobs, tell_end)
    if not any(end.outcome in UNDONE for end in ends):
        journal.end()
    return ends


def _journal(workspace: Workspace, asked: Asked) -> Journal:
    units = ",".join(asked.unit_codes) or choose_unit(None, workspace.catalogue)
    request = f"{asked.wanted} {units} {workspace.catalogue.content_hash}"
    return Journal(workspace.settings.var_dir, request)


def _was_stopped(ends: tuple[Ended, ...]) -> bool:
    return any(end.outcome is JobOutcome.NOT_REACHED for end in ends)


def _count(ends: tuple[Ended, ...]) -> dict[str, dict[str, int]]:
    return {"counts": {outcome.value: sum(end.outcome is outcome for end in ends) for outcome in JobOutcome}}


def _show(console: Console, asked: Asked, ends: tuple[Ended, ...]) -> None:
    table = Table(title=f"Lập bù {asked.wanted}", title_justify="left")
    for name in ("Kỳ", "Đơn vị", "Trước đó", "Kết quả", "Lần lập", "Ô khác", "Mã", "Ghi chú"):
        table.add_column(name, overflow="fold")
    for end in ends:
        table.add_row(*_row(end))
    console.print(table)
    counts = {outcome: sum(end.outcome is outcome for end in ends) for outcome in JobOutcome}
    said = ", ".join(f"{count} {OUTCOMES[outcome]}" for outcome, count in counts.items() if count)
    console.print(f"{len(ends)} kỳ báo cáo: {said or 'không có kỳ nào'}.", highlight=False)
    if _was_stopped(ends):
        console.print("Đã dừng theo yêu cầu; chạy lại đúng lệnh này để đi tiếp.", highlight=False)
    elif asked.dry_run and counts[JobOutcome.PLANNED]:
        console.print("Chưa làm gì; bỏ --dry-run để lập.", highlight=False)


def _row(end: Ended) -> tuple[str, ...]:
    job = end.job
    reasons = ", ".join(REASONS[one] for one in job.staleness)
    against = f" so với bản phát hành {end.revision}" if end.revision is not None else ""
    changed = "" if end.changed_count is None else f"{end.changed_count}{against}"
    notes = [end.says or job.why, SOURCES.get(job.source or "", "")]
    return (
        job.period.code,
        job.unit.unit_code,
        STATES[job.state] + (f" ({reasons})" if reasons else ""),
        OUTCOMES[end.outcome],
        str(end.vintage or ""),
        changed,
        str(end.exit_code or ""),
        escape("; ".join(filter(None, notes))),
    )

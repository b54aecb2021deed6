"""A form and the run that made it: the table, what failed, what is missing, where the files are, what to do now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from baocao.domain import CellStatus, Outcome
from baocao.vocabulary import STATUSES
from cli.terminal import show_findings

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.domain import SourceFailure
    from reporting.outcome import RunResult
    from reporting.plan import Plan
    from reporting.report import Report

STATUS_COLOURS = {
    CellStatus.NOT_COLLECTED: "red",
    CellStatus.INCOMPLETE: "red",
    CellStatus.BLANK: "red",
    CellStatus.PROVISIONAL: "yellow",
    CellStatus.CORRECTED: "magenta",
    CellStatus.NOT_APPLICABLE: "dim",
}
WAY_OUT = {
    11: "Chạy lại khi hệ thống hoạt động; số liệu các hệ thống khác giữ nguyên cách tính.",
    12: "Đề nghị đơn vị quản trị hệ thống cấp lại tài khoản, mật khẩu; sau đó chạy lại.",
    13: "Câu trả lời khác với khai báo: so bằng “baocao probe <nguồn> --draft”, sửa tệp trong sites/; còn lại thì gửi "
    "dòng lỗi này cho người phát triển bộ kết nối.",
}


def show_result(console: Console, result: RunResult) -> None:
    """The form, what failed, what is missing, where the files are, what to do now."""
    console.print(form_table(result.plan, result.report))
    show_breaks(console, result.plan)
    show_failures(console, result)
    show_findings(console, result.failed_checks)
    _show_verdict(console, result)
    if result.files:
        folder = Path(next(iter(result.files.values()))).parent
        here = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
        files = ", ".join(result.files)
        console.print(f"\nTệp kết quả trong [bold]{escape(str(here))}[/]: {files}", highlight=False, soft_wrap=True)


def form_table(plan: Plan, report: Report) -> Table:
    title = f"{plan.form.appendix} · {plan.unit.name} · {plan.period.label_vi}"
    table = Table(title=escape(title), title_justify="left", expand=True)
    table.add_column("STT", no_wrap=True, min_width=6)
    table.add_column("Chỉ tiêu thống kê", no_wrap=True, overflow="ellipsis", ratio=3)
    table.add_column("Đơn vị", no_wrap=True, min_width=7)
    table.add_column("Số liệu", justify="right", no_wrap=True, min_width=8)
    table.add_column("Ghi chú", no_wrap=True, overflow="ellipsis", ratio=2)
    for row in plan.form.rows:
        cell = report.filled.cells[row.key]
        colour = STATUS_COLOURS.get(cell.status, "")
        absent = "" if cell.display or cell.status is CellStatus.HEADING else STATUSES[cell.status].capitalize()
        unit = "mã" if "=" in row.meant_unit else row.meant_unit
        table.add_row(
            row.number,
            escape(row.meant_label),
            unit,
            f"[{colour}]{cell.display}[/]" if colour else cell.display,
            escape(cell.note) or f"[{colour or 'dim'}]{absent}[/]",
            style="bold" if row.heading else None,
        )
    return table


def show_breaks(console: Console, plan: Plan) -> None:
    """On another form than the one in force: where the series breaks."""
    for one in plan.breaks:
        cell = f"Ô {one.number}: " if one.number else ""
        console.print(f"[yellow]Gián đoạn chuỗi số liệu:[/] {cell}{escape(one.says)}", highlight=False, soft_wrap=True)


def show_failures(console: Console, result: RunResult) -> None:
    for failure in result.failures:
        console.print(f"\n[bold red]Không lấy được số liệu[/] từ {escape(_label(result, failure))}")
        console.print(f"  Vì sao: {escape(failure.reason)}", highlight=False, soft_wrap=True)
        console.print(f"  Cần làm: {WAY_OUT.get(failure.exit_code, '')}", highlight=False, soft_wrap=True)
    if result.missing:
        console.print(f"\nÔ chưa có số liệu: [bold]{', '.join(result.missing)}[/]", highlight=False, soft_wrap=True)


def _show_verdict(console: Console, result: RunResult) -> None:
    counts = {outcome: sum(c.outcome is outcome for c in result.report.checks) for outcome in Outcome}
    console.print(
        f"\nKiểm tra: {counts[Outcome.PASS]} đạt, {counts[Outcome.FAIL]} không đạt, "
        f"{counts[Outcome.NOT_EVALUABLE]} chưa đánh giá được. Lần lập thứ {result.vintage.vintage}.",
        highlight=False,
    )
    if result.exit_code == 0:
        console.print("[bold green]Biểu mẫu sẵn sàng trình ký.[/]")
    elif not result.report.is_releasable:
        console.print("[bold red]BẢN NHÁP – CHƯA ĐẠT KIỂM TRA.[/] Chưa được phát hành; xem các mục cần làm ở trên.")


def _label(result: RunResult, failure: SourceFailure) -> str:
    return result.plan.sources[failure.system].label

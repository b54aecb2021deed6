"""A form and the run that made it: the table, what failed, what is missing, where the files are, what to do now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from baocao.domain import CellStatus, Outcome
from baocao.hints import hint
from baocao.messages import upper_first
from baocao.vocabulary import STATUSES
from cli.tables import Column, print_table
from cli.terminal import escape, show_findings

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from baocao.catalogue import FormRow
    from baocao.domain import Cell, SourceFailure
    from reporting.outcome import ReportSet, RunResult
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
FORM_COLUMNS = (
    Column("STT", is_key=True),
    Column("Chỉ tiêu thống kê"),
    Column("Đơn vị"),
    Column("Số liệu", is_right=True),
    Column("Ghi chú"),
)
WAY_OUT = {
    11: "Chạy lại khi hệ thống hoạt động; số liệu các hệ thống khác giữ nguyên cách tính.",
    12: "Đề nghị đơn vị quản trị hệ thống cấp lại tài khoản, mật khẩu; sau đó chạy lại.",
    13: "Câu trả lời khác với khai báo: so bằng “{probe}”, sửa tệp trong sites/; còn lại thì gửi dòng lỗi này cho "
    "người phát triển bộ kết nối.",
}


def show_results(console: Console, made: ReportSet) -> None:
    """Form by form; of several, a line for each at the end."""
    for number, result in enumerate(made.results):
        if number:
            console.print()
        show_result(console, result)
    if len(made.results) > 1:
        console.print(f"\n[bold]{len(made.results)} biểu mẫu[/]:", highlight=False)
        for result in made.results:
            ready = "[green]sẵn sàng trình ký[/]" if result.exit_code == 0 else "[red]chưa đạt[/]"
            console.print(f"  {escape(result.plan.form.appendix)}: {ready}", highlight=False)


def show_result(console: Console, result: RunResult) -> None:
    """The form, what failed, what is missing, where the files are, what to do now."""
    show_form(console, result.plan, result.report)
    show_breaks(console, result.plan)
    show_failures(console, result)
    show_findings(console, result.failed_checks)
    _show_verdict(console, result)
    if result.files:
        folder = Path(next(iter(result.files.values()))).parent
        here = folder.relative_to(Path.cwd()) if folder.is_relative_to(Path.cwd()) else folder
        files = ", ".join(result.files)
        console.print(f"\nTệp kết quả trong [bold]{escape(str(here))}[/]: {files}")


def show_form(console: Console, plan: Plan, report: Report) -> None:
    title = f"{plan.form.appendix} · {plan.unit.name} · {plan.period.label_vi}"
    if plan.form.matrix is not None:
        from cli.matrix_result import show_matrix

        show_matrix(console, plan.form, report.filled, title)
        return
    rows = (_form_row(row, report.filled.cells[row.key]) for row in plan.form.rows)
    print_table(console, FORM_COLUMNS, rows, title=title)


def _form_row(row: FormRow, cell: Cell) -> tuple[Text, ...]:
    from rich.text import Text

    colour, weight = STATUS_COLOURS.get(cell.status, ""), "bold" if row.heading else ""
    absent = "" if cell.display or cell.status is CellStatus.HEADING else STATUSES[cell.status].capitalize()
    unit = "mã" if "=" in row.meant_unit else row.meant_unit
    return (
        Text(row.shown_number, style=weight),
        Text(row.meant_label, style=weight),
        Text(unit, style=weight),
        Text(cell.display, style=colour or weight),
        Text(cell.note) if cell.note else Text(absent, style=colour or "dim"),
    )


def show_breaks(console: Console, plan: Plan) -> None:
    """On another form than the one in force: where the series breaks."""
    cells = {row.key: row.cell_words for row in plan.form.rows}
    for one in plan.breaks:
        cell = f"{upper_first(cells[one.number])}: " if one.number else ""
        console.print(f"[yellow]Gián đoạn chuỗi số liệu:[/] {cell}{escape(one.says)}")


def show_failures(console: Console, result: RunResult) -> None:
    for failure in result.failures:
        console.print(f"\n[bold red]Không lấy được số liệu[/] từ {escape(_label(result, failure))}")
        console.print(f"  Vì sao: {escape(failure.reason)}")
        source, unit = result.plan.sources[failure.system], result.plan.unit
        console.print(f"  Cần làm: {way_out(failure.exit_code, source.source_code, unit.unit_code)}")
    if result.missing:
        console.print(
            f"\nChưa có số liệu: [bold]{escape(result.missing_named)}[/]"
            if result.plan.form.matrix
            else f"\nÔ chưa có số liệu: [bold]{', '.join(result.missing)}[/]"
        )


def way_out(exit_code: int, source_code: str, unit_code: str) -> str:
    """What to do about a source that failed with this code; empty where there is nothing to say."""
    return WAY_OUT.get(exit_code, "").format(probe=hint("probe", source_code, unit=unit_code, draft=True))


def _show_verdict(console: Console, result: RunResult) -> None:
    counts = {outcome: sum(c.outcome is outcome for c in result.report.checks) for outcome in Outcome}
    console.print(
        f"\nKiểm tra: {counts[Outcome.PASS]} đạt, {counts[Outcome.FAIL]} không đạt, "
        f"{counts[Outcome.NOT_EVALUABLE]} chưa đánh giá được. Lần lập thứ {result.vintage.vintage}.",
    )
    if result.exit_code == 0:
        console.print("[bold green]Biểu mẫu sẵn sàng trình ký.[/]")
    elif not result.report.is_releasable:
        console.print("[bold red]BẢN NHÁP – CHƯA ĐẠT KIỂM TRA.[/] Chưa được phát hành; xem các mục cần làm ở trên.")


def _label(result: RunResult, failure: SourceFailure) -> str:
    return result.plan.sources[failure.system].label

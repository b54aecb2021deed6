"""`baocao checks`: a kept vintage's checks beside those of the one before; Data Docs; the whole province."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baocao.check_comparison import CheckChange
from baocao.domain import CheckResult, Outcome, Period
from baocao.errors import ChecksFailedError, ConfigError
from baocao.settings import Settings
from baocao.vocabulary import CHECK_CHANGES
from baocao.written.asked import ask_period
from cli.form_sets import list_forms, print_each
from cli.options import choose_unit, form_option, is_typed, json_option, unit_option
from cli.tables import open_console
from cli.terminal import escape, print_json, show_findings

if TYPE_CHECKING:
    from rich.console import Console

    from reporting.checking.comparison import ChecksComparison


@click.command()
@click.argument("period")
@unit_option
@form_option
@click.option("--vintage", type=int, help="Lần lập thứ mấy; mặc định lần mới nhất.")
@click.option("--data-docs", "docs_dir", help="Lập trang Data Docs của Great Expectations vào thư mục này.")
@click.option("--province", is_flag=True, help="Cả tỉnh: đơn vị nào đã báo cáo, thiếu ô nào, đúng hạn hay muộn.")
@json_option
def checks(
    period: str,
    unit_code: str | None,
    form_code: str | None,
    vintage: int | None,
    docs_dir: str | None,
    *,
    province: bool,
    as_json: bool,
) -> int:
    """Kết quả kiểm tra của một kỳ: lỗi mới, lỗi còn, lỗi đã hết so với lần lập trước; mã kết thúc 0 hoặc 20."""
    if province:
        if any((is_typed("unit_code"), form_code, vintage, docs_dir)):
            raise click.UsageError("--province xem mọi đơn vị: không dùng cùng --unit, --form, --vintage, --data-docs")
        return _check_province(period, as_json=as_json)
    forms = list_forms(period, unit_code, form_code)
    if docs_dir and len(forms) > 1:
        raise ConfigError(f"--data-docs lập trang của một biểu mẫu: thêm --form và một trong {', '.join(forms)}")
    codes: list[int] = []

    def show_one(form: str) -> dict[str, Any] | None:
        from reporting.checking.comparison import compare_vintages
        from reporting.history.data_docs import build_data_docs
        from reporting.plan import make_plan
        from reporting.workspace import open_to_look

        settings = Settings.read(os.environ)
        with open_to_look(settings) as workspace:
            unit = choose_unit(unit_code, workspace.catalogue)
            plan = make_plan(workspace.catalogue, unit, period, form, settings.now())
            found = compare_vintages(workspace.store, plan.form_key, vintage)
            index = build_data_docs(workspace, found.vintage, Path(docs_dir)) if docs_dir else None
        codes.append(_exit_code_of(found.checks))
        if as_json:
            return {**found.as_json(), "data_docs": str(index) if index else None}
        _show(open_console(), plan.label, found, index)
        return None

    print_each(forms, show_one, as_json=as_json)
    return max(codes, default=0)


def _check_province(period_code: str, *, as_json: bool) -> int:
    """Print what every unit of the province owes for the period and gave; return 20 where one is missing, else 0."""
    from baocao.documents.form_json import checks_json
    from reporting.checking.completeness import check_period
    from reporting.workspace import open_to_look

    settings = Settings.read(os.environ)
    with open_to_look(settings) as workspace:
        period = ask_period(period_code)
        results = check_period(workspace, period, settings.today())
        names = {code: unit.name for code, unit in workspace.catalogue.units.items()}
    if as_json:
        print_json({"period": period.code, **checks_json(results)})
    else:
        _show_units(open_console(), period, results, names)
    return _exit_code_of(results)


def _exit_code_of(results: tuple[CheckResult, ...] | list[CheckResult]) -> int:
    from reporting.report import is_blocking

    return ChecksFailedError.exit_code if any(is_blocking(result) for result in results) else 0


def _show(console: Console, label: str, found: ChecksComparison, index: Path | None) -> None:
    console.print(f"[bold]{escape(label)}[/], lần lập thứ {found.vintage.vintage}.")
    if found.before is None:
        show_findings(console, found.failed)
    else:
        console.print(f"So với lần lập thứ {found.before.vintage}:")
        for change, checks in found.changes.items():
            if checks:
                _show_change(console, change, checks)
    _show_counts(console, found.checks)
    if index is not None:
        console.print(f"Data Docs: {escape(str(index))}")


def _show_change(console: Console, change: CheckChange, checks: tuple[CheckResult, ...]) -> None:
    console.print(f"\n[bold]{CHECK_CHANGES[change].capitalize()}[/] ({len(checks)})")
    if change in (CheckChange.NEW, CheckChange.STILL_FAILING):
        show_findings(console, checks)
        return
    for check in checks:
        cells = f" (ô {', '.join(check.cells)})" if check.cells and "/" not in check.cells[0] else ""
        said = check.reason if change is CheckChange.NEWLY_NOT_EVALUABLE else check.message_vi
        console.print(f"  {check.check}{cells}: {escape(said)}")


def _show_counts(console: Console, checks: tuple[CheckResult, ...] | list[CheckResult]) -> None:
    from reporting.report import is_blocking

    counts = {outcome: sum(check.outcome is outcome for check in checks) for outcome in Outcome}
    console.print(
        f"\nKiểm tra: {counts[Outcome.PASS]} đạt, {counts[Outcome.FAIL]} không đạt, "
        f"{counts[Outcome.NOT_EVALUABLE]} chưa đánh giá được.",
    )
    if any(is_blocking(check) for check in checks):
        console.print("[bold red]Chưa phát hành được[/]: sửa các mục nghiêm trọng rồi chạy lại.")


def _show_units(console: Console, period: Period, results: list[CheckResult], names: dict[str, str]) -> None:
    console.print(f"[bold]{period.label_vi}[/]: các đơn vị phải báo cáo")
    if not results:
        console.print("Không đơn vị nào phải báo cáo kỳ này.")
    for unit_code in dict.fromkeys(result.unit_code for result in results):
        mine = [result for result in results if result.unit_code == unit_code]
        failed = [result for result in mine if result.outcome is Outcome.FAIL]
        given = next(result for result in mine if result.check == "complete.given")
        state = "[bold red]✗[/]" if failed else "[yellow]…[/]" if given.reason else "[green]✓[/]"
        console.print(f"\n{state} [bold]{escape(names[unit_code])}[/] {given.reason}")
        show_findings(console, failed)
    _show_counts(console, results)

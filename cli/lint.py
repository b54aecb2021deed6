"""`baocao lint`: everything wrong with forms somebody filled by hand, with no system connected."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click
import orjson

from baocao.domain import Severity, Tier
from baocao.errors import UnreadableFormError
from baocao.settings import Settings
from baocao.vocabulary import SEVERITIES
from baocao.written.asked import ask_period
from cli.options import json_option
from cli.tables import open_console
from cli.terminal import escape, show_findings

if TYPE_CHECKING:
    from rich.console import Console

    from reporting.intake.linting import LintResult

TIERS = ("province", "department", "district", "commune", "ward", "special_zone")


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--form", "form_code", default="auto", help="Mẫu nào; mặc định tự nhận ra.")
@click.option("--unit-tier", "tier", type=click.Choice(TIERS), help="Cấp của đơn vị; mặc định đoán từ phần đầu.")
@click.option("--period", help="Kỳ báo cáo; mặc định suy từ ngày ghi trên biểu mẫu.")
@click.option("--annotate", "annotate_dir", help="Ghi vào thư mục này bản sao có chú thích tại từng ô (Word, Excel).")
@json_option
def lint(
    files: tuple[str, ...],
    form_code: str,
    tier: str | None,
    period: str | None,
    annotate_dir: str | None,
    *,
    as_json: bool,
) -> int:
    """Kiểm tra biểu mẫu người khác điền (Word, Excel, PDF, văn bản), không cần kết nối hệ thống nào."""
    from baocao.catalogue import Catalogue
    from reporting.intake.linting import lint_files

    catalogue = Catalogue.read(Settings.read(os.environ).config_dir)
    linted = lint_files(
        [Path(file) for file in files],
        catalogue,
        form_code=None if form_code == "auto" else catalogue.form(form_code).form_code,
        tier=Tier(tier) if tier else None,
        period=ask_period(period, "--period") if period else None,
    )
    if as_json:
        shown = [one.as_json() for one in linted]
        content = shown[0] if len(shown) == 1 else shown
        sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        console = open_console()
        for one in linted:
            _show(console, one)
    if annotate_dir is not None:
        _annotate(linted, Path(annotate_dir))
    return max(one.exit_code for one in linted)


def _show(console: Console, one: LintResult) -> None:
    from reporting.intake.linting import GRAVITY

    if one.read is None:
        console.print(f"[bold]{escape(str(one.path))}[/]: [red]không đọc được[/]")
        console.print(f"  {escape(one.refusal)}")
        return
    counts = {severity: sum(f.severity is severity for f in one.findings) for severity in GRAVITY}
    told = ", ".join(f"{count} {SEVERITIES[severity]}" for severity, count in counts.items() if count)
    head = f"{one.read.form.appendix} ({one.read.form.form_code})"
    console.print(
        f"[bold]{escape(str(one.path))}[/]: {head}. {told or 'Không phát hiện sai sót'}.",
    )
    show_findings(console, one.findings)
    if counts[Severity.CRITICAL]:
        console.print("\n[bold red]Cần sửa trước khi ký.[/]")


def _annotate(linted: list[LintResult], folder: Path) -> None:
    """A copy of each Word and Excel file with a comment at each cell."""
    from baocao.documents.annotate import annotate

    folder.mkdir(parents=True, exist_ok=True)
    for one in linted:
        if one.read is not None:
            out = folder / f"{one.path.stem}-ghi-chu{one.path.suffix}"
            try:
                annotate(one.path, out, one.findings, one.read)
            except UnreadableFormError as error:
                sys.stderr.write(f"{one.path}: {error}\n")
            else:
                sys.stderr.write(f"{out}\n")

"""`baocao form preview`: a form as it will be printed, empty or with the figures of a past period."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baocao.domain import Outcome
from baocao.settings import Settings
from cli.form_result import FORM_COLUMNS, show_form
from cli.options import choose_unit, unit_option
from cli.tables import open_console, print_table
from cli.terminal import escape, show_findings

if TYPE_CHECKING:
    from baocao.catalogue import Form


@click.command("preview")
@click.argument("draft", metavar="THƯ_MỤC|MÃ_MẪU")
@click.option("--period", help="Điền bằng số liệu đã giữ của kỳ này, như 2025-Q4; mặc định in mẫu trống.")
@unit_option
@click.option("--out", "out_dir", help="Ghi thêm Word, PDF, Excel, HTML vào thư mục này.")
def preview(draft: str, period: str | None, unit_code: str | None, out_dir: str | None) -> None:
    """Xem trước bản thảo (hoặc một mẫu trong cấu hình): mẫu trống, hoặc với số liệu một kỳ đã lập; không lưu gì."""
    from baocao.documents.writing import write_documents
    from reporting.drafting.preview import fill_from_past, leave_empty, read_with_draft
    from reporting.workspace import open_to_look

    settings = Settings.read(os.environ)
    catalogue, form = read_with_draft(settings.config_dir, draft)
    console = open_console()
    if period is None:
        filled = leave_empty(form)
        print_table(console, FORM_COLUMNS, _empty_rows(form), title=f"{form.appendix} · {' '.join(form.title)}")
    else:
        unit = choose_unit(unit_code, catalogue)
        with open_to_look(settings) as workspace:
            shown = fill_from_past(replace(workspace, catalogue=catalogue), form, unit, period)
        filled = shown.report.filled
        show_form(console, shown.plan, shown.report)
        show_findings(console, [one for one in shown.report.checks if one.outcome is Outcome.FAIL])
        kept = f"{shown.kept.form_code}, lần lập {shown.kept.vintage}"
        console.print(f"\nTính từ dữ liệu đã giữ của {escape(kept)}; không hỏi hệ thống nào, không lưu gì.")
    if out_dir is not None:
        write_documents(filled, form, Path(out_dir), draft=True)
        console.print(f"Đã ghi vào {escape(out_dir)}")


def _empty_rows(form: Form) -> list[tuple[str, ...]]:
    units = ("mã" if "=" in row.meant_unit else row.meant_unit for row in form.rows)
    return [(row.shown_number, row.meant_label, unit, "", "") for row, unit in zip(form.rows, units, strict=True)]

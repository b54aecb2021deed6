"""`baocao form check`: what is still open about a form, all at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from baocao.errors import ConfigError
from baocao.hints import hint
from baocao.settings import Settings
from cli.options import json_option
from cli.tables import Column, open_console, print_table
from cli.terminal import escape, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from reporting.drafting.checking import FormReview

COLUMNS = (Column("Ô", is_key=True), Column("Câu hỏi"), Column("Đang lấy"), Column("Vì sao"), Column("Mức"))


@click.command("check")
@click.argument("draft", metavar="THƯ_MỤC|MÃ_MẪU")
@json_option
def check(draft: str, *, as_json: bool) -> int:
    """Bản thảo (hoặc một mẫu trong cấu hình) còn thiếu, sai, mâu thuẫn gì; mã kết thúc 0 khi không còn gì."""
    from reporting.drafting.checking import check_form

    state = check_form(Settings.read(os.environ).config_dir, draft)
    if as_json:
        print_json(
            {
                "forms": list(state.form_codes),
                "mistakes": list(state.mistakes),
                "contradictions": [
                    {"form": code, "cell": key, "says": says} for code, key, says in state.contradictions
                ],
                "questions": [one.model_dump() for one in state.questions],
            }
        )
    else:
        _show(open_console(), state, draft)
    return 0 if state.is_whole else ConfigError.exit_code


def _show(console: Console, state: FormReview, draft: str) -> None:
    if state.mistakes:
        console.print("[bold red]Tệp có chỗ sai[/]")
        for told in state.mistakes:
            console.print(escape(told))
    if state.contradictions:
        console.print(f"[bold red]{len(state.contradictions)} chỗ mâu thuẫn[/]")
        for code, key, says in state.contradictions:
            console.print(f"  {escape(code)}, ô {escape(key)}: {escape(says)}")
    if state.questions:
        rows = ((one.row or "cả mẫu", one.asks, one.taken, one.why, one.sure) for one in state.questions)
        title = f"{len(state.questions)} câu hỏi chưa trả lời (xong câu nào, ghi done: true trong questions.yaml)"
        print_table(console, COLUMNS, rows, title=title)
    if state.is_whole:
        console.print("[bold green]Không còn gì phải sửa.[/] Xem trước: " + escape(hint("form preview", draft)))

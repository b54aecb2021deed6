"""`baocao form draft`: from a blank file to the YAML of a form and the questions left to a person."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from baocao.hints import hint
from baocao.settings import Settings
from baocao.written.asked import ask_day
from cli.options import json_option, require_files
from cli.tables import Column, open_console, print_table
from cli.terminal import escape, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.forms.drafting import Draft, Question
    from reporting.drafting.drafting import WrittenDraft

COLUMNS = (
    Column("Ô", is_key=True),
    Column("Câu hỏi"),
    Column("Đang lấy"),
    Column("Vì sao"),
    Column("Mức"),
)
DRAFTS = "drafts"


@click.command("draft")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option(
    "--code", "form_code", default="", help="Mã của mẫu mới, như 2026-bieu-mau-7; mặc định theo năm, số biểu."
)
@click.option("--series", default="", help="Loạt mẫu; mặc định loạt của mẫu được thay.")
@click.option("--valid-from", help="Ngày mẫu có hiệu lực, như 01/07/2026; mặc định đầu năm nay, và hỏi lại.")
@click.option("--succeeds", default="", help="Mã mẫu được thay; none: không thay mẫu nào; mặc định tự tìm theo nhãn.")
@click.option("--table", "place", default="", help="Biểu mẫu thứ mấy, hoặc trang tính nào, nếu tệp có nhiều.")
@click.option("--into", "folder", help=f"Ghi vào thư mục này; mặc định {DRAFTS}/<mã>.")
@click.option("--again", is_flag=True, help="Thảo lại từ đầu, ghi đè bản thảo đã có.")
@json_option
def draft(
    file: str,
    form_code: str,
    series: str,
    valid_from: str | None,
    succeeds: str,
    place: str,
    folder: str | None,
    *,
    again: bool,
    as_json: bool,
) -> None:
    """Từ tệp trắng (Word, Excel, PDF, HTML) thành bản thảo YAML và danh sách câu hỏi."""
    from baocao.catalogue import Catalogue
    from baocao.forms.drafting import DraftWishes
    from reporting.drafting.drafting import draft_file, write_draft

    require_files(Path(file))
    settings = Settings.read(os.environ)
    catalogue = Catalogue.read(settings.config_dir)
    day = ask_day(valid_from, "--valid-from") if valid_from else None
    wishes = DraftWishes(form_code, series, day, succeeds, place)
    made, knows_italics = draft_file(Path(file), catalogue, wishes, settings.today())
    target = Path(folder) if folder else Path(DRAFTS) / made.form_code
    written = write_draft(made, target, knows_italics=knows_italics, again=again)
    if as_json:
        print_json(_as_json(written))
    else:
        _show(open_console(), written)


def _as_json(written: WrittenDraft) -> dict[str, object]:
    made = written.draft
    return {
        "form": made.form_code,
        "files": [str(path) for path in written.files],
        "rows": len(made.form.get("rows", ())),
        "new_indicators": list(made.indicators),
        "questions": [
            {
                "cell": one.row,
                "topic": one.topic.value,
                "asks": one.asks,
                "taken": one.taken,
                "why": one.why,
                "sure": one.sureness.value,
                "others": list(one.others),
            }
            for one in made.questions
        ],
    }


def _show(console: Console, written: WrittenDraft) -> None:
    made = written.draft
    console.print(f"[bold]{escape(made.form['appendix'])}[/] ({escape(made.seen)}): {escape(_count(made))}")
    if not written.knows_italics:
        console.print("Tệp loại này không cho biết chữ nào in nghiêng; đối chiếu với bản giấy.")
    if made.questions:
        print_table(console, COLUMNS, map(_row, made.questions), title=f"{len(made.questions)} câu hỏi")
    for path in written.files:
        console.print(f"  {escape(str(path))}")
    console.print(f"Sửa xong thì xem còn thiếu gì: {escape(hint('form check', written.folder))}")


def _count(made: Draft) -> str:
    if "matrix" in made.form:
        columns = made.form["matrix"]["columns"]
        known = sum(bool(one.get("indicator")) for one in columns)
        return f"{len(columns)} cột, {sum('indicator' in one for one in columns)} cột số liệu: {known} đã có chỉ tiêu."
    rows = made.form["rows"]
    figures = [row["indicator"] for row in rows if "indicator" in row]
    new = sum(code in made.indicators for code in figures)
    return f"{len(rows)} dòng, {len(figures)} số liệu: {len(figures) - new} có sẵn, {new} mới."


def _row(question: Question) -> tuple[str, ...]:
    return question.row or "cả mẫu", question.asks, question.taken, question.why, question.sureness

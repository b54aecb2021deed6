"""`baocao lint`: what was understood of forms somebody filled by hand, then everything wrong with them."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from baocao.domain import Severity, Tier
from baocao.errors import ConfigError, UnreadableFormError
from baocao.messages import say_unknown
from baocao.private_files import make_private_dir
from baocao.settings import Settings
from baocao.vocabulary import SEVERITIES
from baocao.written.asked import ask_period
from cli.options import json_option, require_files
from cli.tables import Column, open_console, print_table
from cli.terminal import escape, show_findings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from baocao.catalogue import Catalogue
    from baocao.forms.recognise import Wishes
    from reporting.intake.linting import LintResult
    from reporting.intake.mending import MendedFile

BESIDE = "-"
COLUMNS = (Column("Tệp", is_key=True), Column("Biểu mẫu"), Column("Đơn vị"), Column("Kỳ"), Column("Kết quả"))
TIERS = ("province", "department", "district", "commune", "ward", "special_zone")


@click.command()
@click.argument("files", nargs=-1, required=True)
@click.option("--form", "form_code", default="auto", help="Mẫu nào; mặc định tự nhận ra.")
@click.option("--unit", "unit_code", default="", help="Mã đơn vị trong cấu hình; mặc định theo tên ghi trên biểu mẫu.")
@click.option("--tier", "--unit-tier", "tier", type=click.Choice(TIERS), help="Cấp của đơn vị; mặc định tự nhận ra.")
@click.option("--period", help="Kỳ báo cáo; mặc định theo phần đầu hoặc ngày ghi trên biểu mẫu.")
@click.option("--column", default="", help="Cột số liệu: số thứ tự cột, chữ cái (Excel) hoặc chữ ở đầu cột.")
@click.option("--sheet", default="", help="Trang tính (Excel) hoặc biểu mẫu thứ mấy trong tệp.")
@click.option("--misprints", is_flag=True, help="Kể cả lỗi in của mẫu chính thức.")
@click.option("--annotate", "annotate_dir", help="Ghi vào thư mục này bản sao có chú thích tại từng ô (Word, Excel).")
@click.option(
    "--mend",
    "mend_dir",
    is_flag=False,
    flag_value=BESIDE,
    metavar="[THƯ MỤC]",
    help="Ghi bản đã sửa những chỗ chắc chắn (Word: thay đổi chờ chấp nhận; Excel: ô tô màu kèm chú thích) và "
    "danh sách việc người lập phải quyết định; không nêu thư mục thì ghi cạnh tệp.",
)
@json_option
def lint(
    files: tuple[str, ...],
    form_code: str,
    unit_code: str,
    tier: str | None,
    period: str | None,
    column: str,
    sheet: str,
    annotate_dir: str | None,
    mend_dir: str | None,
    *,
    misprints: bool,
    as_json: bool,
) -> int:
    """Kiểm tra biểu mẫu người khác điền (Word, Excel, PDF, CSV, văn bản), không cần kết nối hệ thống nào."""
    from baocao.catalogue import Catalogue
    from baocao.forms.recognise import Wishes
    from reporting.intake.linting import lint_files
    from reporting.intake.released_before import released_figures

    require_files(*(path for path in map(Path, files) if not path.is_dir()))
    settings = Settings.read(os.environ)
    catalogue = Catalogue.read(settings.config_dir)
    wishes = Wishes(
        form_code=None if form_code == "auto" else catalogue.form(form_code).form_code,
        tier=Tier(tier) if tier else None,
        period=ask_period(period, "--period") if period else None,
        column=column,
        sheet=sheet,
        today=settings.today(),
    )
    wishes = _with_unit(wishes, unit_code, catalogue)
    with released_figures(settings) as released:
        linted = lint_files(list(_paths(files)), catalogue, wishes, with_misprints=misprints, released=released)
    mended = _mend(linted, catalogue, mend_dir, wishes)
    if as_json:
        shown = [{**one.as_json(), **_mended_json(one, mended)} for one in linted]
        content = shown[0] if len(shown) == 1 else shown
        sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show_all(open_console(), linted, mended)
    if annotate_dir is not None:
        _annotate(linted, Path(annotate_dir))
    return max((one.exit_code for one in linted), default=UnreadableFormError.exit_code)


def _mend(linted: Sequence[LintResult], catalogue: Catalogue, mend_dir: str | None, wishes: Wishes) -> list[MendedFile]:
    if mend_dir is None:
        return []
    from reporting.intake.mending import mend_files

    return list(mend_files(linted, catalogue, None if mend_dir == BESIDE else Path(mend_dir), wishes))


def _mended_json(one: LintResult, mended: Sequence[MendedFile]) -> dict[str, Any]:
    """Of the form's file, all its forms together."""
    file = next((file for file in mended if file.path == one.path), None)
    return {"mended": file.as_json()} if file else {}


def _with_unit(wishes: Wishes, unit_code: str, catalogue: Catalogue) -> Wishes:
    if unit_code and unit_code not in catalogue.units:
        raise ConfigError(f"--unit: {say_unknown('đơn vị', unit_code, catalogue.units)}")
    return replace(wishes, unit_code=unit_code)


def _paths(files: Sequence[str]) -> Iterator[Path]:
    """Files as given; of a folder every file in it."""
    for file in map(Path, files):
        if file.is_dir():
            yield from sorted(
                path for path in file.iterdir() if path.is_file() and not path.name.startswith((".", "~"))
            )
        else:
            yield file


def _show_all(console: Console, linted: Sequence[LintResult], mended: Sequence[MendedFile]) -> None:
    for at, one in enumerate(linted):
        if at:
            console.print()
        _show(console, one)
    for file in mended:
        _line(console, f"\n[bold]{escape(str(file.path))}[/]")
        for told in file.tell():
            _line(console, escape(told))
    if len(linted) > 1:
        _show_table(console, linted)


def _show(console: Console, one: LintResult) -> None:
    """What was understood first; only then what is wrong."""
    if one.read is None:
        _line(console, f"[bold]{escape(str(one.path))}[/]: [red]không đọc được[/]")
        _line(console, f"  {escape(one.refusal)}")
        return
    from baocao.forms.handmade.scanned import UNCONFIRMED
    from reporting.intake.understanding import tell_understood

    _line(console, f"[bold]{escape(str(one.path))}[/]")
    for name, told in tell_understood(one.read):
        _line(console, f"  {name}: {escape(told)}")
    if one.refusal:
        _line(console, f"[red]Chưa lấy số liệu nào:[/] {escape(one.refusal)}")
        return
    _line(console, f"{_counts(one) or 'Không phát hiện sai sót'}.")
    show_findings(console, one.findings)
    grave = {finding.check for finding in one.findings if finding.severity is Severity.CRITICAL}
    if grave:
        todo = "Cần xác nhận trước khi dùng." if grave == {UNCONFIRMED} else "Cần sửa trước khi ký."
        console.print(f"\n[bold red]{todo}[/]")


def _line(console: Console, text: str) -> None:
    console.print(text)


def _counts(one: LintResult) -> str:
    from reporting.intake.linting import GRAVITY

    counts = {severity: sum(f.severity is severity for f in one.findings) for severity in GRAVITY}
    return ", ".join(f"{count} {SEVERITIES[severity]}" for severity, count in counts.items() if count)


def _show_table(console: Console, linted: Sequence[LintResult]) -> None:
    """One line a form over all files."""
    console.print(f"\n[bold]{len(linted)} biểu mẫu[/]")
    print_table(console, COLUMNS, [_table_row(one) for one in linted])


def _table_row(one: LintResult) -> tuple[str, ...]:
    read = one.read
    if read is None:
        return one.path.name, "", "", "", "không đọc được"
    period = read.filled.period.code if read.filled.period else ""
    result = "chưa lấy số liệu" if one.refusal else _counts(one) or "không phát hiện sai sót"
    return one.path.name, f"{read.form.appendix}, {read.understood.place}", read.filled.unit_name, period, result


def _annotate(linted: list[LintResult], folder: Path) -> None:
    """A copy of each Word and Excel file with a comment at each cell."""
    from baocao.documents.annotate import annotate

    make_private_dir(folder)
    for path in dict.fromkeys(one.path for one in linted if one.read is not None and not one.refusal):
        out = folder / f"{path.stem}-ghi-chu{path.suffix}"
        of_file = [(one.findings, one.read) for one in linted if one.path == path and one.read is not None]
        try:
            annotate(path, out, of_file)
        except UnreadableFormError as error:
            sys.stderr.write(f"{path}: {error}\n")
        else:
            sys.stderr.write(f"{out}\n")

"""`baocao hand-in`: a form a unit filled, read, checked and taken as the unit's figures, or sent back."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from baocao.errors import ConfigError
from baocao.messages import upper_first
from baocao.settings import Settings
from cli.options import choose_unit, form_option, json_option, require_files, unit_option
from cli.tables import open_console
from cli.terminal import escape, print_json, show_findings, showing_steps

if TYPE_CHECKING:
    from rich.console import Console

    from reporting.intake.replying import HandInAnswer


@click.command("hand-in")
@click.argument("file")
@unit_option
@click.option("--period", required=True, help="Kỳ báo cáo: 2025-Q4, 2025-H1, 2025.")
@form_option
@click.option(
    "--explain",
    "explanations",
    multiple=True,
    metavar="CHECK=LÝ DO",
    help="Vì sao một lỗi nghiêm trọng vẫn đúng; nhiều lỗi cùng tên thì ghi CHECK:Ô=LÝ DO.",
)
@click.option("--column", default="", help="Cột số liệu: số thứ tự cột, chữ cái (Excel) hoặc chữ ở đầu cột.")
@click.option("--sheet", default="", help="Trang tính (Excel) hoặc biểu mẫu thứ mấy trong tệp.")
@click.option("--annotate", "annotate_dir", help="Ghi vào thư mục này bản sao có chú thích tại từng ô (Word, Excel).")
@json_option
def hand_in(
    file: str,
    unit_code: str | None,
    period: str,
    form_code: str | None,
    explanations: tuple[str, ...],
    column: str,
    sheet: str,
    annotate_dir: str | None,
    *,
    as_json: bool,
) -> int:
    """Nộp một biểu mẫu đã điền (Word, Excel, …): đọc, kiểm tra, nhận làm số liệu của đơn vị hoặc gửi trả."""
    from reporting.intake.given_file import GivenFile
    from reporting.intake.handing_in import hand_in as take_file
    from reporting.workspace import open_workspace

    path = Path(file)
    require_files(path)
    explained = dict(map(_split_explanation, explanations))
    with open_workspace(Settings.read(os.environ)) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        given = GivenFile(
            content=path.read_bytes(),
            suffix=path.suffix,
            unit_code=unit,
            period=period,
            explanations=explained,
            form_code=form_code,
            column=column,
            sheet=sheet,
        )
        console = open_console(sys.stderr if as_json else sys.stdout)
        with showing_steps(console, is_silent=as_json):
            answer = take_file(workspace, given)
    if as_json:
        print_json(answer_json(answer))
    else:
        _show(console, answer)
    if annotate_dir is not None:
        _annotate(path, answer, Path(annotate_dir))
    return answer.exit_code


def _split_explanation(given: str) -> tuple[str, str]:
    check, sign, reason = given.partition("=")
    if not sign or not check.strip():
        raise ConfigError('--explain: ghi như form.part_within_whole="lý do"')
    return check.strip(), reason


def answer_json(answer: HandInAnswer) -> dict[str, Any]:
    """The answer for a program."""
    from reporting.intake.understanding import finding_json

    given = answer.given
    return {
        "unit": given.unit_code,
        "period": given.period.code,
        "form": given.form_code or None,
        "number": given.number,
        "outcome": given.outcome.value,
        "known_before": answer.is_known,
        "answer": answer.says_vi,
        "sha256": given.payloads[0].sha256,
        "explained": given.said["explained"],
        "open": [finding_json(one) for one in answer.open],
        "findings": [finding_json(one) for one in answer.findings],
        "result": answer.result.as_json() if answer.result else None,
        "release_stands": answer.is_locked,
        "changed": [one.as_json() for one in answer.changed],
        "exit_code": answer.exit_code,
    }


def _show(console: Console, answer: HandInAnswer) -> None:
    """What was understood, the answer, what is wrong, and what was made of it."""
    from reporting.intake.acceptance import say_what_to_do
    from reporting.intake.understanding import tell_understood

    for one in answer.linted:
        for name, told in tell_understood(one.read) if one.read else ():
            console.print(f"  {name}: {escape(told)}")
    colour = "green" if answer.given.is_accepted else "red"
    console.print(f"[bold {colour}]{escape(answer.says_vi)}[/]")
    show_findings(console, answer.findings)
    if answer.open:
        console.print(f"\n{escape(say_what_to_do(answer.open))}")
    _show_made(console, answer)


def _show_made(console: Console, answer: HandInAnswer) -> None:
    result = answer.result
    if result is None:
        return
    console.print(f"\nĐã lập: {escape(result.summary)}")
    for one in answer.changed:
        cell = one.cell
        ends = " → ".join(
            "chưa có" if value is None else f"{value:f}".replace(".", ",") for value in (cell.before, cell.after)
        )
        causes = "; ".join(cause.text_vi for cause in one.causes)
        console.print(f"  {upper_first(cell.cell_words)}: {ends} ({escape(causes)})")
    if answer.is_locked:
        from reporting.standing import accept_hint

        way = accept_hint(answer.given.form_key)
        console.print(f"Biểu mẫu đã phát hành, bản phát hành giữ nguyên; muốn điều chỉnh: {escape(way)}")
    blocking = [check for check in result.failed_checks if check.severity.value == "critical"]
    if blocking:
        console.print("Biểu mẫu lập từ tệp này còn là bản nháp:")
        show_findings(console, blocking)


def _annotate(path: Path, answer: HandInAnswer, folder: Path) -> None:
    from baocao.documents.annotate import annotate
    from baocao.errors import UnreadableFormError
    from baocao.private_files import make_private_dir

    make_private_dir(folder)
    out = folder / f"{path.stem}-ghi-chu{path.suffix}"
    of_file = [(answer.findings, one.read) for one in answer.linted if one.read is not None and not one.refusal]
    try:
        annotate(path, out, of_file)
    except UnreadableFormError as error:
        sys.stderr.write(f"{error}\n")
    else:
        sys.stderr.write(f"{out}\n")

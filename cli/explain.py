"""`baocao explain`: where a cell comes from, down to the answers of the source."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from baocao.domain import VIETNAM
from baocao.figures import print_instant
from baocao.settings import Settings
from baocao.vocabulary import STATUSES
from cli.form_sets import choose_form
from cli.options import (
    as_of_option,
    as_released_option,
    choose_unit,
    form_option,
    json_option,
    revision_option,
    unit_option,
    vintage_option,
)
from cli.tables import open_console
from cli.terminal import escape

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.documents.passport import Passport
    from reporting.history.counted_records import CountedRecords
    from reporting.history.explaining import CellExplanation
    from reporting.roll_up.below import UnitLine
    from reporting.workspace import Workspace

MANY_REQUESTS = 6


@click.command()
@click.argument("period")
@click.argument("cell")
@unit_option
@form_option
@as_of_option
@as_released_option
@revision_option
@vintage_option
@click.option("--records", "listed", is_flag=True, help="Danh sách thủ tục, mã hồ sơ, văn bản đứng sau con số.")
@click.option("--below", help="Cùng --records, ở biểu tổng hợp: danh sách của một đơn vị trực thuộc.")
@click.option("--xlsx", "xlsx_file", help="Cùng --records: ghi danh sách ra tệp Excel này.")
@json_option
def explain(
    period: str,
    cell: str,
    unit_code: str | None,
    form_code: str | None,
    as_of: str | None,
    revision: int | None,
    vintage: int | None,
    below: str | None,
    xlsx_file: str | None,
    *,
    as_released: bool,
    listed: bool,
    as_json: bool,
) -> None:
    """Giải thích một ô: công thức, số đầu vào, từng bước lọc, hệ thống, lần hỏi, mã băm dữ liệu gốc."""
    if sum((as_of is not None, as_released, vintage is not None)) > 1:
        raise click.UsageError("chỉ dùng một trong: --as-of, --as-released, --vintage")
    if (xlsx_file or below) and not listed:
        raise click.UsageError("--xlsx, --below chỉ dùng cùng --records")
    from baocao.store import FormKey
    from reporting.collection.comparing import comparison_as_json, find_comparisons, say_comparison
    from reporting.history.explaining import read_explained, require_quotable
    from reporting.history.showing import VintageChoice, find_shown, read_instant
    from reporting.plan import make_plan
    from reporting.roll_up.below import read_lines, show_lines
    from reporting.workspace import open_to_look

    wanted = VintageChoice(read_instant(as_of) if as_of else None, as_released, revision, vintage)
    settings = Settings.read(os.environ)
    with open_to_look(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        form = choose_form(workspace.catalogue, period, unit, form_code, cell)
        plan = make_plan(workspace.catalogue, unit, period, form, settings.now())
        shown = find_shown(workspace.store, FormKey(unit, plan.form.form_code, plan.period), wanted)
        explained = read_explained(workspace, shown, cell)
        require_quotable(workspace.store, explained)
        lines = read_lines(workspace, explained.collections, explained.cell.indicator_code)
        results = workspace.store.contents.check_results(shown.vintage.key)
        compared = find_comparisons(results, plan.indicators, explained.cell.indicator_code)
        counted = _find_counted(workspace, explained, lines, below, xlsx_file) if listed else ()
    if as_json:
        told = {
            **_as_json(explained),
            "comparisons": list(map(comparison_as_json, compared)),
            "units_below": [line.as_json() for line in lines],
            **({"records": [asdict(one) for one in counted]} if listed else {}),
        }
        sys.stdout.write(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    console = open_console()
    _show(console, explained)
    show_lines(console, lines, shown.vintage.key, explained.cell.number)
    for result in compared:
        _printer(console)("Đối chiếu", say_comparison(result))
    for one in counted:
        _show_counted(console, one)
    if xlsx_file:
        console.print(f"Đã ghi danh sách vào {xlsx_file}", markup=False)


def _find_counted(
    workspace: Workspace,
    explained: CellExplanation,
    lines: tuple[UnitLine, ...],
    below: str | None,
    xlsx_file: str | None,
) -> tuple[CountedRecords, ...]:
    from reporting.history.counted_records import find_counted, find_counted_below, list_units, write_counted

    key, code = explained.vintage.key, explained.cell.indicator_code
    if below:
        counted = find_counted_below(workspace, key, code, lines, below)
    else:
        counted = list_units(lines) or find_counted(workspace, key, code)
    if xlsx_file:
        write_counted(counted, Path(xlsx_file).expanduser().resolve())
    return counted


def _show_counted(console: Console, counted: CountedRecords) -> None:
    """One line a record, under the names of its columns."""
    console.print(f"[bold]{escape(counted.says)}[/]")
    for row in (counted.columns, *counted.rows):
        console.print("  " + "  ".join(row), markup=False)


def _show(console: Console, explained: CellExplanation) -> None:
    form, filled, cell, key = explained.form, explained.filled, explained.cell, explained.vintage.key
    row = form.row(cell.number)
    say = _printer(console)
    console.print(f"[bold]{escape(row.heading_text)}[/]")
    say("Số liệu", f"{cell.display or '(trống)'} {row.meant_unit if cell.display else ''} — {STATUSES[cell.status]}")
    say("Biểu mẫu", f"{form.appendix} ({form.form_code}), {filled.unit_name}, kỳ {key.period}, lần lập {key.vintage}")
    if explained.vintage.known_at:
        say("Biết lúc", print_instant(explained.vintage.known_at))
    if filled.window:
        say("Khoảng ngày", f"{filled.window.start_on:%d/%m/%Y} – {filled.window.end_on:%d/%m/%Y} (giờ Việt Nam)")
    if explained.age:
        say("Chụp lúc", f"{print_instant(explained.age.captured_at)}, {explained.age.says}")
    if cell.note:
        say("Ghi chú", cell.note)
    for misprint in row.misprints:
        say("Lỗi in của mẫu", misprint.note)
    if explained.origin_vi:
        say("Nguồn số", explained.origin_vi)
    if explained.passport is None:
        say("Nguồn", "ô này không có số liệu để giải thích")
        return
    _show_passport(console, explained.passport, explained.owner_label)
    _show_requests(console, explained, explained.passport)


def _show_passport(console: Console, passport: Passport, owner_label: str) -> None:
    from baocao.documents.passport import STEP_OF_INPUT

    say = _printer(console)
    say("Công thức", passport.formula)
    if passport.legal_basis:
        say("Căn cứ", passport.legal_basis)
    say("Phụ trách", owner_label)
    for one in passport.evidence:
        say("Minh chứng", one)
    for given in passport.inputs:
        value = "chưa có" if given.value is None else f"{given.value:,f}".translate(str.maketrans(",.", ".,"))
        say("Đầu vào", f"{value} = {given.label} [{given.indicator_code}]")
        _show_steps(console, passport, prefix=f"{given.label}{STEP_OF_INPUT}")
    if not passport.inputs:
        _show_steps(console, passport, prefix="")
    for line in passport.coverage:
        say("Độ đủ", line)


def _show_steps(console: Console, passport: Passport, *, prefix: str) -> None:
    """What was left after each step of one count."""
    for step in passport.steps:
        if step.step.startswith(prefix):
            left = f"{step.left_count:,}".replace(",", ".")
            console.print(f"  {left:>10}  {escape(step.step.removeprefix(prefix))}")


def _show_handed(console: Console, explained: CellExplanation) -> None:
    """The very cell of the file that was handed in."""
    say, handed = _printer(console), explained.handed
    if handed is None:
        return
    say("Đơn vị báo cáo", f"{handed.says_vi}, tệp {handed.media_type}, sha256 {handed.hashes[-1]}")
    for code, cell in explained.handed_cells:
        say("  Ô trong tệp", f"{cell.place}: ghi “{cell.text}” [{code}]")
    for one in handed.explained:
        say("  Giải trình", f"{one.check} (ô {', '.join(one.cells)}): {one.reason}")


def _show_requests(console: Console, explained: CellExplanation, passport: Passport) -> None:
    from baocao.handed_in import HANDED_IN
    from baocao.typed_figures import TYPED_IN

    say = _printer(console)
    hashes = set(passport.payload_hashes)
    for collection in explained.collections:
        payloads = [p for p in collection.payloads if p.sha256 in hashes]
        if not payloads:
            continue
        first, last = (at.astimezone(VIETNAM) for at in (payloads[0].fetched_at, payloads[-1].fetched_at))
        if collection.source_code == TYPED_IN:
            say("Nhập tay", f"tệp {payloads[0].request['file']}, đọc lúc {first:%H:%M:%S %d/%m/%Y}")
            say("  Dữ liệu gốc", f"sha256 {payloads[0].sha256} (cả tệp {payloads[0].answer_sha256[:16]}…)")
            continue
        if collection.source_code == HANDED_IN:
            _show_handed(console, explained)
            continue
        taken = f"{first:%H:%M:%S}–{last:%H:%M:%S %d/%m/%Y}"
        say("Hệ thống", f"{collection.source_code}: {len(payloads)} lần trả lời, lấy lúc {taken}")
        for payload in payloads[:MANY_REQUESTS]:
            asked = orjson.dumps(dict(payload.request)).decode()
            say("  Đã hỏi", asked)
            say("  Dữ liệu gốc", f"sha256 {payload.sha256} (bản trả lời nguyên gốc {payload.answer_sha256[:16]}…)")
        if len(payloads) > MANY_REQUESTS:
            say("  …", f"và {len(payloads) - MANY_REQUESTS} lần nữa; xem đủ bằng --json")


def _printer(console: Console) -> Any:
    def say(name: str, text: str) -> None:
        console.print(f"{name + ':':<16}{escape(text)}")

    return say


def _as_json(explained: CellExplanation) -> dict[str, Any]:
    from baocao.documents.form_json import plain_decimal

    key, cell, passport = explained.vintage.key, explained.cell, explained.passport
    known_at = explained.vintage.known_at
    hashes = set(passport.payload_hashes) if passport else set()
    return {
        "unit": key.unit_code,
        "form": key.form_code,
        "period": key.period.code,
        "vintage": key.vintage,
        "vintage_known_at": known_at.isoformat() if known_at else None,
        "stock": explained.age.as_json() if explained.age else None,
        "cell": cell.number,
        "value": plain_decimal(cell.value),
        "display": cell.display,
        "status": cell.status.value,
        "note": cell.note,
        "indicator": cell.indicator_code,
        "formula": passport.formula if passport else None,
        "inputs": [
            {"indicator": given.indicator_code, "label": given.label, "value": plain_decimal(given.value)}
            for given in (passport.inputs if passport else ())
        ],
        "evidence": list(passport.evidence) if passport else [],
        "steps": [{"step": s.step, "left": s.left_count} for s in (passport.steps if passport else ())],
        "coverage": list(passport.coverage) if passport else [],
        "handed_in": explained.handed_json,
        "origin": explained.origin_vi or None,
        "payloads": [
            {
                "source": payload.source_code,
                "request": dict(payload.request),
                "fetched_at": payload.fetched_at.isoformat(),
                "sha256": payload.sha256,
                "answer_sha256": payload.answer_sha256,
                "answer_bytes": payload.answer_bytes,
            }
            for collection in explained.collections
            for payload in collection.payloads
            if payload.sha256 in hashes
        ],
    }

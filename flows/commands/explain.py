"""`baocao explain`: where a cell comes from, down to the answers of the source."""

import os
import sys
from typing import Any

import orjson
from rich.console import Console
from rich.markup import escape

from baocao.catalogue import Form
from baocao.documents.form_json import plain_decimal
from baocao.documents.passport import Passport
from baocao.domain import VIETNAM, Cell, FilledForm
from baocao.errors import ConfigError
from baocao.settings import Settings
from baocao.store import Collection, FormKey, VintageKey
from baocao.vocabulary import STATUSES
from flows.choosing import choose_unit
from flows.comparing import comparison_as_json, find_comparisons, say_comparison
from flows.passports import STEP_OF_INPUT, build_passport
from flows.plan import make_plan
from flows.workspace import Workspace, open_workspace

MANY_REQUESTS = 6


def explain_cell(
    period_code: str, cell_key: str, unit_code: str | None, form_code: str | None, vintage: int | None, *, as_json: bool
) -> int:
    """Print the cell's passport; return the exit code."""
    settings = Settings.read(os.environ)
    with open_workspace(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period_code, form_code, settings.now())
        key = _find_vintage(workspace, FormKey(unit, plan.form.form_code, plan.period), vintage)
        filled = workspace.store.filled_form(key)
        cell = _find_cell(filled, plan.form, cell_key)
        collections = workspace.store.collections(key)
        observations = {o.indicator_code: o for o in workspace.store.observations(key)}
        compared = find_comparisons(workspace.store.check_results(key), plan.indicators, cell.indicator_code)
        passport = (
            build_passport(workspace.catalogue, cell.indicator_code, observations, collections)
            if cell.indicator_code in observations
            else None
        )
    if as_json:
        shown = {**_as_json(key, cell, passport, collections), "comparisons": list(map(comparison_as_json, compared))}
        sys.stdout.write(orjson.dumps(shown, option=orjson.OPT_INDENT_2).decode() + "\n")
    else:
        _show(Console(), plan.form, key, filled, cell, passport, collections)
        for result in compared:
            _printer(Console())("Đối chiếu", say_comparison(result))
    return 0


def _find_vintage(workspace: Workspace, form_key: FormKey, vintage: int | None) -> VintageKey:
    if vintage is not None:
        return VintageKey(form_key.unit_code, form_key.form_code, form_key.period, vintage)
    latest = workspace.store.latest_vintage(form_key)
    if latest is None:
        raise ConfigError(
            f"{form_key}: no report has been made here yet. Run: baocao run {form_key.period} --unit "
            f"{form_key.unit_code}"
        )
    return latest.key


def _find_cell(filled: FilledForm, form: Form, cell_key: str) -> Cell:
    cell = filled.cells.get(cell_key.rstrip("."))
    if cell is None:
        raise ConfigError(f"{form.form_code} has no row '{cell_key}'; it has: {', '.join(filled.cells)}")
    return cell


def _show(
    console: Console,
    form: Form,
    key: VintageKey,
    filled: FilledForm,
    cell: Cell,
    passport: Passport | None,
    collections: tuple[Collection, ...],
) -> None:
    row = form.row(cell.number)
    say = _printer(console)
    console.print(f"[bold]{row.number} {escape(row.meant_label)}[/]", highlight=False)
    say("Số liệu", f"{cell.display or '(trống)'} {row.meant_unit if cell.display else ''} — {STATUSES[cell.status]}")
    say("Biểu mẫu", f"{form.appendix} ({form.form_code}), {filled.unit_name}, kỳ {key.period}, lần lập {key.vintage}")
    if filled.window:
        say("Khoảng ngày", f"{filled.window.start_on:%d/%m/%Y} – {filled.window.end_on:%d/%m/%Y} (giờ Việt Nam)")
    if cell.note:
        say("Ghi chú", cell.note)
    for misprint in row.misprints:
        say("Lỗi in của mẫu", misprint.note)
    if passport is None:
        say("Nguồn", "ô này không có số liệu để giải thích")
        return
    _show_passport(console, passport)
    _show_requests(console, passport, collections)


def _show_passport(console: Console, passport: Passport) -> None:
    say = _printer(console)
    say("Công thức", passport.formula)
    if passport.legal_basis:
        say("Căn cứ", passport.legal_basis)
    say("Phụ trách", passport.owner)
    for given in passport.inputs:
        value = "chưa có" if given.value is None else f"{given.value:,f}".replace(",", ".")
        say("Đầu vào", f"{value} = {given.label} [{given.indicator_code}]")
        _show_steps(console, passport, prefix=f"{given.label}{STEP_OF_INPUT}")
    if not passport.inputs:
        _show_steps(console, passport, prefix="")


def _show_steps(console: Console, passport: Passport, *, prefix: str) -> None:
    """What was left after each step of one count."""
    for step in passport.steps:
        if step.step.startswith(prefix):
            left = f"{step.left_count:,}".replace(",", ".")
            console.print(f"  {left:>10}  {escape(step.step.removeprefix(prefix))}", highlight=False, soft_wrap=True)


def _show_requests(console: Console, passport: Passport, collections: tuple[Collection, ...]) -> None:
    say = _printer(console)
    hashes = set(passport.payload_hashes)
    for collection in collections:
        payloads = [p for p in collection.payloads if p.sha256 in hashes]
        if not payloads:
            continue
        first, last = (at.astimezone(VIETNAM) for at in (payloads[0].fetched_at, payloads[-1].fetched_at))
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
        console.print(f"{name + ':':<16}{escape(text)}", highlight=False, soft_wrap=True)

    return say


def _as_json(
    key: VintageKey, cell: Cell, passport: Passport | None, collections: tuple[Collection, ...]
) -> dict[str, Any]:
    hashes = set(passport.payload_hashes) if passport else set()
    return {
        "unit": key.unit_code,
        "form": key.form_code,
        "period": key.period.code,
        "vintage": key.vintage,
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
        "steps": [{"step": s.step, "left": s.left_count} for s in (passport.steps if passport else ())],
        "payloads": [
            {
                "source": payload.source_code,
                "request": dict(payload.request),
                "fetched_at": payload.fetched_at.isoformat(),
                "sha256": payload.sha256,
                "answer_sha256": payload.answer_sha256,
                "answer_bytes": payload.answer_bytes,
            }
            for collection in collections
            for payload in collection.payloads
            if payload.sha256 in hashes
        ],
    }

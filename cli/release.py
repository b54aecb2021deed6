"""`baocao release`: one step of a form towards its release or its restatement."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from baocao.figures import print_instant
from baocao.people import Action
from baocao.settings import Settings
from baocao.vocabulary import FORM_STAGES
from cli.form_sets import list_forms, print_each
from cli.options import choose_unit, form_option, json_option, unit_option
from cli.tables import open_console
from cli.terminal import escape, print_json, showing_steps

if TYPE_CHECKING:
    from rich.console import Console

    from baocao.catalogue import Catalogue
    from baocao.store import FormKey, LogEntry
    from reporting.release.entries import StepRequest
    from reporting.standing import Standing
    from reporting.workspace import Workspace

ACTIONS_OF_STEPS = {
    "prepare": Action.SUBMIT,
    "approve": Action.APPROVE,
    "publish": Action.RELEASE,
    "restate": Action.RELEASE,
    "withdraw": Action.SUBMIT,
    "send-back": Action.SEND_BACK,
    "unlock": Action.UNLOCK,
}
STEPS = ("prepare", "approve", "publish", "restate", "withdraw", "send-back", "unlock", "stamp", "status")


@click.command()
@click.argument("step", type=click.Choice(STEPS))
@click.argument("period")
@unit_option
@form_option
@click.option("--vintage", type=int, help="Với prepare: trình lần lập nào; mặc định lần mới nhất.")
@click.option("--early", is_flag=True, help="Với prepare: phát hành số tạm tính, trước khi kỳ khép lại; cần --reason.")
@click.option("--reason", default="", help="Lý do.")
@click.option(
    "--cell",
    "cells",
    multiple=True,
    metavar="Ô=LÝ DO",
    help="Với send-back: lý do ở một ô, như 4.2='…'; 'dòng Hộ tịch, cột 8=…'.",
)
@json_option
def release(
    step: str,
    period: str,
    unit_code: str | None,
    form_code: str | None,
    vintage: int | None,
    reason: str,
    cells: tuple[str, ...],
    *,
    early: bool,
    as_json: bool,
) -> None:
    """Trình, duyệt, phát hành, phát hành bản điều chỉnh (restate), rút lại, trả lại (send-back), mở khóa."""
    from rich.console import Console

    from reporting.identities import identify
    from reporting.plan import make_plan
    from reporting.release.anchors import sign_entry
    from reporting.release.entries import StepRequest
    from reporting.workspace import open_to_look

    if step == "status":
        forms = list_forms(period, unit_code, form_code)
        print_each(forms, lambda form: _show_status(period, unit_code, form, as_json=as_json), as_json=as_json)
        return
    settings = Settings.read(os.environ)
    moved = step in ("publish", "restate", "stamp")
    with open_to_look(settings) as workspace, showing_steps(Console(stderr=True)):
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period, form_code, settings.now())
        by = identify(workspace, ACTIONS_OF_STEPS[step], unit) if step in ACTIONS_OF_STEPS else ""
        standing = _move(workspace, plan.form_key, step, StepRequest(by, reason, early), vintage, cells)
        anchor = str(sign_entry(settings.var_dir, standing.release)) if moved and standing.release else ""
        if moved:
            _tell_outside(workspace)
    if as_json:
        print_json({**_as_json(standing), **({"anchor": anchor} if anchor else {})})
        return
    _show(open_console(), workspace.catalogue, standing)
    if anchor:
        open_console().print(f"Dấu neo (ghi vào thư gửi, biên bản): {anchor}")


def _show_status(period: str, unit_code: str | None, form_code: str, *, as_json: bool) -> dict[str, object] | None:
    """How far one form is; nothing is written."""
    from reporting.plan import make_plan
    from reporting.standing import find_standing
    from reporting.workspace import open_to_look

    settings = Settings.read(os.environ)
    with open_to_look(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period, form_code, settings.now())
        standing = find_standing(workspace.store, plan.form_key)
    if as_json:
        return _as_json(standing)
    _show(open_console(), workspace.catalogue, standing)
    return None


def _tell_outside(workspace: Workspace) -> None:
    """Whoever keeps letters, and the authority of time stamps."""
    from reporting.release.announcing import announce_releases

    announce_releases(workspace)


def _move(
    workspace: Workspace,
    form_key: FormKey,
    step: str,
    request: StepRequest,
    vintage: int | None,
    cells: tuple[str, ...] = (),
) -> Standing:
    from reporting.release import releasing
    from reporting.standing import Step, find_standing

    if step == "stamp":
        return find_standing(workspace.store, form_key)
    if step == "send-back":
        return releasing.send_back(workspace, form_key, request, dict(_read_reason(cell) for cell in cells))
    moves = {
        Step.APPROVE: releasing.approve,
        Step.WITHDRAW: releasing.withdraw,
        Step.PUBLISH: releasing.publish,
        Step.RESTATE: releasing.restate,
        Step.UNLOCK: releasing.unlock,
    }
    if step == Step.PREPARE:
        return releasing.prepare(workspace, form_key, request, vintage)
    return moves[Step(step)](workspace, form_key, request)


def _read_reason(given: str) -> tuple[str, str]:
    """A cell and what is wrong with it, from `4.2=lý do`."""
    cell, sign, reason = given.partition("=")
    if not sign or not reason.strip():
        raise click.UsageError("--cell: ghi như 4.2='vì sao trả lại ô này'")
    return cell.strip().rstrip("."), reason


def show_release(console: Console, catalogue: Catalogue, entry: LogEntry) -> None:
    """Who released what, when, and the hash to quote."""
    said = entry.content
    what = f"bản điều chỉnh lần {said['revision']}" if said["revision"] else "bản phát hành đầu tiên"
    console.print(f"[bold]{what.capitalize()}[/], lúc {print_instant(entry.at)}, {escape(said['by'])}.")
    who = (f"{said[name]['by']} lúc {print_instant(said[name]['at'])}" for name in ("prepared_by", "approved_by"))
    console.print(f"  Trình: {escape(next(who))}; duyệt: {escape(next(who))}")
    if said["reason"]:
        console.print(f"  Lý do: {escape(said['reason'])}")
    show_coverage(console, entry)
    for one in said["changes"]:
        ends = f"{one['before']} → {one['after']}"
        cell = catalogue.name_cell(entry.form_key.form_code, one["cell"])
        console.print(f"  {escape(cell)}: {ends} ({escape(one['cause'])})")
    console.print(f"  Mã dòng nhật ký: {entry.sha256}")


def show_coverage(console: Console, entry: LogEntry) -> None:
    """For whoever approves: of every source, which days are there and by what they were proved whole, or that nothing
    proves it. An entry of before does not say.
    """
    for one in entry.content.get("coverage", ()):
        console.print(f"  Độ đủ của {one['source']}: {escape(one['says_vi'])}")


def show_unlocking(console: Console, entry: LogEntry) -> None:
    """Who took which release out of force, when and why."""
    said = entry.content
    text = f"Bản {said['revision']} (lần lập {said['vintage']}) đã được {said['by']} mở khóa lúc "
    text += f"{print_instant(entry.at)}, không còn hiệu lực; mọi tệp và dòng nhật ký của bản này vẫn được giữ. "
    console.print(escape(f"{text}Lý do: {said['reason']}"))


def _as_json(standing: Standing) -> dict[str, object]:
    from reporting.release.entries import print_entry

    entries = {
        "proposal": standing.proposal,
        "approval": standing.approval,
        "release": standing.release,
        "unlocking": standing.unlocking,
    }
    return {
        "stage": standing.stage.value,
        "locked": standing.is_locked,
        "revision": standing.revision,
        **{name: print_entry(entry) if entry else None for name, entry in entries.items()},
    }


def _show(console: Console, catalogue: Catalogue, standing: Standing) -> None:
    console.print(f"{standing.form_key}: [bold]{FORM_STAGES[standing.stage]}[/].")
    if standing.proposal:
        said = standing.proposal.content
        console.print(
            f"  Trình duyệt: lần lập {said['vintage']}, {said['by']}, lúc {print_instant(standing.proposal.at)}",
        )
        show_coverage(console, standing.proposal)
        for name, kept in said["files"].items():
            console.print(f"    {kept['sha256']}  {name}")
    if standing.returned:
        said = standing.returned.content
        text = f"Trả lại: {said['by']}, lúc {print_instant(standing.returned.at)}. {said['reason']}".rstrip()
        console.print(f"  {escape(text)}")
        for cell, why in said["cells"].items():
            named = catalogue.name_cell(standing.form_key.form_code, cell)
            console.print(f"    {escape(named)}: {escape(why)}")
    if standing.approval:
        at = print_instant(standing.approval.at)
        console.print(f"  Duyệt: {standing.approval.content['by']}, lúc {at}")
    if standing.release:
        show_release(console, catalogue, standing.release)
    if standing.unlocking:
        show_unlocking(console, standing.unlocking)

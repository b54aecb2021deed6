"""`baocao release`: one step of a form towards its release or its restatement."""

import os
from collections.abc import Callable, Mapping

from rich.console import Console

from baocao.settings import Settings
from baocao.store import FormKey
from cli.choosing import choose_unit
from cli.show import print_json, show_release, show_unlocking
from reporting.plan import make_plan
from reporting.release import releasing
from reporting.release.entries import Request, print_entry
from reporting.release.rules import STATES, print_instant
from reporting.release.standing import Standing, Step, find_standing
from reporting.workspace import Workspace, open_workspace

Move = Callable[[Workspace, FormKey, Request], Standing]
MOVES: Mapping[str, Move] = {
    Step.APPROVE: releasing.approve,
    Step.WITHDRAW: releasing.withdraw,
    Step.PUBLISH: releasing.publish,
    Step.RESTATE: releasing.restate,
    Step.UNLOCK: releasing.unlock,
}


def move_form(
    step: str,
    period: str,
    unit_code: str | None,
    form_code: str | None,
    request: Request,
    number: int | None = None,
    *,
    as_json: bool,
) -> int:
    """Take the step, or only look (`status`); raise ReleaseError where a rule forbids it."""
    settings = Settings.read(os.environ)
    with open_workspace(settings) as workspace:
        unit = choose_unit(unit_code, workspace.catalogue)
        plan = make_plan(workspace.catalogue, unit, period, form_code, settings.now())
        standing = _move(workspace, FormKey(unit, plan.form.form_code, plan.period), step, request, number)
    if as_json:
        print_json(_as_json(standing))
    else:
        _show(Console(), standing)
    return 0


def _move(workspace: Workspace, form_key: FormKey, step: str, request: Request, number: int | None) -> Standing:
    if step == Step.PREPARE:
        return releasing.prepare(workspace, form_key, request, number)
    if step in MOVES:
        return MOVES[step](workspace, form_key, request)
    return find_standing(workspace.store, form_key)


def _as_json(standing: Standing) -> dict[str, object]:
    entries = {
        "proposal": standing.proposal,
        "approval": standing.approval,
        "release": standing.release,
        "unlocking": standing.unlocking,
    }
    return {
        "state": standing.state.value,
        "locked": standing.is_locked,
        "revision": standing.revision,
        **{name: print_entry(entry) if entry else None for name, entry in entries.items()},
    }


def _show(console: Console, standing: Standing) -> None:
    console.print(f"{standing.form_key}: [bold]{STATES[standing.state]}[/].", highlight=False)
    if standing.proposal:
        said = standing.proposal.content
        console.print(
            f"  Trình duyệt: lần lập {said['vintage']}, {said['by']}, lúc {print_instant(standing.proposal.at)}",
            highlight=False,
        )
        for name, kept in said["files"].items():
            console.print(f"    {kept['sha256']}  {name}", highlight=False, soft_wrap=True)
    if standing.approval:
        at = print_instant(standing.approval.at)
        console.print(f"  Duyệt: {standing.approval.content['by']}, lúc {at}", highlight=False)
    if standing.release:
        show_release(console, standing.release)
    if standing.unlocking:
        show_unlocking(console, standing.unlocking)

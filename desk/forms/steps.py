"""Trình, duyệt, trả lại, phát hành: each step by who may take it, on one page with what changed and what is flagged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from fastapi import Form, Request, Response
from starlette.concurrency import run_in_threadpool

from baocao.catalogue import FormRow
from baocao.catalogue.release import read_release_rules
from baocao.documents.printed import print_form
from baocao.domain import Cell, CheckResult, FilledForm, Outcome
from baocao.errors import ConfigError, ReleaseError
from baocao.people import Action
from baocao.store import VintageKey
from desk.forms.asked import FORM, AskedForm, ask_form
from desk.guarding import Visiting
from desk.pages import PageSet
from desk.rules import in_unit
from desk.visits import Visit
from reporting.entering.remarks import list_explanations
from reporting.entering.trends import read_trends
from reporting.release import releasing
from reporting.release.announcing import announce_releases
from reporting.release.entries import SeenForm
from reporting.release.newer import find_newer
from reporting.standing import Standing

PAGES = PageSet()
REFUSED = 409
Reason = Annotated[str, Form()]
STEPS = f"{FORM}/trinh-duyet"


@dataclass(frozen=True)
class Move:
    """One figure beside that of the period before; `is_flagged` where something was found there."""

    row: FormRow
    cell: Cell
    before: Decimal | None
    difference: Decimal | None
    is_flagged: bool


@PAGES.get(STEPS, may=in_unit(Action.VIEW))
def show_steps(visit: Visiting, unit: str, period: str, form: str) -> Response:
    return _render(ask_form(visit, unit, period, form))


@PAGES.post(f"{STEPS}/trinh", may=in_unit(Action.SUBMIT))
def submit(
    visit: Visiting, unit: str, period: str, form: str, reason: Reason = "", early: Reason = "", seen: Reason = ""
) -> Response:
    asked = ask_form(visit, unit, period, form)
    request = asked.request(reason, early=bool(early), seen=_read_seen(seen))
    return _take(asked, lambda: releasing.prepare(visit.workspace, asked.key, request))


@PAGES.post(f"{STEPS}/rut", may=in_unit(Action.SUBMIT))
def withdraw(visit: Visiting, unit: str, period: str, form: str, reason: Reason = "", seen: Reason = "") -> Response:
    asked = ask_form(visit, unit, period, form)
    request = asked.request(reason, seen=_read_seen(seen))
    return _take(asked, lambda: releasing.withdraw(visit.workspace, asked.key, request))


@PAGES.post(f"{STEPS}/duyet", may=in_unit(Action.APPROVE))
def approve(visit: Visiting, unit: str, period: str, form: str, reason: Reason = "", seen: Reason = "") -> Response:
    asked = ask_form(visit, unit, period, form)
    request = asked.request(reason, seen=_read_seen(seen))
    return _take(asked, lambda: releasing.approve(visit.workspace, asked.key, request))


@PAGES.post(f"{STEPS}/tra-lai", may=in_unit(Action.SEND_BACK))
async def send_back(visit: Visiting, request: Request, unit: str, period: str, form: str) -> Response:
    """A reason for each cell to be mended (`o-4.2`), or one for the whole."""
    given = {name: str(value).strip() for name, value in (await request.form()).items()}
    return await run_in_threadpool(_send_back, visit, (unit, period, form), given)


def _send_back(visit: Visit, about: tuple[str, str, str], given: Mapping[str, str]) -> Response:
    asked = ask_form(visit, *about)
    cells = {name.removeprefix("o-"): why for name, why in given.items() if name.startswith("o-") and why}
    step = asked.request(given.get("reason", ""), seen=_read_seen(given.get("seen", "")))
    return _take(asked, lambda: releasing.send_back(visit.workspace, asked.key, step, cells))


@PAGES.post(f"{STEPS}/phat-hanh", may=in_unit(Action.RELEASE))
def release(visit: Visiting, unit: str, period: str, form: str, reason: Reason = "", seen: Reason = "") -> Response:
    """The first release, or a restatement where one is in force."""
    asked = ask_form(visit, unit, period, form)
    move = releasing.restate if asked.standing.is_locked else releasing.publish
    request = asked.request(reason, seen=_read_seen(seen))
    answer = _take(asked, lambda: move(visit.workspace, asked.key, request))
    announce_releases(visit.workspace)
    return answer


@PAGES.post(f"{STEPS}/mo-khoa", may=in_unit(Action.UNLOCK))
def unlock(visit: Visiting, unit: str, period: str, form: str, reason: Reason = "", seen: Reason = "") -> Response:
    asked = ask_form(visit, unit, period, form)
    request = asked.request(reason, seen=_read_seen(seen))
    return _take(asked, lambda: releasing.unlock(visit.workspace, asked.key, request))


def _read_seen(text: str) -> SeenForm:
    """What the page that asks for the step showed; of a request that does not say, nothing a form could stand at."""
    return SeenForm.parse(text) or SeenForm(0, "?")


def _take(asked: AskedForm, move: Callable[[], Standing]) -> Response:
    """Take a step; a refusal is said on the page, beside what may be done instead."""
    try:
        move()
    except (ReleaseError, ConfigError) as refused:
        return _render(
            ask_form(asked.visit, asked.key.unit_code, asked.key.period.code, asked.key.form_code), str(refused)
        )
    return asked.visit.go_to(f"{asked.path}/trinh-duyet")


def _render(asked: AskedForm, refused: str = "") -> Response:
    visit, store, standing = asked.visit, asked.visit.workspace.store, asked.standing
    number = asked.seen.vintage
    key = VintageKey(asked.key.unit_code, asked.key.form_code, asked.key.period, number) if number else None
    filled = store.contents.filled_form(key) if key else None
    flagged = list(store.contents.check_results(key, Outcome.FAIL)) if key else []
    moves = _list_moves(asked, filled, flagged)
    page = print_form(filled, asked.plan.form) if filled is not None and asked.plan.form.matrix is not None else None
    return visit.show(
        "form/steps.html.j2",
        REFUSED if refused else 200,
        asked=asked,
        standing=standing,
        filled=filled,
        vintage=number,
        newer=find_newer(visit.workspace, key) if key else (),
        is_own=_is_own(asked),
        flagged=flagged,
        explanations=list_explanations(store.remarks.list(asked.key)),
        moves=moves,
        table=page.table if page else None,
        by_key={one.row.key: one for one in moves},
        log=store.releases.list(asked.key),
        owners=visit.workspace.catalogue.owners,
        may={action.value: visit.identity.may(action, asked.key.unit_code) for action in Action},
        refused=refused,
        has_ended=asked.plan.window.end_at <= visit.now,
    )


def _is_own(asked: AskedForm) -> bool:
    """Whether who looks has put the form forward, and two persons are asked for."""
    proposal, code = asked.standing.proposal, asked.visit.identity.code
    rules = read_release_rules(asked.visit.workspace.catalogue.config_dir)
    return rules.two_persons and proposal is not None and bool(proposal.content["by"] == code)


def _list_moves(asked: AskedForm, filled: FilledForm | None, flagged: list[CheckResult]) -> list[Move]:
    """Each row with its figure, that of the period before, and whether anything is flagged there."""
    if filled is None:
        return []
    past = read_trends(asked.visit.workspace, asked.plan)
    marked = {cell for one in flagged for cell in one.cells}
    rows = []
    for row in asked.plan.form.laid_out(filled).rows:
        cell = filled.cells[row.key]
        if cell.measure is None or cell.status.value == "not_applicable":
            continue
        before = (past.figures.get(cell.indicator_code or "") or (None,))[-1]
        difference = cell.value - before if cell.value is not None and before is not None else None
        rows.append(Move(row, cell, before, difference, row.key in marked))
    return rows

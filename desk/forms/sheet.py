"""Biểu mẫu: the form as the input itself, each figure saved as it is typed, each finding beside its cell."""

from dataclasses import replace
from typing import Annotated

from fastapi import File, Form, Request, Response, UploadFile

from baocao.documents.printed import print_form
from baocao.domain import VIETNAM
from baocao.errors import ConfigError
from baocao.people import Action
from baocao.store import FigureMovedError
from desk.forms.asked import FORM, AskedForm, ask_form
from desk.forms.lines import RefusedEntry, lay_out
from desk.forms.shown import DRAFT, read_shown
from desk.guarding import Visiting
from desk.pages import PageSet
from desk.rules import in_unit
from desk.visits import Visit
from reporting.entering.figures import MOST_EVIDENCE_BYTES, NO_EVIDENCE, FigureRequest, enter_figure, read_figure
from reporting.entering.sheet import read_sheet
from reporting.entering.trends import read_trends

PAGES = PageSet()
REFUSED, TOO_LATE = 422, 409
MOST_CELLS = 12


@PAGES.get(FORM, may=in_unit(Action.VIEW))
def show_sheet(visit: Visiting, unit: str, period: str, form: str, ban: str = "") -> Response:
    """What was put forward or released as it was; `?ban=nhap` is the draft, `?ban=3` a vintage."""
    return render_sheet(ask_form(visit, unit, period, form), ban=ban)


@PAGES.post(f"{FORM}/so-lieu", may=in_unit(Action.TYPE_IN))
def save_figure(
    visit: Visiting,
    request: Request,
    unit: str,
    period: str,
    form: str,
    code: Annotated[str, Form()],
    value: Annotated[str, Form()] = "",
    given_by: Annotated[str, Form()] = "",
    given_on: Annotated[str, Form()] = "",
    evidence: Annotated[str, Form()] = "",
    based_on: Annotated[int, Form()] = 0,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Keep one figure; what is not taken stays in its field with the reason, and whoever was faster is named."""
    asked = ask_form(visit, unit, period, form)
    content = file.file.read(MOST_EVIDENCE_BYTES + 1) if file and file.filename else b""
    typed = RefusedEntry(code, value, given_by, given_on, evidence)
    wish = FigureRequest(
        code, value, given_by or visit.identity.person.name, evidence, visit.identity.code, based_on, given_on,
        (file.filename or "") if file else "", content,
    )  # fmt: skip
    try:
        kept = enter_figure(visit.workspace, asked.plan, wish)
    except FigureMovedError as late:
        return render_sheet(asked, replace(typed, wrong=_tell_late(visit, late)), TOO_LATE)
    except ConfigError as wrong:
        return render_sheet(asked, replace(typed, wrong=str(wrong)), REFUSED)
    asked.note("figure.entered", indicator=code, revision=kept.revision)
    if request.headers.get("x-csrf-token"):
        return render_sheet(asked)
    draft = f"?ban={DRAFT}" if asked.standing.vintage else ""
    return visit.go_to(f"{asked.path}{draft}#so-{code}")


def _tell_late(visit: Visit, late: FigureMovedError) -> str:
    """By the names officers go by."""
    label = visit.workspace.catalogue.indicator(late.current.indicator_code).label
    return late.tell(label, visit.names.get(late.current.account, late.current.account))


@PAGES.get(f"{FORM}/thu", may=in_unit(Action.TYPE_IN))
def try_figure(visit: Visiting, unit: str, period: str, form: str, code: str, value: str = "") -> Response:
    """How a figure that is being typed is read, and what would be wrong with it; nothing is kept."""
    asked = ask_form(visit, unit, period, form)
    if not value.strip():
        return visit.show("form/trial.html.j2", wrong="", findings=(), figure=None, indicator=None, row=None, cell=None)
    wish = FigureRequest(code, value, "-", NO_EVIDENCE, visit.identity.code, 0)
    try:
        figure = read_figure(visit.workspace.catalogue, asked.plan, wish, visit.now.astimezone(VIETNAM).date())
        sheet = read_sheet(visit.workspace, asked.plan, {code: figure})
    except ConfigError as wrong:
        return visit.show("form/trial.html.j2", wrong=str(wrong), findings=())
    rows = [row for row in asked.plan.form.laid_out(sheet.filled).rows if code in _codes_of(visit, row.indicator)]
    row = next((row for row in rows if row.indicator != code), None)
    keys = {one.key for one in rows}
    return visit.show(
        "form/trial.html.j2",
        wrong="",
        findings=tuple(one for one in sheet.findings if keys.intersection(one.cells)),
        figure=figure,
        indicator=visit.workspace.catalogue.indicator(code),
        row=row,
        cell=sheet.filled.cells[row.key] if row else None,
    )


def _codes_of(visit: Visit, code: str | None) -> tuple[str, ...]:
    return (code, *visit.workspace.catalogue.indicator(code).inputs) if code else ()


def render_sheet(
    asked: AskedForm, refused: RefusedEntry | None = None, status: int = 200, *, ban: str = DRAFT
) -> Response:
    """By default the draft: what was just typed in is only there. Into a vintage nothing is typed."""
    visit, workspace, standing = asked.visit, asked.visit.workspace, asked.standing
    shown = read_shown(asked, ban)
    sheet, may = shown.sheet, {action.value: visit.identity.may(action, asked.key.unit_code) for action in Action}
    remarks = workspace.store.remarks.list(asked.key)
    returned = standing.returned.content["cells"] if standing.returned else {}
    lines = lay_out(workspace.catalogue, sheet, read_trends(workspace, asked.plan), remarks, returned, refused)
    page = print_form(sheet.filled, sheet.plan.form) if sheet.plan.form.matrix else None
    return visit.show(
        "form/sheet.html.j2",
        status,
        table=page.table if page else None,
        footnotes=page.footnotes if page else (),
        by_key={line.row.key: line for line in lines},
        most_cells=MOST_CELLS,
        asked=asked,
        sheet=sheet,
        shown=shown,
        lines=lines,
        standing=standing,
        elsewhere=tuple(one for one in sheet.findings if not one.cells),
        may={**may, "type_in": may["type_in"] and not shown.is_kept},
        types_in=may["type_in"],
        owners=workspace.catalogue.owners,
        refused=refused,
    )

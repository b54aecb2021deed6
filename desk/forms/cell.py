"""Vì sao: one cell down to the answers it was counted from, what was said of it, and what can be said."""

from typing import Annotated

from fastapi import Form, Response

from baocao.catalogue import Indicator
from baocao.documents.evidence import PastFigure
from baocao.domain import CellStatus
from baocao.errors import ConfigError
from baocao.people import Action
from baocao.remarks import CellRemark, RemarkKind, list_open_questions
from baocao.store import NotInStoreError
from desk.charts import draw_chart
from desk.forms.asked import FORM, AskedForm, ask_form
from desk.forms.shown import read_shown
from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import in_unit
from reporting.entering.peers import read_peers
from reporting.entering.remarks import add_remark, list_asked
from reporting.entering.sheet import OpenForm
from reporting.entering.trends import read_trends
from reporting.history.correcting import CorrectionRequest, write_correction
from reporting.history.explaining import CellExplanation, read_explained
from reporting.history.showing import VintageChoice, find_shown

PAGES = PageSet()
REFUSED = 422
CHANGES = ("noi", "dinh-chinh")
SAID = {"y-kien": RemarkKind.COMMENT, "hoi": RemarkKind.QUESTION, "giai-trinh": RemarkKind.EXPLANATION}


@PAGES.get(f"{FORM}/o/{{cell:path}}", may=in_unit(Action.VIEW))
def show_cell(visit: Visiting, unit: str, period: str, form: str, cell: str, ban: str = "") -> Response:
    """Of the state of the form its page shows: see `read_shown`. The address of a change leads to its cell."""
    asked = ask_form(visit, unit, period, form)
    above, _, last = cell.rpartition("/")
    if last in CHANGES:
        return visit.go_to(f"{asked.path}/o/{above}")
    return _render(asked, cell, ban=ban)


@PAGES.post(f"{FORM}/o/{{cell:path}}/noi", may=in_unit(Action.COMMENT))
def say(
    visit: Visiting,
    unit: str,
    period: str,
    form: str,
    cell: str,
    kind: Annotated[str, Form()] = "y-kien",
    text: Annotated[str, Form()] = "",
    check: Annotated[str, Form()] = "",
    answers: Annotated[int, Form()] = 0,
) -> Response:
    """A comment, a question to the owner, an answer, or why a finding is right as it stands."""
    asked = ask_form(visit, unit, period, form)
    meant = RemarkKind.ANSWER if answers else SAID.get(kind, RemarkKind.COMMENT)
    try:
        kept = add_remark(
            visit.workspace,
            asked.key,
            meant,
            text,
            visit.identity.code,
            cell=cell,
            check=check,
            answers=answers or None,
        )
    except ConfigError as wrong:
        return _render(asked, cell, str(wrong))
    asked.note("remark.added", cell=cell, kind=meant.value, number=kept.number)
    return visit.go_to(f"{asked.path}/o/{cell}#trao-doi")


@PAGES.post(f"{FORM}/o/{{cell:path}}/dinh-chinh", may=in_unit(Action.CORRECT))
def correct(
    visit: Visiting,
    unit: str,
    period: str,
    form: str,
    cell: str,
    code: Annotated[str, Form()] = "",
    expect: Annotated[str, Form()] = "",
    value: Annotated[str, Form()] = "",
    reason: Annotated[str, Form()] = "",
    evidence: Annotated[str, Form()] = "",
) -> Response:
    """A signed correction of a counted figure; it counts from the next run on."""
    asked = ask_form(visit, unit, period, form)
    wish = CorrectionRequest(code or cell, expect, value, reason.strip(), evidence.strip(), visit.identity.code)
    try:
        signed = write_correction(visit.workspace, asked.plan, wish)
    except ConfigError as wrong:
        return _render(asked, cell, _in_words(str(wrong)))
    visit.desk.office.look_again()
    asked.note("correction.signed", cell=cell, indicator=signed.correction.indicator)
    return visit.go_to(f"{asked.path}/o/{cell}")


@PAGES.get(f"{FORM}/can-cu/{{sha256}}", may=in_unit(Action.VIEW))
def send_evidence(visit: Visiting, unit: str, period: str, form: str, sha256: str) -> Response:
    """The very file a typed-in figure rests on: only one that was given with a figure of this unit and period."""
    asked = ask_form(visit, unit, period, form)
    store, codes = visit.workspace.store, visit.workspace.catalogue.indicators
    for code in (code for code in asked.plan.indicators if code in codes):
        for entry in store.typed_entries.history(unit, asked.plan.period, code):
            if entry.file_sha256 == sha256:
                headers = {"Content-Disposition": "attachment", "Content-Security-Policy": "sandbox"}
                return Response(store.files.get(sha256), media_type="application/octet-stream", headers=headers)
    raise MissingPageError


@PAGES.get(f"{FORM}/goi-du-lieu/{{sha256}}", may=in_unit(Action.AUDIT))
def send_answer(visit: Visiting, unit: str, period: str, form: str, sha256: str) -> Response:
    """The very answer a figure was counted from, as it was kept: only one that a vintage of this form rests on."""
    asked = ask_form(visit, unit, period, form)
    store = visit.workspace.store
    for vintage in store.vintages.list(asked.key):
        for payload in store.collections.list_payloads(vintage.key):
            if payload.sha256 == sha256:
                store.payloads.require_intact(payload)
                saved = f'attachment; filename="{payload.source_code}-{sha256[:16]}.txt"'
                headers = {"Content-Disposition": saved, "Content-Security-Policy": "sandbox"}
                return Response(store.files.get(sha256), media_type="application/octet-stream", headers=headers)
    raise MissingPageError


def _render(asked: AskedForm, cell_key: str, wrong: str = "", ban: str = "") -> Response:
    visit, workspace = asked.visit, asked.visit.workspace
    shown = read_shown(asked, ban)
    sheet, may = shown.sheet, {action.value: visit.identity.may(action, asked.key.unit_code) for action in Action}
    cell = sheet.filled.cells.get(cell_key)
    if cell is None or cell.status is CellStatus.HEADING:
        raise MissingPageError
    indicator = sheet.plan.indicators.get(cell.indicator_code or "")
    past = read_trends(workspace, asked.plan)
    remarks = tuple(one for one in workspace.store.remarks.list(asked.key) if one.cell == cell_key)
    open_questions = list_open_questions(remarks)
    values = past.figures.get(cell.indicator_code or "", ())
    figures = [PastFigure(period, value) for period, value in zip(past.periods, values, strict=bool(values))]
    return visit.show(
        "form/cell.html.j2",
        REFUSED if wrong else 200,
        asked=asked,
        standing=asked.standing,
        shown=shown,
        newer=shown.newer_at(cell_key),
        row=next(row for row in sheet.plan.form.laid_out(sheet.filled).rows if row.key == cell_key),
        cell=cell,
        indicator=indicator,
        explained=_explain(asked, cell_key, shown.number),
        chart=draw_chart([*figures, PastFigure(asked.plan.period, cell.value)], cell.measure) if values else None,
        peers=read_peers(workspace, asked.plan, cell.indicator_code) if cell.indicator_code else None,
        entries=_entries(asked, sheet, indicator),
        findings=[one for one in sheet.findings if cell_key in one.cells],
        remarks=remarks,
        correctable=_correctable(asked, indicator),
        owners=workspace.catalogue.owners,
        may=may,
        open_to={one.number: _name_asked(asked, one) for one in open_questions},
        wrong=wrong,
    )


def _name_asked(asked: AskedForm, question: CellRemark) -> str:
    """Who has the question before them; "" where nobody does."""
    visit = asked.visit
    return ", ".join(one.name for one in list_asked(visit.workspace, question, with_demo=visit.desk.is_training))


def _explain(asked: AskedForm, cell_key: str, number: int | None) -> CellExplanation | None:
    """As a vintage, by default the last run, made it; None where there is none."""
    workspace = asked.visit.workspace
    try:
        return read_explained(
            workspace, find_shown(workspace.store, asked.key, VintageChoice(vintage=number)), cell_key
        )
    except (ConfigError, NotInStoreError):
        return None


def _entries(asked: AskedForm, sheet: OpenForm, indicator: Indicator | None) -> list[tuple[str, object]]:
    """Everything anybody typed in for the figure or those behind it, the last first."""
    if indicator is None:
        return []
    store, catalogue = asked.visit.workspace.store, asked.visit.workspace.catalogue
    codes = (indicator.indicator_code, *indicator.inputs)
    return [
        (catalogue.indicator(code).label, entry)
        for code in codes
        for entry in reversed(store.typed_entries.history(asked.key.unit_code, sheet.plan.period, code))
    ]


def _correctable(asked: AskedForm, indicator: Indicator | None) -> list[tuple[str, str]]:
    """The counted figures of the cell, with their code."""
    if indicator is None:
        return []
    codes = indicator.inputs or (indicator.indicator_code,)
    known = asked.visit.workspace.catalogue.indicators
    return [(code, known[code].label) for code in codes if code in known and known[code].count is not None]


def _in_words(text: str) -> str:
    """The terminal's options by the names of the fields."""
    named = {"--from": "Số hệ thống đang cho", "--to": "Số đúng", "--reason": "Lý do", "--evidence": "Căn cứ"}
    for option, field in named.items():
        text = text.replace(option, field)
    return text

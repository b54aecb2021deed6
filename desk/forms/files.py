"""Tải về: Word, PDF, Excel and the rest, as released, or as a vintage was; and the figures as charts."""

from pathlib import Path
from typing import Final

from fastapi import Response

from baocao.documents.evidence import PastFigure
from baocao.domain import CellStatus
from baocao.people import Action
from baocao.unfinished import make_work_dir
from desk.charts import draw_chart
from desk.forms.asked import FORM, AskedForm, ask_form
from desk.forms.shown import read_shown
from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import in_unit
from reporting.entering.figures import export_figures
from reporting.entering.trends import read_trends
from reporting.history.showing import VintageChoice, find_shown, read_history, write_shown
from reporting.standing import RELEASES

PAGES = PageSet()
KINDS: Final = {
    "form.docx": "Word, để trình ký", "form.pdf": "PDF", "form.xlsx": "Excel, có nguồn và kiểm tra",
    "bao-cao.docx": "Báo cáo kèm theo", "checks.html": "Báo cáo kiểm tra", "form.html": "Trang để đọc",
    "form.csv": "CSV", "form.json": "JSON", "indicators.json": "Chỉ tiêu cho nền tảng của tỉnh",
    "manifest.json": "Bản kê",
}  # fmt: skip
FILES = f"{FORM}/tai-ve"


@PAGES.get(FILES, may=in_unit(Action.VIEW))
def list_files(visit: Visiting, unit: str, period: str, form: str) -> Response:
    asked = ask_form(visit, unit, period, form)
    store = visit.workspace.store
    released = [entry for entry in store.releases.list(asked.key) if entry.kind in RELEASES]
    vintages = [line.vintage for line in read_history(store, asked.key) if line.vintage.is_whole]
    return visit.show(
        "form/files.html.j2", asked=asked, standing=asked.standing, released=released, vintages=vintages, kinds=KINDS
    )


@PAGES.get(f"{FILES}/phat-hanh/{{revision}}/{{name}}", may=in_unit(Action.VIEW))
def send_released(visit: Visiting, unit: str, period: str, form: str, revision: int, name: str) -> Response:
    """The very bytes that were released."""
    asked = ask_form(visit, unit, period, form)
    store = visit.workspace.store
    for entry in store.releases.list(asked.key):
        if entry.kind in RELEASES and entry.content["revision"] == revision and name in entry.content["files"]:
            return _send(asked, name, store.files.get(entry.content["files"][name]["sha256"]))
    raise MissingPageError


@PAGES.get(f"{FILES}/lan-lap/{{vintage}}/{{name}}", may=in_unit(Action.VIEW))
def send_vintage(visit: Visiting, unit: str, period: str, form: str, vintage: int, name: str) -> Response:
    """As a vintage gives it, under the configuration of its own time."""
    asked = ask_form(visit, unit, period, form)
    shown = find_shown(visit.workspace.store, asked.key, VintageChoice(vintage=vintage))
    with make_work_dir() as folder:
        paths = write_shown(visit.workspace, shown, folder)
        if name not in paths:
            raise MissingPageError
        return _send(asked, name, Path(paths[name]).read_bytes())


@PAGES.get(f"{FILES}/so-nhap-tay.yaml", may=in_unit(Action.VIEW))
def send_typed(visit: Visiting, unit: str, period: str, form: str) -> Response:
    """The typed-in figures as the file IT may keep them in."""
    asked = ask_form(visit, unit, period, form)
    return _send(asked, "so-nhap-tay.yaml", export_figures(visit.workspace, unit, asked.plan.period).encode())


@PAGES.get(f"{FORM}/bieu-do", may=in_unit(Action.VIEW))
def show_charts(visit: Visiting, unit: str, period: str, form: str) -> Response:
    """Every figure of the form over its last periods."""
    asked = ask_form(visit, unit, period, form)
    sheet, past = read_shown(asked).sheet, read_trends(visit.workspace, asked.plan)
    charts = []
    for row in sheet.plan.form.laid_out(sheet.filled).rows:
        cell = sheet.filled.cells[row.key]
        values = past.figures.get(cell.indicator_code or "", ())
        if cell.status in (CellStatus.HEADING, CellStatus.NOT_APPLICABLE) or not values:
            continue
        figures = [PastFigure(period, value) for period, value in zip(past.periods, values, strict=True)]
        charts.append((row, draw_chart([*figures, PastFigure(asked.plan.period, cell.value)], cell.measure)))
    return visit.show("form/charts.html.j2", asked=asked, standing=asked.standing, charts=charts)


def _send(asked: AskedForm, name: str, content: bytes) -> Response:
    """Always as a file: nothing of it runs as a page of ours."""
    key = asked.key
    saved = f"{key.unit_code}-{key.period.code}-{key.form_code}-{name}".encode("ascii", "ignore").decode()
    headers = {"Content-Disposition": f'attachment; filename="{saved}"', "Content-Security-Policy": "sandbox"}
    return Response(content, media_type="application/octet-stream", headers=headers)

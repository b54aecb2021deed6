"""Danh sách hồ sơ đã đếm: the records behind a counted figure, by code, day and status; to read and as Excel."""

from typing import Final

from fastapi import Response

from baocao.errors import ConfigError
from baocao.people import Action
from baocao.unfinished import make_work_dir
from desk.forms.asked import FORM, AskedForm, ask_form
from desk.forms.shown import find_number
from desk.guarding import Visiting
from desk.mistakes import MissingPageError
from desk.pages import PageSet
from desk.rules import in_unit
from reporting.history.counted_records import CountedRecords, find_counted, list_units, write_counted
from reporting.history.explaining import read_explained
from reporting.history.showing import VintageChoice, find_shown
from reporting.roll_up.below import read_lines

PAGES = PageSet()
RECORDS = f"{FORM}/o/{{cell:path}}/ho-so"
ROWS_SHOWN: Final = 500
NO_LIST: Final = 404


@PAGES.get(f"{RECORDS}.xlsx", may=in_unit(Action.VIEW))
def send_records(visit: Visiting, unit: str, period: str, form: str, cell: str, ban: str = "") -> Response:
    """Every record, a sheet for each count."""
    asked = ask_form(visit, unit, period, form)
    lists = _find(asked, cell, ban)
    with make_work_dir() as folder:
        path = folder / "ho-so.xlsx"
        write_counted(lists, path)
        content = path.read_bytes()
    saved = f"{unit}-{asked.key.period.code}-{cell}-ho-so.xlsx".replace("/", "-").encode("ascii", "ignore").decode()
    headers = {"Content-Disposition": f'attachment; filename="{saved}"', "Content-Security-Policy": "sandbox"}
    return Response(content, media_type="application/octet-stream", headers=headers)


@PAGES.get(RECORDS, may=in_unit(Action.VIEW))
def show_records(visit: Visiting, unit: str, period: str, form: str, cell: str, ban: str = "") -> Response:
    asked = ask_form(visit, unit, period, form)
    lists: tuple[CountedRecords, ...] = ()
    wrong = ""
    try:
        lists = _find(asked, cell, ban)
    except ConfigError as error:
        wrong = str(error)
    return visit.show(
        "form/records.html.j2",
        NO_LIST if wrong else 200,
        asked=asked,
        cell=cell,
        named=visit.workspace.catalogue.name_cells(form, cell),
        lists=lists,
        wrong=wrong,
        most=ROWS_SHOWN,
        query=f"?ban={ban}" if ban else "",
    )


def _find(asked: AskedForm, cell: str, ban: str) -> tuple[CountedRecords, ...]:
    """Of the vintage the cell is shown as; of a roll-up the units. Raise ConfigError where the figure has no list."""
    workspace = asked.visit.workspace
    shown = find_shown(workspace.store, asked.key, VintageChoice(vintage=find_number(asked, ban)))
    if cell not in shown.filled.cells:
        raise MissingPageError
    explained = read_explained(workspace, shown, cell)
    code = explained.cell.indicator_code
    units = list_units(read_lines(workspace, explained.collections, code))
    return units or find_counted(workspace, shown.vintage.key, code)

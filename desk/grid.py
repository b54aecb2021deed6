"""Bảng đơn vị: units × forms of a period, how far, how late, what is missing; filtered, exported, drilled into."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import Response

from baocao.documents.form_csv import inert
from baocao.messages import fold
from baocao.people import Action
from desk.guarding import Visiting
from desk.pages import PageSet
from desk.rules import somewhere
from desk.visits import Visit
from reporting.delivery.desk_links import path_of
from reporting.status.columns import COLUMNS
from reporting.status.grid import read_grid
from reporting.status.rows import STEPS, GridRow, count_steps, periods_of

PAGES = PageSet()
ROWS_SHOWN = 200
AT_DESK = {"chạy": "lập biểu mẫu", "nộp biểu": "nộp tệp đã điền hoặc nhập số"}


@dataclass(frozen=True)
class GridFilter:
    """What of the grid is wanted: a text in the unit's name, a step, an urgency."""

    text: str = ""
    step: str = ""
    urgency: str = ""

    def takes(self, row: GridRow) -> bool:
        return (
            fold(self.text) in fold(f"{row.unit.name} {row.unit.unit_code}")
            and self.step in ("", row.step.value)
            and self.urgency in ("", row.urgency.value)
        )


@PAGES.get("/bang", may=somewhere(Action.VIEW), nav="Bảng đơn vị")
def show_grid(visit: Visiting, ky: str = "", tim: str = "", buoc: str = "", han: str = "", trang: int = 1) -> Response:
    rows, wanted = _read(visit, ky), GridFilter(tim.strip(), buoc, han)
    found = [row for row in rows if wanted.takes(row)]
    first = max(trang - 1, 0) * ROWS_SHOWN
    shown = [(row, path_of(row.form_key)) for row in found[first : first + ROWS_SHOWN]]
    return visit.show(
        "grid.html.j2",
        rows=shown,
        columns=COLUMNS,
        at_desk=_at_desk,
        total=len(found),
        every=len(rows),
        counts={step: count for step, count in count_steps(found).items() if count},
        steps=STEPS,
        periods=[period.label_vi for period in periods_of(rows)],
        asked={"ky": ky, "tim": tim, "buoc": buoc, "han": han},
        page=max(trang, 1),
        pages=-(-len(found) // ROWS_SHOWN),
    )


@PAGES.get("/bang.csv", may=somewhere(Action.VIEW))
def send_grid(visit: Visiting, ky: str = "", tim: str = "", buoc: str = "", han: str = "") -> Response:
    wanted = GridFilter(tim.strip(), buoc, han)
    text = io.StringIO()
    csv.writer(text).writerows(_lines(row for row in _read(visit, ky) if wanted.takes(row)))
    headers = {"Content-Disposition": 'attachment; filename="bang-don-vi.csv"'}
    return Response("\ufeff" + text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _read(visit: Visit, period: str) -> tuple[GridRow, ...]:
    return read_grid(visit.workspace, period.strip() or None, visit.identity.list_units(Action.VIEW))


def _lines(rows: Iterator[GridRow]) -> Iterator[tuple[str, ...]]:
    yield ("Mã đơn vị", "Đơn vị", "Kỳ", "Biểu mẫu", *(column.head for column in COLUMNS))
    for row in rows:
        cells = (_at_desk(column.text(row)) for column in COLUMNS)
        yield tuple(map(inert, (row.unit.unit_code, row.unit.name, row.period.code, row.form_name, *cells)))


def _at_desk(text: str) -> str:
    """A step that is a command in a terminal, in the words of the pages: here it is a button."""
    return AT_DESK.get(text, text.replace("chạy lại", "lập lại"))

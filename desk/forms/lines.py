"""What stands on each line of a form's page: the figure or its fields, what is wrong with it, what was said of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from baocao.catalogue import Catalogue, FormRow, Indicator
from baocao.catalogue.forms import MatrixCell
from baocao.documents.evidence import PastFigure
from baocao.documents.trend import Trend, draw_trend
from baocao.domain import Cell, CellStatus, CheckResult
from baocao.messages import upper_first
from baocao.remarks import CellRemark
from baocao.typed_figures import TypedEntry
from reporting.entering.sheet import OpenForm
from reporting.entering.trends import TrendFigures


@dataclass(frozen=True)
class Field:
    """A figure to be typed in. `value` is what stands there now, `wrong` why what was typed was refused.

    `place` names the cell of a matrix it stands in: the table's heads say there what its label says in a list.
    """

    indicator: Indicator
    value: str
    given_by: str = ""
    given_on: str = ""
    evidence: str = ""
    entry: TypedEntry | None = None
    wrong: str = ""
    place: str = ""

    @property
    def code(self) -> str:
        return self.indicator.indicator_code

    @property
    def revision(self) -> int:
        return self.entry.revision or 0 if self.entry else 0

    @property
    def choices(self) -> Mapping[int, str]:
        return (self.indicator.typed.codes if self.indicator.typed else None) or {}


@dataclass(frozen=True)
class Line:
    """One row of the form."""

    row: FormRow
    cell: Cell
    fields: tuple[Field, ...] = ()
    findings: tuple[CheckResult, ...] = ()
    remarks: tuple[CellRemark, ...] = ()
    returned: str = ""
    trend: Trend | None = None

    @property
    def is_heading(self) -> bool:
        return self.cell.status is CellStatus.HEADING

    @property
    def is_spoken_of(self) -> bool:
        """Whether somebody said something of it, or sent it back."""
        return bool(self.returned or self.remarks)

    @property
    def is_for_others(self) -> bool:
        return self.cell.status is CellStatus.NOT_APPLICABLE


@dataclass(frozen=True)
class RefusedEntry:
    """What somebody typed that was not taken: it stays in its field, with the reason beside it."""

    code: str
    value: str
    given_by: str
    given_on: str
    evidence: str
    wrong: str = ""


def lay_out(
    catalogue: Catalogue,
    sheet: OpenForm,
    past: TrendFigures,
    remarks: tuple[CellRemark, ...],
    returned: Mapping[str, str],
    refused: RefusedEntry | None = None,
) -> tuple[Line, ...]:
    """Every row of the form in its order. A figure only behind a ratio is typed in where the ratio stands."""
    form = sheet.plan.form.laid_out(sheet.filled)
    printed = {row.indicator for row in form.rows}
    lines = []
    for row in form.rows:
        cell = sheet.filled.cells[row.key]
        lines.append(
            Line(
                row,
                cell,
                tuple(_fields(catalogue, sheet, row, printed, refused)) if _is_own(cell) else (),
                tuple(one for one in sheet.findings if row.key in one.cells),
                tuple(one for one in remarks if one.cell == row.key),
                returned.get(row.key, ""),
                _trend(past, cell),
            )
        )
    return tuple(lines)


def _is_own(cell: Cell) -> bool:
    return cell.status not in (CellStatus.HEADING, CellStatus.NOT_APPLICABLE)


def _fields(
    catalogue: Catalogue, sheet: OpenForm, row: FormRow, printed: set[str | None], refused: RefusedEntry | None
) -> Iterator[Field]:
    code = row.indicator or ""
    if code not in catalogue.indicators:
        return
    inputs = [one for one in catalogue.indicator(code).inputs if one not in printed]
    for one in (code, *inputs):
        indicator = catalogue.indicator(one)
        if indicator.typed is None:
            continue
        figure, entry = sheet.typed.get(one), sheet.entries.get(one)
        place = upper_first(row.place) if isinstance(row, MatrixCell) and one == code else ""
        if refused is not None and refused.code == one:
            given = (refused.given_by, refused.given_on, refused.evidence)
            yield Field(indicator, refused.value, *given, entry, refused.wrong, place)
        elif figure is None:
            yield Field(indicator, "", entry=entry, place=place)
        else:
            evidence = entry.evidence if entry and entry.value is not None else figure.evidence
            value = f"{figure.value:f}".replace(".", ",")
            yield Field(indicator, value, figure.given_by, "", evidence, entry, place=place)


def _trend(past: TrendFigures, cell: Cell) -> Trend | None:
    values = past.figures.get(cell.indicator_code or "", ())
    figures = [PastFigure(period, value) for period, value in zip(past.periods, values, strict=bool(values))]
    return draw_trend(figures, cell) if values else None

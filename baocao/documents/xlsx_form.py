"""The sheet with the form itself: as printed, with its ratios alive."""

from collections.abc import Mapping
from decimal import Decimal

from baocao.documents import layout
from baocao.documents.evidence import Evidence
from baocao.documents.printed import NO_DENOMINATOR, PrintedForm
from baocao.documents.printed_row import PrintedRow
from baocao.documents.texts import Run
from baocao.documents.xlsx_sheet import BOLD, Sheet
from baocao.domain import CellStatus
from baocao.figures import PCT_PLACES, ratio_pct

_WIDTHS = (8, 48, 17, 16, 32)
_NOTE_EXTRA = 6
_FIGURE, _LAST = 3, 4


InputPlaces = Mapping[tuple[str, str], str]


def write_form(sheet: Sheet, page: PrintedForm, evidence: Evidence, input_places: InputPlaces) -> None:
    """Write the form; `input_places` is where another sheet holds the inputs of a row, by row and indicator."""
    _set_page(sheet, page)
    head_at = _write_head(sheet, page)
    first_at = head_at + 2
    places = {row.row.indicator: f"$D${first_at + n + 1}" for n, row in enumerate(page.rows) if row.row.indicator}
    formulas = _Formulas(page, evidence, places, input_places)
    for number, row in enumerate(page.rows):
        _write_row(sheet, first_at + number, row, formulas)
    _write_signature(sheet, page, first_at + len(page.rows) + 1)
    last = first_at + len(page.rows) + (len(page.signed_as) + 5 if page.has_signature else 0)
    sheet.opened.print_area(0, 0, last, _LAST)
    sheet.opened.repeat_rows(head_at, head_at + 1)
    sheet.opened.freeze_panes(first_at, 2)


class _Formulas:
    """Where each ratio's two counts stand: on the form, else among the inputs on the sheet of sources."""

    def __init__(
        self,
        page: PrintedForm,
        evidence: Evidence,
        form_places: Mapping[str, str],
        input_places: InputPlaces,
    ) -> None:
        self._values = {row.row.indicator: row.cell.value for row in page.rows if row.row.indicator}
        self._evidence = evidence
        self._form_places = form_places
        self._input_places = input_places

    def of(self, row: PrintedRow) -> str | None:
        """The formula of a ratio that still equals its parts; None for any other figure."""
        indicator = self._evidence.indicators.get(row.row.indicator or "")
        if indicator is None or indicator.ratio is None:
            return None
        parts = [self._part(row, code) for code in (indicator.ratio.numerator, indicator.ratio.denominator)]
        values = [value for value, _ in parts if value is not None]
        if len(values) < len(parts) or not self._agrees(row, values):
            return None
        (_, numerator), (_, denominator) = parts
        return f'=IF({denominator}=0,"{NO_DENOMINATOR}",ROUND({numerator}*100/{denominator},{PCT_PLACES}))'

    def _part(self, row: PrintedRow, code: str) -> tuple[Decimal | None, str]:
        if self._values.get(code) is not None:
            return self._values[code], self._form_places[code]
        place = self._input_places.get((row.key, code), "")
        passport = self._evidence.passports.get(row.key)
        inputs = passport.inputs if passport and place else ()
        return next((given.value for given in inputs if given.indicator_code == code), None), place

    @staticmethod
    def _agrees(row: PrintedRow, values: list[Decimal]) -> bool:
        status = row.cell.status
        expected = ratio_pct(values[0], values[1])
        return expected == row.cell.value and (expected is not None or status is CellStatus.NO_DENOMINATOR)


def _set_page(sheet: Sheet, page: PrintedForm) -> None:
    opened = sheet.opened
    if page.draft_line:
        opened.set_header(f"&C&KC00000{page.draft_line}")
    opened.set_paper(9)
    opened.set_portrait()
    margins = (layout.LEFT_MM, layout.RIGHT_MM, layout.TOP_MM, layout.BOTTOM_MM)
    opened.set_margins(*map(layout.inches, margins))
    opened.fit_to_pages(1, 0)
    opened.hide_gridlines(2)
    for column, width in enumerate(_WIDTHS):
        opened.set_column(column, column, width)


def _write_head(sheet: Sheet, page: PrintedForm) -> int:
    """Write what stands above the table; give the row its head starts in."""
    lines = [(page.draft_line, "draft")] if page.draft_line else []
    lines += [(page.appendix, "title"), *((line, "title") for line in page.title), (page.attached_to, "line")]
    for row, (text, look) in enumerate(lines):
        sheet.across(row, (0, _LAST), text, look)
    head_at = len(lines) + 1
    names = page.columns
    sheet.down((head_at, head_at + 1), 0, names.number, "head")
    sheet.down((head_at, head_at + 1), 1, "", "head")
    note = (Run(names.label_note, italic=True),) if names.label_note else ()
    sheet.runs(head_at, 1, (Run(f"{names.label}\n" if note else names.label), *note), "head")
    if names.result:
        sheet.across(head_at, (2, _FIGURE), names.result, "head")
        sheet.text(head_at + 1, 2, names.unit, "head")
        sheet.text(head_at + 1, _FIGURE, names.figure, "head")
    else:
        sheet.down((head_at, head_at + 1), 2, names.unit, "head")
        sheet.down((head_at, head_at + 1), _FIGURE, names.figure, "head")
    sheet.down((head_at, head_at + 1), _LAST, names.note, "head")
    sheet.opened.set_row(head_at, 20)
    sheet.opened.set_row(head_at + 1, 20)
    return head_at


def _write_row(sheet: Sheet, at: int, row: PrintedRow, formulas: _Formulas) -> None:
    weight = (BOLD,) if row.row.heading else ()
    sheet.text(at, 0, row.number, "centre", *weight)
    sheet.runs(at, 1, row.label, "text", *weight)
    sheet.runs(at, 2, row.unit, "centre")
    _write_figure(sheet, at, row, formulas.of(row))
    sheet.text(at, _LAST, row.note, "note")
    texts = (row.label_text, row.unit_text, row.note)
    sheet.fit_height(at, zip(texts, (_WIDTHS[1], _WIDTHS[2], _WIDTHS[_LAST] + _NOTE_EXTRA), strict=True))


def _write_figure(sheet: Sheet, at: int, row: PrintedRow, formula: str | None) -> None:
    value = row.cell.value
    if formula is not None:
        shown = row.figure if value is None else float(value)
        sheet.opened.write_formula(at, _FIGURE, formula, sheet.number_format(row.cell.measure), shown)
    elif value is not None:
        sheet.number(at, _FIGURE, value, row.cell.measure)
    else:
        sheet.text(at, _FIGURE, row.figure, "none")


def _write_signature(sheet: Sheet, page: PrintedForm, at: int) -> None:
    if not page.has_signature:
        return
    for line, authority in enumerate(page.signed_as):
        sheet.across(at + line, (2, _LAST), authority, "signature")
    sheet.across(at + len(page.signed_as) + 4, (2, _LAST), page.signer, "signature")

"""The sheet "Nguồn số liệu": the passport of each cell, its inputs as numbers below it."""

from collections.abc import Container
from decimal import Decimal

from baocao.catalogue.forms import MatrixCell
from baocao.documents.evidence import Evidence
from baocao.documents.passport import STEP_OF_INPUT, Passport, PassportInput
from baocao.documents.printed import STATUS_LABELS, PrintedForm
from baocao.documents.printed_row import PrintedRow
from baocao.documents.xlsx_sheet import Sheet
from baocao.domain import Measure
from baocao.figures import print_figure, print_instant

_COLUMNS = (
    ("STT", 8), ("Chỉ tiêu, số đầu vào", 40), ("Số liệu", 13), ("Trạng thái", 15), ("Cách tính", 36),
    ("Các bước lọc", 36), ("Hệ thống", 20), ("Đầu mối", 20), ("Căn cứ", 22), ("Lấy số liệu lúc", 17),
    ("Tính lúc", 17), ("Ngày đã có, chứng minh là đủ", 40), ("Mã băm dữ liệu gốc (SHA-256)", 68),
)  # fmt: skip
_WIDTHS = tuple(width for _, width in _COLUMNS)
_VALUE = 2
_LAST_PRINTED = 7
"""Up to who answers for the figure: more would be too small to read on A4. The rest is for the screen."""


def write_sources(sheet: Sheet, page: PrintedForm, evidence: Evidence) -> dict[tuple[str, str], str]:
    """Write the sheet; give where each input stands, by row number and indicator.

    Of a matrix, which has hundreds of cells, the total line is printed: the others are for the screen.
    """
    _write_head(sheet)
    places: dict[tuple[str, str], str] = {}
    on_form = {row.row.indicator for row in page.rows}
    at, first = 1, 0
    for row in page.rows:
        passport = evidence.passports.get(row.key)
        if row.row.heading or passport is None:
            continue
        if not first and isinstance(row.row, MatrixCell) and row.row.line.kind == "total":
            first = at
        _write_passport(sheet, at, row, passport, evidence, on_form)
        for given in passport.inputs:
            at += 1
            _write_input(sheet, at, given)
            places[row.key, given.indicator_code] = f"'{sheet.name}'!$C${at + 1}"
        at += 1
    sheet.opened.print_area(first, 0, max(at - 1, 1), _LAST_PRINTED)
    if at == 1:
        sheet.text(1, 1, "Không có hồ sơ nguồn số liệu kèm theo.")
    return places


def _write_head(sheet: Sheet) -> None:
    for column, (name, width) in enumerate(_COLUMNS):
        sheet.opened.set_column(column, column, width)
        sheet.text(0, column, name, "head")
    sheet.opened.freeze_panes(1, 2)
    sheet.opened.set_landscape()
    sheet.opened.set_paper(9)
    sheet.opened.fit_to_pages(1, 0)
    sheet.opened.repeat_rows(0)


def _write_passport(
    sheet: Sheet, at: int, row: PrintedRow, passport: Passport, evidence: Evidence, on_form: Container[str | None]
) -> None:
    sheet.text(at, 0, row.spoken_number, "centre")
    sheet.text(at, 1, row.row.meant_label)
    if row.cell.value is None:
        sheet.text(at, _VALUE, row.figure, "none")
    else:
        sheet.number(at, _VALUE, row.cell.value, row.cell.measure)
    known_at = print_instant(passport.known_at) if passport.known_at else ""
    texts = (
        STATUS_LABELS[row.cell.status],
        "\n".join((passport.formula, *passport.evidence)),
        _say_steps(passport, on_form),
        passport.system,
        evidence.owner_name(passport.owner),
        passport.legal_basis,
        "\n".join(print_instant(at) for at in passport.fetched_at),
        known_at,
        "\n".join(passport.coverage),
        "\n".join(passport.payload_hashes),
    )
    words = texts[:-1]
    for column, text in enumerate(texts, start=_VALUE + 1):
        sheet.text(at, column, text, "note")
    sheet.fit_height(
        at, [(row.row.meant_label, _WIDTHS[1]), *zip(words, _WIDTHS[_VALUE + 1 : -1], strict=True)], size=10
    )


def _say_steps(passport: Passport, on_form: Container[str | None]) -> str:
    """One line a step, below the input it is of; nothing for a ratio whose counts stand on the form with theirs."""
    if passport.inputs and all(given.indicator_code in on_form for given in passport.inputs):
        return ""
    lines: list[str] = []
    said = ""
    for step in passport.steps:
        given, is_of_input, what = step.step.rpartition(STEP_OF_INPUT)
        if is_of_input and given != said:
            lines.append(f"{given}:")
        said = given
        lines.append(f"{what}: {print_figure(Decimal(step.left_count), Measure.DOSSIER)}")
    return "\n".join(lines)


def _write_input(sheet: Sheet, at: int, given: PassportInput) -> None:
    sheet.opened.set_row(at, 18, None, {"level": 1})
    sheet.text(at, 0, "", "centre")
    sheet.text(at, 1, f"→ {given.label}", "note")
    if given.value is None:
        sheet.text(at, _VALUE, "", "none")
    else:
        sheet.number(at, _VALUE, given.value, Measure.DOSSIER)

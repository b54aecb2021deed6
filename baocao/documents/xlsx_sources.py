"""The sheet "Nguồn số liệu": the passport of each cell, its inputs as numbers below it."""

from decimal import Decimal

from baocao.documents.evidence import Evidence
from baocao.documents.passport import Passport, PassportInput
from baocao.documents.printed import STATUS_LABELS, PrintedForm, PrintedRow
from baocao.documents.texts import print_time
from baocao.documents.xlsx_sheet import Sheet
from baocao.domain import Measure
from baocao.figures import print_figure

_COLUMNS = (
    ("STT", 8), ("Chỉ tiêu, số đầu vào", 46), ("Số liệu", 15), ("Trạng thái", 16), ("Cách tính", 40),
    ("Hệ thống", 20), ("Đầu mối", 20), ("Căn cứ", 22), ("Lấy số liệu lúc", 17), ("Tính lúc", 17),
    ("Các bước lọc", 36), ("Mã băm dữ liệu gốc (SHA-256)", 36),
    ("Ngày đã có, chứng minh là đủ", 40),
)  # fmt: skip
_WIDTHS = tuple(width for _, width in _COLUMNS)
_A3 = 8
_VALUE = 2


def write_sources(sheet: Sheet, page: PrintedForm, evidence: Evidence) -> dict[tuple[str, str], str]:
    """Write the sheet; give where each input stands, by row number and indicator."""
    _write_head(sheet)
    places: dict[tuple[str, str], str] = {}
    at = 1
    for row in page.rows:
        passport = evidence.passports.get(row.key)
        if row.row.heading or passport is None:
            continue
        _write_passport(sheet, at, row, passport, evidence)
        for given in passport.inputs:
            at += 1
            _write_input(sheet, at, given)
            places[row.key, given.indicator_code] = f"'{sheet.name}'!$C${at + 1}"
        at += 1
    if at == 1:
        sheet.text(1, 1, "Không có hồ sơ nguồn số liệu kèm theo.")
    return places


def _write_head(sheet: Sheet) -> None:
    for column, (name, width) in enumerate(_COLUMNS):
        sheet.opened.set_column(column, column, width)
        sheet.text(0, column, name, "head")
    sheet.opened.freeze_panes(1, 2)
    sheet.opened.set_landscape()
    sheet.opened.set_paper(_A3)
    sheet.opened.fit_to_pages(1, 0)
    sheet.opened.repeat_rows(0)


def _write_passport(sheet: Sheet, at: int, row: PrintedRow, passport: Passport, evidence: Evidence) -> None:
    sheet.text(at, 0, row.number, "centre")
    sheet.text(at, 1, row.row.meant_label)
    if row.cell.value is None:
        sheet.text(at, _VALUE, row.figure, "none")
    else:
        sheet.number(at, _VALUE, row.cell.value, row.cell.measure)
    known_at = print_time(passport.known_at) if passport.known_at else ""
    texts = (
        STATUS_LABELS[row.cell.status],
        "\n".join((passport.formula, *passport.evidence)),
        passport.system,
        evidence.owner_name(passport.owner),
        passport.legal_basis,
        "\n".join(print_time(at) for at in passport.fetched_at),
        known_at,
        "\n".join(f"{step.step}: {print_figure(Decimal(step.left_count), Measure.DOSSIER)}" for step in passport.steps),
        "\n".join(passport.payload_hashes),
        "\n".join(passport.coverage),
    )
    for column, text in enumerate(texts, start=_VALUE + 1):
        sheet.text(at, column, text, "note")
    sheet.fit_height(at, [(row.row.meant_label, _WIDTHS[1]), *zip(texts, _WIDTHS[_VALUE + 1 :], strict=True)])


def _write_input(sheet: Sheet, at: int, given: PassportInput) -> None:
    sheet.opened.set_row(at, 18, None, {"level": 1})
    sheet.text(at, 0, "", "centre")
    sheet.text(at, 1, f"→ {given.label}", "note")
    if given.value is None:
        sheet.text(at, _VALUE, "", "none")
    else:
        sheet.number(at, _VALUE, given.value, Measure.DOSSIER)

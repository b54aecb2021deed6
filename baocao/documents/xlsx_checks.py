"""The sheet "Kiểm tra": every check, the gravest failure first."""

from collections.abc import Mapping

from baocao.documents.evidence import OUTCOME_LABELS, SEVERITY_LABELS, Evidence, applying, by_gravity
from baocao.documents.printed import PrintedForm
from baocao.documents.xlsx_sheet import Sheet
from baocao.domain import CheckResult, Outcome, Severity

_COLUMNS = (
    ("Kết quả", 14), ("Mức độ", 13), ("Mục", 12), ("Nội dung", 48), ("Thấy", 15), ("Phải là", 17),
    ("Cách xử lý", 40), ("Đầu mối", 18), ("Mã kiểm tra", 24),
)  # fmt: skip
_FILLS = {Severity.CRITICAL: "#F8CBAD", Severity.WARNING: "#FFE699", Severity.INFO: "#DDEBF7"}


def write_checks(sheet: Sheet, page: PrintedForm, evidence: Evidence) -> None:
    """Write the sheet; what is printed of it is what did not pass."""
    checks, names = by_gravity(applying(evidence.checks, page)), page.cell_names
    for column, (name, width) in enumerate(_COLUMNS):
        sheet.opened.set_column(column, column, width)
        sheet.text(0, column, name, "head")
    for row, check in enumerate(checks, start=1):
        _write_check(sheet, row, check, evidence, names)
    if not checks:
        sheet.text(1, 3, "Không có kết quả kiểm tra kèm theo.")
    sheet.opened.freeze_panes(1, 0)
    sheet.opened.set_landscape()
    sheet.opened.set_paper(9)
    sheet.opened.fit_to_pages(1, 0)
    sheet.opened.repeat_rows(0)
    open_count = sum(check.outcome is not Outcome.PASS for check in checks)
    sheet.opened.print_area(0, 0, max(open_count, 1), len(_COLUMNS) - 1)


def _write_check(sheet: Sheet, row: int, check: CheckResult, evidence: Evidence, names: Mapping[str, str]) -> None:
    fill = ({"bg_color": _FILLS[check.severity]},) if check.outcome is Outcome.FAIL else ()
    texts = (
        OUTCOME_LABELS[check.outcome],
        SEVERITY_LABELS[check.severity],
        ", ".join(names.get(key, key) for key in check.cells),
        check.message_vi,
        check.observed,
        check.expected,
        check.mend_vi or check.reason,
        evidence.owner_name(check.owner),
        check.check,
    )
    for column, text in enumerate(texts):
        sheet.text(row, column, text, "note", *fill)
    sheet.fit_height(row, zip(texts, (width for _, width in _COLUMNS), strict=True), size=10)

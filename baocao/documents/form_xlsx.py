"""The form as an Excel workbook: the form itself, where each figure comes from, and its checks.

Numbers are numbers, ratios are formulas over their two counts, and no text from a source is ever a formula.
"""

import io
from pathlib import Path

import xlsxwriter

from baocao.catalogue import Form
from baocao.documents.evidence import Evidence
from baocao.documents.files import rezip, write_file
from baocao.documents.printed import PrintedForm, print_form
from baocao.documents.xlsx_checks import write_checks
from baocao.documents.xlsx_form import write_form
from baocao.documents.xlsx_matrix import write_matrix
from baocao.documents.xlsx_sheet import Workbook
from baocao.documents.xlsx_sources import write_sources
from baocao.domain import FilledForm

_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": False,
}


def write_form_xlsx(
    filled: FilledForm, form: Form, path: Path, *, draft: bool = False, evidence: Evidence | None = None
) -> str:
    """Write the workbook; give its SHA-256."""
    return write_file(path, render_xlsx(print_form(filled, form, draft=draft), evidence or Evidence()))


def render_xlsx(page: PrintedForm, evidence: Evidence) -> bytes:
    """The workbook's bytes: equal for equal input on every machine."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, _OPTIONS) as opened:
        opened.set_properties(_properties(page))
        opened.set_calc_mode("auto")
        workbook = Workbook(opened)
        form_sheet = workbook.add_sheet(page.appendix)
        sources_sheet = workbook.add_sheet("Nguồn số liệu")
        checks_sheet = workbook.add_sheet("Kiểm tra")
        input_places = write_sources(sources_sheet, page, evidence)
        if page.table is not None:
            write_matrix(form_sheet, page, page.table)
        else:
            write_form(form_sheet, page, evidence, input_places)
        write_checks(checks_sheet, page, evidence)
    return rezip(stream.getvalue())


def _properties(page: PrintedForm) -> dict[str, object]:
    return {
        "title": page.document_title,
        "subject": page.filled.form_code,
        "author": page.author,
        "status": page.draft_line,
        "created": page.made_at.replace(tzinfo=None),
    }

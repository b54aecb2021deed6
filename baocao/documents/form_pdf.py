"""The official form as PDF: the same page as the Word file, fonts embedded, tagged for screen readers."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import typst

from baocao.catalogue import Form
from baocao.documents import layout
from baocao.documents.files import write_file
from baocao.documents.fonts import BUILT_IN_FAMILY, all_fonts, times_family
from baocao.documents.matrix_table import MatrixTable
from baocao.documents.printed import PrintedForm, print_form
from baocao.documents.printed_row import PrintedRow
from baocao.documents.texts import Run
from baocao.domain import FilledForm

_TEMPLATE = Path(__file__).parent / "pdf_form.typ"


def write_form_pdf(filled: FilledForm, form: Form, path: Path, *, draft: bool = False) -> str:
    """Write the PDF file; give its SHA-256."""
    return write_file(path, render_pdf(print_form(filled, form, draft=draft)))


def render_pdf(page: PrintedForm) -> bytes:
    """The PDF's bytes: equal for equal input on every machine with the same Times (`times_family`).

    PDF/A-2a for the archive and PDF/UA-1 for screen readers at once; plain tagged PDF only where a note holds
    a letter no font of the machine can show.
    """
    try:
        return _compile(page, ["a-2a", "ua-1"])
    except typst.TypstError:
        return _compile(page, [])


def _compile(page: PrintedForm, standards: "list[typst.PDFStandard]") -> bytes:
    return typst.compile(
        _TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=all_fonts(),
        pdf_standards=standards,
        sys_inputs={"page": json.dumps(_page_json(page), ensure_ascii=False)},
    )


def _page_json(page: PrintedForm) -> dict[str, Any]:
    made_at = page.made_at
    return {
        "title": page.document_title,
        "author": page.author,
        "made_at": {name: getattr(made_at, name) for name in ("year", "month", "day", "hour", "minute", "second")},
        "fonts": list(dict.fromkeys((times_family(), BUILT_IN_FAMILY))),
        "draft_line": page.draft_line,
        "margins_mm": {
            "top": layout.DRAFT_TOP_MM if page.draft_line else layout.TOP_MM,
            "bottom": layout.BOTTOM_MM,
            "left": layout.LEFT_MM,
            "right": layout.RIGHT_MM,
        },
        "header_mm": layout.HEADER_MM,
        "columns_mm": layout.COLUMNS_MM,
        "appendix": page.appendix,
        "head": page.title,
        "attached_to": page.attached_to,
        "columns": page.columns.model_dump(),
        "rows": [_row_json(row) for row in page.rows],
        "footnotes": page.footnotes,
        "signature": page.signed_as if page.has_signature else tuple(filter(None, [page.prepared_by])),
        "signing_mm": layout.signing_mm(page.layout_version, is_matrix=page.table is not None),
        "signer": page.signer if page.has_signature else "",
        "flipped": page.is_landscape,
        "measure_line": page.measure_line,
        "sides": _sides_json(page) if page.has_sides else None,
        "matrix": _matrix_json(page.table) if page.table else None,
    }


def _sides_json(page: PrintedForm) -> dict[str, Any]:
    return {
        "left": page.head_left or (page.appendix,),
        "right": page.head_right or ("",),
        "widths_mm": layout.sides_mm(is_landscape=page.is_landscape),
    }


def _matrix_json(table: MatrixTable) -> dict[str, Any]:
    return {
        "columns": [column.holds for column in table.columns],
        "heads": [asdict(head) for head in table.heads],
        "numbers": table.numbers,
        "depth": table.depth,
        "widths_mm": table.widths_mm,
        "lines": [{"cells": line.texts, "heavy": line.is_heavy} for line in table.lines],
    }


def _row_json(row: PrintedRow) -> dict[str, Any]:
    return {
        "number": row.number,
        "label": [_run_json(run) for run in row.label],
        "unit": [_run_json(run) for run in row.unit],
        "figure": row.figure,
        "note": row.short_note,
        "heading": row.row.heading,
        "depth": row.row.depth,
        "has_value": row.cell.value is not None,
    }


def _run_json(run: Run) -> dict[str, Any]:
    return {"text": run.text, "italic": run.italic}

"""The official form as a Word file, with the look of NĐ 30/2020/NĐ-CP, Phụ lục I.

The package is built from the parts in `word_parts/`: all looks are in its styles.xml, none in the document.
"""

from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from baocao.catalogue import Form
from baocao.documents import layout
from baocao.documents.files import write_file, zip_parts
from baocao.documents.printed import PrintedForm, print_form
from baocao.domain import FilledForm

_PARTS_DIR = Path(__file__).parent / "word_parts"
_END_OF_STYLES = b"</w:styles>"


def write_form_docx(filled: FilledForm, form: Form, path: Path, *, draft: bool = False) -> str:
    """Write the Word file; give its SHA-256. A draft says on every page that it is one."""
    return write_file(path, render_docx(print_form(filled, form, draft=draft)))


def render_docx(page: PrintedForm) -> bytes:
    """The Word file's bytes: equal for equal input on every machine."""
    made_at = f"{page.made_at:%Y-%m-%dT%H:%M:%SZ}"
    return zip_parts(
        [
            ("[Content_Types].xml", _read("content_types.xml")),
            ("_rels/.rels", _read("package_rels.xml")),
            ("docProps/app.xml", _read("app.xml")),
            ("docProps/core.xml", _render("core.xml.j2", page=page, made_at=made_at)),
            ("word/document.xml", _render("document.xml.j2", **_body(page))),
            ("word/_rels/document.xml.rels", _read("document_rels.xml")),
            ("word/styles.xml", _styles(page)),
            ("word/settings.xml", _read("settings.xml")),
            ("word/fontTable.xml", _read("font_table.xml")),
            ("word/header_first.xml", _render("header.xml.j2", page=page, numbered=False)),
            ("word/header_next.xml", _render("header.xml.j2", page=page, numbered=True)),
        ]
    )


def load_parts() -> None:
    """Make ready what `render_docx` fills in."""
    for path in _PARTS_DIR.glob("*.j2"):
        _templates().get_template(path.name)


def _body(page: PrintedForm) -> dict[str, Any]:
    table, is_landscape = page.table, page.is_landscape
    return {
        "page": page,
        "layout": layout,
        "twips": layout.twips,
        "paper": layout.page_mm(is_landscape=is_landscape),
        "widths": layout.shares_twips(table.widths_mm, is_landscape=True) if table else layout.columns_twips(),
        "sides": layout.shares_twips(layout.sides_mm(is_landscape=is_landscape), is_landscape=is_landscape),
    }


def _styles(page: PrintedForm) -> bytes:
    """Those of a matrix are left out of a form that has none of it: its bytes never change."""
    styles = _read("styles.xml")
    if not (page.table or page.has_sides or page.measure_line):
        return styles
    return styles.replace(_END_OF_STYLES, _read("matrix_styles.xml") + _END_OF_STYLES)


def _read(name: str) -> bytes:
    return (_PARTS_DIR / name).read_bytes()


def _render(name: str, **values: Any) -> bytes:
    return _templates().get_template(name).render(values).encode()


@cache
def _templates() -> Environment:
    loader = FileSystemLoader(_PARTS_DIR)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)

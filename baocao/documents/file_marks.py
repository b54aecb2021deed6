"""The mark in a blank form of ours: which form, of which unit and period it is, in the file's own properties.

Nobody sees it and nobody has to type it. It makes recognition certain; what stands on the page is still read, and where
the page says otherwise that is told.
"""

import io
from dataclasses import dataclass
from typing import Any, Final

from baocao.documents.reading.package import OfficePackage
from baocao.domain import Period
from baocao.errors import UnreadableFormError

PART: Final = "docProps/custom.xml"
NAMES: Final = {"form_code": "baocao.form", "unit_code": "baocao.unit", "period_code": "baocao.period"}
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST_ID = 2
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class FileMark:
    """What a file says it was made for. It is typed by nobody and may be forged by anybody: no proof of a sender."""

    form_code: str
    unit_code: str
    period_code: str

    @property
    def period(self) -> Period | None:
        """None where the mark names none."""
        try:
            return Period.parse(self.period_code)
        except ValueError:
            return None


def read_mark(content: bytes) -> FileMark | None:
    """The mark of a Word or Excel file; None where it has none, or the file is a strange one: that is for readers."""
    if not content.startswith(b"PK"):
        return None
    try:
        package = OfficePackage(content)
        if PART not in package.names:
            return None
        found = dict(_properties(package.tree(PART)))
    except UnreadableFormError:
        return None
    values = {field: found.get(name, "") for field, name in NAMES.items()}
    return FileMark(**values) if all(0 < len(value) <= _LONGEST for value in values.values()) else None


def _properties(root: Any) -> list[tuple[str, str]]:
    return [(str(one.get("name")), "".join(one.itertext()).strip()) for one in root]


def print_mark(mark: FileMark) -> bytes:
    """As the part of an Office package."""
    from lxml import etree

    root = etree.Element(f"{{{_CUSTOM}}}Properties", nsmap={None: _CUSTOM, "vt": _TYPES})
    for number, (field, name) in enumerate(NAMES.items(), start=_FIRST_ID):
        one = etree.SubElement(root, f"{{{_CUSTOM}}}property", fmtid=_FORMAT, pid=str(number), name=name)
        etree.SubElement(one, f"{{{_TYPES}}}lpwstr").text = getattr(mark, field)
    printed: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return printed


def mark_word(package: Any, mark: FileMark) -> None:
    """Put the mark into a Word package opened by python-docx."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    kind = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
    part = Part(PackURI(f"/{PART}"), kind, print_mark(mark), package)
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
    package.relate_to(part, relation)


def mark_excel(book: Any, mark: FileMark) -> None:
    """Put the mark into a workbook opened by openpyxl."""
    from openpyxl.packaging.custom import StringProperty

    for field, name in NAMES.items():
        book.custom_doc_props.append(StringProperty(name=name, value=getattr(mark, field)))


def save(opened: Any) -> bytes:
    """The bytes of what python-docx or openpyxl has open."""
    stream = io.BytesIO()
    opened.save(stream)
    return stream.getvalue()

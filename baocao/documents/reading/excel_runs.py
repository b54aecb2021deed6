"""Texts whose style changes inside a cell, held in the sheet itself: there the library drops the styles."""

import re
from typing import Any

from baocao.documents.reading.package import OfficePackage

_INLINE = re.compile(rb"<(?:\w+:)?is>\s*<(?:\w+:)?r\b")
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def inline_runs(package: OfficePackage, sheet_path: str) -> dict[str, Any]:
    """By a cell's address (`D12`) its text with the style of each part."""
    name = sheet_path.lstrip("/")
    if not _INLINE.search(package.read(name)):
        return {}
    from openpyxl.cell.rich_text import CellRichText

    cells = ((cell.get("r"), cell.find(f"{_MAIN}is")) for cell in package.tree(name).iter(f"{_MAIN}c"))
    found = ((address, CellRichText.from_tree(text)) for address, text in cells if address and text is not None)
    return {address: text for address, text in found if isinstance(text, CellRichText)}  # a tuple of a plain text

"""Which rows and columns of a sheet nobody sees: hidden, filtered out or folded away."""

import re
from dataclasses import dataclass

from baocao.documents.reading.package import OfficePackage

_ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
_COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*?)/?>")
_ATTRIBUTE = re.compile(rb"\b(hidden|zeroHeight|r|min|max|ht|width|customHeight|customWidth)\s*=\s*[\"']([^\"']*)[\"']")
_ON = frozenset({b"1", b"true"})
_MOST_COLUMNS = 200
_THIN = 0.5


@dataclass(frozen=True, slots=True)
class HiddenParts:
    """Rows and columns counted from 0."""

    rows: frozenset[int]
    columns: frozenset[int]


def hidden_parts(package: OfficePackage, sheet_path: str) -> HiddenParts:
    part = package.read(sheet_path.lstrip("/"))
    return HiddenParts(frozenset(_rows(part)), frozenset(_columns(part)))


def _rows(part: bytes) -> list[int]:
    """A row without its number follows the one before."""
    hidden, number = [], 0
    for match in _ROW.finditer(part):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        number = int(attributes[b"r"]) if attributes.get(b"r", b"").isdigit() else number + 1
        if _is_hidden(attributes, b"ht"):
            hidden.append(number - 1)
    return hidden


def _columns(part: bytes) -> list[int]:
    columns: list[int] = []
    for match in _COLUMN.finditer(part):
        attributes = dict(_ATTRIBUTE.findall(match[1]))
        if _is_hidden(attributes, b"width"):
            first, last = int(attributes.get(b"min", b"1")), int(attributes.get(b"max", b"1"))
            columns += range(first - 1, min(last, _MOST_COLUMNS))
    return columns


def _is_hidden(attributes: dict[bytes, bytes], size: bytes) -> bool:
    if attributes.get(b"hidden") in _ON:
        return True
    try:
        return float(attributes.get(size, b"9")) < _THIN
    except ValueError:
        return False

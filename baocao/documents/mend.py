"""A copy of the Word or Excel file somebody handed in, with cells mended so that a person sees and decides each.

The same file and mends give the same bytes: revisions bear the day the file was last saved, not today's.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from baocao.documents.mend_excel import mend_excel
from baocao.documents.mend_word import mend_word
from baocao.documents.reading import markable_kind
from baocao.documents.reading.package import OfficePackage
from baocao.forms.handmade.mending import MendedCell
from baocao.forms.recognise import FileKind, Position

_PROPERTIES = "docProps/core.xml"
_SAVED_AT = re.compile(rb"<dcterms:modified[^>]*>\s*([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})")
_NO_TIME = "2000-01-01T00:00:00Z"

Mends = Mapping[Position, MendedCell]
_WRITERS: Mapping[FileKind, Callable[[bytes, Mends, str], tuple[bytes, frozenset[Position]]]] = {
    FileKind.DOCX: mend_word,
    FileKind.XLSX: mend_excel,
}


@dataclass(frozen=True, slots=True)
class MendedCopy:
    """`unwritten` are cells of a kind that cannot be changed safely (a field, another revision)."""

    content: bytes
    unwritten: frozenset[Position]


def mend_copy(content: bytes, mends: Mends) -> MendedCopy:
    """Raise UnreadableFormError for a file that cannot carry revisions or marks (PDF, text, macros)."""
    kind = markable_kind(content)
    mended, unwritten = _WRITERS[kind](content, mends, _saved_at(content))
    return MendedCopy(mended, unwritten)


def _saved_at(content: bytes) -> str:
    package = OfficePackage(content)
    match = _SAVED_AT.search(package.read(_PROPERTIES)) if _PROPERTIES in package.names else None
    return f"{match[1].decode()}Z" if match else _NO_TIME

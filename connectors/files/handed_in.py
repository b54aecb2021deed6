"""A form a unit handed in as a source: the file as it came, and the figures read from it, each a payload.

What was read is kept beside the file it was read from: whoever handed it in was answered on that reading, and another
reader, a later one or the same with another program beside it, might read a doubtful page otherwise.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from baocao.domain import RawPayload, Window
from baocao.forms.recognise import ReadForm
from baocao.handed_in import FIGURES, FILE, HANDED_IN, HandedFigure, dump_figures

FIGURES_TYPE = "application/json"
MEDIA_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}
UNKNOWN_TYPE = "application/octet-stream"


@dataclass(frozen=True)
class HandedFile:
    """A file as it came: of which unit and days, as the how manieth, when. Its name is nobody's business."""

    content: bytes = field(repr=False)
    unit_code: str
    window: Window
    number: int
    received_at: datetime

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def pack_file(given: HandedFile, kind: str) -> RawPayload:
    """The file itself; `kind` is what it turned out to be, by its content."""
    return _pack(given, {"part": FILE, "number": given.number}, MEDIA_TYPES.get(kind, UNKNOWN_TYPE), given.content)


def pack_figures(given: HandedFile, read: ReadForm, explained: Sequence[Mapping[str, Any]]) -> RawPayload:
    """The cells of the form by indicator; `explained` are the critical findings the unit has given its reasons for."""
    request = {
        "part": FIGURES,
        "number": given.number,
        "form": read.form.form_code,
        "file_sha256": given.sha256,
        "media_type": str(read.document.kind),
        "explained": [dict(one) for one in explained],
    }
    return _pack(given, request, FIGURES_TYPE, dump_figures(read_cells(read)))


def read_cells(read: ReadForm) -> dict[str, HandedFigure]:
    """Every cell of the form that has a figure of ours and stands in the file, by indicator."""
    cells = {}
    for key, cell in read.filled.cells.items():
        place = read.place_of(key)
        if cell.indicator_code is not None and place is not None:
            cells[cell.indicator_code] = HandedFigure(key, cell.value, cell.text or "", place.name, cell.how_read)
    return cells


def _pack(given: HandedFile, request: dict[str, Any], media_type: str, body: bytes) -> RawPayload:
    return RawPayload(
        source_code=HANDED_IN,
        unit_code=given.unit_code,
        window=given.window,
        request=request,
        fetched_at=given.received_at,
        media_type=media_type,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        answer_sha256=given.sha256,
        answer_bytes=len(given.content),
    )

"""Understanding a form filled by hand: its version, rows, figures and head, from neutral rows and lines."""

from baocao.forms.recognise.raw import (
    FileKind,
    Position,
    RawCell,
    RawDocument,
    RawLine,
    RawPiece,
    RawRow,
    Remark,
)
from baocao.forms.recognise.read_form import ReadForm
from baocao.forms.recognise.recognition import recognise

__all__ = [
    "FileKind", "Position", "RawCell", "RawDocument", "RawLine", "RawPiece", "RawRow", "ReadForm", "Remark",
    "recognise",
]  # fmt: skip

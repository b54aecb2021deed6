"""Understanding a form filled by hand: its version, rows, figures and head, from neutral rows and lines."""

from baocao.forms.recognise.raw import (
    FileKind,
    FileRemark,
    Position,
    RawCell,
    RawDocument,
    RawLine,
    RawPiece,
    RawRow,
    Unseen,
    UnseenKind,
)
from baocao.forms.recognise.read_form import ReadForm, Understood, Wishes
from baocao.forms.recognise.recognition import recognise, recognise_all

__all__ = [
    "FileKind",
    "FileRemark",
    "Position",
    "RawCell",
    "RawDocument",
    "RawLine",
    "RawPiece",
    "RawRow",
    "ReadForm",
    "Understood",
    "Unseen",
    "UnseenKind",
    "Wishes",
    "recognise",
    "recognise_all",
]  # fmt: skip

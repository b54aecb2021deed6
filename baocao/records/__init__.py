"""The canonical records: their schema, and frames of them."""

from baocao.records.frames import build_frame, empty_frame, join_frames
from baocao.records.schema import (
    CODE,
    COLUMNS,
    DAY,
    INSTANT,
    KEYS,
    MORE,
    REPEATED,
    TEXT,
    TIMELINESS,
    UNKNOWN,
    VALUES,
    YES_NO,
)

__all__ = [
    "CODE",
    "COLUMNS",
    "DAY",
    "INSTANT",
    "KEYS",
    "MORE",
    "REPEATED",
    "TEXT",
    "TIMELINESS",
    "UNKNOWN",
    "VALUES",
    "YES_NO",
    "build_frame",
    "empty_frame",
    "join_frames",
]

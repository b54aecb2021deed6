"""Many frames into one, each let go as soon as it is read: what is held does not grow by more than the records do."""

import ctypes
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from baocao.records.growing import Keys, grow_column
from baocao.records.numbers import STEP, Places
from baocao.records.schema import COLUMNS, KEYS


def join_compactly(kind: str, frames: "Iterable[pd.DataFrame]") -> pd.DataFrame | None:
    """As `join_frames` does, for kinds whose key is a CODE; None where there is no record."""
    columns = {name: grow_column(name, dtype) for name, dtype in COLUMNS[kind].items()}
    for frame in frames:
        for name, column in columns.items():
            column.add(frame[name])
        del frame
        _give_back_memory()
    keys = columns[KEYS[kind]]
    assert isinstance(keys, Keys)
    if not len(keys.codes):
        return None
    places = _last_of_each(keys.codes)
    return pd.DataFrame({name: columns.pop(name).take(places) for name in COLUMNS[kind]}, copy=False)


def _give_back_memory() -> None:
    """What reading a frame has left free, scattered, goes back to the system; where the C library can do that.

    It takes a millisecond. Otherwise the scattered room grows by a third of what the records take.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _last_of_each(codes: npt.NDArray[np.bytes_]) -> Places | None:
    """Where the last record of each key stands, in the order of the keys; None where that is as they came."""
    if bool((codes[:-1] < codes[1:]).all()):
        return None
    order = np.argsort(codes, kind="stable").astype(np.int32)
    is_last = np.ones(len(order), dtype=bool)
    for start in range(0, len(order) - 1, STEP):
        part = codes[order[start : start + STEP + 1]]
        is_last[start : start + len(part) - 1] = part[:-1] != part[1:]
    return order if bool(is_last.all()) else order[is_last]

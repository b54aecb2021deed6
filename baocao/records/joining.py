"""Many frames into one, each let go as soon as it is read: what is held does not grow by more than the records do."""

import ctypes
from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from baocao.records.code_array import Bytes, CodeArray
from baocao.records.schema import CODED, COLUMNS, DAY, INSTANT, KEYS, MORE, REPEATED

Places = npt.NDArray[np.int32]
PIECES_AT_ONCE = 4
MANY_ROWS = 5_000


def join_compactly(kind: str, frames: "Iterable[pd.DataFrame]") -> pd.DataFrame | None:
    """As `join_frames` does, for kinds whose key is a CODE; None where there is no record.

    A column of MORE that one of the frames lacks is in none of the whole: what it says of the others is not all.
    """
    dtypes: dict[str, Any] = {**COLUMNS[kind], **MORE[kind]}
    pieces: dict[str, list[Any]] = {name: [] for name in dtypes}
    for frame in frames:
        if len(frame):
            pieces = {name: found for name, found in pieces.items() if name in frame}
            for name, found in pieces.items():
                found.append(frame[name].astype(dtypes[name]).array)
        size = len(frame)
        del frame
        if size >= MANY_ROWS:
            _give_back_memory()
    key = KEYS[kind]
    if not pieces[key]:
        return None
    codes, places = _order(_join_numbers(_take_out(pieces[key], "codes")))
    columns: dict[str, Any] = {key: CodeArray(codes)}
    for name, found in pieces.items():
        if name != key:
            whole = _join_column(name, dtypes[name], found)
            columns[name] = whole if places is None else whole.take(places)
    return pd.DataFrame({name: columns[name] for name in dtypes if name in columns}, copy=False)


def _order(codes: Bytes) -> tuple[Bytes, Places | None]:
    """The keys in order, each once, and where the last record of each stood; None where that is as they came."""
    if bool((codes[:-1] < codes[1:]).all()):
        return codes, None
    places = np.argsort(codes, kind="stable").astype(np.int32)
    codes.sort()
    is_last = np.append(codes[:-1] != codes[1:], True)
    return (codes, places) if bool(is_last.all()) else (codes[is_last], places[is_last])


def _join_column(name: str, dtype: str, pieces: list[Any]) -> Any:
    if dtype == REPEATED:
        return pd.api.types.union_categoricals(pieces, sort_categories=name not in CODED)
    if dtype in {DAY, INSTANT}:
        instants = _join_numbers(_take_out(pieces, "asi8"))
        return pd.DatetimeIndex(instants, dtype=dtype, copy=False).array
    return pd.concat([pd.Series(piece) for piece in pieces], ignore_index=True).array


def _take_out(pieces: list[Any], what: str) -> list[Any]:
    """What the arrays hold, so that nothing else holds it."""
    taken = [getattr(piece, what) for piece in pieces]
    pieces.clear()
    return taken


def _join_numbers(pieces: list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """One array of all, each piece given back once it is copied: the room for all is not taken twice."""
    whole = np.empty(sum(map(len, pieces)), np.result_type(*{piece.dtype for piece in pieces}))
    end = len(whole)
    while pieces:
        piece = pieces.pop()
        whole[end - len(piece) : end] = piece
        end -= len(piece)
        if len(whole) >= MANY_ROWS and len(pieces) % PIECES_AT_ONCE == 0:
            del piece
            _give_back_memory()
    return whole


def _give_back_memory() -> None:
    """What reading a frame has left free, scattered, goes back to the system; where the C library can do that.

    It takes a millisecond, which few rows are not worth. Otherwise the scattered room grows by a third of what the
    records take.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)

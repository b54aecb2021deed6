"""Many frames into one, each let go as soon as it is read: what is held does not grow by more than the records do."""

import mmap
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from baocao.records.code_array import CodeArray
from baocao.records.schema import CODE, COLUMNS, KEYS, REPEATED, TEXT, VALUES, YES_NO

Places = npt.NDArray[np.intp]
PIECE_BYTES = 256 * 1024


class Column(Protocol):
    """One column while it grows."""

    def add(self, values: "pd.Series[Any]") -> None: ...

    def take(self, places: Places | None) -> Any:
        """The whole column in the order of `places` (None: as it came); nothing is added after that."""


class Numbers:
    """Values of a fixed width, in pieces of memory of their own: those of the heap would be moved, and leave holes."""

    def __init__(self, dtype: Any) -> None:
        self._dtype = np.dtype(dtype)
        self._pieces: list[mmap.mmap] = []
        self._left = 0

    def extend(self, values: npt.NDArray[Any]) -> None:
        unwritten = memoryview(np.ascontiguousarray(values, dtype=self._dtype).tobytes())
        while unwritten:
            if not self._left:
                self._pieces.append(_take_memory(PIECE_BYTES))
                self._left = PIECE_BYTES
            part = unwritten[: self._left]
            self._pieces[-1].write(part)
            self._left -= len(part)
            unwritten = unwritten[len(part) :]

    def array(self) -> npt.NDArray[Any]:
        """All of them as one; the pieces are given back on the way."""
        size = len(self._pieces) * PIECE_BYTES - self._left
        whole = _take_memory(max(size, 1))
        self._pieces.reverse()
        while self._pieces:
            with self._pieces.pop() as piece:
                whole.write(piece[: min(PIECE_BYTES, size - whole.tell())])
        return np.frombuffer(whole, dtype=self._dtype, count=size // self._dtype.itemsize)


def _take_memory(size: int) -> mmap.mmap:
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def _pick(values: npt.NDArray[Any], places: Places | None) -> npt.NDArray[Any]:
    return values if places is None else values[places]


class Instants:
    """Days or instants; `dtype` is what pandas calls them."""

    def __init__(self, dtype: str) -> None:
        self._dtype: Any = pd.api.types.pandas_dtype(dtype)
        self._numbers = Numbers("int64")

    def add(self, values: "pd.Series[Any]") -> None:
        instants: Any = values.astype(self._dtype).array
        self._numbers.extend(instants.asi8)

    def take(self, places: Places | None) -> Any:
        instants = _pick(self._numbers.array(), places)
        return pd.DatetimeIndex(instants, dtype=self._dtype, copy=False).array


class Codes:
    """A coded column: numbers of words, whose list may be given or found."""

    def __init__(self, words: tuple[str, ...] | None) -> None:
        self._words = words
        self._places: dict[str, int] = {}
        self._numbers = Numbers("int8" if words else "int32")

    def add(self, values: "pd.Series[Any]") -> None:
        codes = values.cat.codes.to_numpy()
        if self._words is None:
            numbers = [self._places.setdefault(word, len(self._places)) for word in values.cat.categories]
            codes = np.array([*numbers, -1], dtype=np.int32)[codes]
        self._numbers.extend(codes)

    def take(self, places: Places | None) -> Any:
        codes = _pick(self._numbers.array(), places)
        if self._words is not None:
            return pd.Categorical.from_codes(codes, categories=pd.Index(self._words))
        order = sorted(self._places)
        ranks = {word: rank for rank, word in enumerate(order)}
        again = np.array([*(ranks[word] for word in self._places), -1], dtype=np.int32)
        return pd.Categorical.from_codes(again[codes], categories=pd.Index(order, dtype=TEXT))


class YesNo:
    """Yes, no or nothing: 1, 0, -1."""

    def __init__(self) -> None:
        self._numbers = Numbers("int8")

    def add(self, values: "pd.Series[Any]") -> None:
        self._numbers.extend(values.to_numpy(dtype=np.int8, na_value=-1))

    def take(self, places: Places | None) -> Any:
        numbers = _pick(self._numbers.array(), places)
        return pd.arrays.BooleanArray(numbers == 1, numbers < 0)


class Keys:
    """Codes as bytes of one width, widened where a longer one comes."""

    def __init__(self) -> None:
        self._numbers = Numbers("S1")
        self._width = 1

    def add(self, values: "pd.Series[Any]") -> None:
        codes = values.array.codes
        if codes.dtype.itemsize > self._width:
            wider = Numbers(codes.dtype)
            wider.extend(self._numbers.array())
            self._numbers, self._width = wider, codes.dtype.itemsize
        self._numbers.extend(codes)

    @cached_property
    def codes(self) -> npt.NDArray[np.bytes_]:
        """All of them; none is added after that."""
        return self._numbers.array()

    def take(self, places: Places | None) -> CodeArray:
        return CodeArray(_pick(self.codes, places))


_MAKERS: Mapping[str, Callable[[str], Column]] = {
    CODE: lambda _: Keys(),
    REPEATED: lambda name: Codes(VALUES.get(name)),
    YES_NO: lambda _: YesNo(),
}


def join_compactly(kind: str, frames: "Iterable[pd.DataFrame]") -> pd.DataFrame | None:
    """As `join_frames` does, for kinds whose key is a CODE; None where there is no record."""
    columns = {
        name: _MAKERS[dtype](name) if dtype in _MAKERS else Instants(dtype) for name, dtype in COLUMNS[kind].items()
    }
    for frame in frames:
        for name, column in columns.items():
            column.add(frame[name])
        del frame
    keys = columns[KEYS[kind]]
    assert isinstance(keys, Keys)
    if not len(keys.codes):
        return None
    places = _last_of_each(keys.codes)
    return pd.DataFrame({name: columns.pop(name).take(places) for name in COLUMNS[kind]}, copy=False)


def _last_of_each(codes: npt.NDArray[np.bytes_]) -> Places | None:
    """Where the last record of each key stands, in the order of the keys; None where that is as they came."""
    if bool((codes[:-1] < codes[1:]).all()):
        return None
    order = np.argsort(codes, kind="stable")
    is_last = np.ones(len(order), dtype=bool)
    is_last[:-1] = codes[order[:-1]] != codes[order[1:]]
    return order[is_last]

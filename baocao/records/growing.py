"""The columns of records while they grow, in few bytes a record and in memory of their own, given back as a whole."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from baocao.records.code_array import CodeArray
from baocao.records.numbers import STEP, Numbers, Places, pick
from baocao.records.schema import CODE, CODED, REPEATED, TEXT, YES_NO

SECOND = 1_000_000
NAT = np.iinfo(np.int64).min
NO_SECOND = np.iinfo(np.int32).min
LAST_SECOND = np.iinfo(np.int32).max
MOST_SHORT = np.iinfo(np.int16).max


class Column(Protocol):
    """One column while it grows."""

    def add(self, values: "pd.Series[Any]") -> None: ...

    def take(self, places: Places | None) -> Any:
        """The whole column in the order of `places` (None: as it came); nothing is added after that."""


class Instants:
    """Days or instants; `dtype` is what pandas calls them. Held as whole seconds while none has a fraction of one."""

    def __init__(self, dtype: str) -> None:
        self._dtype: Any = pd.api.types.pandas_dtype(dtype)
        self._numbers = Numbers("int32")

    def add(self, values: "pd.Series[Any]") -> None:
        instants: npt.NDArray[np.int64] = values.astype(self._dtype).array.asi8  # type: ignore[attr-defined]
        if self._numbers.dtype == np.int32:
            seconds = _whole_seconds(instants)
            if seconds is not None:
                return self._numbers.extend(seconds)
            self._numbers = _in_microseconds(self._numbers)
        return self._numbers.extend(instants)

    def take(self, places: Places | None) -> Any:
        numbers = self._numbers.array()
        instants = pick(numbers, places, np.int64)
        if numbers.dtype == np.int32:
            _to_microseconds(instants)
        return pd.DatetimeIndex(instants, dtype=self._dtype, copy=False).array


def _whole_seconds(instants: npt.NDArray[np.int64]) -> npt.NDArray[np.int32] | None:
    """The same in seconds, NaT as the least number; None where that would not be the same."""
    seconds, rest = np.divmod(instants, SECOND)
    is_empty = instants == NAT
    if bool((rest[~is_empty] != 0).any()) or bool((np.abs(seconds[~is_empty]) > LAST_SECOND).any()):
        return None
    seconds[is_empty] = NO_SECOND
    return seconds.astype(np.int32)


def _in_microseconds(seconds: Numbers) -> Numbers:
    numbers = Numbers("int64")
    instants = seconds.array().astype(np.int64)
    _to_microseconds(instants)
    numbers.extend(instants)
    return numbers


def _to_microseconds(instants: npt.NDArray[np.int64]) -> None:
    """Seconds to microseconds, in place."""
    for start in range(0, len(instants), STEP):
        part = instants[start : start + STEP]
        is_empty = part == NO_SECOND
        part *= SECOND
        part[is_empty] = NAT


class Codes:
    """A coded column: numbers of words, whose list may be given or found."""

    def __init__(self, words: tuple[str, ...] | None) -> None:
        self._words = words
        self._places: dict[str, int] = {}
        self._numbers = Numbers("int8" if words else "int16")

    def add(self, values: "pd.Series[Any]") -> None:
        codes = values.cat.codes.to_numpy()
        if self._words is None:
            numbers = [self._places.setdefault(word, len(self._places)) for word in values.cat.categories]
            codes = np.array([*numbers, -1], dtype=np.int32)[codes]
            if len(self._places) > MOST_SHORT and self._numbers.dtype == np.int16:
                self._numbers.widen(np.int32)
        self._numbers.extend(codes)

    def take(self, places: Places | None) -> Any:
        codes = pick(self._numbers.array(), places)
        if self._words is not None:
            return pd.Categorical.from_codes(codes, categories=pd.Index(self._words), validate=False)
        order = sorted(self._places)
        ranks = {word: rank for rank, word in enumerate(order)}
        again = np.array([*(ranks[word] for word in self._places), -1], dtype=codes.dtype)
        for start in range(0, len(codes), STEP):
            codes[start : start + STEP] = again[codes[start : start + STEP]]
        return pd.Categorical.from_codes(codes, categories=pd.Index(order, dtype=TEXT), validate=False)


class YesNo:
    """Yes, no or nothing: 1, 0, -1."""

    def __init__(self) -> None:
        self._numbers = Numbers("int8")

    def add(self, values: "pd.Series[Any]") -> None:
        self._numbers.extend(values.to_numpy(dtype=np.int8, na_value=-1))

    def take(self, places: Places | None) -> Any:
        numbers = pick(self._numbers.array(), places)
        return pd.arrays.BooleanArray(numbers == 1, numbers < 0)


class Keys:
    """Codes as bytes of one width, widened where a longer one comes."""

    def __init__(self) -> None:
        self._numbers = Numbers("S1")

    def add(self, values: "pd.Series[Any]") -> None:
        codes = values.array.codes
        if codes.dtype.itemsize > self._numbers.dtype.itemsize:
            self._numbers.widen(codes.dtype)
        self._numbers.extend(codes)

    @cached_property
    def codes(self) -> npt.NDArray[np.bytes_]:
        """All of them; none is added after that."""
        return self._numbers.array()

    def take(self, places: Places | None) -> CodeArray:
        """In the order of the keys, which is that of `places`: sorted where they are, not to take their room twice."""
        codes = self.codes
        if places is not None:
            codes.sort()
            codes = _leave_out_repeated(codes) if len(places) < len(codes) else codes
        return CodeArray(codes)


def _leave_out_repeated(codes: npt.NDArray[np.bytes_]) -> npt.NDArray[np.bytes_]:
    """The same, each once, moved together where they are."""
    size, last = 0, b""
    for start in range(0, len(codes), STEP):
        part = np.unique(codes[start : start + STEP])
        part = part[1:] if size and part[0] == last else part
        codes[size : size + len(part)] = part
        size, last = size + len(part), codes[size + len(part) - 1]
    return codes[:size]


_MAKERS: Mapping[str, Callable[[str], Column]] = {
    CODE: lambda _: Keys(),
    REPEATED: lambda name: Codes(CODED.get(name)),
    YES_NO: lambda _: YesNo(),
}


def grow_column(name: str, dtype: str) -> Column:
    """An empty column of the schema."""
    return _MAKERS[dtype](name) if dtype in _MAKERS else Instants(dtype)

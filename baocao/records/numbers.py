"""Many numbers (or texts of one width) in memory of their own: that of the heap would be moved, and leave holes."""

import mmap
from typing import Any

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int32]
PIECE_BYTES = 256 * 1024
STEP = 16_384
"""How many are worked on at a time where the room for all is not to be taken twice."""


class Numbers:
    """Values of a fixed width while more come, in pieces."""

    def __init__(self, dtype: Any) -> None:
        self.dtype: np.dtype[Any] = np.dtype(dtype)
        self._pieces: list[mmap.mmap] = []
        self._left = 0

    def extend(self, values: npt.NDArray[Any]) -> None:
        unwritten = memoryview(np.ascontiguousarray(values, dtype=self.dtype).tobytes())
        while unwritten:
            if not self._left:
                self._pieces.append(_take_memory(PIECE_BYTES))
                self._left = PIECE_BYTES
            part = unwritten[: self._left]
            self._pieces[-1].write(part)
            self._left -= len(part)
            unwritten = unwritten[len(part) :]

    def widen(self, dtype: Any) -> None:
        """From now on of another type, that holds all values so far too."""
        wider = Numbers(dtype)
        wider.extend(self.array())
        self.dtype, self._pieces, self._left = wider.dtype, wider._pieces, wider._left

    def array(self) -> npt.NDArray[Any]:
        """All of them as one; the pieces are given back on the way."""
        size = len(self._pieces) * PIECE_BYTES - self._left
        whole = _take_memory(max(size, 1))
        self._pieces.reverse()
        while self._pieces:
            with self._pieces.pop() as piece:
                whole.write(piece[: min(PIECE_BYTES, size - whole.tell())])
        self._left = 0
        return np.frombuffer(whole, dtype=self.dtype, count=size // self.dtype.itemsize)


def _take_memory(size: int) -> mmap.mmap:
    return mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)


def pick(values: npt.NDArray[Any], places: Places | None, dtype: Any = None) -> npt.NDArray[Any]:
    """The values at the places, in memory of their own; the room for them all is not taken twice."""
    wanted = values.dtype if dtype is None else np.dtype(dtype)
    if places is None and wanted == values.dtype:
        return values
    size = len(values) if places is None else len(places)
    picked = np.frombuffer(_take_memory(max(size * wanted.itemsize, 1)), dtype=wanted, count=size)
    for start in range(0, size, STEP):
        part = slice(start, start + STEP)
        picked[part] = values[part] if places is None else values[places[part]]
    return picked

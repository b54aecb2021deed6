"""A pandas column of codes held as bytes of one width: a third of what as many texts take, and no object each.

It is for the keys of records, which are as many as the records. Texts go in and come out; an empty one is missing.
"""

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.extensions import ExtensionArray, ExtensionDtype, register_extension_dtype
from pandas.api.indexers import check_array_indexer

Bytes = npt.NDArray[np.bytes_]
EMPTY = b""
WORD = 8
ODD = 0x9E3779B97F4A7C15


@register_extension_dtype
class CodeDtype(ExtensionDtype):
    """The type of such a column, `code` to pandas."""

    name = "code"
    type: ClassVar[Any] = str
    na_value = np.nan

    @classmethod
    def construct_array_type(cls) -> "type[CodeArray]":
        return CodeArray


class CodeArray(ExtensionArray):
    """Codes as UTF-8 bytes, the shorter ones filled up; bytes sort as the texts do."""

    def __init__(self, codes: Bytes) -> None:
        self.codes = codes

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> Self:  # noqa: ARG003
        if isinstance(scalars, cls):
            return cls(scalars.codes)
        if not set(map(type, scalars)) <= {str}:
            scalars = [one if isinstance(one, str) else "" if pd.isna(one) else str(one) for one in scalars]
        return cls(_encode(scalars))

    @classmethod
    def _from_factorized(cls, values: Any, original: "CodeArray") -> Self:  # noqa: ARG003
        return cls._from_sequence(values)

    @classmethod
    def _concat_same_type(cls, to_concat: Sequence["CodeArray"]) -> Self:
        return cls(np.concatenate([one.codes for one in to_concat]))

    @property
    def dtype(self) -> CodeDtype:
        return CodeDtype()

    @property
    def nbytes(self) -> int:
        return self.codes.nbytes

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.__array__().tolist())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> npt.NDArray[np.object_]:
        texts = np.char.decode(self.codes, "utf-8").astype(object)
        texts[self.isna()] = np.nan
        return texts

    def __getitem__(self, item: Any) -> Any:
        found = self.codes[check_array_indexer(self, item)]
        if isinstance(found, np.ndarray):
            return type(self)(found)
        return bytes(found).decode() if found else np.nan

    def __setitem__(self, key: Any, value: Any) -> None:
        given = [value] if isinstance(value, str) or not hasattr(value, "__iter__") else value
        new = self._from_sequence(given).codes
        self.codes = self.codes.astype(np.promote_types(self.codes.dtype, new.dtype))
        self.codes[check_array_indexer(self, key)] = new if len(new) != 1 else new[0]

    def __eq__(self, other: object) -> Any:
        if isinstance(other, pd.Series | pd.Index | pd.DataFrame):
            return NotImplemented
        if isinstance(other, CodeArray):
            return (self.codes == other.codes) & ~self.isna()
        return self.__array__() == other

    __hash__ = None  # type: ignore[assignment]

    def isna(self) -> npt.NDArray[np.bool_]:
        missing: npt.NDArray[np.bool_] = self.codes == EMPTY
        return missing

    def isin(self, values: Any) -> npt.NDArray[np.bool_]:
        """By the bytes, without a text of each."""
        wanted: npt.NDArray[np.bool_] = np.isin(self.codes, _encode(list(values)))
        return wanted & ~self.isna()

    def take(self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None) -> Self:  # noqa: ARG002
        places = np.asarray(indices, dtype=np.intp)
        if not allow_fill:
            return type(self)(self.codes[places])
        if (places < -1).any():
            raise ValueError("a place to take from is below -1")
        taken = np.full(len(places), EMPTY, dtype=self.codes.dtype)
        taken[places >= 0] = self.codes[places[places >= 0]]
        return type(self)(taken)

    def copy(self) -> Self:
        return type(self)(self.codes.copy())

    def _values_for_argsort(self) -> Bytes:
        return self.codes

    def _values_for_factorize(self) -> tuple[npt.NDArray[np.object_], float]:
        return self.__array__(), np.nan

    def _hash_pandas_object(self, *, encoding: str, hash_key: str, categorize: bool) -> npt.NDArray[np.uint64]:  # noqa: ARG002
        """By the bytes, eight at a time, without a text of each; equal codes of any width hash alike."""
        width = -(-self.codes.dtype.itemsize // WORD) * WORD
        words = self.codes.astype(f"S{width}").view(np.uint64).reshape(len(self), width // WORD)
        hashed = np.zeros(len(self), np.uint64)
        for place, word in enumerate(words.T):
            hashed += word * np.uint64(pow(ODD, place + 1, 1 << 64))
        return (hashed ^ (hashed >> np.uint64(29))) * np.uint64(ODD)


def _encode(texts: Sequence[str]) -> Bytes:
    try:
        return np.array(texts, dtype=np.bytes_)
    except UnicodeEncodeError:
        return np.array([text.encode() for text in texts], dtype=np.bytes_)

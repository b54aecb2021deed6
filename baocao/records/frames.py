"""Frames of records. Pandas is imported when one is made: the catalogue reads the schema and must not pay for it."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from baocao.records.schema import CODE, CODED, COLUMNS, KEYS, MORE, REPEATED, TEXT

if TYPE_CHECKING:
    import pandas as pd


def build_frame(kind: str, columns: Mapping[str, object]) -> "pd.DataFrame":
    """A frame of one kind from raw columns; values of a coded column outside its list become empty.

    Of the columns of MORE those that are given.
    """
    import pandas as pd

    more = {name: dtype for name, dtype in MORE[kind].items() if name in columns}
    made = {name: _build_column(name, dtype, columns[name]) for name, dtype in {**COLUMNS[kind], **more}.items()}
    return pd.DataFrame(made, copy=False)


def empty_frame(kind: str) -> "pd.DataFrame":
    return build_frame(kind, {name: [] for name in COLUMNS[kind]})


def join_frames(kind: str, frames: "Iterable[pd.DataFrame]") -> "pd.DataFrame":
    """One frame from the pages, a record read twice kept as it was last read, ordered by key.

    `frames` may be an iterator: of kinds that come in great numbers no frame is held once it is read.
    """
    import pandas as pd

    if COLUMNS[kind][KEYS[kind]] == CODE:
        from baocao.records.joining import join_compactly

        joined = join_compactly(kind, frames)
        return empty_frame(kind) if joined is None else joined
    found = [frame for frame in frames if len(frame)]
    if not found:
        return empty_frame(kind)
    whole = pd.concat(found, ignore_index=True)
    return whole.drop_duplicates(KEYS[kind], keep="last").sort_values(KEYS[kind], ignore_index=True)


def _build_column(name: str, dtype: str, values: Any) -> "pd.Series[Any]":
    import pandas as pd

    if dtype == CODE:
        from baocao.records.code_array import CodeArray

        return pd.Series(CodeArray._from_sequence(values))  # noqa: SLF001 - how pandas makes such an array
    if dtype == REPEATED:
        is_listed = name in CODED
        return pd.Series(pd.Categorical(values if is_listed else pd.Series(values, dtype=TEXT), CODED.get(name)))
    return pd.Series(values).astype(pd.api.types.pandas_dtype(dtype))

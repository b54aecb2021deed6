"""How far a count could move, if what is not known fell either way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from baocao.catalogue import Count
from baocao.domain import Window
from baocao.records import UNKNOWN
from baocao.selection.columns import lacks_columns
from baocao.selection.conditions import values_of
from baocao.selection.group_keys import in_group
from baocao.selection.marks import as_marks, count_different, is_one_of
from baocao.selection.times import in_time, still_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd


@dataclass(frozen=True)
class CountRange:
    """Between which values a count lies, if what is not known of `undecided` records fell either way; `fields` are
    what is not known of them.
    """

    low: int
    high: int
    undecided: int = 0
    fields: tuple[str, ...] = ()


def can_range(definition: Count, frames: Mapping[str, pd.DataFrame]) -> bool:
    """Whether these records say how far a count could move; a mean of days counts nothing."""
    return definition.days is None and definition.records in frames and not lacks_columns(definition, frames)


def count_range(definition: Count, frames: Mapping[str, pd.DataFrame], window: Window) -> CountRange:
    """How far a count could move. Not known are codes on no list, and empty ones without a convention (`missing`)."""
    import numpy as np

    frame = frames[definition.records]
    possible = np.ones(len(frame), dtype=bool)
    if definition.group is not None:
        possible &= as_marks(in_group(frame, definition.group)[0])
    if definition.date_field:
        possible &= as_marks(in_time(frame, definition, window)[0])
    if definition.open_at:
        possible &= as_marks(still_open(frame, definition, window)[0])
    certain, unknown = possible.copy(), {}
    for name, wanted in definition.where.items():
        values = values_of(frame, name, definition, frames, window)
        is_wanted = as_marks(is_one_of(values, wanted if isinstance(wanted, tuple) else wanted.not_))
        unknown[name] = _is_unknown(values, frame.get(name, values))
        is_wanted = is_wanted if isinstance(wanted, tuple) else ~is_wanted
        certain &= is_wanted & ~unknown[name]
        possible &= is_wanted | unknown[name]
    undecided = possible & ~certain
    keys = frame[definition.distinct] if definition.distinct else None
    low, high = (int(marks.sum()) if keys is None else count_different(keys, marks) for marks in (certain, possible))
    fields = tuple(name for name, marks in unknown.items() if bool((marks & undecided).any()))
    return CountRange(low, high, int(undecided.sum()), fields)


def _is_unknown(values: pd.Series, given: pd.Series) -> npt.NDArray[np.bool_]:
    """A code on no list, or none at all; a yes or no that was not read counts as unknown whatever an empty one does."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(given.dtype):
        return as_marks(given.isna())
    return as_marks(values.isna() | is_one_of(values, (UNKNOWN,)))

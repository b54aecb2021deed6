"""Records marked, not copied, for they may be very many; what is marked on all of them serves every group."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    Frames = Mapping[str, pd.DataFrame]
    Marks = npt.NDArray[np.bool_]
    Condition = Callable[[Frames], tuple[pd.Series, str]]


class GroupFrames(dict[str, "pd.DataFrame"]):
    """Frames of which one kind, the records of one group, has only those at `places` of `whole`.

    What a condition says of each record is found once on the whole: `marked` is shared by all groups of it.
    """

    def __init__(
        self,
        frames: Frames,
        kind: str,
        whole: pd.DataFrame,
        places: npt.NDArray[np.intp],
        marked: dict[tuple[object, ...], tuple[Marks, str]],
    ) -> None:
        super().__init__(frames)
        self.kind, self.whole, self.places, self.marked = kind, whole, places, marked

    def beside(self, others: Frames) -> GroupFrames:
        """With frames of other systems, which definitions may join."""
        return GroupFrames({**others, **self}, self.kind, self.whole, self.places, self.marked)

    def mark(self, key: tuple[object, ...], condition: Condition) -> tuple[Marks, str]:
        if key not in self.marked:
            marks, words = condition({**self, self.kind: self.whole})
            self.marked[key] = as_marks(marks), words
        marks_of_whole, words = self.marked[key]
        return marks_of_whole[self.places], words


def mark_records(frames: Frames, kind: str, key: tuple[object, ...], condition: Condition) -> tuple[Marks, str]:
    if isinstance(frames, GroupFrames) and frames.kind == kind:
        return frames.mark(key, condition)
    marks, words = condition(frames)
    return as_marks(marks), words


def as_marks(mask: pd.Series) -> npt.NDArray[np.bool_]:
    marks: npt.NDArray[np.bool_] = mask.to_numpy(dtype=bool, na_value=False)
    return marks


def is_one_of(values: pd.Series, wanted: tuple[str | bool, ...]) -> pd.Series:
    """As `isin`, which for a coded column would take eight bytes a record on the way."""
    import numpy as np
    import pandas as pd

    if not isinstance(values.dtype, pd.CategoricalDtype):
        return values.isin(wanted)
    codes = values.cat.codes
    found = np.zeros(len(codes), dtype=bool)
    for place in values.cat.categories.get_indexer(pd.Index(wanted)):
        if place >= 0:
            found |= codes.to_numpy() == place
    return pd.Series(found, index=values.index, copy=False)


def count_different(values: pd.Series, chosen: npt.NDArray[np.bool_]) -> int:
    import numpy as np
    import pandas as pd

    if not isinstance(values.dtype, pd.CategoricalDtype):
        return values[chosen].nunique()
    codes = np.unique(values.cat.codes.to_numpy()[chosen])
    return int((codes >= 0).sum())

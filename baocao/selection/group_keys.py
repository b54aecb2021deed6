"""The group each record is of, by field, receiving unit or procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baocao.catalogue.groupings import GroupChoice, Groupings
from baocao.groups import UNKNOWN_GROUP, Dimension
from baocao.selection.columns import GROUP_COLUMNS
from baocao.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd


def group_keys(frame: pd.DataFrame, dimension: Dimension, groupings: Groupings) -> pd.Series:
    """The group of every record; UNKNOWN_GROUP of what no file declares, and of what says nothing."""
    procedures = frame["procedure_code"].astype(object)
    if dimension is Dimension.PROCEDURE:
        return procedures.fillna(UNKNOWN_GROUP)
    keys = _map_each(group_words(frame, dimension), groupings.keys_of_words(dimension))
    if dimension is Dimension.FIELD:
        keys = procedures.map(groupings.field_of_procedure).astype(object).fillna(keys)
    return keys.fillna(UNKNOWN_GROUP)


def _map_each(texts: pd.Series, find: Callable[[str], str | None]) -> pd.Series:
    """What stands for every text, found once for each that there is: they are few and the records many."""
    return texts.map({text: find(text) for text in texts.dropna().unique()}).astype(object)


def group_words(frame: pd.DataFrame, dimension: Dimension) -> pd.Series:
    """What the records say of it; nothing where their source was not asked."""
    import pandas as pd

    column = GROUP_COLUMNS[dimension]
    return frame[column].astype(object) if column in frame else pd.Series(None, index=frame.index, dtype=object)


def in_group(frame: pd.DataFrame, group: GroupChoice) -> tuple[pd.Series, str]:
    keys = group_keys(frame, group.dimension, group.groupings)
    return keys == group.key, f"{DIMENSIONS[group.dimension]}: {group.groupings.label(group.dimension, group.key)}"

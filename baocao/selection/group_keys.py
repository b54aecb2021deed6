"""The group each record is of, by field, receiving unit or procedure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baocao.catalogue.groupings import GroupChoice, Groupings
from baocao.groups import UNKNOWN_GROUP, Dimension
from baocao.selection.columns import GROUP_COLUMNS
from baocao.vocabulary import DIMENSIONS

if TYPE_CHECKING:
    import pandas as pd


def group_keys(frame: pd.DataFrame, dimension: Dimension, groupings: Groupings) -> pd.Series:
    """The group of every record; UNKNOWN_GROUP of what no file declares, and of what says nothing."""
    procedures = frame["procedure_code"].astype(object)
    if dimension is Dimension.PROCEDURE:
        return procedures.fillna(UNKNOWN_GROUP)
    keys = group_words(frame, dimension).map(groupings.keys_of_words(dimension)).astype(object)
    if dimension is Dimension.FIELD:
        keys = procedures.map(groupings.field_of_procedure).astype(object).fillna(keys)
    return keys.fillna(UNKNOWN_GROUP)


def group_words(frame: pd.DataFrame, dimension: Dimension) -> pd.Series:
    """What the records say of it; nothing where their source was not asked."""
    import pandas as pd

    column = GROUP_COLUMNS[dimension]
    return frame[column].astype(object) if column in frame else pd.Series(None, index=frame.index, dtype=object)


def in_group(frame: pd.DataFrame, group: GroupChoice) -> tuple[pd.Series, str]:
    keys = group_keys(frame, group.dimension, group.groupings)
    return keys == group.key, f"{DIMENSIONS[group.dimension]}: {group.groupings.label(group.dimension, group.key)}"

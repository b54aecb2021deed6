"""Which columns a definition needs beside those every source gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baocao.catalogue import Count
from baocao.groups import Dimension
from baocao.records import MORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd


GROUP_COLUMNS = {Dimension.FIELD: "field_key", Dimension.UNIT: "receiving_unit_key"}


def lacks_columns(definition: Count, frames: Mapping[str, pd.DataFrame]) -> tuple[str, ...]:
    """The columns a definition needs beside the usual ones and its records do not have; no record at all lacks none."""
    frame = frames[definition.records]
    return tuple(name for name in needed_columns(definition) if name not in frame) if len(frame) else ()


def needed_columns(definition: Count) -> tuple[str, ...]:
    """What a definition needs of its records beside what every source gives."""
    return ("appointment_at",) if definition.uses_appointment else ()


def grouped_by(definition: Count, dimensions: Iterable[Dimension]) -> tuple[str, ...]:
    """What telling these groups apart needs of a definition's records beside what every source gives."""
    wanted = (GROUP_COLUMNS[one] for one in dimensions if one in GROUP_COLUMNS)
    return tuple(name for name in wanted if name in MORE[definition.records])

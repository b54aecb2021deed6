"""A figure by groups: one observation for each group of a dimension, beside the plain one of all.

The code of a figure in a group is `<code>@<dimension>:<group key>`; the total is the plain `<code>`:

    dossiers_received_count                         all of them
    dossiers_received_count@field:ho_tich           those of one field (lĩnh vực), by its key in fields.yaml
    dossiers_received_count@unit:xa-binh-minh       those of one receiving unit, by its code in units.yaml
    dossiers_received_count@procedure:1.001193      those of one procedure, by its national code

What no file declares, or what has no field, unit or procedure at all, is in the group UNKNOWN_GROUP: it is in the
total, so it has a group too. Groups are those that have a record; where one figure of a group has none, it is 0.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from baocao.domain import Observation

GROUP_MARK: Final = "@"
UNKNOWN_GROUP: Final = "unknown"


class Dimension(StrEnum):
    """By what a figure may be grouped."""

    FIELD = "field"
    UNIT = "unit"
    PROCEDURE = "procedure"


@dataclass(frozen=True, slots=True)
class GroupCode:
    """The code of a figure, taken apart; of a total `dimension` is None and `group_key` empty."""

    indicator_code: str
    dimension: Dimension | None = None
    group_key: str = ""

    @classmethod
    def parse(cls, code: str) -> "GroupCode":
        """Raise ValueError where what stands behind the mark is no dimension and key."""
        indicator_code, mark, group = code.partition(GROUP_MARK)
        if not mark:
            return cls(code)
        dimension, colon, key = group.partition(":")
        if not colon or not key:
            raise ValueError(f"{code!r} is no code of a group: write <code>@<dimension>:<key>")
        return cls(indicator_code, Dimension(dimension), key)

    def __str__(self) -> str:
        if self.dimension is None:
            return self.indicator_code
        return f"{self.indicator_code}{GROUP_MARK}{self.dimension}:{self.group_key}"


def write_group_code(indicator_code: str, dimension: Dimension, group_key: str) -> str:
    """`dossiers_received_count@field:ho_tich`."""
    return str(GroupCode(indicator_code, dimension, group_key))


def total_code(code: str) -> str:
    """The indicator a code is of, whatever its group."""
    return code.partition(GROUP_MARK)[0]


def list_groups(codes: Iterable[str], dimension: Dimension) -> tuple[str, ...]:
    """The keys of the groups there are figures of, in order, UNKNOWN_GROUP last."""
    parsed = (GroupCode.parse(code) for code in codes if GROUP_MARK in code)
    found = {one.group_key for one in parsed if one.dimension is dimension}
    return tuple(sorted(found, key=lambda key: (key == UNKNOWN_GROUP, key)))


def take_group(observations: Mapping[str, Observation], dimension: Dimension, group_key: str) -> dict[str, Observation]:
    """The figures of one group by their plain codes, as if there were no others."""
    found = {}
    for code, one in observations.items():
        parsed = GroupCode.parse(code)
        if parsed.dimension is dimension and parsed.group_key == group_key:
            found[parsed.indicator_code] = replace(one, indicator_code=parsed.indicator_code)
    return found


def put_group(observations: Mapping[str, Observation], dimension: Dimension, group_key: str) -> dict[str, Observation]:
    """The way back from `take_group`: plain figures as those of one group."""
    named = {code: write_group_code(code, dimension, group_key) for code in observations}
    return {named[code]: replace(one, indicator_code=named[code]) for code, one in observations.items()}

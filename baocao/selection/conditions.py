"""The conditions of a definition, each with all it depends on and the words that say it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from baocao.catalogue import Count
from baocao.domain import Window
from baocao.records import TIMELINESS
from baocao.selection.group_keys import in_group
from baocao.selection.marks import is_one_of
from baocao.selection.times import in_time, still_open
from baocao.vocabulary import FIELDS, VALUES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pandas as pd

    from baocao.selection.marks import Condition, Frames


def find_conditions(definition: Count, window: Window) -> Iterator[tuple[tuple[object, ...], Condition]]:
    """Each condition of a definition, with everything of the definition it depends on."""
    kind, group = definition.records, definition.group
    if group is not None:
        yield ("group", group.dimension, group.key), lambda frames: in_group(frames[kind], group)
    if definition.date_field:
        time = definition.date_field, definition.date_fallback, definition.when
        yield ("time", *time), lambda frames: in_time(frames[kind], definition, window)
    if definition.open_at:
        yield ("open", definition.open_at), lambda frames: still_open(frames[kind], definition, window)
    for name, wanted in definition.where.items():
        values = wanted if isinstance(wanted, tuple) else ("not", wanted.not_)
        ways = (
            definition.missing.get(name),
            definition.level_as_of,
            definition.appointment.by,
            definition.appointment.days,
        )
        yield ("where", name, values, *ways), partial(_has_value, name, definition, window)


def _has_value(name: str, definition: Count, window: Window, frames: Frames) -> tuple[pd.Series, str]:
    values, wanted = values_of(frames[definition.records], name, definition, frames, window), definition.where[name]
    if isinstance(wanted, tuple):
        return is_one_of(values, wanted), f"{_say_field(name, definition)}: {_words(wanted)}"
    return ~is_one_of(values, wanted.not_), f"{_say_field(name, definition)}: trừ {_words(wanted.not_)}"


def _say_field(name: str, definition: Count) -> str:
    """How a condition is said; of the timeliness also how it is judged."""
    if name != TIMELINESS:
        return FIELDS[name]
    ways = {"working": "theo ngày làm việc", "calendar": "theo ngày"}
    way = "đến giờ hẹn" if definition.appointment.by == "hour" else ways[definition.appointment.days]
    return f"{FIELDS[name]} ({way})"


def values_of(
    frame: pd.DataFrame, name: str, definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> pd.Series:
    if name == TIMELINESS and "appointment_at" not in frame:
        return frame["status"]  # of no record at all
    if name == TIMELINESS:
        from baocao.timeliness import find_timeliness

        is_working = definition.uses_appointment and definition.appointment.days == "working"
        calendar = definition.calendar if is_working else None
        return find_timeliness(frame, window, to_the_hour=definition.appointment.by == "hour", calendar=calendar)
    if name == "service_level" and definition.level_as_of == "period_end":
        levels = frames["procedures"].set_index("procedure_code")["service_level"].astype(object)
        return frame["procedure_code"].astype(object).map(levels)
    values = frame[name]
    return values.fillna(definition.missing[name]) if name in definition.missing else values


def _words(values: tuple[str | bool, ...]) -> str:
    return ", ".join(VALUES[value] for value in values)

"""The records a definition counts, their keys and their days, with what was left after each step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from baocao.catalogue import Count
from baocao.domain import CountStep, Window
from baocao.selection.conditions import find_conditions
from baocao.selection.marks import count_different, mark_records
from baocao.vocabulary import FIELDS, RECORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    import numpy.typing as npt
    import pandas as pd


def count_records(definition: Count, frames: Mapping[str, pd.DataFrame], window: Window) -> tuple[int, list[CountStep]]:
    """How many records (or different keys) a definition counts, with what was left after each step."""
    chosen, steps = _choose(definition, frames, window)
    if definition.distinct is None:
        return int(chosen.sum()), steps
    different = count_different(frames[definition.records][definition.distinct], chosen)
    return different, [*steps, CountStep(f"{FIELDS[definition.distinct]} khác nhau", different)]


def measure_days(
    definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> tuple[list[int], list[CountStep]]:
    """The days each record took that a definition takes a mean or median of, with what was left after each step."""
    chosen, steps = _choose(definition, frames, window)
    numbers, taken = _days_of(definition, frames[definition.records], window)
    taken &= chosen
    days = numbers[taken].tolist()
    return days, [*steps, CountStep(_say_days(definition), len(days))]


def _days_of(
    definition: Count, frame: pd.DataFrame, window: Window
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    from baocao.timeliness import find_days

    days = definition.days
    assert days is not None
    starts = frame[days.from_]
    if days.from_fallback:
        starts = starts.fillna(frame[days.from_fallback])
    return find_days(starts, frame[days.to], window, definition.calendar if days.days == "working" else None)


def _say_days(definition: Count) -> str:
    days = definition.days
    assert days is not None
    first = FIELDS[days.from_] + (f" (thiếu thì lấy {FIELDS[days.from_fallback]})" if days.from_fallback else "")
    kind = "ngày làm việc" if days.days == "working" else "ngày"
    return f"có đủ {first} và {FIELDS[days.to]}, không ngược nhau: tính số {kind} ở giữa"


def select_records(
    definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> tuple[pd.DataFrame, list[CountStep]]:
    """The very records a definition counts, with what was left after each step."""
    chosen, steps = _choose(definition, frames, window)
    return frames[definition.records][chosen], steps


def _choose(
    definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> tuple[npt.NDArray[np.bool_], list[CountStep]]:
    """Which records are counted: marked, not copied, for they may be very many."""
    import numpy as np

    frame = frames[definition.records]
    chosen = np.ones(len(frame), dtype=bool)
    steps = [CountStep(f"{RECORDS[definition.records]} trong dữ liệu nguồn", len(frame))]
    for key, condition in find_conditions(definition, window):
        marks, words = mark_records(frames, definition.records, key, condition)
        np.logical_and(chosen, marks, out=chosen)
        steps.append(CountStep(words, int(chosen.sum())))
    return chosen, steps

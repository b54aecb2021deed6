"""A figure counted from the records of its source, or taken from the source's own tally."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from baocao.catalogue import Count, Indicator
from baocao.counting.context import CountingContext, SourceRecords
from baocao.domain import CountStep, Measure, Window
from baocao.figures import mean_of, median_of, print_figure
from baocao.records import TIMELINESS, empty_frame
from baocao.selection import GroupFrames, count_records, lacks_columns, measure_days

if TYPE_CHECKING:
    import pandas as pd

NO_APPOINTMENT = "no_appointment"
NOT_COUNTED = "Chưa kể "


def count_or_take(
    indicator: Indicator, definition: Count, source: SourceRecords, context: CountingContext
) -> tuple[Decimal | None, list[CountStep], str] | None:
    """Count the records where the source gives them, else take its own tally for exactly these days, else None.

    A mean or median of no record at all is no figure: its value is None.
    """
    if definition.records in source.frames and not lacks_columns(definition, source.frames):
        return count_figure(indicator, definition, _all_frames(context, source), context.window)
    tallies = tallies_within(source.frames.get("tallies"), indicator.indicator_code, context.window)
    if not len(tallies):
        return None
    basis = str(tallies["basis"].iloc[0])  # two bases are two ways of counting the same, not two parts
    value = int(tallies.loc[tallies["basis"] == basis, "value"].sum())
    steps = [CountStep(f"hệ thống tự tổng hợp: {basis}", value)]
    return Decimal(value), steps, "Theo số tổng hợp của hệ thống nguồn"


def count_figure(
    indicator: Indicator, definition: Count, frames: Mapping[str, pd.DataFrame], window: Window
) -> tuple[Decimal | None, list[CountStep], str]:
    """What the records say of a figure, step by step, and what its note must say."""
    if definition.days is not None:
        days, steps = measure_days(definition, frames, window)
        is_mean = definition.days.take == "mean"
        return mean_of(days, indicator.measure.places) if is_mean else median_of(days), steps, ""
    count, steps = count_records(definition, frames, window)
    return Decimal(count), steps, _note_without_appointment(definition, frames, window)


def _note_without_appointment(definition: Count, frames: Mapping[str, pd.DataFrame], window: Window) -> str:
    """How many dossiers could not be held against an appointment, where the figure is of those that could."""
    wanted = definition.where.get(TIMELINESS)
    if not isinstance(wanted, tuple) or NO_APPOINTMENT in wanted:
        return ""
    without = definition.model_copy(update={"where": {**definition.where, TIMELINESS: (NO_APPOINTMENT,)}})
    count, _ = count_records(without, frames, window)
    return f"{NOT_COUNTED}{print_figure(Decimal(count), Measure.DOSSIER)} hồ sơ chưa có ngày hẹn trả" if count else ""


def tallies_within(tallies: pd.DataFrame | None, indicator_code: str, window: Window) -> pd.DataFrame:
    """The source's own tallies of one indicator over exactly the days of the window."""
    if tallies is None:
        return empty_frame("tallies")
    import pandas as pd

    same = (tallies["start_on"] == pd.Timestamp(window.start_on)) & (tallies["end_on"] == pd.Timestamp(window.end_on))
    return tallies[same & (tallies["indicator_code"] == indicator_code)]


def _all_frames(context: CountingContext, source: SourceRecords) -> dict[str, pd.DataFrame]:
    """The source's own records, and the other systems' for definitions that join them."""
    joined: dict[str, pd.DataFrame] = {}
    for other in context.collected.values():
        joined.update(other.frames)
    if isinstance(source.frames, GroupFrames):
        return source.frames.beside(joined)
    return {**joined, **source.frames}

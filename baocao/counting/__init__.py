"""From records to observations: a pure function of frames, definitions and the period's window."""

from baocao.counting.computed import add_computed, is_made_of
from baocao.counting.context import CountingContext, SourceRecords, make_observation
from baocao.counting.counted import count_figure, tallies_within
from baocao.counting.observing import observe

__all__ = [
    "CountingContext",
    "SourceRecords",
    "add_computed",
    "count_figure",
    "is_made_of",
    "make_observation",
    "observe",
    "tallies_within",
]

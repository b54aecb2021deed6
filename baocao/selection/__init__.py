"""Which records a definition counts: marked step by step, and how far the count could move."""

from baocao.selection.chosen import count_records, measure_days, select_records
from baocao.selection.columns import GROUP_COLUMNS, grouped_by, lacks_columns, needed_columns
from baocao.selection.group_keys import group_keys, group_words
from baocao.selection.marks import GroupFrames
from baocao.selection.ranges import CountRange, can_range, count_range

__all__ = [
    "GROUP_COLUMNS",
    "CountRange",
    "GroupFrames",
    "can_range",
    "count_range",
    "count_records",
    "group_keys",
    "group_words",
    "grouped_by",
    "lacks_columns",
    "measure_days",
    "needed_columns",
    "select_records",
]

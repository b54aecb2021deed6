"""What a dialect's public documents leave open: each connector names it at its top, the sandbox plays every value.

For every value the contract suite demands that the figures are right, or that what is wrong is told.
"""

from dataclasses import dataclass

HONOURED, AS_SHOWN = "honoured", "as_shown"


@dataclass(frozen=True)
class Assumption:
    """One thing left open. `values` are the ways real systems may have it, the usual one first."""

    name: str
    values: tuple[str, ...]
    about: str


PAGE_SIZE = Assumption(
    "page_size",
    (HONOURED, "always_10", "at_most_10", "at_most_10_by_asked_places", "always_60"),
    "whether a page has as many rows as asked for, and whether the next one begins after the rows given or those asked",
)
LAST_PAGE = Assumption(
    "after_the_last_page",
    ("empty", "last_again"),
    "what a page beyond the last holds",
)
LEFT_OUT = Assumption("empty_fields", ("null", "left_out", "empty_text"), "how a field without a value is written")
CODE_TYPES = Assumption("code_types", (AS_SHOWN, "texts", "numbers"), "whether codes are numbers or texts")
COUNT_TYPES = Assumption("count_types", (AS_SHOWN, "texts", "grouped"), "whether counts are numbers or texts")
INSTANTS = Assumption("instants", (AS_SHOWN, "+07:00", "utc", "mixed"), "whether an instant has an offset, and which")
APPOINTMENTS = Assumption(
    "appointments", ("instants", "midnight"), "whether an appointment has its hour, or is a day, written as midnight"
)
UNIT_FILTER = Assumption(
    "unit_filter", (HONOURED, "ignored", "refuses_unknown"), "what comes for a unit, and for one that does not exist"
)
DAY_BOUNDS = Assumption(
    "day_bounds",
    ("included", "last_left_out", "first_left_out"),
    "whether the first and the last day asked for are answered",
)
DAY_FILTER = Assumption(
    "day_filter", (HONOURED, "ignored", "refuses_old"), "whether days are heeded, and those of long ago answered"
)
FILTER_DATE = Assumption(
    "filter_date", ("as_named", "another"), "whether days choose by the date they are named after, or another one"
)

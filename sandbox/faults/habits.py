"""Habits: what a vendor's document leaves open, and every way a real system may have it. Nothing here is wrong.

Each system says by its description which it can have, and by what they are played; None is what it does by itself.
"""

from collections.abc import Mapping

from sandbox.faults.dialects import Played

_PAGE_SIZES: Mapping[str, Played] = {
    "honoured": None,
    "always_10": ("own_page_size", {"rows": 10}),
    "at_most_10": ("own_page_size", {"rows": 10, "always": False}),
    "at_most_10_by_asked_places": ("own_page_size", {"rows": 10, "always": False, "by_asked": True}),
    "always_60": ("own_page_size", {"rows": 60}),
}
_LAST_PAGES: Mapping[str, Played] = {"empty": None, "last_again": ("last_page_again", {})}
LEFT_OUT: Mapping[str, Played] = {
    "null": None,
    "left_out": ("empty_fields", {"how": "left_out"}),
    "empty_text": ("empty_fields", {"how": "empty_text"}),
}
_COUNTS = (
    "received", "receivedOnline", "resolved", "fullCount", "partialCount", "channelTotalSum", "channelOnlineSum",
    "channelDirectSum", "channelPostalSum", "totalFeeFormality", "receivedCount", "remainingCount",
    "phatsinh_toanphan_quantity", "phatsinh_1phan_quantity",
)  # fmt: skip
COUNT_TYPES: Mapping[str, Played] = {
    "as_shown": None,
    "texts": ("codes_retyped", {"fields": _COUNTS, "to": "texts"}),
    "grouped": ("number_strings", {}),
}
PAGED = {"page_size": _PAGE_SIZES, "after_the_last_page": _LAST_PAGES}


def unit_filter(parameter: str, everything: str | None = None) -> Mapping[str, Played]:
    """The unit is heeded, or not: then `everything` is asked for; or one that does not exist is refused."""
    return {
        "honoured": None,
        "ignored": ("parameters_unheeded", {"values": {parameter: everything}}),
        "refuses_unknown": ("value_refused", {"parameter": parameter, "like": "^[^0-8]+$"}),
    }


def day_filter(bounds: Mapping[str, str | None]) -> Mapping[str, Played]:
    """Days are heeded, or not: then the bounds asked for are these; or those of long ago are refused."""
    return {
        "honoured": None,
        "ignored": ("parameters_unheeded", {"values": bounds}),
        "refuses_old": ("value_refused", {"parameter": next(iter(bounds)), "like": "1990"}),
    }


def filter_date(*bounds: str) -> Mapping[str, Played]:
    """Days asked for choose by the date they are named after, or by another of the record."""
    return {"as_named": None, "another": ("another_date_chooses", {"parameters": bounds})}


def day_bounds(first: str, last: str) -> Mapping[str, Played]:
    """The first and the last day asked for are answered, or one is left out."""
    return {
        "included": None,
        "last_left_out": ("bound_moved", {"parameter": last, "days": -1}),
        "first_left_out": ("bound_moved", {"parameter": first, "days": 1}),
    }


def code_types(*fields: str) -> Mapping[str, Played]:
    """Codes as texts or as numbers."""
    return {
        "as_shown": None,
        "texts": ("codes_retyped", {"fields": fields, "to": "texts"}),
        "numbers": ("codes_retyped", {"fields": fields, "to": "numbers"}),
    }


def instants(*fields: str) -> Mapping[str, Played]:
    """Instants with one zone, in UTC, or both."""
    ways = ("+07:00", "utc", "mixed")
    return {"as_shown": None, **{way: ("instants_rewritten", {"fields": fields, "to": way}) for way in ways}}


def appointments(field: str) -> Mapping[str, Played]:
    """With the hour the result was promised for, or the day alone, at midnight."""
    return {"instants": None, "midnight": ("instants_rewritten", {"fields": (field,), "to": "midnight"})}

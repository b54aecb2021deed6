"""From the figures of units to those of the unit above: counts added up, keys counted anew, ratios divided last."""

from baocao.rolling_up.figures import NAMED_UNITS, divide_parts, observe_parts
from baocao.rolling_up.nesting import Nesting, find_nestings
from baocao.rolling_up.parts import (
    NO_KEYS,
    NOTHING,
    FigurePart,
    Parts,
    add_up,
    keys_of,
    missing_parts,
    over_tiers,
    parts_of,
    with_corrections,
    without_systems,
)
from baocao.rolling_up.reported import reported_parts, typed_parts

__all__ = [
    "NAMED_UNITS",
    "NOTHING",
    "NO_KEYS",
    "FigurePart",
    "Nesting",
    "Parts",
    "add_up",
    "divide_parts",
    "find_nestings",
    "keys_of",
    "missing_parts",
    "observe_parts",
    "over_tiers",
    "parts_of",
    "reported_parts",
    "typed_parts",
    "with_corrections",
    "without_systems",
]  # fmt: skip

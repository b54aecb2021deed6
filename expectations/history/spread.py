"""What a count may be after what it was: robust arithmetic on a scale where counts of any size scatter alike.

On the scale 2·√(n + 3/8) (Anscombe) a random count scatters by about 1 whatever its size, zero included, so that one
threshold serves a commune with 3 dossiers and a city with 30 000. The spread of earlier changes is 1,4826 times their
median absolute deviation; where more than half of them are alike (many zeros) that is 0, and 1,2533 times the mean
absolute deviation stands in (Iglewicz and Hoaglin). It is never taken below √2: the scatter of two random counts.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from baocao.catalogue.checks import JumpLimits

_SHIFT = 0.375
_MAD_SCALE, _MEAN_SCALE = 1.4826, 1.2533
FLOOR = math.sqrt(2)


@dataclass(frozen=True, slots=True)
class UsualChange:
    """What is usual: the spread of changes on the scale of counts, and from whose changes it is known."""

    spread: float
    change_count: int
    from_peers: bool


@dataclass(frozen=True, slots=True)
class Bounds:
    """The figure it is compared with, the one expected by the peers' movement, and the range that is usual."""

    before: Decimal
    expected: Decimal
    low: Decimal
    high: Decimal
    usual: UsualChange


def scaled(count: float) -> float:
    """A count on the scale where its scatter does not depend on its size; negative ones count as 0."""
    return 2 * math.sqrt(max(count, 0.0) + _SHIFT)


def residual(reference: float, value: float) -> float:
    return scaled(value) - scaled(reference)


def median(values: Iterable[float]) -> float:
    """The middle of one value or more."""
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def spread_of(values: Sequence[float]) -> float:
    """The robust spread of some changes around their median."""
    middle = median(values)
    distances = [abs(value - middle) for value in values]
    return _MAD_SCALE * median(distances) or _MEAN_SCALE * math.fsum(distances) / len(distances)


def usual_bounds(before: Decimal, growth: float, usual: UsualChange, limits: JumpLimits) -> Bounds:
    """The range of the usual, widened to what is of practical size."""
    expected = float(before) * growth
    reach = limits.spreads * max(FLOOR, usual.spread)
    slack = max(float(limits.at_least), expected * limits.at_least_pct / 100)
    low = min(_unscaled(scaled(expected) - reach), expected - slack)
    high = max(_unscaled(scaled(expected) + reach), expected + slack)
    whole = Decimal(round(expected))
    return Bounds(before, whole, Decimal(math.floor(max(low, 0.0))), Decimal(math.ceil(high)), usual)


def _unscaled(scale: float) -> float:
    return (scale / 2) ** 2 - _SHIFT if scale > 0 else 0.0

"""At which hours a system's people work: instants read in the wrong zone put much of their work into the night.

A system that writes `2025-12-14T02:10:00` for ten past nine does not say so anywhere. Its people's own hours do: few
dossiers are received between one and six at night. Seven hours at each edge of a period depend on it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from baocao.domain import Window

LEAST_SEEN, MOST_LOOKED_AT = 30, 500
SHIFT = 7
NIGHT = 1, 6
"""Without the hour after midnight: a second past it stands for a whole day in some systems."""
MUCH, LESS = 0.2, 0.5
"""So much at night is odd; half of it or less, seven hours later, says why."""
MANY, FEW, CLEARLY = 0.65, 0.45, 0.25
ZONE_UNSAID = "zone_unsaid"
"""In a payload's request: nobody said in which zone the source writes instants without an offset."""
SECOND, HOUR, DAY = 1_000_000, 3_600, 86_400
"""Microseconds of a second, seconds of an hour and of a day."""
EMPTY = np.iinfo(np.int64).min
_OFFSET = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\s*$")


@dataclass
class WorkingHours:
    """How many instants of one field lie in each hour of the day in Viet Nam: those written without an offset, and with
    one.
    """

    plain: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(24, np.int64))
    zoned: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(24, np.int64))
    at_edges: int = 0

    def note(self, texts: Sequence[Any], instants: pd.Series) -> None:
        """Take in some of the texts and what was read of them; a bare day, at midnight, tells nothing."""
        moments = _as_microseconds(instants[:MOST_LOOKED_AT])
        seconds = (moments // SECOND + SHIFT * HOUR) % DAY
        has_offset = np.fromiter(map(_has_offset, texts[:MOST_LOOKED_AT]), np.bool_, len(moments))
        timed = (moments != EMPTY) & (seconds != 0)
        self.plain += _count_hours(seconds[timed & ~has_offset])
        self.zoned += _count_hours(seconds[timed & has_offset])

    def note_edges(self, texts: Sequence[Any], instants: pd.Series, window: Window) -> None:
        """Count those without an offset that, were they UTC, would lie beyond the window's start or end."""
        moments = _as_microseconds(instants)
        for edge in (window.start_at, window.end_at):
            at = round(edge.timestamp()) * SECOND
            near = (moments < at) & (moments >= at - SHIFT * HOUR * SECOND)
            self.at_edges += sum(not _has_offset(texts[place]) for place in np.flatnonzero(near).tolist())

    @property
    def is_utc_unsaid(self) -> bool:
        """Whether instants without an offset are UTC: read as local, much of the work is done at night."""
        if self.plain.sum() < LEAST_SEEN:
            return False
        night, later = _share(self.plain, *NIGHT), _share(np.roll(self.plain, SHIFT), *NIGHT)
        return bool(night >= MUCH and later <= night * LESS)

    @property
    def is_local_as_utc(self) -> bool:
        """Whether instants with an offset are local all the same: then work goes on until midnight."""
        if self.zoned.sum() < LEAST_SEEN:
            return False
        read, earlier = _share(self.zoned, 7, 18), _share(np.roll(self.zoned, -SHIFT), 7, 18)
        return bool(read < FEW and earlier > MANY and earlier - read > CLEARLY)

    @property
    def leaves_zone_open(self) -> bool:
        """Whether instants without an offset may be local or UTC, for all their hours tell."""
        if self.is_utc_unsaid or not self.plain.sum():
            return False
        later = np.roll(self.plain, SHIFT)
        works = _share(self.plain, 7, 18) - _share(later, 7, 18)
        sleeps = _share(later, *NIGHT) - _share(self.plain, *NIGHT)
        return bool(self.plain.sum() < LEAST_SEEN or max(works, sleeps) <= CLEARLY)

    def say(self, name: str) -> str:
        """What was found, in words."""
        seen = self.plain if self.is_utc_unsaid else self.zoned
        shift = SHIFT if self.is_utc_unsaid else -SHIFT
        read, moved = (round(100 * _share(hours, 7, 18)) for hours in (seen, np.roll(seen, shift)))
        return f"trường {name}: {read}% số giờ ghi nằm trong giờ làm việc (7–18 giờ), dời {shift:+d} giờ thì {moved}%"


def _has_offset(text: Any) -> bool:
    return isinstance(text, str) and _OFFSET.search(text) is not None


def _as_microseconds(instants: pd.Series) -> npt.NDArray[np.int64]:
    found: npt.NDArray[np.int64] = pd.DatetimeIndex(instants).as_unit("us").asi8
    return found


def _count_hours(seconds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    counted: npt.NDArray[np.int64] = np.bincount(seconds // HOUR, minlength=24)
    return counted


def _share(hours: npt.NDArray[np.int64], first: int, last: int) -> float:
    return float(hours[first:last].sum() / max(hours.sum(), 1))

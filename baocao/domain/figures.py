"""A figure of one unit for one period, and what its presence or absence means."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Final

from baocao.domain.periods import Period


class Timing(StrEnum):
    """A flow can be asked for later; a stock is overwritten by its source and must be captured at the cut-off."""

    FLOW = "flow"
    STOCK = "stock"


class CellStatus(StrEnum):
    """What the absence or presence of a figure means; the statuses never collapse into 0 or 100."""

    REPORTED = "reported"
    PROVISIONAL = "provisional"
    TYPED_IN = "typed_in"
    HANDED_IN = "handed_in"
    CORRECTED = "corrected"
    NO_DENOMINATOR = "no_denominator"
    NOT_COLLECTED = "not_collected"
    INCOMPLETE = "incomplete"
    NOT_APPLICABLE = "not_applicable"
    BLANK = "blank"
    HEADING = "heading"


UNCOLLECTED: Final = (CellStatus.NOT_COLLECTED, CellStatus.INCOMPLETE)
"""Why a source gave no figure, the graver first."""


@dataclass(frozen=True, slots=True)
class CountStep:
    """How many records were left after one step of a count: what `explain` prints."""

    step: str
    left_count: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of one unit for one period, as known at one time."""

    indicator_code: str
    unit_code: str
    period: Period
    value: Decimal | None
    status: CellStatus
    known_at: datetime
    payload_hashes: tuple[str, ...] = ()
    steps: tuple[CountStep, ...] = ()
    note: str = ""

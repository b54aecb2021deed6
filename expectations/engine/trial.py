"""What goes to Great Expectations and what comes back; light to import, unlike `engine`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from baocao.domain import Severity
from expectations.rule import Demand

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Trial:
    """One demand on some columns of a frame (none for the frame as a whole); trials of one frame share a suite."""

    check: str
    severity: Severity
    demand: Demand
    columns: tuple[str, ...]
    frame: "pd.DataFrame"


@dataclass(frozen=True)
class Verdict:
    """Whether the demand holds, the positions of the rows it does not hold for, or why it could not be evaluated."""

    holds: bool = True
    failing: tuple[int, ...] = ()
    error: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

"""What goes to an evaluator and what comes back; light to import."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from baocao.domain import Severity
from expectations.rule import Demand, Operands

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class OperandTable:
    """The operands of a check, one tuple for each case it is tried on."""

    columns: tuple[str, ...]
    operands: Sequence[Operands]

    def __len__(self) -> int:
        return len(self.operands)


@dataclass(frozen=True, eq=False)
class Trial:
    """One demand on some columns of a table (none for the table as a whole); trials of one table share a suite.

    `says_vi` is the check in a sentence, for pages that show what was tried.
    """

    check: str
    severity: Severity
    demand: Demand
    columns: tuple[str, ...]
    table: "OperandTable | pd.DataFrame"
    says_vi: str = ""


@dataclass(frozen=True)
class Verdict:
    """Whether the demand holds, the positions of the rows it does not hold for, or why it could not be evaluated."""

    holds: bool = True
    failing: tuple[int, ...] = ()
    error: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


Judge = Callable[[Sequence[Trial]], list[Verdict]]
"""An evaluator: a verdict for each trial, in their order."""

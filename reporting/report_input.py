"""What a report is made from, whichever way it came."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from baocao.counting import SourceRecords
from baocao.coverage import Coverage
from baocao.domain import SourceFailure, System
from baocao.handed_in import HandedIn
from baocao.typed_figures import TypedFigures
from reporting.collection.capturing import gives_stocks
from reporting.plan import Plan
from reporting.roll_up.payloads import Overview


@dataclass(frozen=True)
class ReportInput:
    """What a report is made from, whichever way it came. `known_at` is the figures' time.

    The figures are only held against what is in `compared`; those of a roll-up are counted from `below` alone. `typed`
    is None of a vintage made before typed-in figures were kept: they are in the configuration of its time. `handed` is
    the form the unit handed in, if it did.
    """

    records: Mapping[System, SourceRecords]
    known_at: datetime
    compared: Mapping[str, SourceRecords] = field(default_factory=dict)
    below: Overview | None = None
    typed: TypedFigures | None = None
    handed: HandedIn | None = None

    @property
    def failures(self) -> tuple[SourceFailure, ...]:
        """Of the sources asked for figures."""
        return tuple(found.failure for found in self.records.values() if found.failure is not None)


def list_coverages(plan: Plan, gathered: ReportInput) -> tuple[Coverage, ...]:
    """What the unit's own sources cover; one of which stocks alone are counted covers no days but a moment."""
    found = []
    for system, records in gathered.records.items():
        if records.coverage is not None and system in plan.sources:
            is_stock = gives_stocks(plan, plan.sources[system])
            found.append(replace(records.coverage, window=None) if is_stock else records.coverage)
    return tuple(found)

"""What the figures of one unit and period are made from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from baocao.catalogue import Indicator, ManualFigure, Unit
from baocao.coverage import Coverage
from baocao.domain import CellStatus, Observation, Period, SourceFailure, System, Window
from baocao.handed_in import HandedIn
from baocao.notices import Notices

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class SourceRecords:
    """What one system gave for one unit: its records by kind, or why it gave none.

    `inherited` says which days of the units of before are among them, `gaps` which are missing; `notices` what in the
    answers was not understood; `coverage` which days they cover, None where that is not known.
    """

    system: System
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    payload_hashes: tuple[str, ...] = ()
    captured_at: datetime | None = None
    failure: SourceFailure | None = None
    inherited: tuple[str, ...] = ()
    gaps: tuple[str, ...] = ()
    notices: Notices = field(default_factory=Notices)
    coverage: Coverage | None = None


@dataclass(frozen=True)
class CountingContext:
    """Everything the figures of one unit and period are made from, beside their definitions.

    `typed_hashes` name the payload of the typed-in figures; `names_evidence`: their notes say what they rest on.
    `handed` is the form the unit handed in, which speaks for the systems it has none of.
    """

    unit: Unit
    period: Period
    window: Window
    known_at: datetime
    collected: Mapping[System, SourceRecords]
    manual: Mapping[str, ManualFigure] = field(default_factory=dict)
    typed_hashes: tuple[str, ...] = ()
    names_evidence: bool = False
    handed: HandedIn | None = None

    @property
    def is_closed(self) -> bool:
        """Whether the period's last day is over."""
        return self.known_at >= self.window.end_at


def make_observation(
    indicator: Indicator, context: CountingContext, value: Decimal | None, status: CellStatus, **rest: object
) -> Observation:
    make: Callable[..., Observation] = Observation
    return make(
        indicator_code=indicator.indicator_code,
        unit_code=context.unit.unit_code,
        period=context.period,
        value=value,
        status=status,
        known_at=context.known_at,
        **rest,
    )

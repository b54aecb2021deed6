"""What the generator is told to realise: the true figures are written here before any row exists."""

from dataclasses import dataclass
from datetime import date, datetime

from sandbox.world.ledger import LedgerUnit, Level


@dataclass(frozen=True, slots=True)
class LevelFlow:
    """Counted dossiers of one level in one stretch of time.

    `first` is the place in the level's list of procedures where the active ones begin; the first `with_online`
    of them get online dossiers, the others up to `with_dossier` get none. `late` come on top, entered only after `now`.
    With `changing` the first active procedure is the one whose level changes.
    """

    level: Level
    total: int
    online: int
    with_dossier: int
    with_online: int
    first: int = 0
    changing: bool = False
    postal: int = 0
    channel_missing: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """Documents of one stretch of time; `outgoing` leaves the confidential ones out."""

    outgoing: int
    electronic: int
    confidential: int
    incoming: int


@dataclass(frozen=True, slots=True)
class PeriodPlan:
    """One unit in one stretch of time that lies inside one quarter."""

    first_on: date
    last_on: date
    flows: tuple[LevelFlow, ...]
    documents: DocumentPlan
    resolved: int
    withdrawn: int
    carried_resolved: int = 0
    carried_withdrawn: int = 0
    entered_weeks_later: int = 0
    registered: int = 0
    refused: int = 0
    information: int = 0

    @property
    def received(self) -> int:
        """Dossiers that count as received, without the late ones."""
        return sum(flow.total for flow in self.flows)

    def carry(self, carried: int) -> int:
        """Dossiers pending at the end when `carried` were pending at the start."""
        closed = self.resolved + self.withdrawn + self.carried_resolved + self.carried_withdrawn
        return carried + self.received - closed


@dataclass(frozen=True, slots=True)
class UnitPlan:
    """One unit over time, oldest stretch first."""

    unit: LedgerUnit
    periods: tuple[PeriodPlan, ...]


@dataclass(frozen=True, slots=True)
class CataloguePlan:
    """The procedures of the province as the portal lists them at `now`.

    `offered` leaves out the changing procedure, which adds one to its new level. `upgradable` procedures of the second
    online level are eligible for the first. `free_with_payment` have no fee and are flagged as payable all the same.
    `added` procedures come on top, each listed from its day on.
    """

    offered: dict[Level, int]
    fee: int
    payment_national: int
    payment_provincial: int
    published_online: int
    free_with_payment: int = 0
    upgradable: int = 0
    changes_on: date | None = None
    added: tuple[tuple[date, Level], ...] = ()


@dataclass(frozen=True, slots=True)
class DataSetPlan:
    """A whole data set before it is generated; `background` units share the systems but are not reported on.

    `period_codes` are the periods it has figures for. With `both_eras` its levels FULL and PARTIAL, which the systems
    call 4 and 3 all along, are levels 4 and 3 to the older form.
    """

    name: str
    now: datetime
    period_code: str
    catalogue: CataloguePlan
    units: tuple[UnitPlan, ...]
    background: tuple[UnitPlan, ...] = ()
    period_codes: tuple[str, ...] = ()
    both_eras: bool = False

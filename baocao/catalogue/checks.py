"""The file `checks.yaml`: the thresholds of checks that compare with the past or with another system, and the breaks
everybody knows of.
"""

from collections.abc import Iterator
from datetime import date
from typing import Literal

from pydantic import Field

from baocao.catalogue.model import Day, Number, YamlModel
from baocao.domain import Tier


class JumpLimits(YamlModel):
    """A figure jumps where it leaves the usual by `spreads` and by `at_least` and by `at_least_pct` of the expected.

    The usual is known from `own_changes` earlier changes of the unit, else from `peer_changes` of its tier.
    """

    spreads: Number = Field(default=4, gt=0)
    at_least: int = Field(default=10, ge=1)
    at_least_pct: int = Field(default=30, ge=0, le=100)
    own_changes: int = Field(default=4, ge=2)
    peer_changes: int = Field(default=8, ge=3)


class SilentLimits(YamlModel):
    """A unit fell silent where a system counts nothing after `periods` periods of `at_least` or more each."""

    periods: int = Field(default=2, ge=1)
    at_least: int = Field(default=5, ge=1)


class FrozenLimits(YamlModel):
    """A count is frozen where `periods` periods in a row give the same figure, of `at_least` or more."""

    periods: int = Field(default=3, ge=2)
    at_least: int = Field(default=100, ge=1)


class ShrunkLimits(YamlModel):
    """A stock shrank where it lost more than both `at_least` and `at_least_pct` of what it was."""

    at_least: int = Field(default=2, ge=0)
    at_least_pct: int = Field(default=10, ge=0, le=100)


class DeclaredBreak(YamlModel):
    """A day from which figures are not comparable with those before; none given means all tiers, units, indicators."""

    since: Day
    label: str = Field(min_length=5)
    tiers: tuple[Tier, ...] = ()
    units: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()


class HistoryLimits(YamlModel):
    """How figures are compared with earlier ones."""

    jump: JumpLimits = JumpLimits()
    silent: SilentLimits = SilentLimits()
    frozen: FrozenLimits = FrozenLimits()
    shrunk: ShrunkLimits = ShrunkLimits()
    breaks: tuple[DeclaredBreak, ...] = ()


class Tolerance(YamlModel):
    """A difference of up to `tolerance_pct` is information, a larger one a warning; `units` have their own."""

    tolerance_pct: Number = Field(default=1, ge=0)
    units: dict[str, Number] = Field(default_factory=dict)

    def of(self, unit_code: str) -> float:
        return self.units.get(unit_code, self.tolerance_pct)


class OfferedTolerance(Tolerance):
    """A catalogue lacks too much to be released where `missing_at_least` procedures with dossiers are not in it, and
    these are more than `missing_pct` of all, or it has just as many rows as a page usually has.
    """

    missing_at_least: int = Field(default=3, ge=1)
    missing_pct: Number = Field(default=10, ge=0, le=100)


class DossierTolerance(Tolerance):
    """Both lists are placed by the same date; what only one has is not told within `border_days` of the window's ends.

    `status_copies`: local statuses that arrive as another one at the national portal, which is known and not told.
    """

    tolerance_pct: Number = Field(default=2, ge=0)
    border_days: int = Field(default=1, ge=0)
    date_field: Literal["received_at", "submitted_at"] = "received_at"
    status_copies: dict[str, str] = Field(
        default_factory=lambda: dict.fromkeys(("supplement_requested", "payment_requested", "stopped"), "done")
    )


class DocumentTolerance(Tolerance):
    """As for dossiers; a document may be sent some days after it was issued."""

    tolerance_pct: Number = Field(default=5, ge=0)
    border_days: int = Field(default=3, ge=0)


class ReconcileLimits(YamlModel):
    """How two systems' lists are held against each other; `listed` codes of each kind are kept with a result."""

    listed: int = Field(default=20, ge=1, le=200)
    procedures_offered: OfferedTolerance = OfferedTolerance()
    portal_dossiers: DossierTolerance = DossierTolerance()
    sent_documents: DocumentTolerance = DocumentTolerance()

    @property
    def by_check(self) -> dict[str, Tolerance]:
        """The tolerance of each check, by its id."""
        names = ("procedures_offered", "portal_dossiers", "sent_documents")
        return {f"reconcile.{name}": getattr(self, name) for name in names}


class UnknownLimits(YamlModel):
    """A figure that codes nobody knows could move by more than `tolerance_pct` is not released: percent of a count,
    percentage points of a ratio.
    """

    tolerance_pct: Number = Field(default=0.1, ge=0)


class KnownGap(YamlModel):
    """Days on which a unit's systems are known to have no record; none given means every unit."""

    since: Day
    until: Day
    label: str = Field(min_length=5)
    units: tuple[str, ...] = ()


class GapLimits(YamlModel):
    """Working days running without a record are told from `told_days` on that usually have `told_records`; from both
    `blocking_days` and `blocking_records` on the form is not released. Not where they are `known`.
    """

    told_days: int = Field(default=5, ge=1)
    told_records: int = Field(default=15, ge=1)
    blocking_days: int = Field(default=15, ge=1)
    blocking_records: int = Field(default=30, ge=1)
    known: tuple[KnownGap, ...] = ()

    def is_known(self, day: date, unit_code: str) -> bool:
        return any(one.since <= day <= one.until and (not one.units or unit_code in one.units) for one in self.known)


class CheckLimits(YamlModel):
    """The whole file."""

    unknown: UnknownLimits = UnknownLimits()
    gap: GapLimits = GapLimits()

    history: HistoryLimits = HistoryLimits()
    reconcile: ReconcileLimits = ReconcileLimits()

    @property
    def named(self) -> Iterator[tuple[str, str]]:
        """Every unit and indicator the file names, each with its kind."""
        for known in self.history.breaks:
            yield from (("unit", code) for code in known.units)
            yield from (("indicator", code) for code in known.indicators)

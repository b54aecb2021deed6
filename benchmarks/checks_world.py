"""Made-up figures of many units over nine quarters: balanced and quiet, but for a fault here and there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from random import Random

from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.checks import CheckLimits
from baocao.domain import CellStatus, Observation, Period, Tier
from expectations.history.view import PastPeriod

FORM_CODE = "2025-bieu-mau-7"
TIERS = (Tier.COMMUNE, Tier.COMMUNE, Tier.WARD, Tier.SPECIAL_ZONE)
NOW = Period(2027, "Q4")
QUARTERS = 9
KNOWN_AT = datetime(2027, 12, 15, tzinfo=UTC)
FLOWS = {
    "documents": ("documents_outgoing_count", "documents_electronic_count"),
    "one_stop": (
        "dossiers_received_count", "dossiers_online_count", "dossiers_in_person_count", "dossiers_postal_count",
        "dossiers_full_count", "dossiers_full_online_count", "dossiers_partial_count", "dossiers_partial_online_count",
        "dossiers_resolved_count", "dossiers_withdrawn_count", "procedures_with_dossier_count",
        "procedures_with_online_dossier_count",
    ),
}  # fmt: skip
OPEN = ("dossiers_carried_over_count", "dossiers_pending_count")
STOCKS = (
    "procedures_full_eligible_count", "procedures_full_count", "procedures_fee_count",
    "procedures_payment_national_count", "periodic_reports_due_count", "periodic_reports_sent_count",
)  # fmt: skip
CODES = (*FLOWS["documents"], *FLOWS["one_stop"], *OPEN, *STOCKS)
Series = Mapping[str, Mapping[str, Sequence[int | None]]]


@dataclass(frozen=True)
class CheckWorld:
    """By unit and indicator a value per quarter, the last one this period's; None where there is none."""

    catalogue: Catalogue
    series: Series

    @property
    def tiers(self) -> dict[str, Tier]:
        return {code: self.catalogue.units[code].tier for code in self.series}

    @property
    def observations(self) -> dict[str, dict[str, Observation]]:
        return {unit: self.figures(unit, QUARTERS - 1) for unit in self.series}

    @property
    def past(self) -> dict[str, dict[Period, PastPeriod]]:
        periods = quarters()[:-1]
        return {
            unit: {period: PastPeriod(FORM_CODE, self.figures(unit, n)) for n, period in enumerate(periods)}
            for unit in self.series
        }

    def figures(self, unit: str, quarter: int) -> dict[str, Observation]:
        period = quarters()[quarter]
        return {code: _observe(code, unit, period, values[quarter]) for code, values in self.series[unit].items()}


def quarters() -> list[Period]:
    """Nine quarters, the last of them NOW."""
    found = [NOW]
    while len(found) < QUARTERS:
        found.insert(0, found[0].predecessor)
    return found


def make_world(catalogue: Catalogue, size: int, rng: Random) -> CheckWorld:
    units = {f"u{n}": Unit(unit_code=f"u{n}", name=f"u{n}", tier=TIERS[n % len(TIERS)]) for n in range(size)}
    return CheckWorld(replace(catalogue, units=units, limits=CheckLimits()), {unit: _make_unit(rng) for unit in units})


def _make_unit(rng: Random) -> dict[str, list[int | None]]:
    made = _sound_unit(rng, rng.choice((2, 40, 900, 12_000)))
    for codes in FLOWS.values():
        if rng.random() < 0.03:
            for code in codes:
                made[code][-1] = 0
    for code in (*FLOWS["documents"], *FLOWS["one_stop"], *OPEN):
        _spoil(rng, made[code])
    for code in STOCKS:
        if rng.random() < 0.01:
            made[code][-1] = (made[code][-1] or 0) // 2
    return made


def _sound_unit(rng: Random, size: int) -> dict[str, list[int | None]]:
    """Every balance holds in every quarter, and what is pending is carried over into the next."""
    made: dict[str, list[int | None]] = {code: [] for code in CODES}
    carried = size // 10
    levels = {code: rng.randint(20, 120) for code in ("eligible", "fee", "due")}
    for _ in range(QUARTERS):
        figures = _sound_quarter(rng, size, carried, levels)
        carried = figures["dossiers_pending_count"]
        for code, value in figures.items():
            made[code].append(value)
    return made


def _sound_quarter(rng: Random, size: int, carried: int, levels: Mapping[str, int]) -> dict[str, int]:
    received, outgoing = (max(0, round(rng.gauss(size, size * 0.05 + 1))) for _ in range(2))
    full, online, postal = received * 6 // 10, received * 7 // 10, received // 20
    pending, withdrawn = (carried + received) // 10, received // 50
    used = min(received, levels["eligible"])
    return {
        "documents_outgoing_count": outgoing,
        "documents_electronic_count": outgoing * 9 // 10,
        "dossiers_received_count": received,
        "dossiers_online_count": online,
        "dossiers_postal_count": postal,
        "dossiers_in_person_count": received - online - postal,
        "dossiers_full_count": full,
        "dossiers_full_online_count": full * 8 // 10,
        "dossiers_partial_count": received - full,
        "dossiers_partial_online_count": (received - full) // 2,
        "dossiers_carried_over_count": carried,
        "dossiers_pending_count": pending,
        "dossiers_withdrawn_count": withdrawn,
        "dossiers_resolved_count": carried + received - pending - withdrawn,
        "procedures_with_dossier_count": used,
        "procedures_with_online_dossier_count": used * 7 // 10,
        "procedures_full_eligible_count": levels["eligible"],
        "procedures_full_count": levels["eligible"] - rng.randint(0, 2),
        "procedures_fee_count": levels["fee"],
        "procedures_payment_national_count": levels["fee"] * 8 // 10,
        "periodic_reports_due_count": levels["due"],
        "periodic_reports_sent_count": levels["due"] - rng.randint(0, 1),
    }


def _spoil(rng: Random, values: list[int | None]) -> None:
    """A jump, a frozen figure, a gap, a short past, many zeros."""
    chance = rng.random() * 100
    if chance < 1:
        values[-1] = (values[-1] or 0) * 4 + 50
    elif chance < 2:
        values[-1] = values[-2] = values[-3]
    elif chance < 3:
        values[rng.randrange(QUARTERS)] = None
    elif chance < 4:
        values[: QUARTERS - 3] = [None] * (QUARTERS - 3)
    elif chance < 5:
        values[:] = [0 if rng.random() < 0.6 else value for value in values]


def _observe(code: str, unit: str, period: Period, value: int | None) -> Observation:
    status = CellStatus.NOT_COLLECTED if value is None else CellStatus.REPORTED
    return Observation(code, unit, period, None if value is None else Decimal(value), status, KNOWN_AT)

"""Turns a plan into a ledger, the same one every time."""

# ruff: noqa: S311 - generated data must be the same every time; nothing here is a secret

from random import Random

from sandbox.world.catalogue import build_procedures
from sandbox.world.generate_documents import draw_documents
from sandbox.world.generate_dossiers import DossierMaker
from sandbox.world.ledger import Document, Dossier, Ledger, Status
from sandbox.world.lives import close_dossiers
from sandbox.world.periods import DAY_S, day_end, day_start
from sandbox.world.plans import DataSetPlan, PeriodPlan, UnitPlan


def build_ledger(plan: DataSetPlan) -> Ledger:
    """Generate every unit's dossiers and documents."""
    procedures = build_procedures(plan.catalogue)
    units = (*plan.units, *plan.background)
    ledger = Ledger(units=tuple(unit.unit for unit in units), procedures=tuple(procedures))
    maker = DossierMaker(procedures, plan.catalogue.changes_on)
    sequence = 0
    for unit in units:
        dossiers = _draw_dossiers(plan, unit, maker)
        sequence = _number_dossiers(dossiers, sequence)
        ledger.dossiers[unit.unit.code] = dossiers
        ledger.documents[unit.unit.code] = _draw_documents(plan, unit, len(ledger.documents) * 100_000)
    return ledger


def _draw_dossiers(plan: DataSetPlan, unit: UnitPlan, maker: DossierMaker) -> list[Dossier]:
    now = int(plan.now.timestamp())
    drawn: list[Dossier] = []
    carried: list[Dossier] = []
    for period in unit.periods:
        rng = Random(f"{plan.name}/{unit.unit.code}/{period.first_on}")
        fresh = maker.draw_counted(unit.unit, period, rng)
        carried = close_dossiers(period, carried, fresh, rng)
        _enter_late(carried[: period.entered_weeks_later], rng, day_end(period.last_on))
        drawn += fresh
        drawn += maker.draw_late(unit.unit, period, rng, now)
        drawn += maker.draw_uncounted(unit.unit, period, rng)
    _close_after(carried, max(now, day_end(unit.periods[-1].last_on)))
    return drawn


def _enter_late(pending: list[Dossier], rng: Random, end: int) -> None:
    """Some that stay pending were keyed in one to four weeks after the period's end."""
    for dossier in pending:
        dossier.entered_at = end + rng.randrange(7, 28) * DAY_S


def _close_after(pending: list[Dossier], now: int) -> None:
    """What is pending at the end is finished in the two months after it, except one in five."""
    for place, dossier in enumerate(pending):
        if place % 5:
            dossier.finished_at = max(now, dossier.entered_at) + 3_600 + (place * 7_919) % (60 * DAY_S)
            dossier.ending = Status.RETURNED


def _number_dossiers(dossiers: list[Dossier], sequence: int) -> int:
    """Order by the time of application and number within unit and day, as the code shows."""
    dossiers.sort(key=lambda dossier: (dossier.applied_at, dossier.entered_at, dossier.received_at))
    day = number = 0
    for dossier in dossiers:
        sequence += 1
        today = (dossier.applied_at + 25_200) // DAY_S
        number = number + 1 if today == day else 1
        day = today
        dossier.sequence, dossier.number = sequence, number
    return sequence


def _draw_documents(plan: DataSetPlan, unit: UnitPlan, sequence: int) -> list[Document]:
    documents: list[Document] = []
    for period in unit.periods:
        rng = Random(f"{plan.name}/{unit.unit.code}/{period.first_on}/documents")
        documents += draw_documents(unit.unit, _days(period), period.documents, rng, sequence + len(documents))
    return documents


def _days(period: PeriodPlan) -> tuple[int, int]:
    return day_start(period.first_on), (day_end(period.last_on) + 1 - day_start(period.first_on)) // DAY_S

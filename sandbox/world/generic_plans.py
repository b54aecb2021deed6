"""Plausible plans for any number of dossiers and units, for the data sets "size:" and "province:"."""

from datetime import date, datetime

from sandbox.world.ledger import LedgerUnit, Level
from sandbox.world.periods import ZONE
from sandbox.world.plans import CataloguePlan, DataSetPlan, DocumentPlan, LevelFlow, PeriodPlan, UnitPlan
from sandbox.world.units import DAC_KHU, numbered_unit

_ENOUGH_FOR_A_CHANGE = 50
_NOW = datetime(2025, 12, 15, 7, tzinfo=ZONE)
_CATALOGUE = CataloguePlan(
    offered={Level.FULL: 91, Level.PARTIAL: 41, Level.INFORMATION: 12},
    fee=80,
    payment_national=60,
    payment_provincial=8,
    published_online=128,
    free_with_payment=2,
    upgradable=6,
    changes_on=date(2025, 11, 1),
)


def plan_size(name: str, dossiers: int) -> DataSetPlan:
    """One unit that receives exactly so many counted dossiers in 2025-Q4."""
    return DataSetPlan(name, _NOW, "2025-Q4", _CATALOGUE, (_plan_unit(DAC_KHU, dossiers),))


def plan_province(name: str, units: int, dossiers: int) -> DataSetPlan:
    """So many units sharing so many counted dossiers of 2025-Q4, the first ones much larger than the last."""
    shares = _share_out(dossiers, [(number + 2) ** -0.6 for number in range(units)])
    plans = tuple(_plan_unit(numbered_unit(i), share) for i, share in enumerate(shares, start=1))
    return DataSetPlan(name, _NOW, "2025-Q4", _CATALOGUE, plans)


def _share_out(total: int, weights: list[float]) -> list[int]:
    whole = sum(weights)
    shares = [int(total * weight / whole) for weight in weights]
    for place in range(total - sum(shares)):
        shares[place % len(shares)] += 1
    return shares


def _plan_unit(unit: LedgerUnit, dossiers: int) -> UnitPlan:
    earlier = _plan_stretch((date(2025, 7, 1), date(2025, 9, 14)), dossiers // 6, carried=0, is_last=False)
    carried = earlier.carry(0)
    later = _plan_stretch((date(2025, 9, 15), date(2025, 12, 14)), dossiers, carried=carried, is_last=True)
    return UnitPlan(unit, (earlier, later))


def _plan_stretch(days: tuple[date, date], dossiers: int, *, carried: int, is_last: bool) -> PeriodPlan:
    full = dossiers * 7 // 10
    changing = is_last and dossiers >= _ENOUGH_FOR_A_CHANGE
    return PeriodPlan(
        *days,
        flows=(
            _plan_flow(Level.FULL, full, full * 6 // 10, 52, 44, changing=changing),
            _plan_flow(Level.PARTIAL, dossiers - full, (dossiers - full) * 4 // 10, 18, 15, changing=changing),
        ),
        documents=DocumentPlan(30 + min(dossiers, 40_000) // 20, 28 + min(dossiers, 40_000) // 21, 3, 90),
        resolved=dossiers * 17 // 20 if is_last else dossiers // 4,
        withdrawn=dossiers // 50,
        carried_resolved=carried * 9 // 10,
        carried_withdrawn=carried // 50,
        entered_weeks_later=0 if is_last else min(dossiers // 200, 20),
        registered=dossiers // 60,
        refused=dossiers // 80,
        information=dossiers // 100,
    )


def _plan_flow(level: Level, total: int, online: int, most: int, most_online: int, *, changing: bool) -> LevelFlow:
    with_online = min(most_online, online)
    return LevelFlow(
        level,
        total,
        online,
        with_dossier=min(most, with_online + total - online),
        with_online=with_online,
        changing=changing,
        postal=(total - online) // 20,
        channel_missing=(total - online) // 25,
        late=min(total // 400, 40),
    )

"""True figures read off the plan alone, without looking at a single generated row."""

from collections.abc import Iterable
from datetime import date

from sandbox.world.ledger import Level
from sandbox.world.periods import local_day, window
from sandbox.world.plans import CataloguePlan, DataSetPlan, LevelFlow, PeriodPlan

_ONLINE = (Level.FULL, Level.PARTIAL, Level.LEVEL_3, Level.LEVEL_4)
_FIRST = {Level.FULL: Level.PARTIAL, Level.LEVEL_4: Level.LEVEL_3}


def planned_figures(plan: DataSetPlan, unit_code: str, period_code: str) -> dict[str, int] | None:
    """Figures at the plan's own `now`, or None where the plan does not settle the period."""
    stretches = _stretches(plan, unit_code, window(period_code))
    if stretches is None:
        return None
    stock = _stock(plan, unit_code, window(period_code))
    figures = _dossier_figures(stretches) | stock | _catalogue_figures(plan.catalogue)
    return figures | _older_names(figures, stretches, plan.catalogue) if plan.both_eras else figures


def _older_names(figures: dict[str, int], stretches: list[PeriodPlan], catalogue: CataloguePlan) -> dict[str, int]:
    """What the older form calls level 4 and level 3."""
    flows, partial = _flows(stretches), _offered(catalogue).get(Level.PARTIAL, 0)
    return {
        "procedures_level_4_eligible_count": figures["procedures_full_eligible_count"],
        "procedures_level_4_count": figures["procedures_full_count"],
        "procedures_level_4_online_dossier_count": _distinct(flows, (Level.FULL,), online=True),
        "procedures_level_3_eligible_count": partial,
        "procedures_level_3_count": partial,
        "procedures_level_3_online_dossier_count": _distinct(flows, (Level.PARTIAL,), online=True),
    }


def _stretches(plan: DataSetPlan, unit_code: str, days: tuple[date, date]) -> list[PeriodPlan] | None:
    periods = next(unit.periods for unit in plan.units if unit.unit.code == unit_code)
    touching = [p for p in periods if p.first_on <= days[1] and p.last_on >= days[0]]
    inside = all(days[0] <= p.first_on and p.last_on <= days[1] for p in touching)
    is_over = days[1] < local_day(int(plan.now.timestamp()))
    return touching if inside and is_over else None


def _flows(stretches: Iterable[PeriodPlan]) -> list[LevelFlow]:
    return [flow for stretch in stretches for flow in stretch.flows]


def _slots(flow: LevelFlow, count: int) -> set[tuple[str, int]]:
    """The active procedures as (level, place in the level's list), the changing one under its own name."""
    ordinary = max(count - flow.changing, 0)
    places = {(flow.level.value, flow.first + place) for place in range(ordinary)}
    return places | ({("changing", 0)} if flow.changing and count else set())


def _distinct(flows: list[LevelFlow], levels: tuple[Level, ...], *, online: bool) -> int:
    places: set[tuple[str, int]] = set()
    for flow in flows:
        if flow.level in levels:
            places |= _slots(flow, flow.with_online if online else flow.with_dossier)
    return len(places)


def _dossier_figures(stretches: list[PeriodPlan]) -> dict[str, int]:
    flows = _flows(stretches)
    figures = {
        "procedures_with_dossier_count": _distinct(flows, (Level.FULL, Level.PARTIAL), online=False),
        "procedures_with_online_dossier_count": _distinct(flows, (Level.FULL, Level.PARTIAL), online=True),
        "procedures_level_3_online_dossier_count": _distinct(flows, (Level.LEVEL_3,), online=True),
        "procedures_level_4_online_dossier_count": _distinct(flows, (Level.LEVEL_4,), online=True),
        "dossiers_received_count": sum(f.total for f in flows),
        "dossiers_online_count": sum(f.online for f in flows),
        "dossiers_postal_count": sum(f.postal for f in flows),
        "dossiers_in_person_count": sum(f.total - f.online - f.postal for f in flows),
        "documents_outgoing_count": sum(s.documents.outgoing for s in stretches),
        "documents_electronic_count": sum(s.documents.electronic for s in stretches),
    }
    for level, name in ((Level.FULL, "full"), (Level.PARTIAL, "partial")):
        figures[f"dossiers_{name}_count"] = sum(f.total for f in flows if f.level is level)
        figures[f"dossiers_{name}_online_count"] = sum(f.online for f in flows if f.level is level)
    return figures | {
        "dossiers_resolved_count": sum(s.resolved + s.carried_resolved for s in stretches),
        "dossiers_withdrawn_count": sum(s.withdrawn + s.carried_withdrawn for s in stretches),
    }


def _stock(plan: DataSetPlan, unit_code: str, days: tuple[date, date]) -> dict[str, int]:
    """Dossiers carried over into the period and pending at its end, by the plan's balance."""
    carried = pending = 0
    for stretch in next(unit.periods for unit in plan.units if unit.unit.code == unit_code):
        if stretch.first_on > days[1]:
            break
        if stretch.last_on < days[0]:
            carried = stretch.carry(carried)
            pending = carried
        else:
            pending = stretch.carry(pending)
    return {"dossiers_carried_over_count": carried, "dossiers_pending_count": pending}


def _offered(catalogue: CataloguePlan) -> dict[Level, int]:
    """How many procedures of each level there are at the plan's own `now`."""
    offered = dict(catalogue.offered)
    for level in [level for _, level in catalogue.added] + ([Level.FULL] if catalogue.changes_on else []):
        offered[level] = offered.get(level, 0) + 1
    return offered


def _catalogue_figures(catalogue: CataloguePlan) -> dict[str, int]:
    offered = _offered(catalogue)
    eligible = dict(offered)
    for first, second in _FIRST.items():
        if first in offered:
            eligible[first] += catalogue.upgradable
            eligible[second] -= catalogue.upgradable
    return {
        "procedures_full_eligible_count": eligible.get(Level.FULL, 0),
        "procedures_full_count": offered.get(Level.FULL, 0),
        "procedures_level_3_eligible_count": offered.get(Level.LEVEL_3, 0),
        "procedures_level_3_count": offered.get(Level.LEVEL_3, 0),
        "procedures_level_4_eligible_count": eligible.get(Level.LEVEL_4, 0),
        "procedures_level_4_count": offered.get(Level.LEVEL_4, 0),
        "procedures_fee_count": catalogue.fee,
        "procedures_payment_national_count": catalogue.payment_national,
        "procedures_payment_any_count": catalogue.payment_national + catalogue.payment_provincial,
        "procedures_online_count": sum(offered.get(level, 0) for level in _ONLINE),
        "procedures_published_national_count": catalogue.published_online,
    }

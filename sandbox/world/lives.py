"""How dossiers end: exactly as many in each period as the plan says."""

from collections.abc import Iterator
from random import Random

from sandbox.world.ledger import Dossier, Status
from sandbox.world.periods import DAY_S, day_end, day_start
from sandbox.world.plans import PeriodPlan


def close_dossiers(period: PeriodPlan, carried: list[Dossier], fresh: list[Dossier], rng: Random) -> list[Dossier]:
    """Finish the planned numbers within the period; the rest, pending at its end, is given back."""
    span = day_start(period.first_on), day_end(period.last_on)
    left = _close_group(carried, period.carried_resolved, period.carried_withdrawn, span, rng)
    return left + _close_group(fresh, period.resolved, period.withdrawn, span, rng)


def _close_group(
    group: list[Dossier], resolved: int, withdrawn: int, span: tuple[int, int], rng: Random
) -> list[Dossier]:
    order = group.copy()
    rng.shuffle(order)
    if resolved + withdrawn > len(order):
        raise ValueError(f"the plan closes {resolved + withdrawn} of {len(order)} dossiers")
    for place in range(resolved):
        _finish(order[place], Status.DONE if place % 3 == 0 else Status.RETURNED, span, rng)
    for place in range(resolved, resolved + withdrawn):
        _finish(order[place], Status.WITHDRAWN if place % 2 else Status.STOPPED, span, rng)
    return order[resolved + withdrawn :]


def _finish(dossier: Dossier, ending: Status, span: tuple[int, int], rng: Random) -> None:
    earliest = max(dossier.received_at, dossier.entered_at, span[0])
    if earliest > span[1]:
        raise ValueError("a dossier would end before it was entered")
    room = min(span[1] - earliest, 20 * DAY_S)
    dossier.finished_at = earliest + int(rng.random() * rng.random() * room)
    dossier.ending = ending


def cycle_open_status() -> Iterator[Status]:
    """The states of dossiers under way, mostly in process."""
    usual = (Status.PROCESSING,) * 6 + (Status.RECEIVED, Status.RECEIVED, Status.SUPPLEMENT, Status.FEE_DUE)
    while True:
        yield from usual

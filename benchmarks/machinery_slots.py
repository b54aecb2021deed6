"""A shared source asked by many processes: three ways to take turns, played in steps of 5 ms, without noise.

40 requests a second and 4 at once are allowed; an answer takes 0.05 or 0.2 s.

"slots": as built, a slot for 2 s to whoever has waited longest, moments common to all. "lease": one process has the
source until its listing is read, at a pace of its own. "shares": a slot is a lease with a quarter of the pace.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

STEP_S, TURN_S = 0.005, 2.0
ANSWERS_S = (0.05, 0.2)
WAYS = ("slots", "lease", "shares")
SLOTS, PER_S = 4, 40


@dataclass
class UnitLoad:
    """A process with so many questions, at most `threads` of them at once."""

    kind: str
    left: int
    threads: int
    asked: list[float] = field(default_factory=list)
    waits_since: float = 0.0
    done_s: float = 0.0

    @property
    def may_ask(self) -> bool:
        return self.left > 0 and len(self.asked) < self.threads


@dataclass
class LeasedSlot:
    """One of the slots, whose it is, until when, and when it may be asked with."""

    holder: UnitLoad | None = None
    until: float = 0.0
    is_busy: bool = False
    next_at: float = 0.0


Way = Callable[[list[LeasedSlot], list[UnitLoad], float], Iterator[tuple[LeasedSlot, UnitLoad]]]


def compare_slots() -> None:
    """When units were done: small ones behind two large ones, and one that asks one question after the other."""
    for answer_s in ANSWERS_S:
        for name in WAYS:
            mixed = [
                UnitLoad("large", 800, 4),
                UnitLoad("large", 800, 4),
                *(UnitLoad("small", 10, 4) for _ in range(7)),
            ]
            mixed.append(UnitLoad("one by one", 152, 1))
            play(mixed, name, answer_s)
            last = {unit.kind: max(one.done_s for one in mixed if one.kind == unit.kind) for unit in mixed}
            alone = UnitLoad("one by one", 152, 1)
            play([alone], name, answer_s)
            done = ", ".join(f"{kind} {at:5.1f} s" for kind, at in last.items())
            print(f"  answers of {answer_s:g} s, {name:<6}: {done}; one by one alone {alone.done_s:4.1f} s")


def play(units: list[UnitLoad], name: str, answer_s: float) -> None:
    """Until all are done."""
    way: Way = take_all if name == "lease" else take_turns
    own_pace = name == "shares"
    slots = [LeasedSlot() for _ in range(SLOTS)]
    now, common = 0.0, 0.0
    while any(unit.left or unit.asked for unit in units):
        _end_answers(slots, units, now)
        for slot, unit in way(slots, units, now):
            due = slot.next_at if own_pace else common
            if due > now + 1e-9:
                continue
            interval = SLOTS / PER_S if own_pace else 1 / PER_S
            slot.next_at = common = max(due, now) + interval
            slot.is_busy = True
            unit.left -= 1
            unit.asked.append(now + answer_s)
        now += STEP_S


def take_turns(slots: list[LeasedSlot], units: list[UnitLoad], now: float) -> Iterator[tuple[LeasedSlot, UnitLoad]]:
    """A slot stays its holder's while its turn lasts; a free one goes to whoever has waited longest."""
    for slot in slots:
        if slot.holder and not slot.is_busy and (now > slot.until or not slot.holder.may_ask):
            slot.holder = None
    for slot in slots:
        if slot.is_busy:
            continue
        if slot.holder is None:
            held = [id(one.holder) for one in slots]
            waiting = [unit for unit in units if unit.may_ask and held.count(id(unit)) < unit.threads]
            if not waiting:
                continue
            slot.holder = min(waiting, key=lambda unit: unit.waits_since)
            slot.holder.waits_since, slot.until = now, now + TURN_S
        if slot.holder.may_ask:
            yield slot, slot.holder


def take_all(slots: list[LeasedSlot], units: list[UnitLoad], now: float) -> Iterator[tuple[LeasedSlot, UnitLoad]]:  # noqa: ARG001
    """All slots are the first unit's that is not done."""
    first = next((unit for unit in units if unit.left or unit.asked), None)
    for slot in slots:
        if not slot.is_busy and first is not None and first.may_ask:
            slot.holder = first
            yield slot, first


def _end_answers(slots: list[LeasedSlot], units: list[UnitLoad], now: float) -> None:
    for unit in units:
        over = [at for at in unit.asked if at <= now]
        unit.asked = [at for at in unit.asked if at > now]
        for slot in [slot for slot in slots if slot.is_busy and slot.holder is unit][: len(over)]:
            slot.is_busy = False
        if over and not unit.left and not unit.asked:
            unit.done_s = now

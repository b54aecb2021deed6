"""The queue of processes that wait for a slot to ask a source: whoever has waited longest is first.

Without it a process that gives a slot back takes it again before others look, and they wait for minutes. Kept with
the source's rate limit, not as rows: a runner's account may not delete rows, and nobody needs yesterday's queue.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

STILL_WAITS = timedelta(seconds=1)
"""Whoever waits looks more often than that; one that does not lets others go first."""
FORGOTTEN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True)
class Waiter:
    """A process that waits `since`, and last looked at `seen_at`, by the database's clock."""

    name: str
    since: datetime
    seen_at: datetime


def join_queue(queue: Iterable[Waiter], name: str, free: int, now: datetime) -> tuple[bool, tuple[Waiter, ...]]:
    """Whether one of the `free` slots is left to `name` by those before it; and the queue as it is then.

    Who gets a slot leaves the queue; who does not stands in it, where it stood before.
    """
    kept = {one.name: one for one in queue if now - FORGOTTEN_AFTER < one.seen_at <= now}
    ours = kept.pop(name, Waiter(name, now, now))
    before_us = [one for one in kept.values() if now - one.seen_at < STILL_WAITS and one.since < ours.since]
    if len(before_us) < free:
        return True, tuple(kept.values())
    return False, (*kept.values(), replace(ours, seen_at=now))


def read_queue(text: str | None) -> tuple[Waiter, ...]:
    """What `write_queue` wrote."""
    return tuple(
        Waiter(name, datetime.fromisoformat(since), datetime.fromisoformat(seen_at))
        for name, since, seen_at in json.loads(text or "[]")
    )


def write_queue(queue: Iterable[Waiter]) -> str | None:
    """None where nobody waits."""
    rows = [[one.name, one.since.isoformat(), one.seen_at.isoformat()] for one in queue]
    return json.dumps(rows) if rows else None

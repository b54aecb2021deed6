"""When a source may be asked, across processes and machines: moments in time, and slots for asking at once.

By the database's clock alone. Moments are handed out in batches, so that the database is asked a few times a second
however fast the source may be asked. A slot is taken for a while and given back, and goes to the process that has
waited longest; that of a process which died on this machine is free at once, that of one on another machine when its
time is over.
"""

import time
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from baocao.store.database.opening import Database
from baocao.store.database.statements import insert_new, read_clock
from baocao.store.leasing.holders import is_dead, name_process
from baocao.store.leasing.waiting import join_queue, read_queue, write_queue
from baocao.store.tables.rows import RateLimitRow, SlotRow

LONGEST_AHEAD = timedelta(minutes=10)
READINGS = 5
QUICK_S = 0.005


class StoredRateLimits:
    """The rate limits of all who use one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = name_process()

    def reserve(self, source_code: str, count: int, interval_s: float) -> float:
        """Take the next `count` moments, `interval_s` apart; returns the first, by `time.monotonic()`."""
        with self._database.writing() as session:
            return reserve_moments(session, source_code, count, timedelta(seconds=interval_s))

    def take_slot(self, source_code: str, slots: int, ttl_s: float) -> int | None:
        """One of the slots for asking at once; None where all are taken or others have waited longer: ask again."""
        with self._database.writing() as session:
            return take_slot(session, source_code, slots, self._holder, timedelta(seconds=ttl_s))

    def give_back(self, source_code: str, slot: int) -> None:
        """Let others have the slot."""
        with self._database.writing() as session:
            give_slot_back(session, source_code, slot, self._holder)


def reserve_moments(session: Session, source_code: str, count: int, interval: timedelta) -> float:
    """Take the source's next `count` moments, `interval` apart; returns the first, by `time.monotonic()`.

    Not how long to wait for it: the transaction has still to end, and that can take longer than the interval.
    """
    limit = _lock_limit(session, source_code)
    now, now_s = read_both_clocks(session)
    is_set_back = limit.next_at > now + LONGEST_AHEAD
    first = now if is_set_back else max(now, limit.next_at)
    limit.next_at = first + count * interval
    return now_s + (first - now).total_seconds()


def read_both_clocks(session: Session) -> tuple[datetime, float]:
    """The database's clock and `time.monotonic()` at the same moment: the quickest of some readings says it best.

    A process that waited for the processor between the two would move all its moments onto those of others.
    """
    readings: list[tuple[float, datetime, float]] = []
    for _ in range(READINGS):
        before_s, now, after_s = time.monotonic(), read_clock(session), time.monotonic()
        readings.append((after_s - before_s, now, (before_s + after_s) / 2))
        if after_s - before_s <= QUICK_S:
            break
    _, now, now_s = min(readings)
    return now, now_s


def take_slot(session: Session, source_code: str, slots: int, holder: str, ttl: timedelta) -> int | None:
    """A free slot of the source's `slots`, held for `ttl`; None, and `holder` in the queue, where it has none."""
    limit = _lock_limit(session, source_code)
    now = read_clock(session)
    rows = {row.slot: row for row in session.scalars(select(SlotRow).filter_by(source_code=source_code))}
    free = [slot for slot in range(slots) if slot not in rows or _is_free(rows[slot], now, ttl)]
    is_ours, queue = join_queue(read_queue(limit.waiting), holder, len(free), now)
    limit.waiting = write_queue(queue)
    if not is_ours:
        return None
    slot = free[0]
    if slot not in rows:
        rows[slot] = SlotRow(source_code=source_code, slot=slot)
        session.add(rows[slot])
    rows[slot].holder, rows[slot].expires_at = holder, now + ttl
    return slot


def _lock_limit(session: Session, source_code: str) -> RateLimitRow:
    key = {"source_code": source_code}
    limit = session.get(RateLimitRow, key, with_for_update=True)
    if limit is None:
        insert_new(session, RateLimitRow, key, {"next_at": read_clock(session)})
        limit = session.get_one(RateLimitRow, key, with_for_update=True)
    return limit


def give_slot_back(session: Session, source_code: str, slot: int, holder: str) -> None:
    """Nothing happens where somebody else has it by now."""
    row = session.get(SlotRow, {"source_code": source_code, "slot": slot}, with_for_update=True)
    if row is not None and row.holder == holder:
        row.holder = None


def _is_free(row: SlotRow, now: datetime, ttl: timedelta) -> bool:
    """A slot is also free when its holder died here, or when a clock set back would hold it for ever."""
    return row.holder is None or not now < row.expires_at <= now + LONGEST_AHEAD + ttl or is_dead(row.holder)

"""Whose turn it is to ask a source, across processes and machines: moments in time, and places for asking at once.

By the database's clock alone. Moments are handed out in batches, so that the database is asked a few times a second
however fast the source may be asked. A place is taken for a while and given back, and goes to the process that has
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
from baocao.store.tables.rows import TurnPlaceRow, TurnRow

LONGEST_AHEAD = timedelta(minutes=10)
READINGS = 5
QUICK_S = 0.005


class StoredTurns:
    """Turns of all who use one store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._holder = name_process()

    def reserve(self, source_code: str, count: int, interval_s: float) -> float:
        """Take the next `count` moments, `interval_s` apart; returns the first, by `time.monotonic()`."""
        with self._database.writing() as session:
            return reserve_moments(session, source_code, count, timedelta(seconds=interval_s))

    def take_place(self, source_code: str, places: int, ttl_s: float) -> int | None:
        """One of the places for asking at once; None where all are taken or others have waited longer: ask again."""
        with self._database.writing() as session:
            return take_place(session, source_code, places, self._holder, timedelta(seconds=ttl_s))

    def give_back(self, source_code: str, place: int) -> None:
        """Let others have the place."""
        with self._database.writing() as session:
            give_place_back(session, source_code, place, self._holder)


def reserve_moments(session: Session, source_code: str, count: int, interval: timedelta) -> float:
    """Take the source's next `count` moments, `interval` apart; returns the first, by `time.monotonic()`.

    Not how long to wait for it: the transaction has still to end, and that can take longer than the interval.
    """
    turn = _lock_turn(session, source_code)
    now, now_s = read_both_clocks(session)
    is_set_back = turn.next_at > now + LONGEST_AHEAD
    first = now if is_set_back else max(now, turn.next_at)
    turn.next_at = first + count * interval
    return now_s + (first - now).total_seconds()


def read_both_clocks(session: Session) -> tuple[datetime, float]:
    """The database's clock and `time.monotonic()` at the same moment: the quickest of some readings says it best.

    A process that waited its turn at the processor between the two would move all its moments onto those of others.
    """
    readings: list[tuple[float, datetime, float]] = []
    for _ in range(READINGS):
        before_s, now, after_s = time.monotonic(), read_clock(session), time.monotonic()
        readings.append((after_s - before_s, now, (before_s + after_s) / 2))
        if after_s - before_s <= QUICK_S:
            break
    _, now, now_s = min(readings)
    return now, now_s


def take_place(session: Session, source_code: str, places: int, holder: str, ttl: timedelta) -> int | None:
    """A free place of the source's `places`, held for `ttl`; None, and `holder` in the queue, where it has none."""
    turn = _lock_turn(session, source_code)
    now = read_clock(session)
    rows = {row.place: row for row in session.scalars(select(TurnPlaceRow).filter_by(source_code=source_code))}
    free = [place for place in range(places) if place not in rows or _is_free(rows[place], now, ttl)]
    is_ours, queue = join_queue(read_queue(turn.waiting), holder, len(free), now)
    turn.waiting = write_queue(queue)
    if not is_ours:
        return None
    place = free[0]
    if place not in rows:
        rows[place] = TurnPlaceRow(source_code=source_code, place=place)
        session.add(rows[place])
    rows[place].holder, rows[place].expires_at = holder, now + ttl
    return place


def _lock_turn(session: Session, source_code: str) -> TurnRow:
    key = {"source_code": source_code}
    turn = session.get(TurnRow, key, with_for_update=True)
    if turn is None:
        insert_new(session, TurnRow, key, {"next_at": read_clock(session)})
        turn = session.get_one(TurnRow, key, with_for_update=True)
    return turn


def give_place_back(session: Session, source_code: str, place: int, holder: str) -> None:
    """Nothing happens where somebody else has it by now."""
    row = session.get(TurnPlaceRow, {"source_code": source_code, "place": place}, with_for_update=True)
    if row is not None and row.holder == holder:
        row.holder = None


def _is_free(row: TurnPlaceRow, now: datetime, ttl: timedelta) -> bool:
    """A place is also free when its holder died here, or when a clock set back would hold it for ever."""
    return row.holder is None or not now < row.expires_at <= now + LONGEST_AHEAD + ttl or is_dead(row.holder)

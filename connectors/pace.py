"""A source is asked no faster than its pace allows, whoever asks: threads, processes, machines of one store.

Moments are reserved in batches; one that was not used when it came is lost, so that a slow answer, a slow store or a
machine too busy to wake us in time is never followed by a burst. Without a store (`baocao probe`) only this process
keeps the pace.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from typing import Protocol

from baocao.domain import VIETNAM

BATCH_S = 0.5
LATE_S = 0.025
TURN_S = 2.0
LOOK_AGAIN_S = 0.1


class Turns(Protocol):
    """What the store hands out to all who ask a source."""

    def __hash__(self) -> int: ...

    def reserve(self, source_code: str, count: int, interval_s: float) -> float:
        """Take the next `count` moments, `interval_s` apart; returns the first, by `time.monotonic()`."""

    def take_place(self, source_code: str, places: int, ttl_s: float) -> int | None:
        """One of the places for asking at once; None where all are taken."""

    def give_back(self, source_code: str, place: int) -> None: ...


class OwnTurns:
    """Turns of this process alone."""

    def __init__(self) -> None:
        self._next_at = 0.0

    def reserve(self, source_code: str, count: int, interval_s: float) -> float:  # noqa: ARG002
        first = max(time.monotonic(), self._next_at)
        self._next_at = first + count * interval_s
        return first

    def take_place(self, source_code: str, places: int, ttl_s: float) -> int | None:  # noqa: ARG002
        return 0

    def give_back(self, source_code: str, place: int) -> None: ...


class Pace:
    """Moments at least 1/`requests_per_s` apart, and at most `at_once` at a time; use as a context manager."""

    def __init__(
        self, source_code: str, requests_per_s: float, at_once: int, turns: Turns | None = None, ttl_s: float = 60
    ) -> None:
        self._source_code = source_code
        self._interval_s = 1 / requests_per_s
        self._late_s = max(self._interval_s / 2, LATE_S)
        self._batch = max(1, int(requests_per_s * BATCH_S)) if turns else 1
        self._at_once = at_once
        self._turns = turns or OwnTurns()
        self._ttl_s = ttl_s
        self._own_places = threading.BoundedSemaphore(at_once)
        self._lock = threading.Lock()
        self._next_at, self._left, self._reserving_s = 0.0, 0, 0.0
        self._idle: list[tuple[int, float]] = []
        self._busy: dict[int, tuple[int, float]] = {}

    def __enter__(self) -> None:
        self._own_places.acquire()
        try:
            place = self._idle_place() or self._shared_place()
            self._busy[threading.get_ident()] = place
            self._await_moment()
        except BaseException:
            self._own_places.release()
            raise

    def __exit__(self, *_: object) -> None:
        place, taken_at = self._busy.pop(threading.get_ident())
        if time.monotonic() - taken_at > TURN_S:
            self._turns.give_back(self._source_code, place)
        else:
            self._idle.append((place, taken_at))
        self._own_places.release()

    def rest(self) -> None:
        """Give back the places held for a next question that does not come."""
        while self._idle:
            self._turns.give_back(self._source_code, self._idle.pop()[0])

    def _idle_place(self) -> tuple[int, float] | None:
        """A place still held, unless it has been for so long that others should have it."""
        with self._lock:
            while self._idle:
                place, taken_at = self._idle.pop()
                if time.monotonic() - taken_at <= TURN_S:
                    return place, taken_at
                self._turns.give_back(self._source_code, place)
        return None

    def _shared_place(self) -> tuple[int, float]:
        while True:
            place = self._turns.take_place(self._source_code, self._at_once, self._ttl_s)
            if place is not None:
                return place, time.monotonic()
            time.sleep(LOOK_AGAIN_S)

    def _await_moment(self) -> None:
        """Until a moment of ours has come; one we were too late for is lost: used now, it would meet another's."""
        while True:
            moment = self._next_moment()
            time.sleep(max(0.0, moment - time.monotonic()))
            if time.monotonic() - moment <= self._late_s:
                return

    def _next_moment(self) -> float:
        with self._lock:
            passed = int((time.monotonic() - self._next_at) / self._interval_s)
            if passed > 0:
                self._next_at += passed * self._interval_s
                self._left -= passed
            if self._left <= 0:
                self._reserve()
            moment = self._next_at
            self._next_at += self._interval_s
            self._left -= 1
            return moment

    def _reserve(self) -> None:
        """A batch, and as many moments more as were lost last time before the store had answered."""
        begun_s = time.monotonic()
        count = self._batch + int(self._reserving_s / self._interval_s)
        self._next_at = self._turns.reserve(self._source_code, count, self._interval_s)
        self._left, self._reserving_s = count, time.monotonic() - begun_s


@lru_cache
def pace_of(
    source_code: str, requests_per_s: float, at_once: int, turns: Turns | None = None, ttl_s: float = 60
) -> Pace:
    """The one pace of a source in this process."""
    return Pace(source_code, requests_per_s, at_once, turns, ttl_s)


def next_opening(hours: str | None, now: datetime) -> datetime | None:
    """When a source that may be asked only in `hours` ("19:00-06:00", Viet Nam) opens next; None where it is open."""
    if not hours:
        return None
    opens, closes = (clock_time.fromisoformat(part.strip()) for part in hours.split("-"))
    local = now.astimezone(VIETNAM)
    at = local.time()
    is_open = opens <= at < closes if opens < closes else at >= opens or at < closes
    if is_open:
        return None
    today = datetime.combine(local.date(), opens, VIETNAM)
    return today if today > local else today + timedelta(days=1)


def wait_until(opening: datetime, now: datetime, sleep: Callable[[float], None] = time.sleep) -> None:
    """Wait for a source to open."""
    sleep(max(0.0, (opening - now).total_seconds()))

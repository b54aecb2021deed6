"""A source is asked no faster than its pace allows, whoever asks: threads, processes, machines of one store.

Moments are reserved in batches; one that was not used when it came is lost, so that a slow answer, a slow store or a
machine too busy to wake us in time is never followed by a burst. Without a store (`baocao probe`) only this process
keeps the pace.
"""

import threading
import time
from functools import lru_cache

from connectors.asking.slots import Slot, Slots
from connectors.contract import RateLimits

BATCH_S = 0.5
LATE_S = 0.025


class Pace:
    """Moments at least 1/`requests_per_s` apart, and at most `at_once` at a time; use as a context manager."""

    def __init__(
        self,
        source_code: str,
        requests_per_s: float,
        at_once: int,
        rate_limits: RateLimits | None = None,
        ttl_s: float = 60,
    ) -> None:
        self._source_code = source_code
        self._interval_s = 1 / requests_per_s
        self._late_s = max(self._interval_s / 2, LATE_S)
        self._batch = max(1, int(requests_per_s * BATCH_S)) if rate_limits else 1
        self._rate_limits = rate_limits or LocalRateLimits()
        self._slots = Slots(source_code, at_once, self._rate_limits, ttl_s)
        self._lock = threading.Lock()
        self._next_at, self._left, self._reserving_s = 0.0, 0, 0.0
        self._busy: dict[int, Slot] = {}

    def __enter__(self) -> None:
        slot = self._slots.take()
        try:
            self._await_moment()
        except BaseException:
            self._slots.leave(slot)
            raise
        self._busy[threading.get_ident()] = slot

    def __exit__(self, *_: object) -> None:
        self._slots.leave(self._busy.pop(threading.get_ident()))

    def rest(self) -> None:
        """Give back the slots held for a next question that does not come."""
        self._slots.rest()

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
        self._next_at = self._rate_limits.reserve(self._source_code, count, self._interval_s)
        self._left, self._reserving_s = count, time.monotonic() - begun_s


class LocalRateLimits:
    """The rate limits of this process alone."""

    def __init__(self) -> None:
        self._next_at = 0.0

    def reserve(self, source_code: str, count: int, interval_s: float) -> float:  # noqa: ARG002
        first = max(time.monotonic(), self._next_at)
        self._next_at = first + count * interval_s
        return first

    def take_slot(self, source_code: str, slots: int, ttl_s: float) -> int | None:  # noqa: ARG002
        return 0

    def give_back(self, source_code: str, slot: int) -> None: ...


@lru_cache
def pace_of(
    source_code: str, requests_per_s: float, at_once: int, rate_limits: RateLimits | None = None, ttl_s: float = 60
) -> Pace:
    """The one pace of a source in this process."""
    return Pace(source_code, requests_per_s, at_once, rate_limits, ttl_s)

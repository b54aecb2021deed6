"""A source is asked no faster than its pace allows, whoever asks in this process."""

import threading
import time
from functools import lru_cache


class Pace:
    """Hands out moments at least 1/`requests_per_s` apart, and at most `at_once` at a time."""

    def __init__(self, requests_per_s: float, at_once: int) -> None:
        self._interval_s = 1 / requests_per_s
        self._next_at = 0.0
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(at_once)

    def __enter__(self) -> None:
        self._places.acquire()
        with self._lock:
            wait_s = self._next_at - time.monotonic()
            self._next_at = max(self._next_at, time.monotonic()) + self._interval_s
        if wait_s > 0:
            time.sleep(wait_s)

    def __exit__(self, *_: object) -> None:
        self._places.release()


@lru_cache
def pace_of(source_code: str, requests_per_s: float, at_once: int) -> Pace:  # noqa: ARG001
    """The one pace of a source in this process."""
    return Pace(requests_per_s, at_once)

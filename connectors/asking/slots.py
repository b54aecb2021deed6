"""The slots for asking a source at once, as one process holds them.

A slot is taken from the store for some seconds, not for each question: meanwhile it passes from thread to thread.
When its time is over, or nobody here asks with it any more, it is given back.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from baocao.errors import BaocaoError
from connectors.contract import RateLimits

HOLD_S = 2.0
LOOK_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Slot:
    """One of the store's slots, ours until `until` by `time.monotonic()`; a question begun by then may end later."""

    number: int
    until: float

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.until


class Slots:
    """The slots of one source that this process holds; threads share them."""

    def __init__(self, source_code: str, at_once: int, rate_limits: RateLimits, ttl_s: float) -> None:
        self._source_code = source_code
        self._at_once = at_once
        self._rate_limits = rate_limits
        self._ttl_s = ttl_s
        self._own = threading.BoundedSemaphore(at_once)
        self._changed = threading.Condition()
        self._idle: list[Slot] = []
        self._is_watched = False

    def take(self) -> Slot:
        """One that a neighbour has done with, else one of the store's; waits until there is one."""
        self._own.acquire()
        try:
            while (slot := self._idle_slot() or self._shared_slot()) is None:
                with self._changed:
                    self._changed.wait(LOOK_AGAIN_S)
        except BaseException:
            self._own.release()
            raise
        return slot

    def leave(self, slot: Slot) -> None:
        """To be taken again by a neighbour; given back when nobody does before its time is over."""
        try:
            if slot.is_over:
                self._give_back(slot)
                return
            with self._changed:
                self._idle.append(slot)
                self._changed.notify()
                if not self._is_watched:
                    self._is_watched = True
                    threading.Thread(target=self._watch, name="baocao-slots", daemon=True).start()
        finally:
            self._own.release()

    def rest(self) -> None:
        """Give back all that nobody here asks with at the moment."""
        with self._changed:
            idle, self._idle = self._idle, []
        for slot in idle:
            self._give_back(slot)

    def _idle_slot(self) -> Slot | None:
        with self._changed:
            return next((self._idle.pop(at) for at, slot in enumerate(self._idle) if not slot.is_over), None)

    def _shared_slot(self) -> Slot | None:
        number = self._rate_limits.take_slot(self._source_code, self._at_once, self._ttl_s)
        return None if number is None else Slot(number, time.monotonic() + HOLD_S)

    def _give_back(self, slot: Slot) -> None:
        self._rate_limits.give_back(self._source_code, slot.number)

    def _watch(self) -> None:
        """Give back what lies idle when its time is over; without a store to give it to, its time runs out there."""
        while True:
            with self._changed:
                if not self._idle:
                    self._is_watched = False
                    return
                over = [slot for slot in self._idle if slot.is_over]
                self._idle = [slot for slot in self._idle if slot not in over]
                next_s = min((slot.until for slot in self._idle), default=0.0) - time.monotonic()
            for slot in over:
                with suppress(BaocaoError):
                    self._give_back(slot)
            time.sleep(max(0.0, next_s))

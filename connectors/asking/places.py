"""The places for asking a source at once, as one process holds them.

A place is taken from the store for a turn of seconds, not for each question: meanwhile it passes from thread to thread.
When its turn is over, or nobody here asks with it any more, it is given back.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from baocao.errors import BaocaoError
from connectors.contract import Turns

TURN_S = 2.0
LOOK_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True)
class Place:
    """One of the store's places, ours until `until` by `time.monotonic()`; a question begun by then may end later."""

    number: int
    until: float

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self.until


class Places:
    """The places of one source that this process holds; threads share them."""

    def __init__(self, source_code: str, at_once: int, turns: Turns, ttl_s: float) -> None:
        self._source_code = source_code
        self._at_once = at_once
        self._turns = turns
        self._ttl_s = ttl_s
        self._own = threading.BoundedSemaphore(at_once)
        self._changed = threading.Condition()
        self._idle: list[Place] = []
        self._is_watched = False

    def take(self) -> Place:
        """One that a neighbour has done with, else one of the store's; waits until there is one."""
        self._own.acquire()
        try:
            while (place := self._idle_place() or self._shared_place()) is None:
                with self._changed:
                    self._changed.wait(LOOK_AGAIN_S)
        except BaseException:
            self._own.release()
            raise
        return place

    def leave(self, place: Place) -> None:
        """To be taken again by a neighbour; given back when nobody does before its turn is over."""
        try:
            if place.is_over:
                self._give_back(place)
                return
            with self._changed:
                self._idle.append(place)
                self._changed.notify()
                if not self._is_watched:
                    self._is_watched = True
                    threading.Thread(target=self._watch, name="baocao-places", daemon=True).start()
        finally:
            self._own.release()

    def rest(self) -> None:
        """Give back all that nobody here asks with at the moment."""
        with self._changed:
            idle, self._idle = self._idle, []
        for place in idle:
            self._give_back(place)

    def _idle_place(self) -> Place | None:
        with self._changed:
            return next((self._idle.pop(at) for at, place in enumerate(self._idle) if not place.is_over), None)

    def _shared_place(self) -> Place | None:
        number = self._turns.take_place(self._source_code, self._at_once, self._ttl_s)
        return None if number is None else Place(number, time.monotonic() + TURN_S)

    def _give_back(self, place: Place) -> None:
        self._turns.give_back(self._source_code, place.number)

    def _watch(self) -> None:
        """Give back what lies idle when its turn is over; without a store to give it to, its time runs out there."""
        while True:
            with self._changed:
                if not self._idle:
                    self._is_watched = False
                    return
                over = [place for place in self._idle if place.is_over]
                self._idle = [place for place in self._idle if place not in over]
                next_s = min((place.until for place in self._idle), default=0.0) - time.monotonic()
            for place in over:
                with suppress(BaocaoError):
                    self._give_back(place)
            time.sleep(max(0.0, next_s))

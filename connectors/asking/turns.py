"""Whose turn it is to ask a source: what the store hands out, or one process to itself."""

import time
from typing import Protocol


class Turns(Protocol):
    """What the store hands out to all who ask a source."""

    def __hash__(self) -> int: ...

    def reserve(self, source_code: str, count: int, interval_s: float) -> float:
        """Take the next `count` moments, `interval_s` apart; returns the first, by `time.monotonic()`."""

    def take_place(self, source_code: str, places: int, ttl_s: float) -> int | None:
        """One of the places for asking at once; None where all are taken or others have waited longer: ask again."""

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

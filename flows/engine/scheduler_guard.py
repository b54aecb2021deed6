"""Prefect's scheduler dies without a word, and its server answers on: noticed by the runs that are no longer ahead.

Seen with SQLite on a busy disk: no background service of the server did anything any more, for as long as it ran.
"""

from flows.engine.asking import EngineNotAnsweringError, has_dead_scheduler

LOOK_EVERY_S = 60.0
LOOKS = 3
"""So many looks in a row must find it dead: just after a start, and just after a run, fewer are ahead."""


class SchedulerGuard:
    """Looks at one server; `look` is to be called every `LOOK_EVERY_S`."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._found_dead = 0

    def look(self) -> bool:
        """Whether the scheduler is dead by now; a server that does not answer is somebody else's matter."""
        try:
            self._found_dead = self._found_dead + 1 if has_dead_scheduler(self._api_url) else 0
        except EngineNotAnsweringError:
            self._found_dead = 0
        return self._found_dead >= LOOKS

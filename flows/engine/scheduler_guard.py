"""Prefect's scheduler may do nothing while its server answers on: noticed by the runs that are not ahead.

Measured with a newer FastAPI or SQLAlchemy than Prefect was made for. Besides, Prefect runs its background services in
one task whose end nobody hears of.
"""

from baocao.errors import EngineError
from reporting.upkeep.engine_api import EngineNotAnsweringError, has_dead_scheduler

LOOK_EVERY_S = 20.0
LOOKS = 5
"""So many looks in a row must find it dead: a start, and a scheduler that comes round every minute, take their time."""


class SchedulerDeadError(EngineError):
    """Prefect's server answers, but makes no runs."""


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

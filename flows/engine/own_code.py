"""A flow's own code, apart from what Prefect does around it: what it came to is known at once, and a kill ends it.

Every flow of ours is marked by `own_code`, below `@flow`.
"""

import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import ParamSpec, TypeVar

from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from baocao.errors import EngineError
from flows.engine.run_context import is_deployed
from flows.engine.signals import ended_by_signals

Given = ParamSpec("Given")
Outcome = TypeVar("Outcome")


@dataclass
class Handover:
    """One run of a flow's own code: whether it has begun and where, what it came to: an error, or a state's content.

    `is_engine_there` is asked before the code calls the engine for something it can do without.
    """

    is_engine_there: Callable[[], bool]
    begun: threading.Event = field(default_factory=threading.Event)
    ended: threading.Event = field(default_factory=threading.Event)
    run_id: str = ""
    run_name: str = ""
    outcome: object = None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _is_withdrawn: bool = False

    def begin(self, run_id: str, run_name: str) -> None:
        """Raise EngineError where somebody has stopped waiting for it, and makes the report by other means."""
        with self._lock:
            if self._is_withdrawn:
                raise EngineError("lần chạy này đã được làm không qua Prefect")
            self.run_id, self.run_name = run_id, run_name
            self.begun.set()

    def withdraw(self) -> bool:
        """See to it that it does not begin any more; False where it has."""
        with self._lock:
            self._is_withdrawn = not self.begun.is_set()
            return self._is_withdrawn


HANDOVER: ContextVar[Handover | None] = ContextVar("handover", default=None)


def own_code(run: Callable[Given, Outcome]) -> Callable[Given, Outcome]:
    """Under `baocao run`: tell who waits what the code came to, before Prefect is told.

    In a process started for the run: have a stop signal end it there and then. The run is started again, like one that
    was killed.
    """

    @wraps(run)
    def marked(*args: Given.args, **kwargs: Given.kwargs) -> Outcome:
        if is_deployed():
            with ended_by_signals():
                return run(*args, **kwargs)
        handover = HANDOVER.get()
        if handover is None:
            return run(*args, **kwargs)
        handover.begin(str(flow_run.id), str(flow_run.name))
        try:
            outcome = run(*args, **kwargs)
            handover.outcome = outcome.data if isinstance(outcome, State) else outcome
        except BaseException as error:
            handover.outcome = error
            raise
        finally:
            handover.ended.set()
        return outcome

    return marked


def is_engine_there() -> bool:
    """Whether to call the engine for what the form can do without; a worker's run calls it in any case."""
    handover = HANDOVER.get()
    return handover is None or handover.is_engine_there()

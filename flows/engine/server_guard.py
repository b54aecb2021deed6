"""Whether the server under `baocao serve` is still of use: it may be gone, or answer on and schedule nothing.

Its process may be killed, or its port be closed in a process that lives. Prefect's scheduler stops with a newer FastAPI
or SQLAlchemy than Prefect was made for (measured), and its background services run in one task whose end nobody hears
of: noticed by the runs that are not ahead.
"""

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from baocao.errors import EngineError
from baocao.hints import hint
from reporting.upkeep.engine_api import EngineNotAnsweringError, has_dead_scheduler

ALIVE_EVERY_S = 1.0
"""Before Prefect's runner has asked it three times in vain: then that prints pages and ends."""
LOOK_EVERY_S = 20.0
LOOKS = 5
"""So many looks in a row must find it dead: a start, and a scheduler that comes round every minute, take their time."""
REFUSALS = 2
CONNECT_TIMEOUT_S = 5
SILENCE_LIMIT_S = 300.0
"""So long without an answer from a process that lives, and it is not only slow."""


class SchedulerDeadError(EngineError):
    """Prefect's server answers, but makes no runs."""

    says_vi = "Bộ lập lịch của Prefect không tạo lần chạy nào"


class ServerLostError(EngineError):
    """The server's process is gone, or it does not answer any more."""

    says_vi = "Máy chủ Prefect đã dừng"


class SchedulerGuard:
    """Looks at one server; `look` is to be called every `LOOK_EVERY_S`."""

    def __init__(self, api_url: str) -> None:
        self._api_url = api_url
        self._found_dead = 0
        self.answered_s = time.monotonic()

    def look(self) -> bool:
        """Whether the scheduler is dead by now; a server that does not answer is somebody else's matter."""
        try:
            self._found_dead = self._found_dead + 1 if has_dead_scheduler(self._api_url) else 0
            self.answered_s = time.monotonic()
        except EngineNotAnsweringError:
            self._found_dead = 0
        return self._found_dead >= LOOKS


class ServerGuard:
    """The same, and whether there still is a server; `is_running` where its process is ours to see."""

    def __init__(self, api_url: str, is_running: Callable[[], bool] | None) -> None:
        self._api_url = api_url
        self._is_running = is_running
        self._scheduler = SchedulerGuard(api_url)
        self._refused = 0
        self._looked_s = 0.0

    def check(self) -> None:
        """Whether it lives, each time; whether it works, now and then. Raise ServerLostError, SchedulerDeadError."""
        if self._is_running is not None and not self._is_running():
            raise ServerLostError("máy chủ Prefect đã bị dừng hoặc bị hủy.")
        if time.monotonic() < self._looked_s + LOOK_EVERY_S:
            return
        self._looked_s = time.monotonic()
        self._refused = self._refused + 1 if is_refused(self._api_url) else 0
        if self._refused == REFUSALS:
            raise ServerLostError(f"không còn ai nghe ở {self._api_url}.")
        if self._scheduler.look():
            raise SchedulerDeadError(
                f"bộ lập lịch của Prefect không tạo lần chạy nào. `{hint('doctor')}` cho biết gói nào sai phiên bản."
            )
        if time.monotonic() - self._scheduler.answered_s > SILENCE_LIMIT_S:
            raise ServerLostError(f"máy chủ Prefect không trả lời trong {SILENCE_LIMIT_S:.0f} giây.")


def is_refused(url: str) -> bool:
    """Whether nobody listens there; a server that is only slow still does."""
    address = urlsplit(url)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), CONNECT_TIMEOUT_S).close()
    except ConnectionRefusedError:
        return True
    except OSError:
        return False
    return False

"""Whether a server that does not answer yet is at work: its processor time, its log, its database."""

import time
from pathlib import Path

from flows.engine.process import LOG_FILE

SILENCE_LIMIT_S = 120.0
"""So long without any sign of life and a server counts as dead; a starved one still gets some processor time."""
START_LIMIT_S = 900.0
"""So long with signs of life and no answer, and it is not going to answer."""
DATABASE_FILES = ("prefect.db", "prefect.db-wal", "prefect.db-journal")


class LifeWatch:
    """Looks at one server from its start on; `pid` is asked anew at each look, since it may not be known at first."""

    def __init__(self, folder: Path, silence_s: float = SILENCE_LIMIT_S, start_s: float = START_LIMIT_S) -> None:
        self._folder = folder
        self._silence_s = silence_s
        self._start_s = start_s
        self._begun_s = self._seen_s = time.monotonic()
        self._signs: tuple[object, ...] = ()

    def is_given_up(self, pid: int | None) -> bool:
        """Whether there is no more use in waiting."""
        now_s = time.monotonic()
        signs = (read_processor_ticks(pid), *map(_read_size, self._files()))
        if signs != self._signs:
            self._signs, self._seen_s = signs, now_s
        return now_s - self._seen_s > self._silence_s or now_s - self._begun_s > self._start_s

    @property
    def waited_s(self) -> float:
        return time.monotonic() - self._begun_s

    def _files(self) -> list[Path]:
        return [self._folder / name for name in (LOG_FILE, *DATABASE_FILES)]


def read_processor_ticks(pid: int | None) -> int | None:
    """The processor time a process has had; None where this system does not tell, or the process is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(fields[11]) + int(fields[12])


def _read_size(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_size, found.st_mtime_ns

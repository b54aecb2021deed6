"""The processes that are measured: `baocao desk` as installed, the floor beside it, and what /proc says of them."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from baocao.settings import CHECKOUT_DIR

TICKS: Final = os.sysconf("SC_CLK_TCK")
DESK: Final = (sys.executable, "-c", "from cli.main import main; main()", "desk", "--port", "0")
STOP_S: Final = 60


@dataclass(frozen=True)
class Servers:
    """What answers together, and of the database the process all its others come from, where it has its own."""

    ports: tuple[int, ...]
    pids: tuple[int, ...]
    database_pid: int | None = None

    def cpu_s(self) -> float:
        """Of the processes that answer."""
        return sum(map(_cpu_s, self.pids))

    def database_cpu_s(self) -> float:
        """Of the database's own processes and those of them that have ended."""
        if self.database_pid is None:
            return 0.0
        return _cpu_s(self.database_pid, with_ended=True) + sum(map(_cpu_s, _children_of(self.database_pid)))

    def memory_mb(self) -> tuple[float, ...]:
        """Of each of them now, resident."""
        return tuple(_resident_mb(pid) for pid in self.pids)


def own_cpu_s() -> float:
    """Of this process: what the browsers take."""
    return _cpu_s(os.getpid())


def machine_cpu_s() -> float:
    """Of everything that runs here: user, nice, system, interrupts."""
    fields = Path("/proc/stat").read_text(encoding="utf-8").split("\n", 1)[0].split()[1:]
    return sum(int(fields[at]) for at in (0, 1, 2, 5, 6)) / TICKS


@contextmanager
def serving_desk(environment: Mapping[str, str], processes: int, database_pid: int | None) -> Iterator[Servers]:
    """So many processes of one installation."""
    with ExitStack() as stack:
        started = [stack.enter_context(_started(DESK, environment)) for _ in range(processes)]
        ports = tuple(_read_port(one, r"Bàn làm việc: http://127\.0\.0\.1:(\d+)") for one in started)
        yield Servers(ports, tuple(one.pid for one in started), database_pid)


@contextmanager
def serving_floor(environment: Mapping[str, str], database_pid: int | None) -> Iterator[Servers]:
    command = (sys.executable, "-m", "benchmarks.desk_floor", environment["BAOCAO_DATABASE_URL"])
    with _started(command, environment) as one:
        yield Servers((_read_port(one, r"^(\d+)$"),), (one.pid,), database_pid)


@contextmanager
def _started(command: Sequence[str], environment: Mapping[str, str]) -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        command, cwd=CHECKOUT_DIR, env={**environment, "PYTHONUNBUFFERED": "1"}, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(STOP_S)


def _read_port(process: "subprocess.Popen[str]", pattern: str) -> int:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(pattern, line.strip()):
            return int(found[1])
    raise SystemExit("a server ended before it answered")


def _stat(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()


def _cpu_s(pid: int, *, with_ended: bool = False) -> float:
    fields = _stat(pid)
    return sum(map(int, fields[11:15] if with_ended else fields[11:13])) / TICKS


def _children_of(pid: int) -> list[int]:
    found = [int(folder.name) for folder in Path("/proc").glob("[0-9]*") if folder.name.isdigit()]
    return [one for one in found if _parent_of(one) == pid]


def _parent_of(pid: int) -> int | None:
    try:
        return int(_stat(pid)[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024

"""Processor seconds and memory of an installation's processes, by what they are for, from /proc."""

import os
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
ROLES = {
    "prefect.engine": "runs",
    "worker start": "workers",
    "--server-only": "server",
    "postgres": "postgresql",
    "sandbox": "sandbox",
}
POSTGRESQL_CHILD = "postgres: "
"""What PostgreSQL's processes call themselves; they carry no mark, so another PostgreSQL here would be counted too."""
OURS = ("runs", "workers", "server", "postgresql")
"""What would run in a province; the sandbox stands for systems elsewhere."""


@dataclass
class Usage:
    """Processor seconds and the largest process of each role; processes are found by a mark in what they were given."""

    cpu_s: dict[tuple[str, int], float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def sample(self, marks: tuple[str, ...]) -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (folder / "environ").read_bytes().decode(errors="replace")
                of_postgresql = command.startswith(POSTGRESQL_CHILD)
                if not of_postgresql and not any(mark in command or mark in environment for mark in marks):
                    continue
                self._add(folder, command)
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue

    def _add(self, folder: Path, command: str) -> None:
        role = next((name for sign, name in ROLES.items() if sign in command), None)
        if role is None:
            return
        stat = (folder / "stat").read_text().rpartition(")")[2].split()
        self.cpu_s[role, int(folder.name)] = (int(stat[11]) + int(stat[12])) / TICKS
        high = re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text())
        self.peak_mb[role] = max(self.peak_mb[role], int(high[1]) / 1024 if high else 0.0)

    def total_s(self, role: str) -> float:
        return sum(seconds for (name, _), seconds in self.cpu_s.items() if name == role)

"""A province's form from those of its units: `python -m benchmarks.roll_up [UNITS DOSSIERS]`, by default 168 × 2000.

The units' forms are made first, against the sandbox; the roll-up then runs in a process of its own, twice.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sandbox.credentials import ENVIRONMENT
from sandbox.server import start

UNITS, DOSSIERS = 168, 336_000
MEASURE = "--measure"


def make_units(home: Path, units: int, dossiers: int) -> float:
    """Every unit's vintage, from its three systems; returns the seconds it took."""
    from tests.reporting.roll_up.made import found_land, province

    name = f"province:{units}x{dossiers}"
    os.environ.update(ENVIRONMENT)
    with start(name) as running:
        land = found_land(home, running.url, name, province(units))
        begun = time.perf_counter()
        land.make([code for code in province(units) if code != "tinh"])
        return time.perf_counter() - begun


def measure(home: Path, name: str) -> None:
    """Print what a roll-up takes, as one line of JSON."""
    from tests.reporting.roll_up.made import Land

    land = Land(home, "http://127.0.0.1:9", f"sqlite:///{home}/var/baocao.db", name)
    before = _peak_mb()
    seconds, cpu = [], []
    for _ in range(2):
        begun, busy = time.perf_counter(), time.process_time()
        result = land.roll_up()
        seconds.append(round(time.perf_counter() - begun, 1))
        cpu.append(round(time.process_time() - busy, 1))
    counted = str(result.report.observations["dossiers_received_count"].value)
    print(json.dumps({"seconds": seconds, "cpu": cpu, "dossiers": counted, "peak_mb": _peak_mb(), "before_mb": before}))


def _peak_mb() -> int:
    """The most memory this process has had; not by getrusage, which goes on from the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def main() -> None:
    if sys.argv[1:2] == [MEASURE]:
        measure(Path(sys.argv[2]), sys.argv[3])
        return
    units, dossiers = (int(sys.argv[1]), int(sys.argv[2])) if len(sys.argv) > 2 else (UNITS, DOSSIERS)
    with tempfile.TemporaryDirectory(prefix="baocao-roll-up-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        made_s = make_units(home, units, dossiers)
        command = [sys.executable, "-m", "benchmarks.roll_up", MEASURE, str(home), f"province:{units}x{dossiers}"]
        told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    first, second = told["seconds"]
    print(f"{units} units, {dossiers} dossiers of the period: forms made in {made_s:.0f} s")
    print(
        f"roll-up {first} s, once more {second} s, imports, checks and documents included; {told['dossiers']} counted"
    )
    print(f"of it the processor was busy {told['cpu'][0]} s and {told['cpu'][1]} s")
    print(f"memory {told['peak_mb']} MB at most, {told['before_mb']} MB of it before the roll-up began")


if __name__ == "__main__":
    main()

"""What a province costs: its units through Prefect's server, PostgreSQL and two workers, at growing numbers of units.

    python -m benchmarks.scale [--units 1,10,50,168] [--dossiers 320000]

Every number of units gets an installation of its own (server, databases, workers), the sandbox as its source systems
with the same number of dossiers for each unit, and one run of the group's deployment, as its schedule would start it.
All on this machine: what the sandbox needs is printed apart. `--dossiers` are those of the largest number of units.
"""

import argparse
import os
import re
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox.credentials import ENVIRONMENT
from sandbox.data_sets import data_set
from tests.operations.installations import GROUP, PERIOD, write_config
from tests.operations.stage import FINAL, Api, Stage, free_port
from tests.postgres import PostgresServer, find_programs, running_cluster

SIZES = (1, 10, 50, 168)
DOSSIERS = 320_000
SAMPLE_S = 1.0
TELL_S = 15.0
TOLERANCE_PCT = 20
SLACK = {"requests_per_s": 1000, "at_once": 32}
TICKS = os.sysconf("SC_CLK_TCK")
ROLES = {
    "prefect.engine": "runs",
    "worker start": "workers",
    "--server-only": "server",
    "postgres": "postgresql",
    "sandbox": "sandbox",
}
TOOK = re.compile(r"; ([\d.]+) s, ([\d.]+) s of processor")


@dataclass
class Usage:
    """Processor seconds and memory by role, from /proc, for processes below this one and PostgreSQL's."""

    cpu_s: dict[tuple[str, int], float] = field(default_factory=dict)
    peak_mb: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def sample(self, marks: tuple[str, ...]) -> None:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                environment = (folder / "environ").read_bytes().decode(errors="replace")
                if not any(mark in command or mark in environment for mark in marks):
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


@dataclass(frozen=True)
class Measured:
    """One number of units. `report_s` and `report_cpu_s` are the reports themselves, summed over all batches."""

    units: int
    dossiers: int
    wall_s: float
    report_s: float
    report_cpu_s: float
    in_runs_s: float
    usage: Usage

    @property
    def cpu_per_unit_s(self) -> float:
        return self.report_cpu_s / self.units

    @property
    def engine_per_unit_s(self) -> float:
        """What runs took beside the reports: starting a process, importing, telling the server."""
        return (self.in_runs_s - self.report_s) / self.units


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", default=",".join(map(str, SIZES)))
    parser.add_argument("--dossiers", type=int, default=DOSSIERS)
    given = parser.parse_args()
    sizes = [int(one) for one in given.units.split(",")]
    found = []
    programs = find_programs()
    assert programs, "PostgreSQL is not installed: no initdb found"
    with running_cluster(programs) as (address, _, _):
        server = PostgresServer(address)
        for units in sizes:
            dossiers = given.dossiers * units // max(sizes)
            say(f"{units} units, {dossiers} dossiers")
            found.append(measure(server, units, dossiers))
            report(found[-1])
    summarise(found)


def measure(postgres: PostgresServer, units: int, dossiers: int) -> Measured:
    with (
        tempfile.TemporaryDirectory(prefix="bench-scale-") as folder,
        postgres.new_database() as engine_url,
        postgres.new_database() as store_url,
    ):
        name = f"province:{units}x{dossiers}"
        port = free_port()
        environment = {
            **ENVIRONMENT,
            "BAOCAO_CONFIG_DIR": str(write_config(Path(folder), units, SLACK)),
            "BAOCAO_DATABASE_URL": store_url,
            "BAOCAO_SANDBOX_URL": f"http://127.0.0.1:{port}",
            "BAOCAO_NOW": data_set(name).now.isoformat(),
            "PREFECT_WORKER_QUERY_SECONDS": "2",
        }
        stage = Stage.set_up(Path(folder), environment)
        try:
            sandbox = stage.start_module("sandbox", name, "--port", str(port))
            stage.start_server(engine_url)
            deployed = stage.run("deploy", "--json")
            assert deployed.returncode == 0, deployed.stderr
            workers = [stage.start_worker(f"worker-{number}") for number in (1, 2)]
            for worker in workers:
                worker.wait_for("started!")
            sandbox.wait_for("Ctrl-C", limit_s=300)
            say("server, workers and sandbox are up")
            return run_group(stage, units, dossiers, (folder, "baocao-pg-"))
        finally:
            stage.close()


def run_group(stage: Stage, units: int, dossiers: int, marks: tuple[str, ...]) -> Measured:
    api, usage = stage.api, Usage()
    usage.sample(marks)
    before = dict(usage.cpu_s)
    started, told = time.monotonic(), time.monotonic()
    run_id = api.start_run(f"group-report/{GROUP}", period=PERIOD)
    while (run := api.run(run_id))["state_type"] not in FINAL:
        usage.sample(marks)
        if time.monotonic() - told > TELL_S:
            told = time.monotonic()
            ended = [one for one in api.runs_of("unit-batch") if one["state_type"] in FINAL]
            say(f"{told - started:.0f} s: {len(ended)} batches done")
        time.sleep(SAMPLE_S)
    wall_s = time.monotonic() - started
    usage.sample(marks)
    assert run["state"]["message"].endswith(f"{units} of {units} units in"), run["state"]["message"]
    batches = api.runs_of("unit-batch")
    took = [match for one in batches if (match := TOOK.search(one["state"]["message"]))]
    assert len(took) == len(batches), [one["state"]["message"] for one in batches]
    usage.cpu_s = {key: seconds - before.get(key, 0.0) for key, seconds in usage.cpu_s.items()}
    return Measured(
        units,
        dossiers,
        wall_s,
        report_s=sum(float(match[1]) for match in took),
        report_cpu_s=sum(float(match[2]) for match in took),
        in_runs_s=sum(seconds_in_run(api, one) for one in batches),
        usage=usage,
    )


def seconds_in_run(api: Api, run: dict[str, Any]) -> float:
    """From being handed to a worker that had room to its end."""
    states = api.call("GET", f"/flow_run_states/?flow_run_id={run['id']}")
    handed_over = min(datetime.fromisoformat(state["timestamp"]) for state in states if state["type"] == "PENDING")
    return (datetime.fromisoformat(run["end_time"]) - handed_over).total_seconds()


def report(one: Measured) -> None:
    usage, units = one.usage, one.units
    lines = (
        f"wall {one.wall_s:.1f} s, {one.wall_s / units:.2f} s a unit, {one.dossiers / one.wall_s:.0f} dossiers/s",
        f"report itself: {one.cpu_per_unit_s:.2f} s of processor a unit, {one.report_s / units:.2f} s of time",
        f"engine: {one.engine_per_unit_s:.2f} s a unit in runs, {usage.total_s('server') / units:.2f} s of its server",
        "largest process: " + ", ".join(f"{role} {mb:.0f} MB" for role, mb in sorted(usage.peak_mb.items())),
        "processor: " + ", ".join(f"{role} {usage.total_s(role):.0f} s" for role in sorted(usage.peak_mb)),
    )
    for line in lines:
        print(f"  {line}", flush=True)


def summarise(found: list[Measured]) -> None:
    print("\nunits  dossiers   wall s  dossiers/s  processor s/unit  engine s/unit")
    for one in found:
        speed = one.dossiers / one.wall_s
        print(
            f"{one.units:>5}  {one.dossiers:>8}  {one.wall_s:>7.1f}  {speed:>10.0f}"
            f"  {one.cpu_per_unit_s:>16.2f}  {one.engine_per_unit_s:>13.2f}"
        )
    costs = [one.cpu_per_unit_s for one in found]
    spread_pct = (max(costs) / min(costs) - 1) * 100
    verdict = "flat" if spread_pct <= TOLERANCE_PCT else "NOT FLAT"
    print(f"cost per unit: {verdict}, the dearest {spread_pct:.0f} % above the cheapest (allowed {TOLERANCE_PCT} %)")


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


if __name__ == "__main__":
    main()

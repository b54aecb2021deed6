"""What a province costs: its units through Prefect's server, PostgreSQL and two workers, at growing numbers of units.

    python -m benchmarks.scale [--units 1,10,50,168] [--dossiers-per-unit 1905] [--times 3] [--limit-min 20]

Every number of units gets an installation of its own (server, databases, workers), the sandbox as its source systems
with the same mean number of dossiers a unit, and one run of the group's deployment, as its schedule would start it.
Fewer than fifty units are measured `--times` times and the median counts: what a few reports take is chance.
All on this machine: what the sandbox needs is told apart. Ends with a table in Markdown and dist/scale.json; what had
been measured is printed as well when the limit or Ctrl-C ends it, and no process is left.
"""

import argparse
import json
import re
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from baocao.settings import CHECKOUT_DIR
from benchmarks.scale_table import Measurement, as_json, print_one, print_table
from benchmarks.scale_usage import Usage
from sandbox.credentials import ENVIRONMENT
from sandbox.world.data_sets import data_set
from tests.flows.operations.installations import GROUP, PERIOD, write_config
from tests.flows.operations.stage import FINAL, Api, Stage, free_port
from tests.postgres import PostgresServer, find_programs, running_cluster

SIZES = (1, 10, 50, 168)
DOSSIERS_PER_UNIT = 1_905
LIMIT_MIN = 20
SAMPLE_S = 1.0
TELL_S = 15.0
FEW, TIMES_FEW = 50, 3
SLACK = {"requests_per_s": 1000, "at_once": 32}
RESULT = CHECKOUT_DIR / "dist" / "scale.json"
TOOK = re.compile(r"([\d.]+) giây, bộ xử lý ([\d.]+) giây")


class TimeIsUpError(Exception):
    """The limit of the whole benchmark has come."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", default=",".join(map(str, SIZES)), help="numbers of units, one installation each")
    parser.add_argument("--dossiers-per-unit", type=int, default=DOSSIERS_PER_UNIT)
    parser.add_argument("--times", type=int, default=TIMES_FEW, help="how often fewer than fifty are measured")
    parser.add_argument("--limit-min", type=float, default=LIMIT_MIN, help="minutes for everything together")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    deadline = time.monotonic() + given.limit_min * 60
    found: list[Measurement] = []
    try:
        sizes = [int(one) for one in given.units.split(",")]
        for one in measure_all(sizes, given.dossiers_per_unit, given.times, deadline):
            found.append(one)  # noqa: PERF402 - what came before an interruption counts
    except KeyboardInterrupt:
        say("stopped")
        return 130
    except TimeIsUpError:
        say(f"the limit of {given.limit_min:g} minutes has come; what was measured before follows")
        return 1
    finally:
        if found:
            tell_all(found)
    return 0


def tell_all(found: list[Measurement]) -> None:
    print_table(found)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(as_json(found), indent=2) + "\n", encoding="utf-8")
    print(f"\n{RESULT.relative_to(CHECKOUT_DIR)} written")


def measure_all(sizes: list[int], dossiers_per_unit: int, times_few: int, deadline: float) -> Iterator[Measurement]:
    programs = find_programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed: no initdb found. Debian: apt-get install postgresql")
    with running_cluster(programs) as (address, _, _):
        for units in sizes:
            times = times_few if units < FEW else 1
            found = [measure(PostgresServer(address), units, units * dossiers_per_unit, deadline) for _ in range(times)]
            yield sorted(found, key=lambda one: one.report_cpu_s)[times // 2]


def measure(postgres: PostgresServer, units: int, dossiers: int, deadline: float) -> Measurement:
    say(f"{units} units, {dossiers} dossiers")
    begun = time.monotonic()
    with installation(postgres, f"province:{units}x{dossiers}", units) as stage:
        say(f"server, workers and sandbox are up after {time.monotonic() - begun:.0f} s")
        measured = run_group(stage, units, dossiers, deadline)
    print_one(measured)
    return measured


@contextmanager
def installation(postgres: PostgresServer, name: str, units: int) -> Iterator[Stage]:
    with (
        tempfile.TemporaryDirectory(prefix="bench-scale-") as folder,
        postgres.new_database() as engine_url,
        postgres.new_database() as store_url,
    ):
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
            sandbox.wait_for("Ctrl-C")
            yield stage
        finally:
            stage.close()


def run_group(stage: Stage, units: int, dossiers: int, deadline: float) -> Measurement:
    api, usage, marks = stage.api, Usage(), (str(stage.folder), "baocao-pg-")
    usage.sample(marks)
    before = dict(usage.cpu_s)
    started = time.monotonic()
    run = watch_run(api, api.start_run(f"group-report/{GROUP}", period=PERIOD), usage, marks, deadline)
    wall_s = time.monotonic() - started
    usage.sample(marks)
    assert f" {units}/{units} " in run["state"]["message"], run["state"]["message"]
    batches = api.runs_of("unit-batch")
    took = [match for one in batches if (match := TOOK.search(one["state"]["message"]))]
    assert len(took) == len(batches), [one["state"]["message"] for one in batches]
    usage.cpu_s = {key: seconds - before.get(key, 0.0) for key, seconds in usage.cpu_s.items()}
    return Measurement(
        units,
        dossiers,
        wall_s,
        report_s=sum(float(match[1]) for match in took),
        report_cpu_s=sum(float(match[2]) for match in took),
        in_runs_s=sum(seconds_in_run(api, one) for one in batches),
        usage=usage,
    )


def watch_run(api: Api, run_id: str, usage: Usage, marks: tuple[str, ...], deadline: float) -> dict[str, Any]:
    """The run when it has ended, with a line now and then; raise TimeIsUpError at the deadline."""
    started = told = time.monotonic()
    while (run := api.run(run_id))["state_type"] not in FINAL:
        if time.monotonic() > deadline:
            raise TimeIsUpError
        usage.sample(marks)
        if time.monotonic() - told > TELL_S:
            told = time.monotonic()
            batches = api.runs_of("unit-batch")
            ended = [one for one in batches if one["state_type"] in FINAL]
            say(f"{told - started:.0f} s: {len(ended)} of {len(batches)} batches done")
        time.sleep(SAMPLE_S)
    return run


def seconds_in_run(api: Api, run: dict[str, Any]) -> float:
    """From being handed to a worker that had room to its end."""
    states = api.call("GET", f"/flow_run_states/?flow_run_id={run['id']}")
    handed_over = min(datetime.fromisoformat(state["timestamp"]) for state in states if state["type"] == "PENDING")
    return (datetime.fromisoformat(run["end_time"]) - handed_over).total_seconds()


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())

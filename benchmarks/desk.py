"""The desk in the last hour before the due day: `python -m benchmarks.desk [--on sqlite,postgresql] [--seconds 120]`.

A province of 168 units, each with three forms and eight periods behind them; an officer for every unit, twelve
approvers and three people of the province, each at a browser of their own address. They sign in, look at what is to be
done, open forms, type in figures with evidence, ask why, write comments, put forward, approve, send back: each with an
action every few seconds (`--pause`), then a few of them without a pause (`--at-once`). The desk is `baocao desk` as
installed: one process on SQLite, two on PostgreSQL.

Times are what a browser waits. The browsers take processor on the same cores, and so does whoever else uses the
machine: how much is told. The server's own processor seconds, from /proc, do not depend on them. Beside it, in the same
run, the floor: a bare page of the same framework with one question to the same database. At the end every change the
desk said it had kept is looked for in the database. Ends with 1 where one is lost, or a goal is missed at that rate.
"""

import argparse
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from baocao.people import PersonRole
from benchmarks.desk_alone import measure_alone, measure_floor
from benchmarks.desk_browser import Browser, Tally
from benchmarks.desk_servers import Servers, machine_cpu_s, own_cpu_s, serving_desk, serving_floor
from benchmarks.desk_store import find_lost
from benchmarks.desk_table import Phase, list_misses, print_costs, print_phase
from benchmarks.desk_work import Shift
from benchmarks.desk_world import MadeProvince, Worker, make_province
from tests.postgres import PostgresServer, find_programs, running_cluster

PROCESSES = {"sqlite": 1, "postgresql": 2}
LONGEST_RAMP_S = 60.0
"""Within which everybody has signed in."""


@dataclass(frozen=True)
class OpenShift:
    """One person, and how far they have come."""

    shift: Shift
    actions: Iterator[None]

    def work(self, ends_at: float, pause_s: float, ramp_s: float) -> None:
        """They do not all begin at the same moment."""
        time.sleep(self.shift.chance.uniform(0, ramp_s))
        for _ in self.actions:
            if time.monotonic() > ends_at:
                return
            if pause_s:
                time.sleep(min(self.shift.chance.expovariate(1 / pause_s), 4 * pause_s))


@dataclass(frozen=True)
class Place:
    """A database to measure on, and the process it is, where it is one."""

    kind: str
    url: str
    pid: int | None = None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--on", default="sqlite,postgresql", help="databases, one after the other")
    parser.add_argument("--units", type=int, default=168)
    parser.add_argument("--collected", type=int, default=4, help="units really collected; the others are given copies")
    parser.add_argument("--pause", type=float, default=5.0, help="mean seconds between two actions of one person")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long at that rate")
    parser.add_argument("--at-once", type=int, default=8, help="browsers without a pause afterwards; 0 for none")
    parser.add_argument("--saturated-seconds", type=float, default=30.0)
    parser.add_argument("--times", type=int, default=40, help="requests of each kind one after the other")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-desk-") as folder:
        failed = [measure(Path(folder), kind, given) for kind in given.on.split(",")]
    return int(any(failed))


def measure(folder: Path, kind: str, given: argparse.Namespace) -> bool:
    """Whether anything was lost or a goal missed."""
    home = folder / kind
    (home / "var").mkdir(parents=True)
    with placed(kind, home) as place:
        say(f"{kind}: making {given.units} units")
        province = make_province(home, place.url, given.units, given.collected)
        print(f"\n## {kind}, {PROCESSES[kind]} of `baocao desk`, {given.units} units")
        with serving_desk(province.environment, PROCESSES[kind], place.pid) as servers:
            tally = Tally()
            shifts = list(begin_shifts(servers, province, tally))
            usual = run_phase("At the realistic rate", servers, shifts, tally, given.seconds, given.pause)
            some = shifts[: given.at_once]
            if some:
                name = f"Saturated by {len(some)} browsers"
                run_phase(name, servers, some, tally, given.saturated_seconds, 0.0)
            costs = measure_alone(servers, _one_of_each(province.workers), province.typed, given.times)
        with serving_floor(province.environment, place.pid) as floor:
            print_costs(costs, measure_floor(floor, province.workers[0].code, 5 * given.times))
        return tell_writes(place, tally) or bool(list_misses(usual))


@contextmanager
def placed(kind: str, home: Path) -> Iterator[Place]:
    if kind == "sqlite":
        yield Place(kind, f"sqlite:///{home}/var/baocao.db")
        return
    programs = find_programs()
    if programs is None:
        sys.exit("PostgreSQL is not installed: no initdb found. Debian: apt-get install postgresql")
    with running_cluster(programs) as (address, _, _), PostgresServer(address).new_database() as url:
        pid = int((Path(str(address.query["host"])) / "cluster" / "postmaster.pid").read_text().split()[0])
        yield Place(kind, url, pid)


def run_phase(
    name: str, servers: Servers, shifts: Sequence[OpenShift], tally: Tally, lasts_s: float, pause_s: float
) -> Phase:
    """Everybody of these at work until the time is over."""
    tally.answers.clear()
    tally.refused.clear()
    begun = time.monotonic()
    ends_at, ramp_s = begun + lasts_s, min(LONGEST_RAMP_S, lasts_s / 2) if pause_s else 0.0
    threads = [threading.Thread(target=one.work, args=(ends_at, pause_s, ramp_s), daemon=True) for one in shifts]
    before, memory = _read_clocks(servers), [servers.memory_mb()]
    for thread in threads:
        thread.start()
    time.sleep(lasts_s / 2)
    memory.append(servers.memory_mb())
    for thread in threads:
        thread.join()
    spent = [now - then for now, then in zip(_read_clocks(servers), before, strict=True)]
    memory.append(servers.memory_mb())
    phase = Phase(name, time.monotonic() - begun, tuple(tally.answers), *spent, memory)
    print_phase(phase)
    tell_refused(tally)
    return phase


def _read_clocks(servers: Servers) -> tuple[float, ...]:
    return servers.cpu_s(), servers.database_cpu_s(), own_cpu_s(), machine_cpu_s()


def begin_shifts(servers: Servers, province: MadeProvince, tally: Tally) -> Iterator[OpenShift]:
    for number, worker in enumerate(province.workers):
        browser = Browser(servers.ports, f"127.1.{number // 250}.{number % 250 + 1}", tally)
        shift = Shift(worker, browser, province.typed, random.Random(number))
        yield OpenShift(shift, shift.work())


def tell_refused(tally: Tally) -> None:
    if tally.refused:
        print(f"\n{len(tally.refused)} requests were not answered as hoped, the first:")
        for line in tally.refused[:5]:
            print(f"  {line}")


def tell_writes(place: Place, tally: Tally) -> bool:
    """Whether one was lost."""
    lost = find_lost(place.url, tally.written)
    print(f"\n{len(tally.written)} changes were acknowledged, {len(tally.unread)} not shown by the next page, ", end="")
    print(f"{len(lost)} not in the database")
    for one in (*tally.unread[:3], *lost[:3]):
        print(f"  {one}")
    return bool(lost or tally.unread)


def _one_of_each(workers: Sequence[Worker]) -> dict[str, Worker]:
    return {one.role.value: one for one in workers if one.role in (PersonRole.OFFICER, PersonRole.PROVINCE)}


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())

"""How long replays with differences take, and whether a late period costs what an early one did.

    python benchmarks/replay.py [--forms 400] [--dossiers 2500] [--units 17]

First one commune's quarter, collected once from the sandbox and replayed again and again: 400 times as 40 periods of 10
units. Then a province of so many units over three years, every quarter and cumulative period collected on its own day
(24 periods of 17 units are 408 forms), each replayed once. A replay reads the kept payloads, counts, fills and compares
cell by cell with the form of then; all run one after another in one process, after one that warms it up (imports, the
first use of pandas). Checks and documents are not part of a comparison; printed beside it are what the checks of a form
take, and the floor: reading and decompressing the same payloads, nothing else. Seconds are by the clock; the time of
each form is the processor's, so that what else runs on the machine does not look like a trend.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from baocao.forms.compare import CellChange, compare
from baocao.settings import CHECKOUT_DIR, Settings
from baocao.store import VintageKey
from reporting.gathering import gather_from_payloads, gather_from_sources
from reporting.pipeline import compute, count, run_from_sources
from reporting.plan import Plan, make_plan
from reporting.shared_answers import OpenReport
from reporting.vintages import opened_vintage
from reporting.workspace import Workspace, open_workspace
from sandbox import configuration
from sandbox.credentials import ENVIRONMENT
from sandbox.server import RunningSandbox, start
from sandbox.world.data_sets import data_set
from sandbox.world.periods import morning_after


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, default=400)
    parser.add_argument("--dossiers", type=int, default=2_500)
    parser.add_argument("--units", type=int, default=17)
    given = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    with opened(f"size:{given.dossiers}") as (workspace, _):
        measure(workspace, f"size:{given.dossiers}", given.forms)
    with opened(f"years:{given.units}") as (workspace, running):
        replay_years(workspace, live(workspace, running))


@contextmanager
def opened(name: str) -> Iterator[tuple[Workspace, RunningSandbox]]:
    """A new installation for the data set's units, and its played sources."""
    with tempfile.TemporaryDirectory() as home, start(name) as running:
        config_dir = Path(shutil.copytree(CHECKOUT_DIR / "config", Path(home) / "config"))
        configuration.write(name, config_dir)
        environment = {"BAOCAO_SANDBOX_URL": running.url, "BAOCAO_NOW": data_set(name).now.isoformat()}
        folders = {"BAOCAO_HOME": home, "BAOCAO_CONFIG_DIR": str(config_dir)}
        with open_workspace(Settings.read(environment | folders)) as workspace:
            yield workspace, running


def live(workspace: Workspace, running: RunningSandbox) -> list[tuple[Plan, VintageKey]]:
    """Collect, count and keep every unit's form of every period on the morning after it."""
    kept = []
    started = time.perf_counter()
    for period in sorted(running.data_set.period_codes, key=morning_after):
        now = morning_after(period)
        running.move_clock(now)
        on_the_day = replace(workspace, settings=replace(workspace.settings, now_at=now))
        kept += [keep(on_the_day, unit, period, now) for unit in running.data_set.units_reporting(period)]
    took_s = time.perf_counter() - started
    print(f"{len(kept)} forms of {len(running.data_set.period_codes)} periods collected in {took_s:.0f} s")
    return kept


def keep(workspace: Workspace, unit: str, period: str, now: datetime) -> tuple[Plan, VintageKey]:
    plan = make_plan(workspace.catalogue, unit, period, None, now)
    with opened_vintage(workspace, plan) as vintage:
        gathered = gather_from_sources(workspace, [OpenReport(plan, vintage)])[0]
        observations, filled = count(workspace.catalogue, plan, gathered, vintage.vintage)
        workspace.store.vintages.finish(
            vintage,
            observations=list(observations.values()),
            filled_form=filled,
            check_results=[],
            known_at=now,
            exit_code=0,
        )
    return plan, vintage


def replay_years(workspace: Workspace, kept: list[tuple[Plan, VintageKey]]) -> None:
    """Each form of the years once more; what a form costs, by the year of its period."""
    replay_one(workspace, *kept[0])
    clock = Clock()
    times = {key: clock.measure(lambda plan=plan, key=key: replay_one(workspace, plan, key)) for plan, key in kept}
    by_year: dict[int, list[float]] = {}
    for key, cpu_s in times.items():
        by_year.setdefault(key.period.year, []).append(cpu_s)
    print(f"{len(kept)} forms of three years replayed with differences: {clock.wall_s:.1f} s")
    means = ", ".join(f"{year} {sum(each) / len(each) * 1000:.0f} ms" for year, each in by_year.items())
    print(f"per form of a period in {means} (processor)")
    report_floor(workspace, [key for _, key in kept])


def measure(workspace: Workspace, name: str, forms: int) -> None:
    """One form again and again; what the first tenth costs and the last."""
    chosen = data_set(name)
    plan = make_plan(workspace.catalogue, chosen.unit_code, chosen.period_code, None, workspace.settings.now())
    key = run_from_sources(workspace, (plan,), late_stocks=True)[0].vintage
    started = time.perf_counter()
    compute(workspace, plan, gather_from_payloads(workspace, plan, key), 1)
    print(f"one form replayed and checked: {time.perf_counter() - started:.1f} s")
    replay_one(workspace, plan, key)
    clock = Clock()
    times = [clock.measure(lambda: replay_one(workspace, plan, key)) for _ in range(forms)]
    tenth = max(forms // 10, 1)
    ends = [sum(part) / tenth * 1000 for part in (times[:tenth], times[-tenth:])]
    print(f"{forms} forms replayed with differences: {clock.wall_s:.1f} s")
    print(f"per form: {ends[0]:.0f} ms in the first tenth, {ends[1]:.0f} ms in the last (processor)")
    report_floor(workspace, [key] * forms)


def replay_one(workspace: Workspace, plan: Plan, key: VintageKey) -> None:
    """Count, fill and compare once more; the form must come out again."""
    gathered = gather_from_payloads(workspace, plan, key)
    _, again = count(workspace.catalogue, plan, gathered, key.vintage)
    differences = compare(workspace.store.contents.filled_form(key), again, workspace.catalogue)
    assert all(one.change is CellChange.UNCHANGED for one in differences)


def report_floor(workspace: Workspace, keys: list[VintageKey]) -> None:
    """What reading and decompressing the same payloads takes."""
    started, read_bytes = time.perf_counter(), 0
    for key in keys:
        for collection in workspace.store.collections.list(key):
            read_bytes += sum(len(workspace.store.payloads.load(kept).body) for kept in collection.payloads)
    took_s = time.perf_counter() - started
    print(f"floor, the same payloads read and decompressed: {took_s:.1f} s for {read_bytes / 1e6:.0f} MB")


@dataclass
class Clock:
    """Adds up seconds by the clock."""

    wall_s: float = 0.0

    def measure(self, work: Callable[[], None]) -> float:
        """The processor's seconds of one piece of work."""
        started, cpu_started = time.perf_counter(), time.process_time()
        work()
        self.wall_s += time.perf_counter() - started
        return time.process_time() - cpu_started


if __name__ == "__main__":
    main()

"""How long replays with differences take, and whether a late period costs what an early one did.

    python benchmarks/replay.py [--forms 400] [--dossiers 2500] [--units 17]

First one commune's quarter, collected once from the sandbox and replayed again and again: 400 times as 40 periods of 10
units. Then a province of so many units over three years, every quarter and cumulative period collected on its own day
(24 periods of 17 units are 408 forms), each replayed once. A replay reads the kept payloads, counts, fills and compares
cell by cell with the form of then; all run one after another in one process. Checks and documents are not part of a
comparison; what the checks of a form take is printed beside it.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from baocao.forms.compare import Change, compare
from baocao.settings import CHECKOUT_DIR, Settings
from baocao.store import VintageKey
from flows.plan import Plan, make_plan
from flows.replaying import ask_again, compute, fill_again, gather_anew, gather_kept
from flows.vintages import opened_vintage
from flows.workspace import Workspace, open_workspace
from sandbox import configuration
from sandbox.credentials import ENVIRONMENT
from sandbox.data_sets import data_set
from sandbox.periods import morning_after
from sandbox.server import RunningSandbox, start


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, default=400)
    parser.add_argument("--dossiers", type=int, default=2_500)
    parser.add_argument("--units", type=int, default=17)
    given = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    with opened(f"size:{given.dossiers}") as (workspace, _):
        report(measure(workspace, f"size:{given.dossiers}", given.forms))
    with opened(f"years:{given.units}") as (workspace, running):
        plans = live(workspace, running)
        report_years(replay_years(workspace, plans))


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
        gathered = gather_anew(workspace, plan, vintage, None, late_stocks=True)
        observations, filled = fill_again(workspace, plan, gathered, vintage.vintage)
        workspace.store.finish_vintage(
            vintage,
            observations=list(observations.values()),
            filled_form=filled,
            check_results=[],
            known_at=now,
            exit_code=0,
        )
    return plan, vintage


def replay_years(workspace: Workspace, kept: list[tuple[Plan, VintageKey]]) -> dict[int, list[float]]:
    """Seconds of each replay by the year of its period; every one must give its form again."""
    seconds: dict[int, list[float]] = {}
    for plan, key in kept:
        started = time.perf_counter()
        _, again = fill_again(workspace, plan, gather_kept(workspace.store, plan, key), key.vintage)
        differences = compare(workspace.store.filled_form(key), again, workspace.catalogue)
        assert all(one.change is Change.UNCHANGED for one in differences)
        seconds.setdefault(key.period.year, []).append(time.perf_counter() - started)
    return seconds


def report_years(seconds: dict[int, list[float]]) -> None:
    times = [one for year in seconds.values() for one in year]
    print(f"{len(times)} forms of three years replayed with differences: {sum(times):.1f} s")
    means = ", ".join(f"{year} {sum(each) / len(each) * 1000:.0f} ms" for year, each in seconds.items())
    print(f"per form of a period in {means}")


def measure(workspace: Workspace, name: str, forms: int) -> list[float]:
    """Seconds of each replay; every one must give the first form again."""
    chosen = data_set(name)
    plan = make_plan(workspace.catalogue, chosen.unit_code, chosen.period_code, None, workspace.settings.now())
    first = ask_again(workspace, plan, None, late_stocks=True)
    started = time.perf_counter()
    compute(workspace, plan, gather_kept(workspace.store, workspace.catalogue, plan, first.vintage), 1)
    print(f"one form replayed and checked: {time.perf_counter() - started:.1f} s")
    seconds = []
    for _ in range(forms):
        started = time.perf_counter()
        _, again = fill_again(
            workspace, plan, gather_kept(workspace.store, workspace.catalogue, plan, first.vintage), 1
        )
        differences = compare(first.report.filled, again, workspace.catalogue)
        assert all(one.change is Change.UNCHANGED for one in differences)
        seconds.append(time.perf_counter() - started)
    return seconds


def report(seconds: list[float]) -> None:
    tenth = max(len(seconds) // 10, 1)
    ends = [sum(part) / len(part) * 1000 for part in (seconds[:tenth], seconds[-tenth:])]
    print(f"{len(seconds)} forms replayed with differences: {sum(seconds):.1f} s")
    print(f"per form: {ends[0]:.0f} ms in the first tenth, {ends[1]:.0f} ms in the last")


if __name__ == "__main__":
    main()

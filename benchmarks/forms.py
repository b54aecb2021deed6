"""What several forms cost a unit beside one: `python -m benchmarks.forms [--data-set NAME] [--times N] [--units N]`.

One form is the one on digital government; four are that, II.06a, the figures of the administrative-reform report and a
copy of these under another name. Each run is a process of its own, by turns, without the engine; the sandbox's own time
is not in it. Processor seconds; the goal is a ratio of 1.3. With `--units` it is a province: one process makes the
forms of so many units, 1 905 dossiers each, one unit after the other, and one round of that is measured.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from baocao.settings import CHECKOUT_DIR, Settings
from reporting.pipeline import run_from_sources
from reporting.plan import make_plans
from reporting.workspace import open_workspace
from sandbox.configuration import DIGITAL_SERIES, write, write_owed
from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from sandbox.world.data_sets import data_set

GOAL = 1.3
MEASURE = "--measure"
DOSSIERS_PER_UNIT = 1_905
REFORM, COPY = "2025-cai-cach-hanh-chinh", "2025-cai-cach-hanh-chinh-ban-hai"
FOUR = (DIGITAL_SERIES, "giai-quyet-thu-tuc", "cai-cach-hanh-chinh", COPY)


def write_config(folder: Path, name: str, series: tuple[str, ...]) -> None:
    """The shipped configuration, of a province with its units; these series owed, the copy among its forms."""
    shutil.copytree(CHECKOUT_DIR / "config", folder)
    text = (folder / "forms" / f"{REFORM}.yaml").read_text(encoding="utf-8")
    copy = text.replace(REFORM, COPY).replace("series: cai-cach-hanh-chinh", f"series: {COPY}")
    (folder / "forms" / f"{COPY}.yaml").write_text(copy, encoding="utf-8")
    if name.startswith("province:"):
        write(name, folder, series=series)
    else:
        write_owed(folder, series)


def measure(home: Path, name: str) -> None:
    """Print the processor seconds of one run for every unit, and how many forms it made."""
    folders = {"BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(home / "config")}
    exits: list[int] = []
    period = data_set(name).period_code
    with open_workspace(Settings.read({**os.environ, **folders})) as workspace:
        begun = time.process_time()
        for unit in data_set(name).unit_codes:
            plans = make_plans(workspace.catalogue, unit, period, None, workspace.settings.now())
            exits += [one.exit_code for one in run_from_sources(workspace, plans, late_stocks=True)]
        spent = time.process_time() - begun
    print(json.dumps({"spent": spent, "exits": exits}))


def run_once(folder: Path, name: str, series: tuple[str, ...], environment: dict[str, str]) -> float:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        write_config(Path(home) / "config", name, series)
        command = [sys.executable, "-m", "benchmarks.forms", MEASURE, home, name]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=environment, cwd=CHECKOUT_DIR)
        told = json.loads(done.stdout.splitlines()[-1])
        failed = [code for code in told["exits"] if code]
        print(f"{len(told['exits'])} forms: {told['spent']:.2f} s, exit codes other than 0: {failed}", flush=True)
        return float(told["spent"])


def measure_all(name: str, times: int) -> Iterator[tuple[float, float]]:
    """The processor seconds of one form a unit and of four, so often."""
    with tempfile.TemporaryDirectory(prefix="baocao-forms-") as folder, start(name) as running:
        now = data_set(name).now.isoformat()
        environment = {**os.environ, **ENVIRONMENT, "BAOCAO_SANDBOX_URL": running.url, "BAOCAO_NOW": now}
        for _ in range(times):
            one, four = (run_once(Path(folder), name, series, environment) for series in (FOUR[:1], FOUR))
            yield one, four


def main() -> None:
    if sys.argv[1:2] == [MEASURE]:
        measure(Path(sys.argv[2]), sys.argv[3])
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-set", default="dac-khu-2025", help="its first period is reported")
    parser.add_argument("--times", type=int, default=3, help="the median counts")
    parser.add_argument("--units", type=int, help="so many units of a province instead, once")
    given = parser.parse_args()
    units = given.units
    name, times = (f"province:{units}x{units * DOSSIERS_PER_UNIT}", 1) if units else (given.data_set, given.times)
    one, four = (statistics.median(found) for found in zip(*measure_all(name, times), strict=True))
    print(f"{name}: one form {one:.2f} s, four {four:.2f} s of the processor: {four / one:.2f} × (goal {GOAL} ×)")


if __name__ == "__main__":
    main()

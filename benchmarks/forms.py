"""What several forms cost a unit beside one: `python -m benchmarks.forms [DATA_SET TIMES]`, by default dac-khu-2025, 3.

One form is the one on digital government; four are that, II.06a, the figures of the administrative-reform report and a
copy of these under another name. Each run is a process of its own, by turns, without the engine; the sandbox's own time
is not in it. Processor seconds; the goal is a ratio of 1.3.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from baocao.settings import CHECKOUT_DIR, Settings
from reporting.pipeline import run_from_sources
from reporting.plan import make_plans
from reporting.workspace import open_workspace
from sandbox.configuration import DIGITAL_SERIES, write_owed
from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from sandbox.world.data_sets import data_set

GOAL = 1.3
MEASURE = "--measure"
UNIT, PERIOD = "dac-khu", "2025-Q4"
REFORM, COPY = "2025-cai-cach-hanh-chinh", "2025-cai-cach-hanh-chinh-ban-hai"
FOUR = (DIGITAL_SERIES, "giai-quyet-thu-tuc", "cai-cach-hanh-chinh", COPY)


def write_config(folder: Path, series: tuple[str, ...]) -> None:
    """The shipped configuration with these series owed, the copy among its forms."""
    shutil.copytree(CHECKOUT_DIR / "config", folder)
    text = (folder / "forms" / f"{REFORM}.yaml").read_text(encoding="utf-8")
    copy = text.replace(REFORM, COPY).replace("series: cai-cach-hanh-chinh", f"series: {COPY}")
    (folder / "forms" / f"{COPY}.yaml").write_text(copy, encoding="utf-8")
    write_owed(folder, series)


def measure(home: Path, config_dir: Path) -> None:
    """Print the processor seconds of one run and how many forms it made."""
    folders = {"BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(config_dir)}
    with open_workspace(Settings.read({**os.environ, **folders})) as workspace:
        begun = time.process_time()
        plans = make_plans(workspace.catalogue, UNIT, PERIOD, None, workspace.settings.now())
        results = run_from_sources(workspace, plans, late_stocks=True)
        spent = time.process_time() - begun
    print(json.dumps({"spent": spent, "forms": len(results), "exits": [one.exit_code for one in results]}))


def run_once(folder: Path, series: tuple[str, ...], environment: dict[str, str]) -> dict[str, object]:
    with tempfile.TemporaryDirectory(dir=folder) as home:
        config_dir = Path(home) / "config"
        write_config(config_dir, series)
        command = [sys.executable, "-m", "benchmarks.forms", MEASURE, home, str(config_dir)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment, cwd=CHECKOUT_DIR)
        told: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
        return told


def main() -> None:
    if sys.argv[1:2] == [MEASURE]:
        measure(Path(sys.argv[2]), Path(sys.argv[3]))
        return
    name, times = (sys.argv[1], int(sys.argv[2])) if len(sys.argv) > 2 else ("dac-khu-2025", 3)
    spent: dict[int, list[float]] = {1: [], 4: []}
    with tempfile.TemporaryDirectory(prefix="baocao-forms-") as folder, start(name) as running:
        now = data_set(name).now.isoformat()
        environment = {**os.environ, **ENVIRONMENT, "BAOCAO_SANDBOX_URL": running.url, "BAOCAO_NOW": now}
        for _ in range(times):
            for series in (FOUR[:1], FOUR):
                told = run_once(Path(folder), series, environment)
                spent[len(series)].append(float(str(told["spent"])))
                print(f"{told['forms']} forms: {told['spent']:.2f} s, exit codes {told['exits']}", flush=True)
    one, four = (statistics.median(found) for found in spent.values())
    print(f"{name}: one form {one:.2f} s, four {four:.2f} s of the processor: {four / one:.2f} × (goal {GOAL} ×)")


if __name__ == "__main__":
    main()

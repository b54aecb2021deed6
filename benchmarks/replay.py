"""How long 400 replays with differences take (40 periods of 10 units), and whether the last cost what the first did.

    python benchmarks/replay.py [--forms 400] [--dossiers 2500]

One commune's quarter is collected once from the sandbox; then it is replayed from the kept payloads, each time read,
counted, filled and compared cell by cell with the first, one after another in one process. Checks and documents are not
part of a comparison; what the checks of a form take is printed beside it.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path

from baocao.forms.compare import Change, compare
from baocao.settings import Settings
from flows.plan import make_plan
from flows.replaying import ask_again, compute, fill_again, gather_kept
from flows.workspace import Workspace, open_workspace
from sandbox.credentials import ENVIRONMENT
from sandbox.data_sets import data_set
from sandbox.server import start


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--forms", type=int, default=400)
    parser.add_argument("--dossiers", type=int, default=2_500)
    given = parser.parse_args()
    name = f"size:{given.dossiers}"
    os.environ.update(ENVIRONMENT)
    with tempfile.TemporaryDirectory() as home, start(name) as running:
        environment = {"BAOCAO_SANDBOX_URL": running.url, "BAOCAO_NOW": data_set(name).now.isoformat()}
        with open_workspace(Settings.read({**environment, "BAOCAO_HOME": str(Path(home))})) as workspace:
            report(measure(workspace, name, given.forms))


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

"""python -m tests.mutations [--only ID]... [--topic NAME] [--jobs N]

Plants every fault of the list in a copy of the tree and runs the test named to notice it; ends with 1 where one does
not. First all those tests run unchanged: a test that is red anyhow notices nothing.
"""

import argparse
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mutations.faults import Fault, read_faults
from tests.mutations.trees import LONGEST_S, changed, copy_tree, poll_tests, start_tests, stop_tests, warm_up

KILLED, SURVIVED, UNCLEAR = "killed", "SURVIVED", "UNCLEAR"
ENDS = {1: KILLED, 0: SURVIVED}
MOST_TOGETHER_S = 1800


@dataclass
class Trial:
    """One fault under test in one copy of the tree."""

    fault: Fault
    tree: Path
    says: Path
    held: ExitStack
    number: int
    started_at: float

    @classmethod
    def start(cls, fault: Fault, tree: Path) -> "Trial":
        held, says = ExitStack(), tree.with_suffix(".log")
        held.enter_context(changed(tree / fault.file))
        fault.plant(tree)
        return cls(fault, tree, says, held, start_tests(tree, [fault.killed_by], says), time.monotonic())

    def poll(self) -> str | None:
        """How it ended, the tree being as it was again; None while it runs."""
        done, code = poll_tests(self.number)
        if not done and time.monotonic() - self.started_at > LONGEST_S:
            stop_tests(self.number)
            done = True
        if not done:
            return None
        self.held.close()
        return ENDS.get(code or 0, UNCLEAR) if code is not None else UNCLEAR


def main() -> int:
    given = read_arguments()
    faults = [one for one in read_faults() if one.id in given.only or not given.only]
    faults = [one for one in faults if given.topic in ("", one.topic)]
    if not faults:
        print("no such fault; they are listed in tests/mutations/faults")
        return 2
    warm_up()
    with tempfile.TemporaryDirectory(prefix="baocao-mutations-") as folder:
        trees = [copy_tree(Path(folder) / f"tree-{number}") for number in range(given.jobs)]
        red = find_red(trees[0], sorted({one.killed_by for one in faults}))
        found = try_all([one for one in faults if one.killed_by not in red], trees)
    found |= {one.id: UNCLEAR for one in faults if one.killed_by in red}
    return report(faults, found)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("--only", action="append", default=[], help="this fault; several times for several")
    parser.add_argument("--topic", default="", help="the faults of this file")
    parser.add_argument("--jobs", type=int, default=2)
    return parser.parse_args()


def find_red(tree: Path, tests: Sequence[str]) -> set[str]:
    """The named tests that fail, or cannot be run, while nothing is planted."""
    says = tree.with_suffix(".log")
    number, began = start_tests(tree, ["--maxfail=99", *tests], says), time.monotonic()
    done, code = False, None
    while not done and time.monotonic() - began < MOST_TOGETHER_S:
        time.sleep(0.2)
        done, code = poll_tests(number)
    said = says.read_text(encoding="utf-8", errors="replace")
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+?)(?:\[| - |$)", said, re.MULTILINE)
    red = {test for test in tests if test.partition("[")[0] in failed} or (set() if code == 0 else set(tests))
    print(
        f"{len(tests)} tests without a fault: {len(tests) - len(red)} green; red: {sorted(red) or 'none'}", flush=True
    )
    return red


def try_all(faults: Sequence[Fault], trees: Sequence[Path]) -> dict[str, str]:
    left, free, running = list(faults), list(trees), list[Trial]()
    found: dict[str, str] = {}
    while left or running:
        while left and free:
            running.append(Trial.start(left.pop(0), free.pop()))
        for trial in list(running):
            if (ending := trial.poll()) is None:
                continue
            running.remove(trial)
            free.append(trial.tree)
            found[trial.fault.id] = ending
            took_s = time.monotonic() - trial.started_at
            print(f"{len(found):4}/{len(faults)} {ending} {trial.fault.id} ({took_s:.1f} s)", flush=True)
            if ending == UNCLEAR:
                print(trial.says.read_text(encoding="utf-8", errors="replace")[-1500:], flush=True)
        time.sleep(0.02)
    return found


def report(faults: Sequence[Fault], found: dict[str, str]) -> int:
    table = Table("topic", "faults", "killed", "survived or unclear")
    for topic in dict.fromkeys(one.topic for one in faults):
        ends = Counter(found[one.id] == KILLED for one in faults if one.topic == topic)
        table.add_row(topic, str(ends.total()), str(ends[True]), str(ends[False]))
    Console().print(table)
    left = [one for one in faults if found[one.id] != KILLED]
    for one in left:
        print(f"{found[one.id]} {one.id} ({one.file}): {one.slip} Nothing in {one.killed_by}")
    print(f"{len(faults) - len(left)} of {len(faults)} killed")
    return int(bool(left))


if __name__ == "__main__":
    sys.exit(main())

"""What a person waits for before a command does anything: `python -m benchmarks.start_up [--runs 5]`.

Processor seconds (user and system, of the process and its children; the median of several runs) of every command
beside the bare interpreter and the bare imports its work needs, in one run on this machine; with the five dearest
imports of each. Then what `run` spends on what. The home is made once, with the data set `tiny`.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from baocao.settings import CHECKOUT_DIR
from sandbox.configuration import write_owed
from sandbox.world.data_sets import data_set

MADE = data_set("tiny")
PERIOD = MADE.period_code
LOOKING = "click, rich, pydantic, yaml, sqlalchemy.orm"
READING = "click, rich, pydantic, yaml, docx"
MAIN = "from cli.main import main; main()"
RUN = ("run", PERIOD, "--sandbox", MADE.name)
_IMPORT = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")
_DEAREST = 5


@dataclass(frozen=True)
class Wait:
    """A command, and the imports no program of its kind could do without; `goal` is the ratio it may cost of them."""

    arguments: tuple[str, ...]
    needs: str = ""
    goal: float | None = None


def waits(home: Path) -> tuple[Wait, ...]:
    (form,) = home.glob("out/**/form.docx")
    correction = (
        "--from",
        "10",
        "--to",
        "9",
        "--reason",
        "đếm lại từ sổ theo dõi",
        "--evidence",
        "sổ theo dõi số 12 năm 2025",
    )
    return (
        Wait(("--help",), "click"),
        Wait(("status",), LOOKING, 2),
        Wait(("show", PERIOD), LOOKING, 2),
        Wait(("explain", PERIOD, "4.2"), LOOKING, 2),
        Wait(("release", "status", PERIOD), LOOKING, 2),
        Wait(("incidents", "list"), LOOKING, 2),
        Wait(("correct", PERIOD, "4.1.2", *correction), LOOKING, 2),
        Wait(("checks", PERIOD), LOOKING),
        Wait(("lint", str(form)), READING, 3),
        Wait(RUN, f"{LOOKING}, pandas, great_expectations, docx, openpyxl, typst, requests"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    runs: int = parser.parse_args().runs
    with tempfile.TemporaryDirectory(prefix="baocao-start-up-") as folder:
        environment = prepare(Path(folder))
        print(f"bare interpreter: {measure(['-c', 'pass'], environment, runs):.3f} s\n")
        print(f"{'command':<28} {'seconds':>8} {'bare':>7} {'ratio':>6} {'goal':>5}  dearest imports (ms, themselves)")
        for wait in waits(Path(folder)):
            print(show_wait(wait, environment, runs), flush=True)
        print("\nwhat `run` spends (processor seconds of one run):")
        for line in show_shares(environment):
            print(line)


def prepare(home: Path) -> Mapping[str, str]:
    """A home with one report, and a configuration of its own for what commands write there."""
    shutil.copytree(CHECKOUT_DIR / "config", home / "config")
    write_owed(home / "config")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(home / "config"), "BAOCAO_UNIT": MADE.unit_code}
    environment |= {"BAOCAO_NOW": MADE.now.isoformat()}
    done = start(["-c", MAIN, *RUN], environment)
    if done.returncode:
        raise SystemExit(f"the report of the data set could not be made: {done.stderr}")
    return environment


def show_wait(wait: Wait, environment: Mapping[str, str], runs: int) -> str:
    """One line of the table; bare and whole are measured by turns, so that both meet the same machine."""
    command, bare = ["-c", MAIN, *wait.arguments], ["-c", f"import {wait.needs}"]
    pairs = [(measure(command, environment, 1), measure(bare, environment, 1)) for _ in range(runs)]
    took, needed = (statistics.median(each) for each in zip(*pairs, strict=True))
    dearest = ", ".join(f"{name} {ms}" for name, ms in find_dearest(command, environment))
    goal = f"{wait.goal:.0f}" if wait.goal else ""
    name = " ".join(wait.arguments[: 1 if wait.arguments[0] in {"lint", "correct", "run"} else None])
    return f"{name:<28} {took:>8.3f} {needed:>7.3f} {took / needed:>5.2f}x {goal:>5}  {dearest}"


def measure(arguments: Sequence[str], environment: Mapping[str, str], runs: int) -> float:
    return statistics.median(_spend(arguments, environment) for _ in range(runs))


def _spend(arguments: Sequence[str], environment: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start(arguments, environment)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def start(arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=CHECKOUT_DIR, env=environment, capture_output=True, text=True, check=False)


def find_dearest(arguments: Sequence[str], environment: Mapping[str, str]) -> list[tuple[str, int]]:
    """The imports that took longest by themselves, in milliseconds, added up by package."""
    spent: dict[str, int] = {}
    for took_us, name in _IMPORT.findall(start(["-X", "importtime", *arguments], environment).stderr):
        package = name.partition(".")[0]
        spent[package] = spent.get(package, 0) + int(took_us)
    dearest = sorted(spent.items(), key=lambda found: -found[1])[:_DEAREST]
    return [(name, took_us // 1000) for name, took_us in dearest]


SHARES = {
    "collection": "reporting.collection.collecting:collect_source",
    "checks": "reporting.pipeline:check",
    "documents": "reporting.files.writing:write_files",
}
_TIMED = """
import atexit, functools, importlib, json, sys, time
spent, target = {}, sys.argv.pop(1)
places = json.loads(sys.argv.pop(1))
def timed(name, work):
    @functools.wraps(work)
    def inner(*args, **kwargs):
        begun = time.process_time()
        try:
            return work(*args, **kwargs)
        finally:
            spent[name] = spent.get(name, 0) + time.process_time() - begun
    return inner
begun = time.process_time()
from cli.main import main
for name, place in places.items():
    module, function = place.split(":")
    found = importlib.import_module(module)
    work = getattr(found, function)
    wrapped = timed(name, work)
    for other in list(sys.modules.values()):
        if getattr(other, function, None) is work:
            setattr(other, function, wrapped)
spent["imports"] = time.process_time() - begun
atexit.register(lambda: open(target, "w").write(json.dumps(spent)))
main()
"""


def show_shares(environment: Mapping[str, str]) -> Iterator[str]:
    """The whole and its parts; what is not named is the engine, the sandbox's answers and the rest of the run."""
    import json

    target = Path(environment["BAOCAO_HOME"]) / "shares.json"
    whole = _spend(["-c", _TIMED, str(target), json.dumps(SHARES), *RUN], environment)
    parts: dict[str, float] = json.loads(target.read_text())
    parts["engine, sandbox and the rest"] = whole - sum(parts.values())
    for name, took in parts.items():
        yield f"  {name:<30} {took:>7.2f}  {took / whole:>4.0%}"
    yield f"  {'whole':<30} {whole:>7.2f}"


if __name__ == "__main__":
    main()

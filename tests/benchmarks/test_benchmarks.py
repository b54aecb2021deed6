"""Every benchmark ends and prints its table: a figure in the documents can be measured again by whoever doubts it.

What it finds is not judged here: times are of a quiet machine.
"""

import re
import subprocess
import sys

import pytest

from baocao.settings import CHECKOUT_DIR
from tests.installed import skip_without
from tests.postgres import find_programs

SMALLEST = {
    "machinery": (("slots",), "one by one alone"),
    "checks": (("--units", "1"), '"suite": "records"'),
    "collect": (("--sizes", "300", "--pages", "100", "--dlt-sizes", "1"), "pages of 100, 300 dossiers"),
    "forms": (("--data-set", "tiny", "--times", "1"), "of the processor: "),
    "lint": (("--forms", "2", "--each", "1", "--without-scans"), "second: all but scans"),
    "replay": (("--forms", "1", "--dossiers", "60", "--units", "3"), "forms of three years replayed"),
    "roll_up": (("2", "60"), "60 counted"),
    "start_up": (("--runs", "1"), "what `run` spends"),
    "scale": (("--units", "1", "--dossiers-per-unit", "60", "--times", "1"), "report per unit"),
    "desk": (
        ("--on", "sqlite", "--units", "3", "--collected", "1", "--seconds", "3", "--at-once", "0"),
        "not in the da",
    ),
}
"""By benchmark what makes it least, and words of its table's last part."""
FAST = ("machinery",)
MAY_MISS_GOALS = ("desk", "lint")
PARTS = ("collect_one", "collect_dlt", "desk_floor")
"""Run by a benchmark."""


@pytest.mark.parametrize(
    "name", [name if name in FAST else pytest.param(name, marks=pytest.mark.slow) for name in SMALLEST]
)
def test_a_benchmark_ends_and_prints_its_table(name: str) -> None:
    if name == "scale" and find_programs() is None:
        skip_without("PostgreSQL", "apt-get install postgresql")
    arguments, last_words = SMALLEST[name]
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    done = subprocess.run(command, cwd=CHECKOUT_DIR, capture_output=True, text=True, check=False)
    assert done.returncode == 0 or (name in MAY_MISS_GOALS and done.returncode == 1), done.stderr
    assert "Traceback" not in done.stderr
    assert last_words in done.stdout


def test_every_benchmark_there_is_is_run() -> None:
    folder = CHECKOUT_DIR / "benchmarks"
    runnable = {path.stem for path in folder.glob("*.py") if '__name__ == "__main__"' in path.read_text("utf-8")}
    assert runnable == {*SMALLEST, *PARTS}


def test_make_measures_by_benchmarks_that_are_there() -> None:
    named = re.findall(r"-m benchmarks\.(\w+)", (CHECKOUT_DIR / "Makefile").read_text("utf-8"))
    assert set(named) == set(SMALLEST)

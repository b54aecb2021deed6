"""How fast and how lean collecting is, beside the least it could take and beside a well-known loader.

`python -m benchmarks.collect [--sizes 10000,80000,320000] [--pages 100,5000] [--dlt-sizes 10000,320000] [--times 1]`.
For every size a sandbox in a process of its own answers every question once (the warm-up) and then serves it from a
file; every measurement is a process of its own, one after another on the same server. With `--times 3` the ways take
turns three times and the fastest of each counts. "download" takes the bytes and no more: what the server can give, to
be held against the other rows; "floor" decodes them with orjson; "product" is the main job's way to counted figures
(start-up not counted), with the proofs that cost nothing: the total a listing names, the days asked for. "proofs" is
the same where proving costs most: the filter by day of receipt shows no dossier without one, so all days are listed
again by day of application. "dlt" loads them into three destinations, and into the fastest of them once more with two
processes normalising ("*2").
`make bench-collect` makes dlt's environment (.venv-bench); without it those rows are left out.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import requests

from benchmarks.collect_one import ASKED, download, sign_in

DLT_PYTHON = Path(os.environ.get("BENCH_PYTHON", ".venv-bench/bin/python"))
DESTINATIONS = ("sqlite", "duckdb", "parquet", "parquet*2")
OURS = ("download", "floor", "product", "proofs")
DROPPING = {"system": "one_stop", "fault": "empty_dates_dropped"}


@dataclass(frozen=True)
class Figure:
    """One measurement."""

    size: int
    page_size: int
    way: str
    rows: int
    s: float
    cpu_s: float
    peak_mb: float

    @property
    def rows_per_s(self) -> float:
        return self.rows / self.s


@contextmanager
def running_sandbox(size: int) -> Iterator[str]:
    """The address of a server in a process of its own that keeps its pages."""
    command = [
        sys.executable,
        "-m",
        "sandbox",
        f"size:{size}",
        "--port",
        "0",
        "--keep-pages",
        "--page-size-cap",
        "5000",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = next(word for line in server.stdout for word in line.split() if word.startswith("http://127.0.0.1:"))
        try:
            yield "/".join(url.split("/")[:3])
        finally:
            server.terminate()
            server.stdout.read()  # to its last word: a closed pipe would be an error there


@contextmanager
def dropping_empty_dates(url: str) -> Iterator[None]:
    """Let the server leave out dossiers without a day of receipt while the block lasts."""
    requests.post(f"{url}/_sandbox/faults", json=DROPPING, timeout=60).raise_for_status()
    try:
        yield
    finally:
        requests.delete(f"{url}/_sandbox/faults", timeout=60).raise_for_status()


def measure_turns(size: int, page_size: int, url: str, ways: Sequence[str], times: int) -> list[Figure]:
    """The fastest of so many turns of each way; what it takes the server to write its answers is not in it."""
    download(url, page_size)
    measure(size, page_size, "product", url)
    turns = [measure(size, page_size, way, url) for _ in range(times) for way in ways]
    found = [figure for figure in turns if figure is not None]
    each = ([figure for figure in found if figure.way == way] for way in ways)
    return [min(figures, key=lambda figure: figure.s) for figures in each if figures]


def measure_proofs(size: int, page_size: int, url: str) -> Figure | None:
    """The second of two runs: the first has the pages of this server written."""
    with dropping_empty_dates(url):
        measure(size, page_size, "product", url)
        found = measure(size, page_size, "product", url)
    return replace(found, way="proofs") if found else None


def measure(size: int, page_size: int, way: str, url: str) -> Figure | None:
    """Run one way in a process of its own; None where it cannot be run here."""
    if way == "proofs":
        return measure_proofs(size, page_size, url)
    done = subprocess.run(_command(way, url, page_size), capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{way} failed:\n{done.stderr[-2000:]}", file=sys.stderr)
        return None
    return Figure(size, page_size, way, **json.loads(done.stdout.splitlines()[-1]))


def _command(way: str, url: str, page_size: int) -> list[str]:
    if way in OURS:
        return [sys.executable, "-m", "benchmarks.collect_one", way, url, str(page_size)]
    with requests.Session() as session:
        token = sign_in(session, url)["Authorization"].removeprefix("bearer ")
    program = str(Path(__file__).with_name("collect_dlt.py"))
    return [str(DLT_PYTHON), program, way.removeprefix("dlt "), url, str(page_size), token, json.dumps(ASKED)]


def ways_for(size: int, dlt_sizes: Sequence[int]) -> tuple[str, ...]:
    dlt = tuple(f"dlt {name}" for name in DESTINATIONS) if size in dlt_sizes and DLT_PYTHON.exists() else ()
    return (*OURS, *dlt)


def print_table(figures: Sequence[Figure]) -> None:
    print(f"\n{'dossiers':>9} {'page':>5} {'way':<13} {'rows':>8} {'s':>8} {'cpu s':>8} {'rows/s':>9} "
          f"{'x floor':>8} {'peak MB':>8}")  # fmt: skip
    floors = {(f.size, f.page_size): f.rows_per_s for f in figures if f.way == "floor"}
    for f in figures:
        ratio = f.rows_per_s / floors[f.size, f.page_size] if (f.size, f.page_size) in floors else 0.0
        print(f"{f.size:>9} {f.page_size:>5} {f.way:<13} {f.rows:>8} {f.s:>8.2f} {f.cpu_s:>8.2f} {f.rows_per_s:>9.0f} "
              f"{ratio:>8.2f} {f.peak_mb:>8.0f}")  # fmt: skip


def print_ratios(figures: Sequence[Figure]) -> None:
    """The three aims, and how it is known that the server is not what is measured."""
    for page_size in sorted({f.page_size for f in figures}):
        ours = [f for f in figures if f.page_size == page_size and f.way == "product"]
        if not ours:
            continue
        last = ours[-1]
        beside = {f.way: f for f in figures if (f.size, f.page_size) == (last.size, page_size)}
        share = last.rows_per_s / beside["floor"].rows_per_s
        print(f"\npages of {page_size}, {last.size} dossiers: {share:.0%} of the floor; "
              f"peak memory {last.peak_mb / ours[0].peak_mb:.2f} times that at {ours[0].size}")  # fmt: skip
        if "proofs" in beside:
            proved = beside["proofs"].rows_per_s / beside["floor"].rows_per_s
            print(f"  with every dossier listed twice as a proof: {proved:.0%} of the floor")
        spare = beside["download"].rows_per_s / max(last.rows_per_s, beside["floor"].rows_per_s)
        print(f"  the server alone gives {spare:.1f} times as many rows/s as the faster of the two takes")
        loaders = [f for f in figures if f.page_size == page_size and f.way.startswith("dlt") and f.size == last.size]
        if loaders:
            best = max(loaders, key=lambda f: f.rows_per_s)
            ours_over, floor_over = (f.rows_per_s / best.rows_per_s for f in (last, beside["floor"]))
            print(f"  {ours_over:.1f} times dlt's fastest ({best.way}); the floor {floor_over:.1f} times")


def main() -> int:
    parser = argparse.ArgumentParser(description="Collection beside its floor and beside dlt.")
    parser.add_argument("--sizes", default="10000,80000,320000")
    parser.add_argument("--pages", default="100,5000")
    parser.add_argument("--dlt-sizes", default="10000,320000")
    parser.add_argument("--times", type=int, default=1, help="turns of which the fastest counts")
    given = parser.parse_args()
    sizes, pages, dlt_sizes = (
        [int(n) for n in text.split(",") if n] for text in (given.sizes, given.pages, given.dlt_sizes)
    )
    figures: list[Figure] = []
    for size in sizes:
        with running_sandbox(size) as url:
            for page_size in pages:
                found = measure_turns(size, page_size, url, ways_for(size, dlt_sizes), given.times)
                figures += found
                print_table(found)
    print_table(figures)
    print_ratios(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main())

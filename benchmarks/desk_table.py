"""What a measurement of the desk says, as tables in Markdown."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from benchmarks.desk_alone import Cost
from benchmarks.desk_browser import SEE_OTHER, Answered
from benchmarks.desk_work import KINDS, PAGES, TYPED

GOALS_MS: Final[Mapping[str, float]] = {PAGES: 300, TYPED: 100}
FINE: Final = (200, SEE_OTHER)
PERCENTILES: Final = (50, 95, 99)


@dataclass(frozen=True)
class Phase:
    """One stretch of load: what was answered, and what it took of processors and memory."""

    name: str
    lasted_s: float
    answers: Sequence[Answered]
    server_cpu_s: float
    database_cpu_s: float
    browsers_cpu_s: float
    machine_cpu_s: float
    memory_mb: Sequence[Sequence[float]]

    @property
    def rate(self) -> float:
        return len(self.answers) / self.lasted_s

    @property
    def cores_of_others(self) -> float:
        """How many processors whoever else uses the machine took meanwhile."""
        ours = self.server_cpu_s + self.database_cpu_s + self.browsers_cpu_s
        return max(0.0, self.machine_cpu_s - ours) / self.lasted_s


def percentile(values: Iterable[float], wanted: int) -> float:
    """The smallest value that so many of a hundred do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * wanted // 100) - 1)]


def print_phase(phase: Phase) -> None:
    count = len(phase.answers)
    print(f"\n{phase.name}: {count} requests in {phase.lasted_s:.0f} s, {phase.rate:.1f} a second\n")
    print("| request | count | p50 ms | p95 ms | p99 ms | goal p95 |\n|---|---:|---:|---:|---:|---:|")
    for line in _lines(phase.answers):
        print(line)
    per_request = (phase.server_cpu_s, phase.database_cpu_s, phase.browsers_cpu_s)
    server, database, browsers = (f"{seconds / max(count, 1) * 1000:.1f}" for seconds in per_request)
    print(f"\nProcessor ms for one request: server {server}, database {database}; the browsers took {browsers}")
    print(f"Others on this machine took {phase.cores_of_others:.2f} of its {os.cpu_count()} processors meanwhile")
    at = [" + ".join(f"{one:.0f}" for one in each) for each in phase.memory_mb]
    print(f"Memory of the server's processes, MB: {' → '.join(at)}")


def _lines(answers: Sequence[Answered]) -> Iterator[str]:
    by_kind: dict[str, list[float]] = {}
    for one in answers:
        by_kind.setdefault(one.kind, []).append(one.took_s * 1000)
    for kind, group in KINDS.items():
        if kind in by_kind:
            yield _line(kind, by_kind[kind], GOALS_MS.get(group))
    for group, goal in GOALS_MS.items():
        every = [ms for kind, found in by_kind.items() if KINDS.get(kind) == group for ms in found]
        if every:
            yield _line(f"**every {'page' if group == PAGES else 'typed cell'}**", every, goal)


def _line(name: str, found: Sequence[float], goal: float | None) -> str:
    p50, p95, p99 = (percentile(found, wanted) for wanted in PERCENTILES)
    told = "–" if goal is None else f"{goal:.0f} {'met' if p95 <= goal else 'MISSED'}"
    return f"| {name} | {len(found)} | {p50:.0f} | {p95:.0f} | {p99:.0f} | {told} |"


def print_costs(costs: Sequence[Cost], floor: Cost) -> None:
    print("\nOne browser, one request after the other\n")
    print("| request | server, processor ms | × floor | database ms | median wait ms |\n|---|---:|---:|---:|---:|")
    for one in (floor, *costs):
        ratio = one.cpu_ms / floor.cpu_ms if floor.cpu_ms else 0.0
        print(f"| {one.kind} | {one.cpu_ms:.1f} | {ratio:.1f} | {one.database_ms:.1f} | {one.median_ms:.1f} |")


def list_misses(phase: Phase) -> list[str]:
    """Each kind that is over its goal."""
    found = []
    for kind, group in KINDS.items():
        took = [one.took_s * 1000 for one in phase.answers if one.kind == kind]
        if took and group in GOALS_MS and percentile(took, 95) > GOALS_MS[group]:
            found.append(f"{kind}: {percentile(took, 95):.0f} ms")
    return found

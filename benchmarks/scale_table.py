"""What was measured of each number of units, and the tables made of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import linear_regression
from typing import Any

from benchmarks.scale_usage import OURS, Usage

TOLERANCE_PCT = 20
COLUMNS = (
    "units", "dossiers", "wall s", "dossiers/s", "report: processor s/unit", "engine: s/unit", "all: processor s/unit",
)  # fmt: skip


@dataclass(frozen=True)
class Measurement:
    """One number of units. `report_s` and `report_cpu_s` are the reports themselves, summed over all batches."""

    units: int
    dossiers: int
    wall_s: float
    report_s: float
    report_cpu_s: float
    in_runs_s: float
    usage: Usage

    @property
    def report_per_unit_s(self) -> float:
        return self.report_cpu_s / self.units

    @property
    def engine_per_unit_s(self) -> float:
        """What runs took beside the reports: starting a process, importing, telling the server."""
        return (self.in_runs_s - self.report_s) / self.units

    @property
    def cpu_s(self) -> float:
        """Of runs, workers, server and PostgreSQL together."""
        return sum(self.usage.total_s(role) for role in OURS)

    @property
    def row(self) -> dict[str, float]:
        speed = self.dossiers / self.wall_s
        per_unit = (self.report_per_unit_s, self.engine_per_unit_s, self.cpu_s / self.units)
        values = (self.units, self.dossiers, round(self.wall_s, 1), round(speed), *(round(one, 2) for one in per_unit))
        return dict(zip(COLUMNS, values, strict=True))


@dataclass(frozen=True)
class CostLine:
    """Processor seconds as a line over the number of units: what every group run costs, and what a unit adds."""

    start_up_s: float
    per_unit_s: float


def fit(found: Sequence[Measurement]) -> CostLine | None:
    """None with a single number of units."""
    if len(found) < 2:
        return None
    slope, intercept = linear_regression([one.units for one in found], [one.cpu_s for one in found])
    return CostLine(intercept, slope)


def spread_pct(found: Sequence[Measurement]) -> float:
    """How much dearer the dearest number of units is than the cheapest, by a unit's report."""
    costs = [one.report_per_unit_s for one in found]
    return (max(costs) / min(costs) - 1) * 100


def print_one(one: Measurement) -> None:
    usage, units = one.usage, one.units
    roles = sorted(usage.peak_mb)
    lines = (
        f"wall {one.wall_s:.1f} s, {one.wall_s / units:.2f} s a unit, {one.dossiers / one.wall_s:.0f} dossiers/s",
        f"report itself: {one.report_per_unit_s:.2f} s of processor a unit, {one.report_s / units:.2f} s of time",
        f"engine: {one.engine_per_unit_s:.2f} s a unit in runs, {usage.total_s('server') / units:.2f} s of its server",
        "largest process: " + ", ".join(f"{role} {usage.peak_mb[role]:.0f} MB" for role in roles),
        "processor: " + ", ".join(f"{role} {usage.total_s(role):.0f} s" for role in roles),
    )
    for line in lines:
        print(f"  {line}", flush=True)


def print_table(found: Sequence[Measurement]) -> None:
    """In Markdown, with the verdict below."""
    print(f"\n| {' | '.join(COLUMNS)} |\n|{'---:|' * len(COLUMNS)}")
    for one in found:
        print(f"| {' | '.join(f'{value:g}' for value in one.row.values())} |")
    if line := fit(found):
        print(f"\nprocessor: {line.start_up_s:.1f} s to start up a group's run, {line.per_unit_s:.2f} s for each unit")
    spread = spread_pct(found)
    verdict = "flat" if spread <= TOLERANCE_PCT else "NOT FLAT"
    print(f"report per unit: {verdict}, the dearest {spread:.0f} % above the cheapest (allowed {TOLERANCE_PCT} %)")


def as_json(found: Sequence[Measurement]) -> dict[str, Any]:
    line = fit(found)
    return {
        "sizes": [
            {
                **one.row,
                "peak_mb": {role: round(mb) for role, mb in one.usage.peak_mb.items()},
                "processor_s": {role: round(one.usage.total_s(role), 1) for role in one.usage.peak_mb},
            }
            for one in found
        ],
        "start_up_s": round(line.start_up_s, 2) if line else None,
        "per_unit_s": round(line.per_unit_s, 3) if line else None,
        "spread_pct": round(spread_pct(found), 1),
    }

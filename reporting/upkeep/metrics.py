"""Metrics for Prometheus, read from the store at each scrape. No label holds a period, an id or anything of a person.

Only the time of the last success is told for each unit and form: as many series as there are units.
"""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from baocao.domain import Severity
from baocao.errors import BaocaoError
from baocao.settings import Settings
from baocao.store import open_store
from baocao.store.database.inspection import inspect_database
from baocao.store.monitor import StoreFigures
from reporting.upkeep.doctor.finding import DoctorFinding, Health
from reporting.upkeep.engine_api import read_step_seconds
from reporting.upkeep.health import look_at_health
from reporting.workspace import code_version

RANKS = {Health.GOOD: 0, Health.DOUBTFUL: 1, Health.BAD: 2}


class BaocaoMetrics(Collector):
    """All metrics of one installation; the series of each unit only where `by_unit`."""

    def __init__(self, settings: Settings, *, by_unit: bool = True) -> None:
        self._settings = settings
        self._by_unit = by_unit

    def describe(self) -> Iterable[Metric]:
        return ()  # nothing is read before the first scrape

    def collect(self) -> Iterator[Metric]:
        figures = read_figures(self._settings)
        yield InfoMetricFamily("baocao_build", "The version that answers.", {"version": code_version()})
        yield _single("up", "Whether the store answers and has this version's schema.", float(figures is not None))
        yield from tell_health(look_at_health(self._settings).findings)
        if figures is not None:
            yield from tell_reports(figures, by_unit=self._by_unit)
            yield from tell_work(figures)
            yield from tell_incidents(figures)
            yield tell_steps(figures, os.environ.get("PREFECT_API_URL"))


def make_registry(settings: Settings, *, by_unit: bool = True) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(BaocaoMetrics(settings, by_unit=by_unit))
    return registry


def read_figures(settings: Settings) -> StoreFigures | None:
    """None where the store cannot be read as it is: a scrape neither makes nor migrates a database."""
    try:
        if not inspect_database(settings.database_url).is_current:
            return None
        with open_store(settings.database_url, settings.payload_url) as store:
            return store.monitor.look()
    except BaocaoError:
        return None


def tell_health(findings: Sequence[DoctorFinding]) -> Iterator[Metric]:
    ranks: dict[tuple[str, ...], float] = {}
    for finding in findings:
        ranks[(finding.check,)] = max(RANKS[finding.health], ranks.get((finding.check,), 0))
    yield _gauge("health", "0 good, 1 doubtful, 2 bad; as baocao health says.", ranks, "check")


def tell_reports(figures: StoreFigures, *, by_unit: bool) -> Iterator[Metric]:
    at = {key: instant.timestamp() for key, instant in figures.successes.items()}
    if by_unit:
        says = "When a form of a unit was last ready to sign."
        yield _gauge("last_success_timestamp_seconds", says, at, "unit", "form")
    now = figures.at.timestamp()
    ages: dict[tuple[str, ...], float] = {}
    for (_, form_code), instant in at.items():
        ages[(form_code,)] = max(ages.get((form_code,), 0.0), now - instant)
    yield _gauge("last_success_age_seconds", "Of the unit whose last success is the longest ago.", ages, "form")
    vintages = {(status,): float(count) for status, count in figures.vintages.items()}
    yield _gauge("vintages", "Runs of forms, by how far they came.", vintages, "status")


def tell_work(figures: StoreFigures) -> Iterator[Metric]:
    failures = CounterMetricFamily("baocao_source_failures", "Sources a run could not read.", labels=["source", "kind"])
    for key, count in figures.failures.items():
        failures.add_metric(key, count)
    yield failures
    leases = {("held",): float(figures.held_leases), ("lapsed",): float(figures.lapsed_leases)}
    yield _gauge("leases", "Forms being worked on, and forms whose run died and nobody took over.", leases, "state")
    yield _single("payloads", "Kept answers.", float(figures.payload_count))
    yield _single("payload_bytes", "Size of the kept answers before compression.", float(figures.payload_bytes))


def tell_incidents(figures: StoreFigures) -> Iterator[Metric]:
    opened = {(severity.value,): float(figures.open_incidents.get(severity.value, 0)) for severity in Severity}
    yield _gauge("incidents_open", "Incidents that have not recovered.", opened, "severity")
    waiting = figures.waiting_letters
    oldest = (figures.at - min(waiting)).total_seconds() if waiting else 0.0
    yield _single("outbox_messages", "Messages that wait to be sent.", float(len(waiting)))
    yield _single("outbox_oldest_seconds", "How long the oldest of them has waited.", oldest)


def tell_steps(figures: StoreFigures, api_url: str | None) -> Metric:
    """Collecting from the store, by source; the other steps from Prefect's server where one is configured."""
    seconds: dict[tuple[str, ...], float] = {}
    timed = [("collect", source_code, each) for source_code, each in figures.collect_s.items()]
    if api_url:
        timed += [(step, "", each) for step, each in read_step_seconds(api_url).items() if step != "collect"]
    for step, source_code, each in timed:
        seconds[(step, source_code, "mean")], seconds[(step, source_code, "longest")] = fmean(each), max(each)
    says = "Seconds a step of a run took of late."
    return _gauge("step_seconds", says, seconds, "step", "source", "of")


def _gauge(name: str, says: str, values: Mapping[Any, float], *labels: str) -> Metric:
    family = GaugeMetricFamily(f"baocao_{name}", says, labels=labels)
    for key, value in sorted(values.items()):
        family.add_metric(key, value)
    return family


def _single(name: str, says: str, value: float) -> Metric:
    return GaugeMetricFamily(f"baocao_{name}", says, value=value)

"""Whose stocks are captured when: the plans of a capture, the periods at their cut-off, and the morning it ends."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from baocao.catalogue import Catalogue, Source, Unit
from baocao.catalogue.owed import list_owed, list_periods
from baocao.domain import VIETNAM, Period
from baocao.errors import ConfigError, SourceUnavailableError
from baocao.store import LeaseHeldError
from reporting.collection.capturing import CaptureOutcome, SourceCapture, capture_source, stock_sources
from reporting.plan import Plan, make_plans
from reporting.workspace import Workspace

MORNING = time(7)
LAST_SECOND = timedelta(seconds=1)
BEFORE_CUTOFF = timedelta(hours=1)
AT_ONCE = 4


@dataclass(frozen=True)
class CaptureResult:
    """What a capture came to, source by source; it is the more gravely ended the less time can heal it."""

    captures: tuple[SourceCapture, ...]

    @property
    def exit_code(self) -> int:
        """13 before 12 before 11 where a source failed, else 21 where another process is at it, else 2, else 0."""
        failures = [one.failure.exit_code for one in self.captures if one.failure is not None]
        return max(failures, default=max((one.exit_code for one in self.captures), default=0))

    @property
    def failed(self) -> tuple[SourceCapture, ...]:
        return tuple(one for one in self.captures if one.exit_code)

    @property
    def may_heal(self) -> bool:
        """Whether asking once more may help: a source was down."""
        return any(one.exit_code == SourceUnavailableError.exit_code for one in self.captures)

    @property
    def given_up(self) -> tuple[SourceCapture, ...]:
        """What no asking again would heal this night: the source refuses us, or answers in another way than known."""
        down = SourceUnavailableError.exit_code
        return tuple(one for one in self.captures if one.failure is not None and one.failure.exit_code != down)

    @property
    def summary(self) -> str:
        """One line: how many were captured, which failed."""
        down = ", ".join(f"{one.source.source_code} ({one.plan.unit.unit_code})" for one in self.failed)
        done = len(self.captures) - len(self.failed)
        said = f"đã chụp {done}/{len(self.captures)} số liệu thời điểm"
        return said + (f"; không chụp được: {down}" if down else "")

    def as_json(self) -> dict[str, Any]:
        return {"exit_code": self.exit_code, "captures": [one.as_json() for one in self.captures]}


def plan_captures(catalogue: Catalogue, period: str, unit_code: str | None, now: datetime) -> tuple[Plan, ...]:
    """The plans of the forms that have stocks in the period; of one unit named, raise ConfigError where it has none."""
    units = (
        [catalogue.unit(unit_code)] if unit_code else [unit for unit in catalogue.units.values() if unit.source_keys]
    )
    found = tuple(plan for unit in units for plan in _plans(catalogue, unit, period, now, must=unit_code is not None))
    if not found:
        who = unit_code or "không đơn vị nào"
        says = "không có số liệu thời điểm để chụp" if unit_code else "có số liệu thời điểm để chụp"
        raise ConfigError(f"{who} {says} trong kỳ này; xem source_keys và valid_to trong units.yaml")
    return found


def plan_tonight(catalogue: Catalogue, unit_code: str | None, now: datetime) -> tuple[Plan, ...]:
    """One plan for each unit, form and cut-off of this night: what a nightly schedule captures; mostly none."""
    found: dict[tuple[str, str, datetime], Plan] = {}
    for unit in [catalogue.unit(unit_code)] if unit_code else catalogue.units.values():
        for period in _periods_tonight(catalogue, unit, now):
            for plan in _plans(catalogue, unit, period.code, now, must=False):
                if _is_night(now, plan.window.end_at):
                    found.setdefault((unit.unit_code, plan.form.form_code, plan.window.end_at), plan)
    return tuple(found.values())


def _is_night(now: datetime, cutoff_at: datetime) -> bool:
    return cutoff_at - BEFORE_CUTOFF <= now <= find_deadline(cutoff_at)


def find_deadline(cutoff_at: datetime) -> datetime:
    """The morning until which a capture is tried again."""
    return datetime.combine(cutoff_at.astimezone(VIETNAM), MORNING, VIETNAM)


def capture_plans(workspace: Workspace, plans: Iterable[Plan], before: CaptureResult | None = None) -> CaptureResult:
    """Every source of every plan, several at once; a source that fails stops no other. Forms of a unit share a capture.

    What refused us the time `before`, or had changed, is not asked again: asking on locks accounts and heals nothing.
    """
    given_up = {(one.plan.unit.unit_code, one.source.source_code): one for one in before.given_up} if before else {}

    def capture(plan: Plan, source: Source) -> SourceCapture:
        return given_up.get((plan.unit.unit_code, source.source_code)) or capture_one(workspace, plan, source)

    jobs: dict[tuple[str, str, datetime], list[tuple[Plan, Source]]] = {}
    for plan in plans:
        for source in stock_sources(plan):
            jobs.setdefault((plan.unit.unit_code, source.source_code, plan.window.end_at), []).append((plan, source))
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="baocao-capture") as pool:
        made = pool.map(lambda shared: capture(*shared[0]), jobs.values())
        shares = zip(made, jobs.values(), strict=True)
        return CaptureResult(tuple(replace(one, plan=plan) for one, shared in shares for plan, _ in shared))


def capture_one(workspace: Workspace, plan: Plan, source: Source) -> SourceCapture:
    """One source; where another process is at it, or its configuration is wrong, that is what came of it here."""
    try:
        return capture_source(workspace, plan, source)
    except LeaseHeldError as held:
        return SourceCapture(plan, source, CaptureOutcome.LEASED, refusal=held)
    except ConfigError as wrong:
        return SourceCapture(plan, source, CaptureOutcome.FAILED, refusal=wrong)


def _plans(catalogue: Catalogue, unit: Unit, period: str, now: datetime, *, must: bool) -> list[Plan]:
    """None, or ConfigError where there `must` be one, for a unit that owes nothing or is gone by the cut-off."""
    try:
        plans = make_plans(catalogue, unit.unit_code, period, None, now)
    except ConfigError:
        if must:
            raise
        return []
    there = (plan for plan in plans if unit.valid_to is None or unit.valid_to >= plan.window.end_on)
    return [plan for plan in there if stock_sources(plan)]


def _periods_tonight(catalogue: Catalogue, unit: Unit, now: datetime) -> list[Period]:
    """The periods for which the unit owes some form whose cut-off is this night."""
    year = now.astimezone(VIETNAM).year
    return [
        period
        for period in list_periods(catalogue, unit, (year - 1, year, year + 1))
        if any(_is_night(now, report.window.end_at) for report in list_owed(catalogue, unit, period))
    ]

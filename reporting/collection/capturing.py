"""Stocks at the cut-off: what a source overwrites is asked once, on the night the period closes, and kept.

A capture belongs to a unit, a period and a source, and to no vintage: every later run of the period uses it instead of
asking anew. Of several the one nearest the cut-off counts. Asking is skipped where it could not come nearer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from baocao.ages import describe_age, is_nearer
from baocao.catalogue import Source
from baocao.domain import PART_MONTHS, Period, RawPayload, SourceFailure, Timing
from baocao.errors import BaocaoError, SourceError
from baocao.store import Capture, FormKey, Store
from connectors.registry import assign
from reporting.collection.asking import ask_source, describe_failure, say_failure
from reporting.plan import Plan
from reporting.progress import tell
from reporting.workspace import Workspace

PUNCTUAL = timedelta(minutes=5)
LEASE_NAME = "stocks:{source_code}"
"""What stands for the form in the lease of a capture."""


class CaptureOutcome(StrEnum):
    """What became of one source's capture."""

    CAPTURED = "captured"
    KEPT = "kept"
    FAILED = "failed"
    LEASED = "leased"


@dataclass(frozen=True)
class SourceCapture:
    """One source of one unit: the capture that counts (None where there is none), or why there is no new one.

    `failure` is the source's; `refusal` is ours: another process is at it, or the configuration is wrong.
    """

    plan: Plan
    source: Source
    outcome: CaptureOutcome
    capture: Capture | None = None
    failure: SourceFailure | None = None
    refusal: BaocaoError | None = None

    @property
    def exit_code(self) -> int:
        stopped = self.failure or self.refusal
        return stopped.exit_code if stopped else 0

    @property
    def reason(self) -> str:
        """Why it was not captured; "" where it was."""
        return self.failure.reason if self.failure else str(self.refusal or "")

    def as_json(self) -> dict[str, object]:
        captured_at = self.capture.captured_at if self.capture else None
        cutoff_at = self.plan.window.end_at
        return {
            "unit": self.plan.unit.unit_code,
            "period": self.plan.period.code,
            "source": self.source.source_code,
            "outcome": self.outcome.value,
            "cutoff_at": cutoff_at.isoformat(),
            "captured_at": captured_at.isoformat() if captured_at else None,
            "age_s": int((captured_at - cutoff_at).total_seconds()) if captured_at else None,
            "age": describe_age(captured_at, cutoff_at) if captured_at else None,
            "attempt": self.capture.attempt if self.capture else None,
            "payloads": len(self.capture.payloads) if self.capture else 0,
            "exit_code": self.exit_code,
            "reason": self.reason or None,
        }


@dataclass(frozen=True)
class CaptureKeeper:
    """Keeps answers as a capture."""

    store: Store
    capture_id: int

    def enter(self, payloads: Sequence[RawPayload], first: int) -> None:
        for position, payload in enumerate(payloads, start=first):
            self.store.captures.keep(self.capture_id, payload, position)

    def close(self, ended_at: datetime, failure: SourceFailure | None = None) -> None:
        self.store.captures.close(self.capture_id, ended_at, failure)


def stock_sources(plan: Plan) -> tuple[Source, ...]:
    """The sources of which all that is counted is overwritten there."""
    return tuple(source for source in plan.sources.values() if gives_stocks(plan, source))


def gives_stocks(plan: Plan, source: Source) -> bool:
    """Whether all that is counted from the source is overwritten there, so that asking later gives another day's."""
    counted = [i for i in plan.indicators.values() if i.count is not None and i.system is source.system]
    return bool(counted) and all(indicator.timing is Timing.STOCK for indicator in counted)


def find_capture(store: Store, plan: Plan, source: Source) -> Capture | None:
    """The good capture nearest the cut-off; None where there is none.

    One made for another period that closes on the same day (the fourth quarter's, for the year) is as good.
    """
    cutoff_at = plan.window.end_at
    good = [
        capture
        for period in list_periods_ending_with(plan.period)
        for capture in store.captures.list(plan.unit.unit_code, period)
        if capture.source_code == source.source_code
        and capture.failure is None
        and all(payload.window.end_on == plan.window.end_on for payload in capture.payloads)
    ]
    return min(good, key=lambda capture: abs(capture.captured_at - cutoff_at), default=None)


def list_periods_ending_with(period: Period) -> tuple[Period, ...]:
    """The period itself, then those of its year that end in the same month."""
    others = (Period(period.year, part) for part in PART_MONTHS)
    return period, *(other for other in others if other.last_month == period.last_month and other != period)


def find_usable_capture(store: Store, plan: Plan, source: Source, now: datetime) -> Capture | None:
    """The capture a run takes instead of asking: none while the period is open, or where asking now comes nearer."""
    if now < plan.window.end_at:
        return None
    capture = find_capture(store, plan, source)
    near = capture is not None and is_nearer(capture.captured_at, now, plan.window.end_at)
    return capture if near else None


def capture_source(workspace: Workspace, plan: Plan, source: Source) -> SourceCapture:
    """Capture one source under its lease, unless what is kept is as near; a failure is kept and told, not raised.

    Raise LeaseHeldError where another process captures it at this moment.
    """
    key = FormKey(plan.unit.unit_code, LEASE_NAME.format(source_code=source.source_code), plan.period)
    with workspace.store.leases.hold(key):
        kept = find_capture(workspace.store, plan, source)
        if kept is not None and _is_good_enough(kept, plan, workspace.settings.now()):
            return SourceCapture(plan, source, CaptureOutcome.KEPT, kept)
        try:
            _ask(workspace, plan, source)
        except SourceError as error:
            failure = say_failure(source, plan.unit.unit_code, error)
            return SourceCapture(plan, source, CaptureOutcome.FAILED, kept, failure)
        taken = find_capture(workspace.store, plan, source)
    assert taken is not None
    at = describe_age(taken.captured_at, plan.window.end_at)
    tell(f"{source.label}: đã chụp {len(taken.payloads)} gói dữ liệu, {at}", source_code=source.source_code)
    return SourceCapture(plan, source, CaptureOutcome.CAPTURED, taken)


def _is_good_enough(kept: Capture, plan: Plan, now: datetime) -> bool:
    cutoff_at = plan.window.end_at
    return kept.captured_at >= cutoff_at - PUNCTUAL or is_nearer(kept.captured_at, now, cutoff_at)


def _ask(workspace: Workspace, plan: Plan, source: Source) -> None:
    """An answer of the wrong shape is a failure like any other."""
    captures, unit_code = workspace.store.captures, plan.unit.unit_code
    stopped = SourceError(source.source_code, unit_code, "the capture stopped before it was whole")
    assignment = replace(
        assign(source, plan.unit, plan.window, workspace.settings), rate_limits=workspace.store.rate_limits
    )
    failure = describe_failure(source, unit_code, stopped)
    capture_id = captures.open(unit_code, plan.period, failure, workspace.settings.now())
    ask_source(assignment, CaptureKeeper(workspace.store, capture_id))

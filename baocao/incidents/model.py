"""What an incident is: one root cause, the reports it concerns, and what has been done about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from baocao.domain import Period, Severity

GRAVITY: Mapping[Severity, int] = {Severity.CRITICAL: 2, Severity.WARNING: 1, Severity.INFO: 0}


class CauseKind(StrEnum):
    """The kinds of root cause.

    `source` a system that gives nothing; `records` what a system gives cannot be right; `missing` figures people have
    not given; `figures` figures that contradict others; `overdue` a report not made by its due day; `capture` stocks
    nobody captured on the night of their cut-off.
    """

    SOURCE = "source"
    RECORDS = "records"
    MISSING = "missing"
    FIGURES = "figures"
    OVERDUE = "overdue"
    CAPTURE = "capture"


class Aspect(StrEnum):
    """From what a report was judged: its own run, the daily watch over there being one, its stocks' capture."""

    REPORT = "report"
    WATCH = "watch"
    CAPTURE = "capture"


@dataclass(frozen=True, slots=True)
class Scope:
    """One report looked at in one way: what it says about an incident replaces what it said before."""

    unit_code: str
    form_code: str
    period: Period
    aspect: Aspect = Aspect.REPORT

    def __str__(self) -> str:
        return f"{self.aspect}:{self.unit_code}/{self.form_code}/{self.period}"


@dataclass(frozen=True, slots=True)
class Cause:
    """One root cause found in one report. `checks` are the checks that must be seen to pass for it to be gone.

    `variant` tells apart what must be done (a source down, refusing, changed); `system` is the one whose answers show
    the cause; `owner` is a code of indicators.yaml, or `it`; `began_at` where it is known to be older than its sight.
    """

    fingerprint: str
    kind: CauseKind
    severity: Severity
    owner: str
    subject_vi: str
    why_vi: str
    mend_vi: str
    units: tuple[str, ...]
    cells: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    system: str = ""
    variant: str = ""
    began_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What one report says of an incident. Unclear: its last run could not tell whether the cause is still there."""

    scope: Scope
    severity: Severity
    due_on: date
    seen_at: datetime
    cells: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    is_unclear: bool = False


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody has taken the incident on; until the end of `until` nobody is reminded of it."""

    by: str
    at: datetime
    until: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Incident:
    """One root cause from its first sight to its recovery. `number` is given by the store.

    `units` are all units it may concern; `escalated_to` is the last step of escalation reached, in working days left.
    """

    fingerprint: str
    kind: CauseKind
    severity: Severity
    owner: str
    subject_vi: str
    why_vi: str
    mend_vi: str
    units: tuple[str, ...]
    opened_at: datetime
    last_seen_at: datetime
    claims: tuple[Claim, ...] = ()
    system: str = ""
    variant: str = ""
    acknowledged: Acknowledgement | None = None
    escalated_to: int | None = None
    recovered_at: datetime | None = None
    number: int = 0

    @property
    def cells(self) -> tuple[str, ...]:
        """Every cell it blocks, in the order in which the forms have them."""
        return tuple(dict.fromkeys(cell for claim in self.claims for cell in claim.cells))

    @property
    def due_on(self) -> date | None:
        """The nearest due day of the reports concerned."""
        return min((claim.due_on for claim in self.claims), default=None)

    @property
    def is_open(self) -> bool:
        return self.recovered_at is None

    @property
    def is_unclear(self) -> bool:
        """Whether no report can tell at present if the cause is still there."""
        return bool(self.claims) and all(claim.is_unclear for claim in self.claims)

    def is_quiet(self, today: date) -> bool:
        """Whether somebody has taken it on and the time for it has not passed."""
        return self.acknowledged is not None and today <= self.acknowledged.until


class EventKind(StrEnum):
    """What can happen to an incident. `eased` and `acknowledged` are kept and told to nobody.

    `set_aside` is one whose row could not be read any more.
    """

    OPENED = "opened"
    WORSENED = "worsened"
    EASED = "eased"
    ESCALATED = "escalated"
    ACKNOWLEDGED = "acknowledged"
    LAPSED = "lapsed"
    RECOVERED = "recovered"
    SET_ASIDE = "set_aside"


TOLD = frozenset(EventKind) - {EventKind.EASED, EventKind.ACKNOWLEDGED, EventKind.SET_ASIDE}


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """One entry of an incident's history; `by` is who acknowledged, `detail_vi` what changed."""

    kind: EventKind
    at: datetime
    detail_vi: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class IncidentChange:
    """An incident as it is from now on, and what happened to it; no event where it was only seen again."""

    incident: Incident
    event: IncidentEvent | None = None

    @property
    def group(self) -> str:
        """What a report meant for the incident: new, worse, still, eased, fixed or unclear."""
        if self.event is not None:
            return _GROUPS[self.event.kind]
        return "unclear" if self.incident.is_unclear else "still"


_GROUPS: Mapping[EventKind, str] = {
    EventKind.OPENED: "new",
    EventKind.WORSENED: "worse",
    EventKind.EASED: "eased",
    EventKind.ESCALATED: "still",
    EventKind.ACKNOWLEDGED: "still",
    EventKind.LAPSED: "still",
    EventKind.RECOVERED: "fixed",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One message for one route, before it is sent. Messages of one `bundle` are sent together, as one message.

    `key` is the same for the same thing told twice, so that it is told once; `channels` are tried in order. One that
    could not be written says why in `unwritten`.
    """

    key: str
    bundle: str
    route: str
    channels: tuple[str, ...]
    severity: Severity
    subject: str
    paragraphs: tuple[str, ...]
    not_before: datetime
    facts: Mapping[str, str] = field(default_factory=dict)
    unwritten: str = ""

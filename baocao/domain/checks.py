"""What a check says of one unit, how gravely, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How grave a failed check is; only critical stops a release."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


class Outcome(StrEnum):
    """The three values of a check."""

    PASS = "pass"  # noqa: S105
    FAIL = "fail"
    NOT_EVALUABLE = "not_evaluable"


class Topic(StrEnum):
    """What a check is about. Failed checks of one topic are signs of one trouble; incidents are told apart by it.

    From `codes` to `read_plainly` the records a system gives; then cells nobody filled; then figures that do not agree;
    then a form made from others; last what units owe, and when. `form` is any other rule of one form.
    """

    CODES = "codes"
    BLANKS = "blanks"
    COLUMNS = "columns"
    FIELDS = "fields"
    KEYS = "keys"
    DATES = "dates"
    PROCEDURE_CODE = "procedure_code"
    LEVEL = "level_eligible"
    UNIT = "unit_known"
    FLOW = "flow"
    WHOLE = "proved_whole"
    READING = "read_plainly"
    NOT_COLLECTED = "not_collected"
    NOT_GIVEN = "not_given"
    FORM = "form"
    BALANCE = "balance"
    HISTORY = "history"
    FROZEN = "frozen"
    TWO_COUNTS = "two_counts"
    TWO_LISTS = "two_lists"
    COMPARISON = "comparison"
    UNITS_MISSING = "units_missing"
    DRAFTS_BELOW = "drafts_below"
    COUNTED_TWICE = "counted_twice"
    SUCCESSION = "succession"
    OWED = "owed"
    DAYS_OFF = "days_off"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of one unit: `check` is `suite.rule`, stable for ever; `cells` are printed row numbers.

    `reason` says why a check was not evaluable; `owner` is a code of indicators.yaml. `topic` is the check's and not
    kept with the result: only what a run has just found becomes an incident.
    """

    check: str
    severity: Severity
    outcome: Outcome
    unit_code: str
    cells: tuple[str, ...]
    message_vi: str
    message_en: str
    mend_vi: str = ""
    observed: str = ""
    expected: str = ""
    owner: str = ""
    reason: str = ""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    topic: Topic = field(default=Topic.FORM, compare=False)

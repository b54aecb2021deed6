"""The types the whole product speaks in: periods, windows, payloads, observations, checks, forms."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class System(StrEnum):
    """The kinds of source system a figure may come from."""

    DOCUMENTS = "documents"
    ONE_STOP = "one_stop"
    PORTAL = "portal"


class Tier(StrEnum):
    """The levels of government a reporting unit may stand on; districts ended on 2025-06-30."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"
    WARD = "ward"
    SPECIAL_ZONE = "special_zone"


class MeasureKind(StrEnum):
    """How the figures of a measure are read, printed and held together."""

    WHOLE = "whole"
    DECIMAL = "decimal"
    PERCENT = "percent"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Measure:
    """What a figure counts, or in what it is expressed, as measures.yaml declares it; kept by its code.

    `places` are those of a decimal number; a figure below `least` or above `most` is impossible.
    """

    PERCENT: ClassVar["Measure"]
    CODE: ClassVar["Measure"]
    PROCEDURE: ClassVar["Measure"]
    DOSSIER: ClassVar["Measure"]
    DOCUMENT: ClassVar["Measure"]
    REPORT: ClassVar["Measure"]
    AGENCY: ClassVar["Measure"]

    code: str
    label: str
    kind: MeasureKind = MeasureKind.WHOLE
    places: int = 0
    least: Decimal | None = Decimal(0)
    most: Decimal | None = None

    @property
    def is_percent(self) -> bool:
        return self.kind is MeasureKind.PERCENT

    @property
    def is_code(self) -> bool:
        return self.kind is MeasureKind.CODE

    @property
    def is_whole(self) -> bool:
        """Whether its figures count things; a code counts nothing."""
        return self.kind is MeasureKind.WHOLE

    def holds(self, value: Decimal) -> bool:
        """Whether a figure of this measure can be that much."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        return self.code


Measure.PERCENT = Measure("percent", "%", MeasureKind.PERCENT, places=2, most=Decimal(100))
Measure.CODE = Measure("code", "mã", MeasureKind.CODE, least=None)
Measure.PROCEDURE = Measure("procedure", "thủ tục")
Measure.DOSSIER = Measure("dossier", "hồ sơ")
Measure.DOCUMENT = Measure("document", "văn bản")
Measure.REPORT = Measure("report", "báo cáo")
Measure.AGENCY = Measure("agency", "đơn vị")
FIRST_MEASURES: Final[Mapping[str, Measure]] = {
    one.code: one
    for one in (
        Measure.PERCENT, Measure.CODE, Measure.PROCEDURE, Measure.DOSSIER, Measure.DOCUMENT, Measure.REPORT,
        Measure.AGENCY,
    )
}  # fmt: skip
"""Those there were before measures.yaml: what was kept then, and a folder without the file, mean them."""


class Timing(StrEnum):
    """A flow can be asked for later; a stock is overwritten by its source and must be captured at the cut-off."""

    FLOW = "flow"
    STOCK = "stock"


class CellStatus(StrEnum):
    """What the absence or presence of a figure means; the statuses never collapse into 0 or 100."""

    REPORTED = "reported"
    PROVISIONAL = "provisional"
    TYPED_IN = "typed_in"
    HANDED_IN = "handed_in"
    CORRECTED = "corrected"
    NO_DENOMINATOR = "no_denominator"
    NOT_COLLECTED = "not_collected"
    INCOMPLETE = "incomplete"
    NOT_APPLICABLE = "not_applicable"
    BLANK = "blank"
    HEADING = "heading"


UNCOLLECTED: Final = (CellStatus.NOT_COLLECTED, CellStatus.INCOMPLETE)
"""Why a source gave no figure, the graver first."""


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


PART_MONTHS: Final[Mapping[str, tuple[int, int]]] = {
    **{f"M{month:02}": (month, month) for month in range(1, 13)},
    "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12),
    "H1": (1, 6), "H2": (7, 12), "9M": (1, 9), "": (1, 12),
}  # fmt: skip
"""The parts of a year a report may be for, and their first and last month; the year itself has no name."""
PARTS_PATTERN: Final = "|".join(part for part in PART_MONTHS if part)
_MONTHS_PART = {months: part for part, months in PART_MONTHS.items()}
_PERIOD_PATTERN = re.compile(rf"(\d{{4}})(?:-({PARTS_PATTERN}))?")
_QUARTER_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Period:
    """A reporting period by its code: `2025-Q4`, `2025-H1`, `2025-9M`, `2025`, `2025-M03`.

    The code says which report is meant; which days it covers is the calendar's to say.
    """

    year: int
    part: str = ""

    @classmethod
    def parse(cls, code: str) -> "Period":
        """Raise ValueError, naming what is allowed, when `code` is not a period code."""
        match = _PERIOD_PATTERN.fullmatch(code.strip().upper())
        if match is None:
            raise ValueError(f"'{code}' is not a period; write 2025-Q4, 2025-H1, 2025-H2, 2025-9M, 2025 or 2025-M03")
        return cls(int(match[1]), match[2] or "")

    @property
    def code(self) -> str:
        return f"{self.year}-{self.part}" if self.part else str(self.year)

    @property
    def first_month(self) -> int:
        return PART_MONTHS[self.part][0]

    @property
    def last_month(self) -> int:
        return PART_MONTHS[self.part][1]

    @property
    def month_count(self) -> int:
        return self.last_month - self.first_month + 1

    @property
    def quarters(self) -> tuple["Period", ...]:
        """The quarters the period is made of; a quarter is made of itself, a month of none."""
        if self.month_count < _QUARTER_MONTHS:
            return ()
        first, last = (self.first_month + 2) // 3, self.last_month // 3
        return tuple(Period(self.year, f"Q{quarter}") for quarter in range(first, last + 1))

    @property
    def predecessor(self) -> "Period":
        """The period of the same length just before; the same period last year where none is that long."""
        before = (self.first_month - self.month_count, self.first_month - 1)
        if before[0] >= 1 and before in _MONTHS_PART:
            return Period(self.year, _MONTHS_PART[before])
        wrapped = (before[0] + 12, before[1] + 12)
        return Period(self.year - 1, _MONTHS_PART.get(wrapped, self.part))

    @property
    def same_period_last_year(self) -> "Period":
        return Period(self.year - 1, self.part)

    @property
    def label_vi(self) -> str:
        """The period as an officer says it: `Quý IV năm 2025`."""
        if self.month_count == 1:
            return f"Tháng {self.first_month} năm {self.year}"
        names = {
            "Q1": "Quý I", "Q2": "Quý II", "Q3": "Quý III", "Q4": "Quý IV",
            "H1": "6 tháng đầu", "H2": "6 tháng cuối", "9M": "9 tháng đầu",
        }  # fmt: skip
        return f"{names[self.part]} năm {self.year}" if self.part else f"Năm {self.year}"

    def __lt__(self, other: "Period") -> bool:
        """By the month a period ends in, the longer of two that end together last."""
        return self._order < other._order

    @property
    def _order(self) -> tuple[int, int, int]:
        return self.year, self.last_month, -self.first_month

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True, slots=True)
class Window:
    """Whole days, both ends included, in Asia/Ho_Chi_Minh."""

    start_on: date
    end_on: date

    @property
    def start_at(self) -> datetime:
        return datetime.combine(self.start_on, time(0), VIETNAM)

    @property
    def end_at(self) -> datetime:
        """The first instant after the window."""
        return datetime.combine(self.end_on + timedelta(days=1), time(0), VIETNAM)

    def days(self) -> Iterator[date]:
        for offset in range((self.end_on - self.start_on).days + 1):
            yield self.start_on + timedelta(days=offset)

    def widened(self, *, before: int = 0, after: int = 0) -> "Window":
        return Window(self.start_on - timedelta(days=before), self.end_on + timedelta(days=after))


@dataclass(frozen=True, slots=True)
class RawPayload:
    """One answer of a source, minimised to the declared fields, kept before anything reads it.

    `body` is the minimised answer; `answer_sha256` and `answer_bytes` are of the answer as it came.
    `request` says what was asked, without secrets.
    """

    source_code: str
    unit_code: str
    window: Window
    request: Mapping[str, Any]
    fetched_at: datetime
    media_type: str
    body: bytes
    sha256: str
    answer_sha256: str
    answer_bytes: int


@dataclass(frozen=True, slots=True)
class CountStep:
    """How many records were left after one step of a count: what `explain` prints."""

    step: str
    left_count: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One figure of one unit for one period, as known at one time."""

    indicator_code: str
    unit_code: str
    period: Period
    value: Decimal | None
    status: CellStatus
    known_at: datetime
    payload_hashes: tuple[str, ...] = ()
    steps: tuple[CountStep, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a form, decided: its value, how it is printed, and what its status means.

    `text` is what the document said when the cell was read from one; `how_read` says how that was understood.
    """

    number: str
    value: Decimal | None
    display: str
    status: CellStatus
    measure: Measure | None = None
    indicator_code: str | None = None
    note: str = ""
    text: str | None = None
    how_read: str = ""


@dataclass(frozen=True, slots=True)
class FormHead:
    """What stands above and below the table: report number, date, issuer, signature."""

    report_number: str = ""
    dated_on: date | None = None
    issuer: str = ""
    place: str = ""
    signed_as: tuple[str, ...] = ()
    signer: str = ""


class FormStage(StrEnum):
    """How far a form is on its way to its release; `reporting/standing.py` derives it."""

    OPEN = "open"
    DRAFTED = "drafted"
    READY = "ready"
    SUBMITTED = "submitted"
    SENT_BACK = "sent_back"
    APPROVED = "approved"
    RELEASED = "released"
    RESTATED = "restated"


class FormMark(StrEnum):
    """What stands on the head of one filled form and is kept with it; not how far the form is.

    `unmarked` has passed its critical checks; it is kept as `checked`, as every form was from the first.
    """

    DRAFT = "draft"
    PROVISIONAL = "provisional"
    UNMARKED = "checked"
    RELEASED = "released"
    RESTATED = "restated"
    READ = "read"


@dataclass(frozen=True, slots=True)
class FormLine:
    """One line of a filled matrix form: its key, its printed words, and the group its figures are of (`field:ho-tich`).

    `kind` is `line`, `heading` or `total`.
    """

    key: str
    label: str
    order: str = ""
    group: str = ""
    kind: str = "line"


@dataclass(frozen=True, slots=True)
class FilledForm:
    """The form decided, before it is any file; also what reading a hand-filled form gives.

    A restated form has its `revision` (1 is the first restatement) and the note that lists what it changes. `lines` are
    those of a matrix form, whose cells are by `<line key>/<column number>`; they may depend on the unit's `tier`.
    """

    form_code: str
    unit_code: str
    unit_name: str
    period: Period | None
    window: Window | None
    status: FormMark
    cells: Mapping[str, Cell]
    head: FormHead = field(default_factory=FormHead)
    known_at: datetime | None = None
    vintage: int | None = None
    revision: int = 0
    restatement_note: str = ""
    lines: tuple[FormLine, ...] = ()
    tier: Tier | None = None

    def with_status(self, status: FormMark) -> "FilledForm":
        return replace(self, status=status)


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


@dataclass(frozen=True, slots=True)
class SourceFailure:
    """A source that could not be read in a run: which error, in words fit for a person."""

    source_code: str
    system: System
    unit_code: str
    exit_code: int
    kind: str
    reason: str

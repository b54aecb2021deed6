"""The world as it is: units, procedures, dossiers and documents, before any system tells of them."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sandbox.world.periods import DAY_S
from sandbox.world.planted import PLANTED_PATTERNS, TOKEN_PREFIX, PlantedPerson, invent_person

__all__ = [
    "PLANTED_PATTERNS",
    "TOKEN_PREFIX",
    "Channel",
    "Document",
    "Dossier",
    "Ledger",
    "LedgerUnit",
    "Level",
    "Payment",
    "PlantedPerson",
    "Procedure",
    "SendingForm",
    "Status",
    "invent_person",
]


_NOT_NOTED = 7


class Level(StrEnum):
    """How far a procedure goes online; the two eras have different words."""

    FULL = "full"
    PARTIAL = "partial"
    LEVEL_3 = "level_3"
    LEVEL_4 = "level_4"
    INFORMATION = "information"


class Channel(StrEnum):
    """How a dossier was handed in."""

    ONLINE = "online"
    IN_PERSON = "in_person"
    POSTAL = "postal"


class Status(StrEnum):
    """Where a dossier stands."""

    REGISTERED = "registered"
    REFUSED = "refused"
    RECEIVED = "received"
    PROCESSING = "processing"
    SUPPLEMENT = "supplement"
    FEE_DUE = "fee_due"
    DONE = "done"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


class Payment(StrEnum):
    """Where a procedure's fee can be paid online."""

    NATIONAL = "national"
    PROVINCIAL = "provincial"
    NONE = "none"


class SendingForm(StrEnum):
    """How a document left."""

    ELECTRONIC = "electronic"
    PAPER = "paper"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class LedgerUnit:
    """A reporting unit with the key each system knows it by.

    `old_code` is its official code before 01/7/2025, for one that went through the merger of that day.
    """

    code: str
    name: str
    official_code: str
    tier: str
    agency_key: str
    document_userid: str
    valid_from: date
    valid_to: date | None = None
    old_code: str = ""
    predecessors: tuple[str, ...] = ()

    def exists_on(self, day: date) -> bool:
        """Whether the unit works on a day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def centre_key(self) -> str:
        """The one-stop centre below the unit has the unit's ObjectId with the first digit changed."""
        return "7" + self.agency_key[1:]

    @property
    def centre_code(self) -> str:
        """New style adds a part; old style replaces the leading 000."""
        return f"{self.official_code}.01" if self.official_code[0] == "H" else f"001{self.official_code[3:]}"


@dataclass(frozen=True, slots=True)
class Procedure:
    """An administrative procedure; `levels` are (valid from, level), oldest first; it is listed from the first on."""

    code: str
    name: str
    sector: str
    levels: tuple[tuple[date, Level], ...]
    eligible: Level
    amounts: tuple[str, ...]
    has_fee: bool
    payment: Payment
    published: bool

    def is_listed(self, day: date) -> bool:
        """Whether the procedure is in the catalogue on a day."""
        return self.levels[0][0] <= day

    def level_on(self, day: date) -> Level:
        """The level offered on a day."""
        return [level for since, level in self.levels if since <= day][-1]


@dataclass(slots=True)
class Dossier:
    """One dossier's whole life in UTC seconds, including what happens after the data set's `now`."""

    sequence: int
    number: int
    unit: LedgerUnit
    procedure: Procedure
    level: Level
    channel: Channel | None
    applied_at: int
    accepted_at: int | None
    entered_at: int
    open_status: Status
    finished_at: int | None = None
    ending: Status | None = None

    @property
    def received_at(self) -> int:
        """When it counts as received: accepted, or applied where acceptance was not noted."""
        return self.applied_at if self.accepted_at is None else self.accepted_at

    @property
    def appointment_at(self) -> int | None:
        """When the result was promised: five to fifteen days after receipt; of some nobody noted it."""
        return None if self.sequence % 41 == _NOT_NOTED else self.received_at + (5 + self.sequence % 11) * DAY_S

    def status_at(self, now: int) -> Status:
        """Where it stands at an instant."""
        if self.ending is not None and self.finished_at is not None and self.finished_at <= now:
            return self.ending
        if self.accepted_at is not None and self.accepted_at > now:
            return Status.REGISTERED
        return self.open_status

    def changed_at(self, now: int) -> int:
        """The last thing that happened to it up to an instant."""
        latest = max(self.entered_at, self.applied_at)
        if self.accepted_at is not None and latest < self.accepted_at <= now:
            latest = self.accepted_at
        if self.finished_at is not None and latest < self.finished_at <= now:
            latest = self.finished_at
        return latest


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a unit, in or out; `signed` is None where the system has nothing to say."""

    sequence: int
    unit: LedgerUnit
    outgoing: bool
    issued_at: int
    issued_on: date
    sending: SendingForm
    signed: bool | None
    secrecy: str


@dataclass(slots=True)
class Ledger:
    """Everything of one data set, by unit code."""

    units: tuple[LedgerUnit, ...]
    procedures: tuple[Procedure, ...]
    dossiers: dict[str, list[Dossier]] = field(default_factory=dict)
    documents: dict[str, list[Document]] = field(default_factory=dict)

"""The form decided, before it is any file: its cells, its head, how far it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from baocao.domain.figures import CellStatus
from baocao.domain.measures import Measure
from baocao.domain.periods import Period, Window


class Tier(StrEnum):
    """The levels of government a reporting unit may stand on; districts ended on 2025-06-30."""

    PROVINCE = "province"
    DEPARTMENT = "department"
    DISTRICT = "district"
    COMMUNE = "commune"
    WARD = "ward"
    SPECIAL_ZONE = "special_zone"


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

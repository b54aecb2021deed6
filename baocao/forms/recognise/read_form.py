"""A form somebody filled, understood: the filled form, and for each row what was written and where."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from baocao.catalogue import Form
from baocao.domain import FilledForm, Period, Tier
from baocao.forms.numbers import Reading
from baocao.forms.recognise.alignment import AlignedRow, Alignment
from baocao.forms.recognise.columns import TableColumns
from baocao.forms.recognise.head import HeadFacts
from baocao.forms.recognise.raw import FileRemark, Position, RawDocument, Unseen


@dataclass(frozen=True, slots=True)
class Wishes:
    """What somebody says beforehand about a file; what is not given is found in the document."""

    form_code: str | None = None
    tier: Tier | None = None
    period: Period | None = None
    regime: str | None = None
    unit_code: str = ""
    column: str = ""
    sheet: str = ""
    today: date | None = None


@dataclass(frozen=True, slots=True)
class Understood:
    """Where a form stands in its file and how it was told apart.

    `doubt` says what could not be decided: then no figure is taken. `tier_why` says what the tier rests on,
    `tier_choices` the tiers left open, `period_why` where the period comes from.
    """

    place: str
    tables: tuple[TableColumns, ...] = ()
    doubt: str = ""
    tier_why: str = ""
    tier_choices: tuple[Tier, ...] = ()
    period_why: str = ""


@dataclass(frozen=True, slots=True)
class ReadForm:
    """`filled` has status READ.

    `alignment` holds the rows as written, with their places; `readings` how each figure was understood, by
    row key; `scores` how well the form versions that come near fit; `unseen` what stands at this form and is not seen.
    """

    filled: FilledForm
    head: HeadFacts
    tier: Tier | None
    alignment: Alignment
    readings: Mapping[str, Reading]
    scores: Mapping[str, float]
    document: RawDocument
    understood: Understood = field(default_factory=lambda: Understood(""))
    unseen: tuple[Unseen, ...] = ()
    lines_above: tuple[str, ...] = ()

    @property
    def form(self) -> Form:
        return self.alignment.form

    @property
    def rows(self) -> Mapping[str, AlignedRow]:
        """The written row of each key."""
        return self.alignment.firsts

    @property
    def is_scanned(self) -> bool:
        """Whether figures come from a picture: none counts before a person has confirmed it."""
        return FileRemark.SCANNED in self.document.remarks

    def place_of(self, key: str) -> Position | None:
        """Where the figure of a row stands; None where the document does not have the row."""
        found = self.rows.get(key)
        return found.text.figure.place if found else None

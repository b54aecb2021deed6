"""A form somebody filled, understood: the filled form, and for each row what was written and where."""

from collections.abc import Mapping
from dataclasses import dataclass

from baocao.catalogue import Form
from baocao.domain import FilledForm, Tier
from baocao.forms.numbers import Reading
from baocao.forms.recognise.alignment import AlignedRow, Alignment
from baocao.forms.recognise.head import HeadFacts
from baocao.forms.recognise.raw import Position, RawDocument


@dataclass(frozen=True, slots=True)
class ReadForm:
    """`filled` has status READ.

    `alignment` holds the rows as written, with their places; `readings` how each figure was understood, by
    row key; `scores` how well each form version fits (0 to 1).
    """

    filled: FilledForm
    head: HeadFacts
    tier: Tier | None
    alignment: Alignment
    readings: Mapping[str, Reading]
    scores: Mapping[str, float]
    document: RawDocument
    period_is_inferred: bool

    @property
    def form(self) -> Form:
        return self.alignment.form

    @property
    def rows(self) -> Mapping[str, AlignedRow]:
        """The first written row of each key."""
        return self.alignment.firsts

    def place_of(self, key: str) -> Position | None:
        """Where the figure of a row stands; None where the document does not have the row."""
        found = self.rows.get(key)
        return found.text.figure.place if found else None

"""What a draft is: a form and its figures as they would stand in YAML, and the questions left to a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Sureness(StrEnum):
    """How sure a proposal is."""

    SURE = "chắc"
    LIKELY = "khá chắc"
    UNSURE = "chưa rõ"


class QuestionTopic(StrEnum):
    """What a question is about: a key of the form's YAML, or of the figure's."""

    FORM = "form"
    HEADING = "heading"
    NUMBER = "number"
    UNIT = "unit"
    LABEL = "label"
    INDICATOR = "indicator"
    RATIO = "ratio"
    PARTS = "parts"
    TIERS = "tiers"
    CROSSWALK = "crosswalk"
    MISPRINTS = "misprints"
    COLUMNS = "columns"


@dataclass(frozen=True, slots=True)
class Question:
    """One thing to decide. `row` is a row's key, "" of the form as a whole; `taken` what stands in the draft meanwhile.

    `others` are further answers there could be.
    """

    row: str
    topic: QuestionTopic
    asks: str
    taken: str
    why: str
    sureness: Sureness
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RowProposal:
    """The figure of one row: which indicator, why, how sure."""

    indicator: str
    why: str
    sureness: Sureness
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftWishes:
    """What somebody says beforehand. `succeeds` is the form the new one follows, "" to find it, `none` for none."""

    form_code: str = ""
    series: str = ""
    valid_from: date | None = None
    succeeds: str = ""
    place: str = ""


@dataclass(frozen=True)
class Draft:
    """`form` and `indicators` as the YAML files would say them; `reasons` why each row's figure is what it is.

    `typed` are the figures people give each period, new ones and known ones, each with the cell it is for.
    """

    form_code: str
    form: Mapping[str, Any]
    indicators: Mapping[str, Mapping[str, Any]]
    balances: Mapping[str, Mapping[str, Any]]
    measures: Mapping[str, Mapping[str, Any]]
    questions: tuple[Question, ...]
    reasons: Mapping[str, RowProposal] = field(default_factory=dict)
    seen: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

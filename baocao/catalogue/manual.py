"""What people give by hand: figures no system holds, and signed corrections."""

from datetime import date
from decimal import Decimal

from pydantic import Field, field_validator

from baocao.catalogue.model import YamlModel


def _exact(value: object) -> object:
    """YAML reads 12.5 as a binary float; take its printed digits instead."""
    return str(value) if isinstance(value, float) else value


class ManualFigure(YamlModel):
    """A typed-in figure: its value, which post gave it, when, and on what evidence."""

    value: Decimal
    given_by: str
    given_on: date
    evidence: str = Field(min_length=3)

    _exact_value = field_validator("value", mode="before")(_exact)


class ManualFigures(YamlModel):
    """A file `manual/<unit>/<period>.yaml`."""

    figures: dict[str, ManualFigure]


class Correction(YamlModel):
    """A signed change of one counted figure.

    `expect` is the figure the source gave when the correction was signed; the run stops once the source
    gives another, so that a correction never outlives its reason.
    """

    indicator: str
    expect: Decimal
    value: Decimal
    reason: str = Field(min_length=10)
    evidence: str = Field(min_length=3)
    signed_by: str
    signed_on: date

    _exact_figures = field_validator("expect", "value", mode="before")(_exact)


class Corrections(YamlModel):
    """A file `corrections/<unit>/<period>.yaml`."""

    corrections: tuple[Correction, ...]

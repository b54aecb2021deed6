"""What people give by hand: figures no system holds, and signed corrections."""

from decimal import Decimal
from typing import Annotated

from pydantic import BeforeValidator, Field

from baocao.catalogue.model import Day, YamlModel
from baocao.written.numbers import read_number

Figure = Annotated[Decimal, BeforeValidator(read_number)]


class ManualFigure(YamlModel):
    """A typed-in figure: its value, which post gave it, when, and on what evidence."""

    value: Figure
    given_by: str
    given_on: Day
    evidence: str = Field(min_length=3)


class ManualFigures(YamlModel):
    """A file `manual/<unit>/<period>.yaml`."""

    figures: dict[str, ManualFigure]


class Correction(YamlModel):
    """A signed change of one counted figure.

    `expect` is the figure the source gave when the correction was signed; the run stops once the source
    gives another, so that a correction never outlives its reason.
    """

    indicator: str
    expect: Figure
    value: Figure
    reason: str = Field(min_length=10)
    evidence: str = Field(min_length=3)
    signed_by: str
    signed_on: Day


class Corrections(YamlModel):
    """A file `corrections/<unit>/<period>.yaml`."""

    corrections: tuple[Correction, ...]

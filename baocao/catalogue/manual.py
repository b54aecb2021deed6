"""What people give by hand: figures no system holds, and signed corrections."""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationInfo, model_validator

from baocao.catalogue.model import Day, YamlModel
from baocao.written.errors import WrongValueError
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

    @model_validator(mode="before")
    @classmethod
    def _read_fine_figures(cls, given: Any, info: ValidationInfo) -> Any:
        """`12,345` of a measure of three places is read by it."""
        places: Mapping[str, int] = (info.context or {}).get("places", {})
        figures = given.get("figures") if isinstance(given, dict) else None
        if not isinstance(figures, dict):
            return given
        return {**given, "figures": {code: _read_fine(one, places.get(code, 0)) for code, one in figures.items()}}


def _read_fine(figure: Any, places: int) -> Any:
    if places and isinstance(figure, dict) and isinstance(figure.get("value"), str):
        with suppress(WrongValueError):
            return {**figure, "value": read_number(figure["value"], places)}
    return figure


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

"""What people give by hand: figures no system holds, and signed corrections."""

import re
from datetime import date
from decimal import Decimal

from pydantic import Field, field_validator

from baocao.catalogue.model import YamlModel

_DECIMAL_COMMA = re.compile(r"\s*[+-]?\d+,\d+\s*")
_DAY_FIRST = re.compile(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})\s*")


def _exact(value: object) -> object:
    """YAML reads 12.5 as a binary float; take its printed digits instead. A decimal comma is one."""
    if isinstance(value, float):
        return str(value)
    if isinstance(value, str) and _DECIMAL_COMMA.fullmatch(value):
        return value.replace(",", ".")
    return value


def _day(value: object) -> object:
    """A day as it is written here, 12/12/2025, beside 2025-12-12."""
    found = _DAY_FIRST.fullmatch(value) if isinstance(value, str) else None
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else value
    except ValueError:
        return value


class ManualFigure(YamlModel):
    """A typed-in figure: its value, which post gave it, when, and on what evidence."""

    value: Decimal
    given_by: str
    given_on: date
    evidence: str = Field(min_length=3)

    _exact_value = field_validator("value", mode="before")(_exact)
    _any_day = field_validator("given_on", mode="before")(_day)


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
    _any_day = field_validator("signed_on", mode="before")(_day)


class Corrections(YamlModel):
    """A file `corrections/<unit>/<period>.yaml`."""

    corrections: tuple[Correction, ...]

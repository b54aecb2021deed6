"""Reporting units: who owes a form, under which codes, and from when to when."""

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field, model_validator

from baocao.catalogue.model import OneLine, YamlModel
from baocao.domain import Tier, Window


class UnitCode(YamlModel):
    """An official code (QĐ 20/2020/QĐ-TTg, or the older QCVN 102 style) and since when it holds."""

    code: str = Field(pattern=r"^(H\d{2}(\.\d{2}){0,3}|\d{3}\.\d{2}\.\d{2}\.H\d{2})$")
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


class MissingMode(StrEnum):
    """What a roll-up does while units below are missing; docs/province.md says which is for whom."""

    REQUIRE_ALL = "require-all"
    PARTIAL = "partial"
    REFUSE = "refuse"


class RollUp(YamlModel):
    """How a unit's form is made from those of the units below it.

    `children` says which of a unit's forms counts: only its released one, or else the latest made. `includes_children`
    names the own sources that already answer for the units below: their figures are taken alone.
    """

    missing: MissingMode = MissingMode.REQUIRE_ALL
    children: Literal["latest", "released"] = "latest"
    includes_children: tuple[str, ...] = ()


class Unit(YamlModel):
    """One reporting unit. `source_keys` is how each source calls it, by source code."""

    unit_code: str = Field(default="", pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$|^$")
    name: OneLine
    tier: Tier
    place: str = ""
    regime: str = "nd09"
    parent: str | None = None
    codes: tuple[UnitCode, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    predecessors: tuple[str, ...] = ()
    source_keys: dict[str, str] = Field(default_factory=dict)
    signed_as: tuple[str, ...] = ()
    roll_up: RollUp = RollUp()

    @model_validator(mode="after")
    def _validity_in_order(self) -> "Unit":
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            raise ValueError("valid_from is after valid_to")
        unknown = sorted(set(self.roll_up.includes_children) - set(self.source_keys))
        if unknown:
            raise ValueError(f"roll_up.includes_children: no source_keys of {', '.join(unknown)}")
        return self

    def code_on(self, day: date) -> str | None:
        """The official code in force on a day."""
        return next((code.code for code in self.codes if code.holds_on(day)), None)

    def exists_in(self, window: Window) -> bool:
        """Whether the unit exists on at least one day of the window."""
        return not (
            (self.valid_from and self.valid_from > window.end_on) or (self.valid_to and self.valid_to < window.start_on)
        )


class Units(YamlModel):
    """The file `units.yaml`."""

    units: dict[str, Unit]

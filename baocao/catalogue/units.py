"""Reporting units: who owes a form, under which codes, and from when to when."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, model_validator

from baocao.catalogue.model import Day, OneLine, YamlModel, matching
from baocao.domain import Tier, Window
from baocao.messages import list_names
from baocao.written.errors import refuse_places

_CODE = r"H\d{2}(\.\d{2}){0,3}|\d{3}\.\d{2}\.\d{2}\.H\d{2}"


class UnitCode(YamlModel):
    """An official code (QĐ 20/2020/QĐ-TTg, or the older QCVN 102 style) and since when it holds."""

    code: Annotated[str, matching(_CODE, "không phải mã định danh; ghi như H63.34.19 hoặc 000.00.34.H63")]
    valid_from: Day | None = None
    valid_to: Day | None = None

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
    """One reporting unit. `source_keys` is how each source calls it, by source code.

    `covering_template` is its own Word file for the report its forms are annexes of (docs/templates.md).
    """

    unit_code: str = ""
    name: OneLine
    tier: Tier
    place: str = ""
    regime: str = "nd09"
    parent: str | None = None
    codes: tuple[UnitCode, ...] = ()
    valid_from: Day | None = None
    valid_to: Day | None = None
    predecessors: tuple[str, ...] = ()
    source_keys: dict[str, str] = Field(default_factory=dict)
    signed_as: tuple[str, ...] = ()
    covering_template: str | None = None
    roll_up: RollUp = RollUp()

    @model_validator(mode="after")
    def _validity_in_order(self) -> "Unit":
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        if self.valid_from and self.valid_to and self.valid_from > self.valid_to:
            wrong.append((("valid_to",), f"trước valid_from ({self.valid_from:%d/%m/%Y})"))
        unknown = sorted(set(self.roll_up.includes_children) - set(self.source_keys))
        if unknown:
            says = f"đơn vị không có nguồn này trong source_keys; đang có: {list_names(self.source_keys)}"
            wrong.append((("roll_up", "includes_children"), says))
        refuse_places(wrong)
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
    """The file `units.yaml`. A unit's key is the name of its folder."""

    units: dict[str, Unit]

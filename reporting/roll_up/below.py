"""What a figure of a roll-up is made of, unit by unit: each one's own figure, and which of its forms it stands in."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape

from baocao.catalogue import Indicator
from baocao.documents.form_json import plain_decimal
from baocao.hints import hint
from baocao.rolling_up import FigurePart, over_tiers
from baocao.store import Collection, VintageKey
from reporting.roll_up.payloads import Contribution, find_collection, unpack
from reporting.workspace import Workspace


@dataclass(frozen=True)
class UnitLine:
    """One unit's part of one figure. `vintage` is None where it had no form; `reason` says why."""

    indicator_code: str
    label: str
    unit_code: str
    name: str
    value: Decimal | None
    vintage: int | None = None
    revision: int | None = None
    reason: str = ""

    @property
    def which(self) -> str:
        """Which form of the unit the figure stands in, or why there is none."""
        if self.vintage is None:
            return self.reason
        return f"lần lập {self.vintage}" + ("" if self.revision is None else ", đã phát hành")

    def as_json(self) -> dict[str, Any]:
        return {
            "indicator": self.indicator_code,
            "unit": self.unit_code,
            "name": self.name,
            "value": plain_decimal(self.value),
            "vintage": self.vintage,
            "revision": self.revision,
            "reason": self.reason,
        }


def read_lines(
    workspace: Workspace, collections: tuple[Collection, ...], indicator_code: str | None
) -> tuple[UnitLine, ...]:
    """Every unit's part of the figure, or of the two counts of a ratio; none where the form is no roll-up."""
    kept = find_collection(collections)
    if kept is None or indicator_code is None:
        return ()
    overview = unpack(workspace.store, kept)
    catalogue = workspace.catalogue
    indicator = catalogue.indicator(indicator_code)
    lines: list[UnitLine] = []
    for code in indicator.inputs or (indicator_code,):
        one = catalogue.indicator(code)
        if one.count is None and not any(over_tiers(each.parts, code).given_count for each in overview.brought):
            continue
        tiers = indicator.ratio.tiers if indicator.ratio else ()
        lines += [_line(one, each, over_tiers(each.parts, code, tiers)) for each in overview.brought]
        lines += _own(one, kept.unit_code, catalogue.unit(kept.unit_code).name, over_tiers(overview.own, code, tiers))
        for unit_code, reason in overview.missing.items():
            name = catalogue.units[unit_code].name if unit_code in catalogue.units else unit_code
            lines.append(UnitLine(code, one.label, unit_code, name, None, reason=reason))
    return tuple(lines)


def show_lines(console: Console, lines: tuple[UnitLine, ...], key: VintageKey, cell_key: str) -> None:
    """The units, and the command that goes down into one of them."""
    heading = ""
    for line in lines:
        if line.label != heading:
            heading = line.label
            console.print(f"Từng đơn vị:    {escape(heading)} [{line.indicator_code}]", markup=False)
        value = "—" if line.value is None else f"{line.value:,f}".replace(",", ".")
        console.print(f"  {value:>10}  {escape(line.name)} ({_which(line)})")
    made = next((line for line in lines if line.vintage is not None and line.unit_code != key.unit_code), None)
    if made is not None:
        command = hint("explain", key.period, cell_key, unit=made.unit_code, form=key.form_code, vintage=made.vintage)
        console.print(f"Xem tiếp:       {command}")


def _line(indicator: Indicator, brought: Contribution, part: FigurePart) -> UnitLine:
    return UnitLine(
        indicator_code=indicator.indicator_code,
        label=indicator.label,
        unit_code=brought.unit_code,
        name=brought.name,
        value=Decimal(len(part.keys)) if part.keys is not None else part.value,
        vintage=brought.vintage,
        revision=brought.revision,
    )


def _own(indicator: Indicator, unit_code: str, name: str, part: FigurePart) -> Iterator[UnitLine]:
    if part.value is not None:
        value = Decimal(len(part.keys)) if part.keys is not None else part.value
        yield UnitLine(indicator.indicator_code, indicator.label, unit_code, name, value, reason="số của chính đơn vị")


def _which(line: UnitLine) -> str:
    return line.which if line.vintage is None else f"{line.unit_code}, {line.which}"

"""What units bring to the figures of the unit above, by tier, and how that is added up.

Adding is associative and knows no order: commune → district → province gives what commune → province gives.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from baocao.catalogue import Count, Indicator, Unit
from baocao.domain import CellStatus, Observation, System, Tier, Window
from baocao.groups import GROUP_MARK, total_code
from baocao.selection import lacks_columns, measure_days, select_records

NO_KEYS = "Nguồn chỉ cho số tổng hợp: không đếm lại được trên toàn bộ đơn vị"
CORRECTED_KEYS = "Đính chính của đơn vị không tính được vào số đếm lại"


@dataclass(frozen=True)
class FigurePart:
    """What some units bring to one figure.

    `value` is their sum, None where none has it; `keys` what they tell apart, where it is counted anew. `given_count`
    units have it, `missing` owe it and have none. `notes` says of how many units each holds. `givers` have it without
    what it is computed from: `value` is then what it has beyond that (`reported.py`).
    """

    value: Decimal | None = None
    keys: frozenset[str] | None = None
    given_count: int = 0
    missing: frozenset[str] = frozenset()
    is_provisional: bool = False
    notes: Mapping[str, int] = field(default_factory=dict)
    givers: frozenset[str] = frozenset()

    def plus(self, other: "FigurePart") -> "FigurePart":
        """Both together; a unit is in one of them only."""
        values = [part.value for part in (self, other) if part.value is not None]
        keys = [part.keys for part in (self, other) if part.keys is not None]
        return FigurePart(
            value=sum(values, Decimal(0)) if values else None,
            keys=frozenset().union(*keys) if keys else None,
            given_count=self.given_count + other.given_count,
            missing=self.missing | other.missing,
            is_provisional=self.is_provisional or other.is_provisional,
            notes=dict(sorted((Counter(self.notes) + Counter(other.notes)).items())),
            givers=self.givers | other.givers,
        )


NOTHING = FigurePart()
Parts = Mapping[Tier, Mapping[str, FigurePart]]


def parts_of(
    indicators: Mapping[str, Indicator],
    unit: Unit,
    observations: Mapping[str, Observation],
    keys: Mapping[str, frozenset[str]],
) -> Parts:
    """What one unit brings by itself, of its groups too. `keys` are those of the figures counted anew, by indicator."""
    counted = {code: indicator.count for code, indicator in indicators.items() if indicator.count is not None}
    grouped = {
        code: counted[total_code(code)] for code in observations if GROUP_MARK in code and total_code(code) in counted
    }
    return {
        unit.tier: {
            code: _part(unit.unit_code, definition, observations.get(code), keys.get(code))
            for code, definition in {**counted, **grouped}.items()
        }
    }


def missing_parts(indicators: Mapping[str, Indicator], unit: Unit) -> Parts:
    """What a unit brings that has no report: nothing, and that is said of every figure."""
    return parts_of(indicators, unit, {}, {})


def add_up(given: Iterable[Parts]) -> Parts:
    """Everything together, tier by tier."""
    total: dict[Tier, dict[str, FigurePart]] = {}
    for parts in given:
        for tier, figures in parts.items():
            found = total.setdefault(tier, {})
            for code, part in figures.items():
                found[code] = found.get(code, NOTHING).plus(part)
    return total


def without_systems(parts: Parts, indicators: Mapping[str, Indicator], systems: frozenset[System]) -> Parts:
    """The parts but for the figures of some systems, because those are counted elsewhere."""
    return {
        tier: {code: part for code, part in figures.items() if indicators[total_code(code)].system not in systems}
        for tier, figures in parts.items()
    }


def with_corrections(
    indicators: Mapping[str, Indicator], unit: Unit, parts: Parts, observations: Mapping[str, Observation]
) -> Parts:
    """The parts a unit's form was made from, and what signed corrections of that form changed, as its own."""
    changed = {}
    for code, indicator in indicators.items():
        found, part = observations.get(code), over_tiers(parts, code)
        is_changed = found is not None and found.status is CellStatus.CORRECTED and indicator.count is not None
        if is_changed and found is not None and found.value is not None and part.value is not None:
            is_recounted = part.keys is not None
            changed[code] = (
                FigurePart(notes={CORRECTED_KEYS: 1}) if is_recounted else FigurePart(value=found.value - part.value)
            )
    return add_up((parts, {unit.tier: changed})) if changed else parts


def over_tiers(parts: Parts, code: str, tiers: Iterable[Tier] = ()) -> FigurePart:
    """One figure over some tiers, by default over all."""
    whole = NOTHING
    for tier in tuple(tiers) or tuple(parts):
        whole = whole.plus(parts.get(tier, {}).get(code, NOTHING))
    return whole


def keys_of(definition: Count, frames: Mapping[str, object], window: Window) -> frozenset[str] | None:
    """What a definition tells apart in records; None where there are no records of the kind."""
    if definition.records not in frames:
        return None
    if lacks_columns(definition, frames):  # type: ignore[arg-type]  # frames of pandas
        return None
    if definition.days is not None:
        return _keys_of_days(definition, frames, window)
    frame, _ = select_records(definition, frames, window)  # type: ignore[arg-type]
    return frozenset(frame[definition.key_field].dropna().astype(str))


def _keys_of_days(definition: Count, frames: Mapping[str, object], window: Window) -> frozenset[str]:
    """`3/120`: three days, a hundred and twenty times. With the unit before it each is one of all, and all are kept."""
    days, _ = measure_days(definition, frames, window)  # type: ignore[arg-type]
    return frozenset(f"{number}/{count}" for number, count in Counter(days).items())


def days_of(keys: Iterable[str]) -> list[int]:
    """The way back: the days each record of all units took."""
    split = (key.rsplit("/", 2) for key in keys)
    return [int(number) for _, number, count in split for _ in range(int(count))]


def _part(unit_code: str, definition: Count, found: Observation | None, keys: frozenset[str] | None) -> FigurePart:
    absent = frozenset({unit_code})
    if definition.days and found is not None and found.status is CellStatus.NO_DENOMINATOR:
        return FigurePart(Decimal(0), frozenset(), given_count=1)
    if found is None or found.value is None:
        return FigurePart(missing=absent)
    if definition.is_recounted and keys is None:
        return FigurePart(missing=absent, notes={NO_KEYS: 1})
    notes = {found.note: 1} if found.note and found.status is not CellStatus.CORRECTED else {}
    if definition.is_recounted and found.status is CellStatus.CORRECTED:
        notes = {CORRECTED_KEYS: 1}
    if definition.days is not None and keys is not None:
        keys = frozenset(f"{unit_code}/{key}" for key in keys)
    return FigurePart(
        value=found.value,
        keys=keys if definition.is_recounted else None,
        given_count=1,
        is_provisional=found.status is CellStatus.PROVISIONAL,
        notes=notes,
    )

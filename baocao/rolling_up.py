"""From the figures of units to those of the unit above: counts added up, keys counted anew, ratios divided last.

What a unit brings is kept by tier, since some ratios are those of one tier only. Adding is associative and knows no
order: commune → district → province gives what commune → province gives.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from baocao.catalogue import Count, Indicator, Unit
from baocao.counting import CountingContext, add_ratios, select_records
from baocao.domain import CellStatus, CountStep, Observation, System, Tier, Window
from baocao.vocabulary import FIELDS, RECORDS, TIERS

NAMED_UNITS = 5
NO_KEYS = "Nguồn chỉ cho số tổng hợp: không đếm lại được trên toàn bộ đơn vị"
CORRECTED_KEYS = "Đính chính của đơn vị không tính được vào số đếm lại"


@dataclass(frozen=True)
class Part:
    """What some units bring to one figure.

    `value` is their sum, None where none has it; `keys` what they tell apart, where it is counted anew. `given_count`
    units have it, `missing` owe it and have none. `notes` says of how many units each holds.
    """

    value: Decimal | None = None
    keys: frozenset[str] | None = None
    given_count: int = 0
    missing: frozenset[str] = frozenset()
    is_provisional: bool = False
    notes: Mapping[str, int] = field(default_factory=dict)

    def plus(self, other: "Part") -> "Part":
        """Both together; a unit is in one of them only."""
        values = [part.value for part in (self, other) if part.value is not None]
        keys = [part.keys for part in (self, other) if part.keys is not None]
        return Part(
            value=sum(values, Decimal(0)) if values else None,
            keys=frozenset().union(*keys) if keys else None,
            given_count=self.given_count + other.given_count,
            missing=self.missing | other.missing,
            is_provisional=self.is_provisional or other.is_provisional,
            notes=dict(sorted((Counter(self.notes) + Counter(other.notes)).items())),
        )


NOTHING = Part()
Parts = Mapping[Tier, Mapping[str, Part]]


def parts_of(
    indicators: Mapping[str, Indicator],
    unit: Unit,
    observations: Mapping[str, Observation],
    keys: Mapping[str, frozenset[str]],
) -> Parts:
    """What one unit brings by itself. `keys` are those of the figures counted anew, by indicator."""
    counted = {code: indicator.count for code, indicator in indicators.items() if indicator.count is not None}
    return {
        unit.tier: {
            code: _part(unit.unit_code, definition, observations.get(code), keys.get(code))
            for code, definition in counted.items()
        }
    }


def missing_parts(indicators: Mapping[str, Indicator], unit: Unit) -> Parts:
    """What a unit brings that has no report: nothing, and that is said of every figure."""
    return parts_of(indicators, unit, {}, {})


def add_up(given: Iterable[Parts]) -> Parts:
    """Everything together, tier by tier."""
    total: dict[Tier, dict[str, Part]] = {}
    for parts in given:
        for tier, figures in parts.items():
            found = total.setdefault(tier, {})
            for code, part in figures.items():
                found[code] = found.get(code, NOTHING).plus(part)
    return total


def without_systems(parts: Parts, indicators: Mapping[str, Indicator], systems: frozenset[System]) -> Parts:
    """The parts but for the figures of some systems, because those are counted elsewhere."""
    return {
        tier: {code: part for code, part in figures.items() if indicators[code].system not in systems}
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
            changed[code] = Part(notes={CORRECTED_KEYS: 1}) if is_recounted else Part(value=found.value - part.value)
    return add_up((parts, {unit.tier: changed})) if changed else parts


def over_tiers(parts: Parts, code: str, tiers: Iterable[Tier] = ()) -> Part:
    """One figure over some tiers, by default over all."""
    whole = NOTHING
    for tier in tuple(tiers) or tuple(parts):
        whole = whole.plus(parts.get(tier, {}).get(code, NOTHING))
    return whole


def keys_of(definition: Count, frames: Mapping[str, object], window: Window) -> frozenset[str] | None:
    """What a definition tells apart in records; None where there are no records of the kind."""
    if definition.records not in frames:
        return None
    frame, _ = select_records(definition, frames, window)  # type: ignore[arg-type]  # frames of pandas
    return frozenset(frame[definition.key_field].dropna().astype(str))


def observe_parts(
    indicators: Mapping[str, Indicator],
    parts: Parts,
    context: CountingContext,
    units: Mapping[str, Unit],
    payload_hashes: tuple[str, ...],
) -> dict[str, Observation]:
    """One observation per counted figure, over all tiers. `units` gives the missing ones their names."""
    return {
        code: _observe(indicator, over_tiers(parts, code), context, units, payload_hashes)
        for code, indicator in indicators.items()
        if indicator.count is not None
    }


def divide_parts(
    indicators: Mapping[str, Indicator],
    counts: Mapping[str, Observation],
    parts: Parts,
    context: CountingContext,
    units: Mapping[str, Unit],
) -> dict[str, Observation]:
    """The counts and every ratio of them; a ratio of some tiers is divided from what those tiers bring."""
    whole = add_ratios(indicators, counts, context)
    for code, indicator in indicators.items():
        if indicator.ratio is not None and indicator.ratio.tiers:
            of_tiers = {
                name: _observe(
                    indicators[name],
                    over_tiers(parts, name, indicator.ratio.tiers),
                    context,
                    units,
                    counts[name].payload_hashes,
                )
                for name in indicator.inputs
            }
            whole[code] = _with_division(add_ratios({code: indicator}, of_tiers, context)[code], indicator, of_tiers)
    return whole


def _part(unit_code: str, definition: Count, found: Observation | None, keys: frozenset[str] | None) -> Part:
    absent = frozenset({unit_code})
    if found is None or found.value is None:
        return Part(missing=absent)
    if definition.is_recounted and keys is None:
        return Part(missing=absent, notes={NO_KEYS: 1})
    notes = {found.note: 1} if found.note and found.status is not CellStatus.CORRECTED else {}
    if definition.is_recounted and found.status is CellStatus.CORRECTED:
        notes = {CORRECTED_KEYS: 1}
    return Part(
        value=found.value,
        keys=keys if definition.is_recounted else None,
        given_count=1,
        is_provisional=found.status is CellStatus.PROVISIONAL,
        notes=notes,
    )


def _observe(
    indicator: Indicator,
    part: Part,
    context: CountingContext,
    units: Mapping[str, Unit],
    payload_hashes: tuple[str, ...],
) -> Observation:
    assert indicator.count is not None
    status, value = CellStatus.NOT_COLLECTED, part.value
    if value is not None:
        is_open = part.is_provisional or bool(part.missing) or not context.is_closed
        status = CellStatus.PROVISIONAL if is_open else CellStatus.REPORTED
        value = Decimal(len(part.keys)) if part.keys is not None else value
    return Observation(
        indicator_code=indicator.indicator_code,
        unit_code=context.unit.unit_code,
        period=context.period,
        value=value,
        status=status,
        known_at=context.known_at,
        payload_hashes=payload_hashes if value is not None else (),
        steps=_steps(indicator.count, part),
        note=_note(part, units),
    )


def _steps(definition: Count, part: Part) -> tuple[CountStep, ...]:
    if part.value is None:
        return ()
    what = RECORDS[definition.records] if part.keys is None else FIELDS[definition.key_field]
    added = CountStep(f"{what} của {part.given_count} đơn vị cộng lại", int(part.value))
    if part.keys is None:
        return (added,)
    return (replace(added, step=f"{added.step}, có trùng"), CountStep(f"{what} khác nhau", len(part.keys)))


def _note(part: Part, units: Mapping[str, Unit]) -> str:
    said = [f"{note} ({count} đơn vị)" for note, count in part.notes.items()]
    if part.missing:
        names = [units[code].name if code in units else code for code in sorted(part.missing)]
        more = ", …" if len(names) > NAMED_UNITS else ""
        whole = part.given_count + len(names)
        said.insert(0, f"Thiếu {len(names)}/{whole} đơn vị: {', '.join(names[:NAMED_UNITS])}{more}")
    if part == NOTHING:
        said.append("Không có đơn vị trực thuộc nào của cấp này trong units.yaml")
    return "; ".join(said)


def _with_division(ratio: Observation, indicator: Indicator, counts: Mapping[str, Observation]) -> Observation:
    """A ratio of some tiers shows its own two counts: the figures of the same name are those of all tiers."""
    assert indicator.ratio is not None
    tiers = ", ".join(TIERS[tier] for tier in indicator.ratio.tiers)
    found = zip(("Tử số", "Mẫu số"), (counts[code].value for code in indicator.inputs), strict=True)
    steps = tuple(CountStep(f"{name} của {tiers}", int(value)) for name, value in found if value is not None)
    return replace(ratio, steps=steps)


@dataclass(frozen=True)
class Nesting:
    """A system that both a unit and those below it have: whether the unit's own figures look like all of theirs.

    `is_declared` where the configuration says so; `own` and `below` are of the figure that shows it best.
    """

    system: System
    is_declared: bool
    holds_all: bool
    indicator_code: str
    own: Decimal
    below: Decimal


def find_nestings(
    indicators: Mapping[str, Indicator], own: Parts, below: Parts, declared: frozenset[System]
) -> tuple[Nesting, ...]:
    """Every system that answers on both levels. One that nests is nowhere below the sum, and has all the keys."""
    found = []
    for system in System:
        pairs = [
            (code, over_tiers(own, code), over_tiers(below, code))
            for code, indicator in indicators.items()
            if indicator.count is not None and indicator.system is system
        ]
        both = [(code, mine, theirs) for code, mine, theirs in pairs if mine.value is not None and theirs.value]
        if both:
            holds_all = all(_holds(mine, theirs) for _, mine, theirs in both)
            code, mine, theirs = max(both, key=lambda pair: (pair[2].keys is None, pair[2].value or 0, pair[0]))
            values = (mine.value or Decimal(0), theirs.value or Decimal(0))
            found.append(Nesting(system, system in declared, holds_all, code, *values))
    return tuple(found)


def _holds(mine: Part, theirs: Part) -> bool:
    if theirs.keys is not None:
        return theirs.keys <= (mine.keys or frozenset())
    return (mine.value or 0) >= (theirs.value or 0)

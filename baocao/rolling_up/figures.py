"""From what units bring to the figures of the unit above: counts, then every ratio from them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from baocao.catalogue import Count, Indicator, Unit
from baocao.counting import CountingContext, add_computed, is_made_of, make_observation
from baocao.domain import CellStatus, CountStep, Observation
from baocao.figures import mean_of, median_of
from baocao.groups import GROUP_MARK, Dimension, list_groups, put_group, take_group, total_code
from baocao.rolling_up.parts import NOTHING, FigurePart, Parts, days_of, over_tiers
from baocao.rolling_up.reported import join_reported
from baocao.vocabulary import FIELDS, RECORDS, TIERS

NAMED_UNITS = 5
OF_OTHER_UNITS = "Chưa tính được tỷ lệ: tử số và mẫu số cộng từ số của những đơn vị khác nhau"


def observe_parts(
    indicators: Mapping[str, Indicator],
    parts: Parts,
    context: CountingContext,
    units: Mapping[str, Unit],
    payload_hashes: tuple[str, ...],
) -> dict[str, Observation]:
    """One observation per counted figure, over all tiers, of each group some unit has records of, and of what units
    bring that people typed in.

    `units` gives the missing ones their names.
    """
    brought = {code for figures in parts.values() for code in figures}
    totals = {
        code: over_tiers(parts, code)
        for code, indicator in indicators.items()
        if indicator.count is not None or (indicator.typed is not None and code in brought)
    }
    found = {code: _observe(indicators[code], part, context, units, payload_hashes) for code, part in totals.items()}
    for code in sorted(code for code in brought if GROUP_MARK in code):
        total = total_code(code)
        if total in totals:
            part = over_tiers(parts, code)
            part = replace(part, missing=part.missing | totals[total].missing)
            one = _observe(indicators[total], part, context, units, payload_hashes)
            found[code] = replace(one, indicator_code=code)
    return found


def divide_parts(
    indicators: Mapping[str, Indicator],
    counts: Mapping[str, Observation],
    parts: Parts,
    context: CountingContext,
    units: Mapping[str, Unit],
) -> dict[str, Observation]:
    """The counts and every ratio of them; a ratio of some tiers is divided from what those tiers bring."""
    evidence = next((one.payload_hashes for one in counts.values() if one.payload_hashes), ())
    reported = {
        code: replace(_observe(indicators[total_code(code)], part, context, units, evidence), indicator_code=code)
        for code, part in join_reported(indicators, parts).items()
    }
    left = {code: one for code, one in indicators.items() if code not in reported}
    whole = add_computed(left, {**counts, **reported}, context)
    whole |= _divide_groups(indicators, {**counts, **reported}, whole, context)
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
            whole[code] = _with_division(add_computed({code: indicator}, of_tiers, context)[code], indicator, of_tiers)
    return {code: _of_one_set(found, indicators.get(code), parts) for code, found in whole.items()}


def _of_one_set(found: Observation, indicator: Indicator | None, parts: Parts) -> Observation:
    """A ratio of two sums over different units is none."""
    if indicator is None or indicator.ratio is None or found.value is None:
        return found
    lacking = {over_tiers(parts, name, indicator.ratio.tiers).missing for name in indicator.inputs}
    if len(lacking) == 1:
        return found
    note = "; ".join(filter(None, (found.note, OF_OTHER_UNITS)))
    return replace(found, value=None, status=CellStatus.NOT_COLLECTED, steps=(), note=note)


def _divide_groups(
    indicators: Mapping[str, Indicator],
    counts: Mapping[str, Observation],
    whole: Mapping[str, Observation],
    context: CountingContext,
) -> dict[str, Observation]:
    """What is computed of each group's own figures."""
    found: dict[str, Observation] = {}
    for dimension in (Dimension.FIELD, Dimension.PROCEDURE):
        for key in list_groups(counts, dimension):
            mine = take_group(counts, dimension, key)
            computed = {code: one for code, one in indicators.items() if is_made_of(one, mine, indicators)}
            computed = {code: one for code, one in computed.items() if code not in mine}
            found |= put_group(add_computed(computed, mine, context, whole), dimension, key)
    return found


def _observe(
    indicator: Indicator,
    part: FigurePart,
    context: CountingContext,
    units: Mapping[str, Unit],
    payload_hashes: tuple[str, ...],
) -> Observation:
    status, value = CellStatus.NOT_COLLECTED, part.value
    if value is not None:
        is_open = part.is_provisional or bool(part.missing) or not context.is_closed
        status = CellStatus.PROVISIONAL if is_open else CellStatus.REPORTED
        value = _recount(indicator, part.keys) if part.keys is not None else value
        status = CellStatus.NO_DENOMINATOR if value is None else status
    return make_observation(
        indicator,
        context,
        value,
        status,
        payload_hashes=payload_hashes if value is not None else (),
        steps=_steps(indicator.count, part) if indicator.count is not None else (),
        note=_note(part, units),
    )


def _recount(indicator: Indicator, keys: frozenset[str]) -> Decimal | None:
    days = indicator.count.days if indicator.count else None
    if days is None:
        return Decimal(len(keys))
    return mean_of(days_of(keys), indicator.measure.places) if days.take == "mean" else median_of(days_of(keys))


def _steps(definition: Count, part: FigurePart) -> tuple[CountStep, ...]:
    if part.value is None:
        return ()
    if definition.days is not None:
        taken = len(days_of(part.keys or ()))
        return (CountStep(f"{RECORDS[definition.records]} của {part.given_count} đơn vị", taken),)
    what = RECORDS[definition.records] if part.keys is None else FIELDS[definition.key_field]
    added = CountStep(f"{what} của {part.given_count} đơn vị cộng lại", int(part.value))
    if part.keys is None:
        return (added,)
    return (replace(added, step=f"{added.step}, có trùng"), CountStep(f"{what} khác nhau", len(part.keys)))


def _note(part: FigurePart, units: Mapping[str, Unit]) -> str:
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

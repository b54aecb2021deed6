"""A roll-up's figures unit by unit, for the lines of a form that has one line a unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from baocao.catalogue import Correction, Unit
from baocao.corrections import apply_corrections, corrections_of_group
from baocao.counting import CountingContext
from baocao.domain import CellStatus, Observation
from baocao.grouping import with_inputs
from baocao.groups import Dimension, put_group, total_code, write_group_code
from baocao.rolling_up import Parts, divide_parts, observe_parts, without_systems
from reporting.plan import Plan
from reporting.roll_up.children import included_systems
from reporting.roll_up.payloads import Overview


def observe_by_unit(
    plan: Plan,
    below: Overview,
    observations: Mapping[str, Observation],
    context: CountingContext,
    units: Mapping[str, Unit],
    corrections: Sequence[Correction] = (),
) -> dict[str, Observation]:
    """Every figure a form has by unit, of each unit below and of the unit itself; of a missing one why it is not there.

    None where the form has no lines by unit. `observations` are those of all units together.
    """
    codes = _codes_by_unit(plan, below)
    found: dict[str, Observation] = {}
    for unit_code, parts in _parts_of_units(plan, below) if codes else ():
        counts = observe_parts(plan.indicators, parts, context, units, below.evidence)
        signed = corrections_of_group(corrections, Dimension.UNIT, unit_code)
        counts = apply_corrections(counts, [one for one in signed if total_code(one.indicator) in counts])
        typed = {code: one for code, one in observations.items() if code not in counts}
        whole = divide_parts(plan.indicators, {**typed, **counts}, parts, context, units)
        found |= put_group({code: whole[code] for code in codes}, Dimension.UNIT, unit_code)
    for unit_code, reason in below.missing.items():
        for code in codes:
            grouped = write_group_code(code, Dimension.UNIT, unit_code)
            found[grouped] = _missing(observations[code], grouped, reason)
    return found


def _codes_by_unit(plan: Plan, below: Overview) -> tuple[str, ...]:
    """Typed-in figures where the units bring them; roll-ups of before did not ask for them."""
    brought = {code for each in below.brought for figures in each.parts.values() for code in figures}
    asked = plan.form.matrix.groupings(plan.unit.tier) if plan.form.matrix else ()
    codes = (code for code, dimension in asked if dimension == Dimension.UNIT)
    needed = dict.fromkeys(part for code in codes for part in with_inputs(code, plan.indicators))
    return tuple(code for code in needed if plan.indicators[code].typed is None or code in brought)


def _parts_of_units(plan: Plan, below: Overview) -> Iterator[tuple[str, Parts]]:
    """What the unit's own sources answer for the units below as well is theirs, not its own."""
    for each in below.brought:
        yield each.unit_code, each.parts
    own = without_systems(below.own, plan.indicators, included_systems(plan))
    if any(part.value is not None for figures in own.values() for part in figures.values()):
        yield plan.unit.unit_code, own


def _missing(whole: Observation, code: str, reason: str) -> Observation:
    note = f"Chưa có số liệu của đơn vị: {reason}"
    status = CellStatus.NOT_COLLECTED
    return replace(whole, indicator_code=code, value=None, status=status, payload_hashes=(), steps=(), note=note)

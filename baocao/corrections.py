"""Signed corrections: one counted figure changed, with its reason, as long as the source still says what it said."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from baocao.catalogue import Correction
from baocao.catalogue.groupings import Groupings
from baocao.domain import UNCOLLECTED, CellStatus, CountStep, Observation
from baocao.errors import ConfigError
from baocao.groups import GROUP_MARK, Dimension, GroupCode, total_code
from baocao.vocabulary import DIMENSIONS


def correct_counts(
    counts: Mapping[str, Observation], corrections: Iterable[Correction], groupings: Groupings
) -> dict[str, Observation]:
    """The figures of all together with their own corrections, and with what those of single groups change in them.

    A total that has a correction of its own stays as it was signed; whether the groups add up to it, a check says.
    """
    mine = [one for one in corrections if total_code(one.indicator) in counts]
    corrected = apply_corrections(counts, [one for one in mine if GROUP_MARK not in one.indicator])
    signed = {one.indicator for one in mine}
    for one in mine:
        code = total_code(one.indicator)
        if code not in signed and corrected[code].value is not None and corrected[code].status not in UNCOLLECTED:
            corrected[code] = _change_total(corrected[code], one, groupings)
    return corrected


def corrections_of_group(
    corrections: Iterable[Correction], dimension: Dimension, group_key: str
) -> tuple[Correction, ...]:
    """Those of one group."""
    return tuple(one for one in corrections if one.indicator.partition(GROUP_MARK)[2] == f"{dimension}:{group_key}")


def corrected_groups(corrections: Iterable[Correction], dimension: Dimension) -> set[str]:
    """The groups that have a correction: they have figures then even where no record is theirs."""
    codes = (GroupCode.parse(one.indicator) for one in corrections if GROUP_MARK in one.indicator)
    return {code.group_key for code in codes if code.dimension is dimension}


def apply_corrections(
    observations: Mapping[str, Observation], corrections: Iterable[Correction]
) -> dict[str, Observation]:
    """The plain observations, or those of one group, with the corrected ones replaced.

    Raise ConfigError when a source now gives another figure than the correction expects: the source has
    mended itself, or changed again, and the correction must be looked at by the one who signed it.
    """
    corrected = dict(observations)
    for correction in corrections:
        observation = corrected[total_code(correction.indicator)]
        if observation.status in UNCOLLECTED:
            continue
        _check_guard(correction, observation)
        corrected[total_code(correction.indicator)] = replace(
            observation,
            value=correction.value,
            status=CellStatus.CORRECTED,
            steps=(*observation.steps, CountStep(f"đính chính: {correction.reason}", int(correction.value))),
            note=_note(correction),
        )
    return corrected


def _change_total(total: Observation, correction: Correction, groupings: Groupings) -> Observation:
    assert total.value is not None
    code = GroupCode.parse(correction.indicator)
    assert code.dimension is not None
    group = f"{DIMENSIONS[code.dimension]} {groupings.label(code.dimension, code.group_key)}"
    value = total.value + correction.value - correction.expect
    step = CountStep(f"đính chính {group}: {correction.reason}", int(value))
    note = "; ".join(filter(None, (total.note, f"{group}: {_note(correction)}")))
    return replace(total, value=value, status=CellStatus.CORRECTED, steps=(*total.steps, step), note=note)


def _check_guard(correction: Correction, observation: Observation) -> None:
    if observation.value == correction.expect:
        return
    raise ConfigError(
        f"corrections/{observation.unit_code}/{observation.period.code}.yaml: {correction.indicator}: "
        "đính chính chờ hệ "
        f"thống nguồn cho {correction.expect}, nhưng nay hệ thống cho {_print(observation.value)}. Bỏ "
        "đính chính này, hoặc "
        f"đề nghị {correction.signed_by} ký đính chính mới."
    )


def _print(value: Decimal | None) -> str:
    return "không có số" if value is None else f"{value:f}"


def _note(correction: Correction) -> str:
    signed = f"{correction.signed_by} ký ngày {correction.signed_on:%d/%m/%Y}"
    return f"Đính chính từ {correction.expect} thành {correction.value}: {correction.reason} ({signed})"

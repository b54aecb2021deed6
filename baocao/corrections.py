"""Signed corrections: one counted figure changed, with its reason, as long as the source still says what it said."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from baocao.catalogue import Correction
from baocao.domain import UNCOLLECTED, CellStatus, CountStep, Observation
from baocao.errors import ConfigError


def apply_corrections(
    observations: Mapping[str, Observation], corrections: Iterable[Correction]
) -> dict[str, Observation]:
    """The observations with the corrected ones replaced.

    Raise ConfigError when a source now gives another figure than the correction expects: the source has
    mended itself, or changed again, and the correction must be looked at by the one who signed it.
    """
    corrected = dict(observations)
    for correction in corrections:
        observation = corrected[correction.indicator]
        if observation.status in UNCOLLECTED:
            continue
        _check_guard(correction, observation)
        corrected[correction.indicator] = replace(
            observation,
            value=correction.value,
            status=CellStatus.CORRECTED,
            steps=(*observation.steps, CountStep(f"đính chính: {correction.reason}", int(correction.value))),
            note=_note(correction),
        )
    return corrected


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

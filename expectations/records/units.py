"""Whose the records are: the unit written at the front of a dossier's code."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from baocao.catalogue import Catalogue, Unit
from expectations.engine.trial import Verdict
from expectations.records import cards
from expectations.records.frame import RecordFrame
from expectations.records.rules import RecordRule, evidence, listed
from expectations.rule import CheckFinding, Demand
from expectations.wording import figure

if TYPE_CHECKING:
    import pandas as pd

_UNIT = "unit_part"
_CODE = re.compile(r"(H\d{2}(?:\.\d{2}){0,3}|\d{3}\.\d{2}\.\d{2}\.H\d{2})-")
_OLD_CODE = re.compile(r"\d{3}\.")


def unit_rules(found: RecordFrame) -> Iterator[RecordRule]:
    """Every dossier bears a code of the unit asked about, of a body within it, or of one it took over."""
    if found.kind != "dossiers":
        return
    own = _own_codes(found.unit, found.catalogue)
    parts = _unit_parts(found)
    unclear = ""
    if not own:
        unclear = "đơn vị chưa có mã trong units.yaml"
    elif parts.isna().all():
        unclear = "mã hồ sơ không ghi mã đơn vị"
    covered = {part for part in parts.dropna().unique() if any(_covers(code, part) for code in own)}
    yield RecordRule(
        card=cards.UNIT_KNOWN,
        found=found,
        demand=Demand("ExpectColumnValuesToBeInSet", {"value_set": sorted(covered | own)}),
        tell=_tell_units,
        columns=(_UNIT,),
        frame=parts.to_frame(_UNIT),
        unclear=unclear,
    )


def _unit_parts(found: RecordFrame) -> "pd.Series[Any]":
    """The unit written in each code, None where none is; equal ones are one object, for there are very many."""
    import pandas as pd

    seen: dict[str, str] = {}
    matches = (_CODE.match(code) if isinstance(code, str) else None for code in found.plain[found.key])
    parts = [seen.setdefault(match[1], match[1]) if match else None for match in matches]
    return pd.Series(parts, dtype=object)


def _own_codes(unit: Unit | None, catalogue: Catalogue) -> set[str]:
    """Its codes of all times, and those of the units merged into it, whose dossiers it carries over."""
    if unit is None:
        return set()
    merged = [catalogue.units[code] for code in unit.predecessors if code in catalogue.units]
    return {code.code for one in (unit, *merged) for code in one.codes}


def _covers(own: str, code: str) -> bool:
    """Whether a code is the unit's or of a body in it: H98.51.01 in H98.51, 001.31.25.H98 in 000.31.25.H98."""
    if _OLD_CODE.match(own):
        return code.partition(".")[2] == own.partition(".")[2]
    return code == own or code.startswith(f"{own}.")


def _tell_units(rule: RecordRule, verdict: Verdict) -> CheckFinding:
    names = {code.code: unit.name for unit in rule.found.catalogue.units.values() for code in unit.codes}
    counts = {str(code): int(count) for code, count in rule.failing(verdict)[_UNIT].value_counts().items()}
    said = [
        f"{code} {names.get(code, 'không có trong units.yaml')} ({figure(count)})" for code, count in counts.items()
    ]
    return CheckFinding(
        observed=listed(said),
        expected="chỉ hồ sơ của đơn vị",
        message_vi=f"{figure(len(verdict.failing))} {rule.records_vi} mang mã của đơn vị khác: {listed(said)}.",
        message_en=f"{rule.sentence_en}: {len(verdict.failing)} dossiers of other units: {', '.join(counts)}.",
        mend_vi="Kiểm tra source_keys của đơn vị và phạm vi nguồn trả về (sites/, parameters): hồ sơ của đơn vị khác "
        "đang được đếm vào đây. Đơn vị đã sáp nhập vào thì khai báo ở predecessors trong units.yaml.",
        severity=rule.milder(verdict),
        evidence=evidence(rule, units=counts),
    )

"""The configuration of a data set: its units and typed-in figures, written over a copy of the shipped folder.

    shutil.copytree("config", folder); configuration.write("years:10", folder)

`units.yaml` then has exactly the data set's units, each under the keys the played systems know it by, with their old
and new codes and predecessors; `manual/<unit>/<period>.yaml` the figures no system holds; `owed.yaml` the series of
forms owed, by default the first, of which there are typed-in figures for every period. Sources, forms, indicators and
calendars stay as shipped, and every unit is under the regime nd09 unless told otherwise. `write_typed` adds the figures
of one period, for a history in which the configuration grows with the years.
"""

from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from sandbox.world.data_sets import data_set as find_data_set
from sandbox.world.ledger import LedgerUnit
from sandbox.world.periods import window
from sandbox.world.typed import typed_figures
from sandbox.world.units import MERGED_ON, PROVINCE_CODE, PROVINCE_NAME

DIGITAL_SERIES = "xay-dung-chinh-quyen-so"
_SIGNED_AS = ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
_PROVINCE = {"name": PROVINCE_NAME, "tier": "province", "place": "Biển Mẫu", "codes": [{"code": PROVINCE_CODE}]}


def write(
    data_set: str,
    folder: Path,
    period_codes: Iterable[str] | None = None,
    *,
    regime: str = "nd09",
    series: Iterable[str] = (DIGITAL_SERIES,),
) -> None:
    """Write `units.yaml`, the series of forms owed, and the typed-in figures of these periods, by default of all the
    data set has.
    """
    chosen = find_data_set(data_set)
    units = {"tinh": _PROVINCE | {"signed_as": _SIGNED_AS}}
    units |= {unit.unit.code: _describe(unit.unit, regime) for unit in chosen.plan.units}
    _dump({"units": units}, folder / "units.yaml")
    write_owed(folder, series)
    for period_code in chosen.period_codes if period_codes is None else period_codes:
        write_typed(data_set, folder, period_code)


def write_owed(folder: Path, series: Iterable[str] = (DIGITAL_SERIES,)) -> None:
    """Every unit owes these series of forms and no other."""
    _dump({"owed": {code: {"series": code} for code in series}}, folder / "owed.yaml")


def write_typed(data_set: str, folder: Path, period_code: str) -> None:
    """Write the typed-in figures of every unit that reports in the period."""
    given_on = window(period_code)[1] - timedelta(days=1)
    for unit_code in find_data_set(data_set).units_reporting(period_code):
        figures = {
            code: {
                "value": value,
                "given_by": "Văn phòng HĐND và UBND",
                "given_on": given_on,
                "evidence": f"Sổ theo dõi của đơn vị, kỳ {period_code}",
            }
            for code, value in typed_figures(data_set, unit_code, period_code).items()
        }
        if figures:
            _dump({"figures": figures}, folder / "manual" / unit_code / f"{period_code}.yaml")


def _describe(unit: LedgerUnit, regime: str) -> dict[str, Any]:
    described = {
        "name": unit.name,
        "tier": unit.tier,
        "place": unit.name.split(" ", 2)[-1],
        "regime": regime,
        "parent": "tinh",
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "codes": _codes(unit),
        "predecessors": list(unit.predecessors),
        "source_keys": {
            "documents_qlvb": unit.document_userid,
            "one_stop_igate": unit.agency_key,
            "portal_dvcqg": unit.official_code,
        },
        "signed_as": list(_SIGNED_AS),
    }
    return {key: value for key, value in described.items() if value not in (None, [])}


def _codes(unit: LedgerUnit) -> list[dict[str, Any]]:
    """The old code ends where the new one begins."""
    if not unit.old_code:
        return [{"code": unit.official_code}]
    return [
        {"code": unit.old_code, "valid_to": MERGED_ON - timedelta(days=1)},
        {"code": unit.official_code, "valid_from": MERGED_ON},
    ]


def _dump(content: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")

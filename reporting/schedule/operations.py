"""`operations.yaml` read and held against the units, regimes and parts it names."""

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.operations import Operations, UnitGroup
from baocao.catalogue.yaml_files import read_yaml
from baocao.domain import Period, Window
from baocao.errors import ConfigError
from baocao.regimes import YEAR_PART

FILE = "operations.yaml"


def read_operations(catalogue: Catalogue) -> Operations:
    """Raise ConfigError naming the key that points at nothing."""
    operations = read_yaml(catalogue.config_dir / FILE, Operations)
    for name, group in operations.groups.items():
        if group.regime not in catalogue.calendar.regimes:
            allowed = ", ".join(catalogue.calendar.regimes)
            raise ConfigError(f"{FILE}: groups.{name}.regime: no regime '{group.regime}'; there are: {allowed}")
        _require_parts(catalogue.calendar, group.regime, group.parts, f"groups.{name}")
    for unit_code, schedule in operations.provinces.items():
        if unit_code not in catalogue.units:
            raise ConfigError(f"{FILE}: provinces.{unit_code}: no unit of that name in units.yaml")
        _require_parts(catalogue.calendar, catalogue.unit(unit_code).regime, schedule.parts, f"provinces.{unit_code}")
    return operations


def group_of(operations: Operations, name: str) -> UnitGroup:
    """Raise ConfigError, listing the groups, where there is none of that name."""
    if name not in operations.groups:
        raise ConfigError(f"{FILE}: no group '{name}'; there are: {', '.join(operations.groups) or 'none'}")
    return operations.groups[name]


def units_of_group(catalogue: Catalogue, group: UnitGroup, window: Window) -> list[Unit]:
    """The group's units that exist in the window and have a source to ask."""
    found = (unit for unit in catalogue.units.values() if unit.regime == group.regime and unit.tier in group.tiers)
    return [unit for unit in found if unit.source_keys and unit.exists_in(window)]


def parts_of(calendar: Calendar, regime: str, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The parts chosen, or all the regime has."""
    return chosen or calendar.regimes[regime].part_codes


def period_of(part: str, year: int) -> Period:
    return Period(year, "" if part == YEAR_PART else part)


def regimes_in_use(catalogue: Catalogue) -> list[str]:
    """Those at least one unit reports by, in the calendar's order."""
    used = {unit.regime for unit in catalogue.units.values()}
    return [regime for regime in catalogue.calendar.regimes if regime in used]


def _require_parts(calendar: Calendar, regime: str, parts: tuple[str, ...], where: str) -> None:
    unknown = [part for part in parts if part not in calendar.regimes[regime].part_codes]
    if unknown:
        allowed = ", ".join(calendar.regimes[regime].part_codes)
        raise ConfigError(f"{FILE}: {where}.parts: {regime} has no part {', '.join(unknown)}; it has: {allowed}")

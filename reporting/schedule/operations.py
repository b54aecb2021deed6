"""`operations.yaml` read and held against the units, regimes and parts it names."""

from baocao.calendar import Calendar
from baocao.catalogue import Catalogue, Unit
from baocao.catalogue.operations import FILE_NAME as FILE
from baocao.catalogue.operations import Operations, UnitGroup, examine_operations
from baocao.catalogue.owed import regimes_of
from baocao.catalogue.yaml_files import FolderReading
from baocao.domain import Period, Window
from baocao.errors import ConfigError
from baocao.messages import say_unknown
from baocao.regimes import YEAR_PART


def read_operations(catalogue: Catalogue) -> Operations:
    """Raise ConfigError with every mistake, and every name that points at nothing."""
    reading = FolderReading(catalogue.config_dir)
    found = examine_operations(reading, catalogue.units, catalogue.calendar, catalogue.units)
    if found is None and not reading.told:
        raise ConfigError(f"{catalogue.config_dir / FILE}: không có tệp này")
    if found is None or reading.told:
        catalogue.refuse_folder()
    return found


def group_of(operations: Operations, name: str) -> UnitGroup:
    """Raise ConfigError, listing the groups, where there is none of that name."""
    if name not in operations.groups:
        raise ConfigError(f"{FILE}: {say_unknown('nhóm', name, operations.groups)}")
    return operations.groups[name]


def units_of_group(catalogue: Catalogue, group: UnitGroup, window: Window) -> list[Unit]:
    """The group's units that exist in the window and have a source to ask."""
    found = (unit for unit in catalogue.units.values() if unit.tier in group.tiers)
    owing = (unit for unit in found if group.regime in regimes_of(catalogue, unit))
    return [unit for unit in owing if unit.source_keys and unit.exists_in(window)]


def parts_of(calendar: Calendar, regime: str, chosen: tuple[str, ...]) -> tuple[str, ...]:
    """The parts chosen, or all the regime has."""
    return chosen or calendar.regimes[regime].part_codes


def period_of(part: str, year: int) -> Period:
    return Period(year, "" if part == YEAR_PART else part)


def regimes_in_use(catalogue: Catalogue) -> list[str]:
    """Those at least one unit reports by, in the calendar's order."""
    used = {regime for unit in catalogue.units.values() for regime in regimes_of(catalogue, unit)}
    return [regime for regime in catalogue.calendar.regimes if regime in used]

"""Which unit a command is about, when the person did not say."""

import os

from baocao.catalogue import Catalogue
from baocao.errors import ConfigError


def choose_unit(given: str | None, catalogue: Catalogue) -> str:
    """The unit named, else BAOCAO_UNIT, else the only one with sources; raise ConfigError where none is meant."""
    named = given or os.environ.get("BAOCAO_UNIT")
    if named:
        return catalogue.unit(named).unit_code
    connected = [unit.unit_code for unit in catalogue.units.values() if unit.source_keys]
    if len(connected) == 1:
        return connected[0]
    raise ConfigError(f"which unit? Add --unit NAME, or set BAOCAO_UNIT; units.yaml has: {', '.join(catalogue.units)}")

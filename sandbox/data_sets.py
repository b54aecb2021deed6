"""The named data sets and those of any size: "size:50000", "province:168x320000"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sandbox.generate import build_ledger
from sandbox.generic_plans import plan_province, plan_size
from sandbox.ledger import Ledger
from sandbox.named_plans import plan_dac_khu, plan_tiny, plan_xa
from sandbox.plans import Plan

_SIZE = re.compile(r"size:(\d+)")
_PROVINCE = re.compile(r"province:(\d+)x(\d+)")
_MOST_UNITS = 899


class UnknownDataSetError(LookupError):
    """No data set has this name; the message lists those there are."""


@dataclass(frozen=True)
class DataSet:
    """A data set by its plan; the ledger is generated when first asked for and shared afterwards."""

    plan: Plan

    @property
    def name(self) -> str:
        """The name it is asked for by."""
        return self.plan.name

    @property
    def now(self) -> datetime:
        """The instant the systems believe it is."""
        return self.plan.now

    @property
    def period_code(self) -> str:
        """The period to demonstrate."""
        return self.plan.period_code

    @property
    def unit_codes(self) -> tuple[str, ...]:
        """The units that report; the systems also hold rows of others."""
        return tuple(unit.unit.code for unit in self.plan.units)

    @property
    def unit_code(self) -> str:
        """The first reporting unit."""
        return self.unit_codes[0]

    @property
    def ledger(self) -> Ledger:
        """The generated world."""
        return _ledger(self.name)


@lru_cache(maxsize=3)
def _ledger(name: str) -> Ledger:
    return build_ledger(data_set(name).plan)


@lru_cache(maxsize=64)
def data_set(name: str) -> DataSet:
    """The data set with this name, or of this size."""
    if name in DATA_SETS:
        return DATA_SETS[name]
    if found := _SIZE.fullmatch(name):
        return DataSet(plan_size(name, int(found[1])))
    if (found := _PROVINCE.fullmatch(name)) and 1 <= int(found[1]) <= _MOST_UNITS:
        return DataSet(plan_province(name, int(found[1]), int(found[2])))
    known = ", ".join([*DATA_SETS, "size:DOSSIERS", f"province:UNITSxDOSSIERS (1 to {_MOST_UNITS} units)"])
    raise UnknownDataSetError(f"no data set {name!r}; there are: {known}")


DATA_SETS: Mapping[str, DataSet] = {plan.name: DataSet(plan) for plan in (plan_dac_khu(), plan_xa(), plan_tiny())}

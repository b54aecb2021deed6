"""The named data sets and those of any size: "size:50000", "province:168x320000", "years:10", "quiet:10"."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sandbox.world.generate import build_ledger
from sandbox.world.generic_plans import plan_province, plan_size
from sandbox.world.ledger import Ledger, LedgerUnit
from sandbox.world.named_plans import plan_dac_khu, plan_tiny, plan_xa
from sandbox.world.periods import window
from sandbox.world.plans import DataSetPlan
from sandbox.world.year_plans import FEWEST_UNITS, MOST_UNITS, plan_years

_SIZE = re.compile(r"size:(\d+)")
_PROVINCE = re.compile(r"province:(\d+)x(\d+)")
_YEARS = re.compile(r"(years|quiet):(\d+)")
_MOST_UNITS = 899


class UnknownDataSetError(LookupError):
    """No data set has this name; the message lists those there are."""


@dataclass(frozen=True)
class DataSet:
    """A data set by its plan; the ledger is generated when first asked for and shared afterwards."""

    plan: DataSetPlan

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
    def period_codes(self) -> tuple[str, ...]:
        """The periods it has figures for."""
        return self.plan.period_codes or (self.period_code,)

    def unit(self, unit_code: str) -> LedgerUnit:
        """The reporting unit with this code."""
        return next(unit.unit for unit in self.plan.units if unit.unit.code == unit_code)

    def units_reporting(self, period_code: str) -> tuple[str, ...]:
        """The units that owe a form for the period: those there are on its last day."""
        last_on = window(period_code)[1]
        return tuple(unit.unit.code for unit in self.plan.units if unit.unit.exists_on(last_on))

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
    if (found := _YEARS.fullmatch(name)) and FEWEST_UNITS <= int(found[2]) <= MOST_UNITS:
        return DataSet(plan_years(name, int(found[2]), quiet=found[1] == "quiet"))
    sized = ("size:DOSSIERS", f"province:UNITSxDOSSIERS (1 to {_MOST_UNITS} units)")
    known = ", ".join([*DATA_SETS, *sized, f"years:UNITS ({FEWEST_UNITS} to {MOST_UNITS})", "quiet:UNITS"])
    raise UnknownDataSetError(f"no data set {name!r}; there are: {known}")


_NAMED = (plan_dac_khu(), plan_xa(), plan_tiny(), plan_years("years", 10))
DATA_SETS: Mapping[str, DataSet] = {plan.name: DataSet(plan) for plan in _NAMED}

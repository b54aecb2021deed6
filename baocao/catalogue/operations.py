"""What runs by itself: unit groups, hours, what becomes of missed runs, how long things are kept."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from baocao.calendar import Calendar
from baocao.catalogue.model import YamlModel, matching
from baocao.catalogue.units import Unit
from baocao.catalogue.yaml_files import FolderReading, YamlFile
from baocao.catalogue.yaml_text import Place
from baocao.domain import Tier
from baocao.messages import say_unknown
from baocao.regimes import require_part

Hour = Annotated[int, Field(ge=0, le=23)]
Part = Annotated[str, AfterValidator(require_part)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
FILE_NAME = "operations.yaml"
GroupName = Annotated[
    str, matching(r"[a-z0-9]+(-[a-z0-9]+)*", "tên chỉ gồm chữ thường không dấu, chữ số và dấu gạch nối")
]


class UnitGroup(YamlModel):
    """The units of one regime and of these tiers, reported for together; no `parts` means all of the regime."""

    label: str
    regime: str
    tiers: tuple[Tier, ...] = Field(min_length=1)
    parts: tuple[Part, ...] = ()


class ProvinceSchedule(YamlModel):
    """For which parts of the year a unit is added up from the units below it."""

    parts: tuple[Part, ...] = ()


class WeeklyHour(YamlModel):
    """An hour of a day of the week."""

    weekday: Weekday
    hour: Hour
    minute: int = Field(default=0, ge=0, le=59)


class Retention(YamlModel):
    """Days after which something nobody speaks of any more may go. Two days at least: a run may be at work on it."""

    engine_runs_days: int = Field(default=400, ge=2)
    unreferenced_payloads_days: int = Field(default=30, ge=2)
    temporary_files_days: int = Field(default=7, ge=2)


class Operations(YamlModel):
    """The file `operations.yaml`."""

    work_pool: GroupName = "baocao"
    report_hours: tuple[Hour, ...] = Field(default=(1, 6), min_length=1)
    report_minute: int = Field(default=0, ge=0, le=59)
    province_hour: Hour = 7
    watch_hour: Hour = 8
    late_days: int = Field(default=7, ge=0, le=60)
    verify: WeeklyHour = WeeklyHour(weekday="sunday", hour=2)
    retention_hour: Hour = 3
    lost_after_s: int = Field(default=90, ge=60, le=3600)
    units_per_run: int = Field(default=12, ge=1, le=500)
    groups: dict[GroupName, UnitGroup] = Field(default_factory=dict)
    provinces: dict[str, ProvinceSchedule] = Field(default_factory=dict)
    retention: Retention = Retention()


def examine_operations(
    reading: FolderReading, units: Mapping[str, Unit], calendar: Calendar | None, unit_names: Iterable[str] | None
) -> Operations | None:
    """The file held against the units, regimes and parts it names; None where there is none or it is wrong.

    Nothing is held against a calendar that is wrong itself: what it lost by that would be told as missing.
    """
    file = reading.open_if_there(FILE_NAME)
    operations = file.examine(Operations) if file else None
    if file is None or operations is None:
        return None
    regimes = {} if calendar is None else calendar.regimes
    for name, group in operations.groups.items():
        if group.regime in regimes:
            _check_parts(file, ("groups", name, "parts"), group.parts, regimes[group.regime].part_codes)
        elif regimes:
            file.note(("groups", name, "regime"), say_unknown("chế độ", group.regime, regimes))
    for code, schedule in operations.provinces.items():
        if unit_names is not None and code not in (known := list(unit_names)):
            file.note(("provinces", code), say_unknown("đơn vị", code, known))
        elif code in units and units[code].regime in regimes:
            parts = regimes[units[code].regime].part_codes
            _check_parts(file, ("provinces", code, "parts"), schedule.parts, parts)
    return operations


def _check_parts(file: YamlFile, place: Place, parts: Iterable[str], known: Iterable[str]) -> None:
    allowed = list(known)
    for part in parts:
        if part not in allowed:
            file.note(place, say_unknown("phần của năm", part, allowed))

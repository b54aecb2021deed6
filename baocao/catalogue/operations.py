"""What runs by itself: unit groups, hours, what becomes of missed runs, how long things are kept."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from baocao.catalogue.model import YamlModel
from baocao.domain import Tier
from baocao.regimes import require_part

Hour = Annotated[int, Field(ge=0, le=23)]
Part = Annotated[str, AfterValidator(require_part)]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
GROUP_NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"


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

    work_pool: str = Field(default="baocao", pattern=GROUP_NAME)
    report_hours: tuple[Hour, ...] = Field(default=(1, 6), min_length=1)
    report_minute: int = Field(default=0, ge=0, le=59)
    province_hour: Hour = 7
    watch_hour: Hour = 8
    late_days: int = Field(default=7, ge=0, le=60)
    verify: WeeklyHour = WeeklyHour(weekday="sunday", hour=2)
    retention_hour: Hour = 3
    lost_after_s: int = Field(default=90, ge=60, le=3600)
    units_per_run: int = Field(default=12, ge=1, le=500)
    groups: dict[Annotated[str, Field(pattern=GROUP_NAME)], UnitGroup] = Field(default_factory=dict)
    provinces: dict[str, ProvinceSchedule] = Field(default_factory=dict)
    retention: Retention = Retention()

"""The file `backfill.yaml`: what is caught up after an outage, and when figures count as stale."""

from enum import StrEnum
from pathlib import Path

from pydantic import Field

from baocao.catalogue.model import YamlModel
from baocao.catalogue.yaml_files import read_if_there


class MissedPolicy(StrEnum):
    """What becomes of scheduled runs that were missed: all made up for, only the last, or none."""

    ALL = "all"
    LAST = "last"
    NONE = "none"


class BackfillRules(YamlModel):
    """`late_records_days`: how long after the close records may still arrive; 0 means that nobody waits for them."""

    missed_schedules: MissedPolicy = MissedPolicy.LAST
    late_records_days: int = Field(default=30, ge=0, le=365)


def read_backfill_rules(config_dir: Path) -> BackfillRules:
    """The defaults where there is no file; raise ConfigError where it is wrong."""
    return read_if_there(config_dir / "backfill.yaml", BackfillRules)

"""Five quarters with twelve planted faults tell what was written down beforehand (scripted_year.yaml), nothing else."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.server import start
from sandbox.world.periods import ZONE
from tests.reporting.alerting.year import FAULTS, Year

SCRIPT: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "scripted_year.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("units", [3, pytest.param(10, marks=pytest.mark.slow)])
@pytest.mark.usefixtures("credentials")
def test_a_year_tells_what_was_written_down_and_nothing_else(home: Path, migrated_sqlite_url: str, units: int) -> None:
    name = f"quiet:{units}"
    with start(name) as running:
        year = Year.begin(home, migrated_sqlite_url, running, name)
        for step in SCRIPT["steps"]:
            before = year.told(_morning(step))
            _take(year, step)
            new = _without(year.told(_morning(step)), before)
            assert new == sorted(step["tells"]), f"{step['at']}: {step.get('plant', '')} {step.get('mend', '')}"
        with year.open(_morning(step)) as workspace:
            assert [one.fingerprint for one in workspace.store.incidents.open()] == SCRIPT["open"]
            assert len(workspace.store.incidents.all()) == _count("opened")


def test_every_fault_of_the_script_is_planted_once_and_mended() -> None:
    planted = [fault for step in SCRIPT["steps"] for fault in step.get("plant", ())]
    assert len(planted) == 12
    assert sorted(planted) == sorted(SCRIPT["faults"]) == sorted(FAULTS)
    assert _count("opened") == _count("recovered") + len(SCRIPT["open"])


def _take(year: Year, step: dict[str, Any]) -> None:
    for fault in step.get("plant", ()):
        FAULTS[fault].plant(year)
    for fault in step.get("mend", ()):
        FAULTS[fault].mend(year)
    if "watch" in step:
        year.watch(_morning(step), step["watch"])
    else:
        units = year.units(step["period"]) if step["run"] == "all" else step["run"]
        year.run(_morning(step), step["period"], units)


def _morning(step: dict[str, Any]) -> datetime:
    return datetime.combine(step["at"], time(7), ZONE)


def _without(told: list[str], before: list[str]) -> list[str]:
    left = list(told)
    for one in before:
        left.remove(one)
    return left


def _count(event: str) -> int:
    return sum(told.startswith(f"{event} ") for step in SCRIPT["steps"] for told in step["tells"])

"""A province of the sandbox as an installation: its units in units.yaml, their forms made without files."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from baocao.catalogue import MissingMode
from baocao.domain import Outcome
from baocao.settings import Settings
from baocao.store import FormKey, VintageKey
from reporting.configurations import keep_configuration
from reporting.gathering import gather_from_sources
from reporting.outcome import RunResult
from reporting.pipeline import count, run_from_sources
from reporting.plan import Plan, make_plan
from reporting.shared_answers import OpenReport
from reporting.vintages import opened_vintage
from reporting.workspace import Workspace, open_workspace
from sandbox.world.data_sets import data_set
from sandbox.world.units import numbered_unit
from tests.configuration import ONE_FORM_CONFIG_DIR

PERIOD = "2025-Q4"
FORM = "2025-bieu-mau-7"
SOURCES = ("documents_qlvb", "one_stop_igate", "portal_dvcqg")


def numbered(number: int, parent: str = "tinh") -> dict[str, Any]:
    """Unit `number` of a data set "province:…" as units.yaml has it."""
    unit = numbered_unit(number)
    keys = (unit.document_userid, unit.agency_key, unit.official_code)
    return {
        "name": unit.name,
        "tier": "commune",
        "parent": parent,
        "valid_from": "2025-07-01",
        "source_keys": dict(zip(SOURCES, keys, strict=True)),
    }


def province(units: int, **changed: Any) -> dict[str, Any]:
    return {
        "tinh": {"name": "UBND tỉnh Biển Mẫu", "tier": "province", **changed},
        **{numbered_unit(number).code: numbered(number) for number in range(1, units + 1)},
    }


@dataclass
class Land:
    """One installation with many units. `name` is the data set its clock is set by."""

    home: Path
    sandbox_url: str
    database_url: str
    name: str

    @property
    def config_dir(self) -> Path:
        return self.home / "config"

    def settle(self, units: dict[str, Any]) -> None:
        """Write units.yaml."""
        text = yaml.safe_dump({"units": units}, allow_unicode=True, sort_keys=False)
        (self.config_dir / "units.yaml").write_text(text, encoding="utf-8")

    @contextmanager
    def open(self, now: datetime | None = None) -> Iterator[Workspace]:
        with open_workspace(Settings.read(self.environment(now))) as workspace:
            yield workspace

    def environment(self, now: datetime | None = None) -> dict[str, str]:
        return {
            "BAOCAO_HOME": str(self.home),
            "BAOCAO_CONFIG_DIR": str(self.config_dir),
            "BAOCAO_DATABASE_URL": self.database_url,
            "BAOCAO_NOW": (now or data_set(self.name).now).isoformat(),
            "BAOCAO_SANDBOX_URL": self.sandbox_url,
        }

    def make(self, units: Iterable[str]) -> None:
        """A whole vintage of each, without checks and files."""
        with self.open() as workspace:
            keep_configuration(workspace)
            for unit in units:
                make_vintage(workspace, plan_of(workspace, unit))

    def roll_up(self, unit: str = "tinh", mode: MissingMode | None = None) -> RunResult:
        with self.open() as workspace:
            return run_from_sources(workspace, (plan_of(workspace, unit),), mode)[0]


def found_land(home: Path, sandbox_url: str, name: str, units: dict[str, Any]) -> Land:
    shutil.copytree(ONE_FORM_CONFIG_DIR, home / "config")
    land = Land(home, sandbox_url, f"sqlite:///{home}/var/baocao.db", name)
    land.settle(units)
    return land


def plan_of(workspace: Workspace, unit: str, period: str = PERIOD) -> Plan:
    return make_plan(workspace.catalogue, unit, period, None, workspace.settings.now())


def make_vintage(workspace: Workspace, plan: Plan) -> VintageKey:
    with opened_vintage(workspace, plan) as vintage:
        gathered = gather_from_sources(workspace, [OpenReport(plan, vintage)])[0]
        observations, filled = count(workspace.catalogue, plan, gathered, vintage.vintage)
        workspace.store.vintages.finish(
            vintage,
            observations=list(observations.values()),
            filled_form=filled,
            check_results=(),
            failures=gathered.failures,
            known_at=workspace.settings.now(),
            exit_code=0,
        )
    return vintage


def figures(result: RunResult) -> dict[str, Any]:
    return {code: found.value for code, found in result.report.observations.items()}


def shown(result: RunResult, *cells: str) -> list[str]:
    return [result.report.filled.cells[cell].display for cell in cells]


def failed(result: RunResult) -> dict[str, str]:
    """The failed checks of the suite `roll_up`: check → severity."""
    found = [check for check in result.report.checks if check.check.startswith("roll_up.")]
    return {check.check: check.severity.value for check in found if check.outcome is Outcome.FAIL}


def form_key(workspace: Workspace, unit: str) -> FormKey:
    plan = plan_of(workspace, unit)
    return FormKey(unit, plan.form.form_code, plan.period)

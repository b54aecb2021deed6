"""The province of the scripted year: its configuration, its systems, and the twelve faults that can be planted."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from baocao.catalogue import Catalogue
from baocao.settings import Settings
from reporting.alerting.run_alerts import alert
from reporting.gathering import gather_from_sources
from reporting.outcome import RunResult
from reporting.pipeline import compute, run_from_sources
from reporting.plan import make_plan, typed_figures
from reporting.roll_up.children import has_children
from reporting.shared_answers import OpenReport
from reporting.vintages import opened_vintage
from reporting.watch.daily import watch_day
from reporting.workspace import Workspace, open_workspace
from sandbox import configuration
from sandbox.server import RunningSandbox
from sandbox.world.data_sets import data_set
from sandbox.world.periods import morning_after
from sandbox.world.truth import true_figures
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.alerting.samples import read_file

PERIODS = ("2025-Q2", "2025-Q3", "2025-Q4", "2026-Q1", "2026-Q2")
RULES: dict[str, Any] = {
    "channels": {"log": {"kind": "file", "path": "alerts.txt"}},
    "routes": {"all": {"channels": ["log"]}},
    "quiet_hours": {"from": "18:00", "to": "07:00", "days_off": False},
}


@dataclass
class Year:
    """`absent` are the units that make no report for the time being."""

    home: Path
    database_url: str
    sandbox: RunningSandbox
    name: str
    absent: set[str] = field(default_factory=set)

    @classmethod
    def begin(cls, home: Path, database_url: str, sandbox: RunningSandbox, name: str) -> "Year":
        year = cls(home, database_url, sandbox, name)
        shutil.copytree(ONE_FORM_CONFIG_DIR, year.config)
        configuration.write(name, year.config, PERIODS)
        year.change("units.yaml", lambda content: [unit.pop("parent", "") for unit in content["units"].values()])
        year.dump("alerts.yaml", RULES)
        year.change("checks.yaml", lambda content: content["history"].update(frozen={"periods": 3, "at_least": 20}))
        return year

    @property
    def config(self) -> Path:
        return self.home / "config"

    def change(self, name: str, edit: Callable[[Any], object]) -> None:
        content = yaml.safe_load((self.config / name).read_text(encoding="utf-8"))
        edit(content)
        self.dump(name, content)

    def dump(self, name: str, content: Any) -> None:
        path = self.config / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def remove(self, name: str) -> None:
        (self.config / name).unlink()

    @contextmanager
    def open(self, now: datetime) -> Iterator[Workspace]:
        environment = {
            "BAOCAO_HOME": str(self.home),
            "BAOCAO_CONFIG_DIR": str(self.config),
            "BAOCAO_DATABASE_URL": self.database_url,
            "BAOCAO_SANDBOX_URL": self.sandbox.url,
            "BAOCAO_NOW": now.isoformat(),
        }
        with open_workspace(Settings.read(environment)) as workspace:
            yield workspace

    def correct(self, unit: str, period: str, indicator: str, value: int) -> None:
        """A signed correction of what the source gives on the morning after the period."""
        given = true_figures(self.name, unit, period, morning_after(period))[indicator]
        correction = {
            "indicator": indicator,
            "expect": int(given or 0),
            "value": value,
            "reason": "Đếm lại theo sổ của đơn vị",
            "evidence": "Sổ theo dõi của đơn vị",
            "signed_by": "Văn phòng",
            "signed_on": date.fromisoformat(f"{morning_after(period):%Y-%m-%d}"),
        }
        self.dump(f"corrections/{unit}/{period}.yaml", {"corrections": [correction]})

    def set_figures(self, unit: str, period: str, **figures: int | None) -> None:
        """Change typed-in figures; None takes one away."""

        def edit(content: Any) -> None:
            for code, value in figures.items():
                if value is None:
                    content["figures"].pop(code)
                else:
                    content["figures"][code]["value"] = value

        self.change(f"manual/{unit}/{period}.yaml", edit)

    def set_key(self, unit: str, source: str, key: str | None) -> None:
        def edit(content: Any) -> None:
            keys = content["units"][unit].setdefault("source_keys", {})
            if key is None:
                keys.pop(source)
            else:
                keys[source] = key

        self.change("units.yaml", edit)

    def key_of(self, unit: str, source: str) -> str:
        content = yaml.safe_load((self.config / "units.yaml").read_text(encoding="utf-8"))
        return str(content["units"][unit]["source_keys"][source])

    def units(self, period: str) -> list[str]:
        return [unit for unit in data_set(self.name).units_reporting(period) if unit not in self.absent]

    def run(self, now: datetime, period: str, units: list[str]) -> None:
        """Each unit's report and its alerts; of the documents only those of a roll-up are written."""
        self.sandbox.move_clock(now)
        with self.open(now) as workspace:
            for unit in units:
                _report(workspace, unit, period, now)

    def watch(self, now: datetime, unit: str) -> None:
        self.sandbox.move_clock(now)
        with self.open(now) as workspace:
            watch_day(workspace, None, unit)

    def told(self, now: datetime) -> list[str]:
        """Every message sent so far, as what happened and its root cause, or as whom it reminded."""
        with self.open(now) as workspace:
            assert workspace.store.outbox.waiting() == ()
            messages = [one.message for one in workspace.store.outbox.sent(limit=1000)]
        assert len(read_file(self.home)) == len(messages)
        return sorted(f"{one.facts['kind']} {one.facts.get('fingerprint') or one.facts['owner']}" for one in messages)


def _report(workspace: Workspace, unit: str, period: str, now: datetime) -> None:
    plan = make_plan(workspace.catalogue, unit, period, None, now)
    if has_children(workspace.catalogue, plan):
        result = run_from_sources(workspace, (plan,))[0]
        alert(workspace, result)
        return
    with opened_vintage(workspace, plan) as vintage:
        gathered = gather_from_sources(workspace, [OpenReport(plan, vintage)])[0]
        workspace.store.vintages.mark_collected(vintage)
        report = compute(workspace, plan, gathered, vintage.vintage)
        workspace.store.vintages.finish(
            vintage,
            observations=list(report.observations.values()),
            filled_form=report.filled,
            check_results=report.checks,
            failures=gathered.failures,
            known_at=now,
            exit_code=0,
        )
    alert(workspace, RunResult(plan, report, vintage, gathered.failures, {}))


def _double_count(year: Year) -> None:
    """A unit above don-vi-01, which types in 1 everywhere and whose account in the one-stop system is don-vi-01's."""
    key = year.key_of("don-vi-01", "one_stop_igate")
    above = {"name": "UBND khu vực Mẫu", "tier": "special_zone", "source_keys": {"one_stop_igate": key}}
    year.change("units.yaml", lambda content: content["units"].update({"khu-vuc": above}))
    year.change("units.yaml", lambda content: content["units"]["don-vi-01"].update(parent="khu-vuc"))
    catalogue, morning = Catalogue.read(year.config), morning_after("2026-Q1")
    plan = make_plan(catalogue, "khu-vuc", "2026-Q1", None, morning)
    figure = {"value": 1, "given_by": "Văn phòng", "given_on": morning.date(), "evidence": "Sổ của khu vực"}
    year.dump("manual/khu-vuc/2026-Q1.yaml", {"figures": dict.fromkeys(typed_figures(catalogue, plan), figure)})


def _freeze(year: Year) -> None:
    for period in ("2025-Q4", "2026-Q1", "2026-Q2"):
        year.correct("dac-khu", period, "documents_electronic_count", 30)


def _nothing(_: Year) -> None:
    """The sandbox has it, or it mends itself."""


def _clear(year: Year) -> None:
    year.sandbox.clear_faults()


@dataclass(frozen=True)
class Fault:
    plant: Callable[[Year], object]
    mend: Callable[[Year], object] = _nothing


FAULTS: dict[str, Fault] = {
    "dead_source": Fault(lambda year: year.sandbox.set_fault("one_stop", "unavailable_503"), _clear),
    "figure_not_given": Fault(
        lambda year: year.set_figures("xa", "2025-Q2", architecture_updated_code=None),
        lambda year: configuration.write_typed(year.name, year.config, "2025-Q2"),
    ),
    "late_entry": Fault(_nothing),
    "merged_unit": Fault(_nothing),
    "changed_code_list": Fault(lambda year: year.sandbox.set_fault("one_stop", "unknown_status"), _clear),
    "access_refused": Fault(lambda year: year.sandbox.set_fault("documents", "wrong_password"), _clear),
    "wrong_unit": Fault(
        lambda year: year.correct("don-vi-01", "2025-Q4", "procedures_with_online_dossier_count", 44),
        lambda year: year.remove("corrections/don-vi-01/2025-Q4.yaml"),
    ),
    "true_zero": Fault(
        lambda year: year.set_figures(
            "xa-an-gio", "2025-Q4", periodic_reports_due_count=0, periodic_reports_sent_count=0
        )
    ),
    "report_overdue": Fault(lambda year: year.absent.add("dac-khu"), lambda year: year.absent.discard("dac-khu")),
    "double_counted_child": Fault(_double_count, lambda year: year.set_key("khu-vuc", "one_stop_igate", None)),
    "fell_silent": Fault(
        lambda year: year.set_key("xa-an-gio", "one_stop_igate", year.key_of("xa", "one_stop_igate")),
        lambda year: year.set_key("xa-an-gio", "one_stop_igate", data_set(year.name).unit("xa-an-gio").agency_key),
    ),
    "frozen_figure": Fault(_freeze, lambda year: year.remove("corrections/dac-khu/2026-Q2.yaml")),
}

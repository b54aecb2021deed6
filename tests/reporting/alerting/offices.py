"""An installation whose alerts go to a file, its sources played by the sandbox."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from baocao.incidents import Incident
from baocao.settings import Settings
from reporting.alerting.run_alerts import alert
from reporting.outcome import RunResult
from reporting.pipeline import run_from_sources
from reporting.plan import make_plan
from reporting.watch.daily import WatchResult, watch_day
from reporting.workspace import Workspace, open_workspace
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.alerting.samples import PATIENCE_S, read_file

PLAIN: dict[str, Any] = {
    "channels": {"log": {"kind": "file", "path": "alerts.txt"}},
    "routes": {"all": {"channels": ["log"]}},
    "retries": {"attempts": 1, "backoff_s": 0, "timeout_s": PATIENCE_S},
}


@dataclass
class AlertOffice:
    """`home` holds the configuration, the store and the file of alerts."""

    home: Path
    database_url: str
    sandbox_url: str
    unit: str = "dac-khu"

    @classmethod
    def make(cls, home: Path, database_url: str, sandbox_url: str, **rules: Any) -> "AlertOffice":
        shutil.copytree(ONE_FORM_CONFIG_DIR, home / "config")
        office = cls(home, database_url, sandbox_url)
        office.set_rules(**rules)
        return office

    def set_rules(self, **rules: Any) -> None:
        content = {**PLAIN, **rules}
        (self.home / "config/alerts.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")

    def change_config(self, name: str, old: str, new: str) -> None:
        path = self.home / "config" / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    @property
    def environment(self) -> dict[str, str]:
        return {
            "BAOCAO_HOME": str(self.home),
            "BAOCAO_CONFIG_DIR": str(self.home / "config"),
            "BAOCAO_DATABASE_URL": self.database_url,
            "BAOCAO_SANDBOX_URL": self.sandbox_url,
            "BAOCAO_UNIT": self.unit,
        }

    @contextmanager
    def open(self, now: datetime) -> Iterator[Workspace]:
        with open_workspace(Settings.read({**self.environment, "BAOCAO_NOW": now.isoformat()})) as workspace:
            yield workspace

    def run(self, now: datetime, period: str = "2025-Q4", unit: str | None = None) -> RunResult:
        """A report and its alerts, without the engine around them."""
        return self.tell(self.make_report(now, period, unit), now)

    def make_report(self, now: datetime, period: str = "2025-Q4", unit: str | None = None) -> RunResult:
        """A report alone."""
        with self.open(now) as workspace:
            plan = make_plan(workspace.catalogue, unit or self.unit, period, None, now)
            return run_from_sources(workspace, (plan,), late_stocks=True)[0]

    def tell(self, result: RunResult, now: datetime) -> RunResult:
        """The alerts of a report, as if it had just been made."""
        with self.open(now) as workspace:
            return alert(workspace, result)

    def watch(self, now: datetime, period: str | None = None) -> WatchResult:
        with self.open(now) as workspace:
            return watch_day(workspace, period, self.unit)

    def incidents(self, now: datetime) -> tuple[Incident, ...]:
        with self.open(now) as workspace:
            return workspace.store.incidents.open()

    @property
    def told(self) -> list[str]:
        """The subjects of all alerts so far."""
        return read_file(self.home)

    @property
    def text(self) -> str:
        return (self.home / "alerts.txt").read_text(encoding="utf-8")

"""A home in which much has happened, made once: a release, a changed rule, a replay that differs, open incidents."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from baocao.domain import Severity
from baocao.people import Actor, Grant, Person, PersonRole
from reporting.history.rerunning import PAYLOADS, rerun
from tests.flows.conftest import Ended, Installation
from tests.reporting.alerting.processes import raise_incident
from tests.reporting.alerting.samples import cause
from tests.reporting.conftest import NOW, UNIT, Office, plan_of
from tests.reporting.release.test_releasing import release

RULE = "where: {service_level: [full], channel: [online], status: {not: [registered, refused]}}"
COLUMN_SETTINGS = ("COLUMNS", "LINES")


@contextmanager
def without_engine() -> Iterator[None]:
    """As in a process that has not imported Prefect, whichever test of this one has."""
    prefect = sys.modules.pop("prefect", None)
    try:
        yield
    finally:
        if prefect is not None:
            sys.modules["prefect"] = prefect


@dataclass(frozen=True)
class Busy:
    """`before` and `after` are the form's files of both vintages."""

    office: Office

    @property
    def before(self) -> str:
        return str(self.office.home / "before" / "form.json")

    @property
    def after(self) -> str:
        return str(self.office.home / "after" / "form.json")

    def command(self, *arguments: str, sandbox_url: str = "http://127.0.0.1:9", **changed: str) -> Ended:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("BAOCAO_", "PREFECT_")) and name not in COLUMN_SETTINGS
        }
        office = self.office
        environment = {
            **kept,
            "BAOCAO_HOME": str(office.home),
            "BAOCAO_CONFIG_DIR": str(office.config_dir),
            "BAOCAO_NOW": NOW.isoformat(),
            "BAOCAO_SANDBOX_URL": sandbox_url,
            **changed,
        }
        with without_engine():
            return Installation(office.home, environment).run(*arguments)


def make_busy(made_once: Path, home: Path) -> Busy:
    shutil.copytree(made_once, home)
    office = Office(home, home / "config", f"sqlite:///{home}/var/baocao.db", None)
    release(office)
    shutil.copytree(office.out, home / "before")
    office.change_config("indicators.yaml", RULE, RULE.replace("online", "in_person"))
    with office.open() as workspace:
        rerun(workspace, plan_of(workspace), PAYLOADS)
        second = cause("figures/dac-khu/2025-Q4/b", severity=Severity.WARNING, subject_vi="漢字 Tỷ lệ [dài] " * 6)
        raise_incident(workspace.store, workspace.alerts, cause(), second)
        for code, name in (("hang.tap-huan", "Nguyễn Thị Hằng"), ("dung.tap-huan", "Phạm Văn Dũng")):
            person = Person(code, name, (Grant(PersonRole.OFFICER, UNIT),), is_demo=True)
            workspace.store.people.add(person, Actor(code, "may@test"), NOW)
    busy = Busy(office)
    busy.command("show", "2025-Q4", "--unit", UNIT, "--files", str(home / "after"))
    return busy

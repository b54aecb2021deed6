"""The province of the scripted quarter: its schedules on a clock of its own, and all that can be seen of what they do."""

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from dateutil.rrule import rrulestr
from sqlalchemy import create_engine, text

from baocao.catalogue import Catalogue
from baocao.domain import VIETNAM, Period
from baocao.store import FormKey, Store, open_store
from flows.deployments import list_deployments
from reporting.plan import make_plan, typed_figures
from reporting.schedule.operations import read_operations
from sandbox import configuration
from sandbox.server import RunningSandbox
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.crash.zygote import Zygote
from tests.flows.operations.installations import write_yaml

DATA_SET = "quiet:3"
PERIOD = "2025-Q4"
FORM = "2025-bieu-mau-7"
PROVINCE = "tinh"
UNITS = ("dac-khu", "don-vi-01", "xa-an-gio", PROVINCE)
FORM_KEYS = [FormKey(unit, FORM, Period.parse(PERIOD)) for unit in UNITS]
LATE, DEPARTMENT = "xa-an-gio", "don-vi-01"
CUT_OFF = datetime(2025, 12, 15, tzinfo=VIETNAM)
LATE_FIGURE = "architecture_updated_code"
ALERTS: dict[str, Any] = {
    "channels": {"log": {"kind": "file", "path": "alerts.txt"}},
    "routes": {"all": {"channels": ["log"]}},
    "quiet_hours": {"from": "18:00", "to": "07:00"},
}
SEEN = ("vintages", "captures", "incidents", "sends", "releases")


@dataclass(frozen=True)
class Firing:
    """A deployed schedule at one of its times."""

    at: datetime
    deployment: str
    parameters: Mapping[str, Any]


@dataclass(frozen=True)
class Taken:
    """How a run ended, and the sentence with which it did."""

    ends: str
    says: str


@dataclass
class Quarter:
    """One home on SQLite; each run is a process of its own, forked from the zygote."""

    home: Path
    sandbox: RunningSandbox
    zygote: Zygote
    database_url: str = field(init=False)

    def __post_init__(self) -> None:
        self.database_url = f"sqlite:///{self.home / 'var' / 'baocao.db'}"
        shutil.copytree(ONE_FORM_CONFIG_DIR, self.config)
        configuration.write(DATA_SET, self.config, [PERIOD])
        write_yaml(self.config / "alerts.yaml", ALERTS)
        self._change_tier()
        for unit in UNITS:
            self._type_in(unit, without=LATE_FIGURE if unit == LATE else "")

    @property
    def config(self) -> Path:
        return self.home / "config"

    def firings(self, begins: datetime, ends: datetime) -> list[Firing]:
        """Every time at which a schedule that is deployed is due, in the order in which Prefect starts them."""
        catalogue = Catalogue.read(self.config)
        found = [
            Firing(at, f"{one.entrypoint.split('.')[1].replace('_', '-')}/{one.name}", one.parameters | each.parameters)
            for one in list_deployments(catalogue, read_operations(catalogue))
            for each in one.schedules
            for at in occurrences(each.rrule, begins, ends)
        ]
        return sorted(found, key=lambda firing: firing.at)

    def take(self, flow: str, at: datetime, dies_at: str = "", **parameters: Any) -> Taken:
        """One run at that time, to its end."""
        self.sandbox.move_clock(at)
        environment = {
            "BAOCAO_HOME": str(self.home),
            "BAOCAO_CONFIG_DIR": str(self.config),
            "BAOCAO_DATABASE_URL": self.database_url,
            "BAOCAO_SANDBOX_URL": self.sandbox.url,
            "BAOCAO_NOW": at.isoformat(),
        }
        fatal = Catalogue.read(self.config).unit(dies_at).name if dies_at else None
        step = {"flow": flow, "parameters": parameters}
        (answer,) = self.zygote.order({"step": step, "environment": environment, "fatal": fatal})
        return Taken("killed", "") if answer["killed"] else Taken(answer.get("ends", "error"), answer["says"])

    def let_leases_run_out(self) -> None:
        """What the minute after a death does."""
        engine = create_engine(self.database_url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE lease SET expires_at = renewed_at"))
        engine.dispose()

    def give_figure(self) -> None:
        self._type_in(LATE)

    def seen(self) -> dict[str, Counter[str]]:
        """Everything that has happened so far."""
        with open_store(self.database_url, str(self.home / "var" / "payloads")) as store:
            return {name: Counter(_LOOKS[name](store)) for name in SEEN}

    def left_over(self) -> list[str]:
        """Messages that still wait, and whatever was made of another period than the script's."""
        with open_store(self.database_url, str(self.home / "var" / "payloads")) as store:
            waiting = [message.message.key for message in store.outbox.waiting()]
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            query = "SELECT unit_code || ' ' || period_code FROM {} WHERE period_code <> :period"
            queries = [text(query.format(table)) for table in ("vintage", "capture")]
            others = [row for each in queries for row in connection.execute(each, {"period": PERIOD}).scalars()]
        engine.dispose()
        return waiting + others

    def _change_tier(self) -> None:
        """A province adds up its departments as well."""
        path = self.config / "units.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["units"][DEPARTMENT]["tier"] = "department"
        write_yaml(path, content)

    def _type_in(self, unit: str, without: str = "") -> None:
        """The figures no system holds, those given by the data set and 1 for the others."""
        path = self.config / "manual" / unit / f"{PERIOD}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        catalogue = Catalogue.read(self.config)
        needed = typed_figures(catalogue, make_plan(catalogue, unit, PERIOD, None, CUT_OFF))
        given = yaml.safe_load(path.read_text(encoding="utf-8"))["figures"] if path.exists() else {}
        figure = {"value": 1, "given_by": "Văn phòng", "given_on": date(2025, 12, 10), "evidence": "Sổ của đơn vị"}
        figures = {code: given.get(code, dict(figure)) for code in needed if code != without}
        write_yaml(path, {"figures": figures})


def occurrences(rrule: str, begins: datetime, ends: datetime) -> list[datetime]:
    found = rrulestr(rrule).between(begins.replace(tzinfo=None), ends.replace(tzinfo=None), inc=True)
    return [at.replace(tzinfo=VIETNAM) for at in found]


def _vintages(store: Store) -> Iterator[str]:
    for key in FORM_KEYS:
        for one in store.vintages.list(key):
            yield f"{key.unit_code} {one.key.vintage} {one.exit_code if one.is_whole else one.status.value}"


def _captures(store: Store) -> Iterator[str]:
    for unit in UNITS:
        for one in store.captures.list(unit, Period.parse(PERIOD)):
            yield f"{unit} {one.source_code} {one.failure.exit_code if one.failure else 0}"


def _incidents(store: Store) -> Iterator[str]:
    for one in store.incidents.all():
        yield f"opened {one.fingerprint}"
        if not one.is_open:
            yield f"recovered {one.fingerprint}"


def _sends(store: Store) -> Iterator[str]:
    for one in store.outbox.sent(limit=1000):
        facts = one.message.facts
        yield f"{facts['kind']} {facts.get('fingerprint') or facts['owner'] + ' ' + facts['units']}"


def _releases(store: Store) -> Iterator[str]:
    for entry in store.releases.list():
        if entry.kind in ("publish", "restate", "unlock"):
            yield f"{entry.form_key.unit_code} {entry.content['revision']}"


_LOOKS = {
    "vintages": _vintages,
    "captures": _captures,
    "incidents": _incidents,
    "sends": _sends,
    "releases": _releases,
}

"""An installation at rest between two steps, that can be copied and looked at."""

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import yaml
from sqlalchemy import create_engine, text

from baocao.domain import FormStage, Period
from baocao.store import FormKey, Store, open_store
from reporting.release.verifying import verify
from reporting.standing import find_standing
from sandbox.credentials import ENVIRONMENT
from sandbox.world.data_sets import data_set
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.crash.work import PERIOD, UNIT
from tests.crash.zygote import Zygote
from tests.postgres import PostgresServer
from tests.reporting.alerting.sinks import PostSink

NOW = data_set("tiny").now
LATER = timedelta(days=30)
KEY = FormKey(UNIT, "2025-bieu-mau-7", Period.parse(PERIOD))
# Files that do not name their vintage: of the same figures they are the same to the byte, whichever try made them.
SAME_FILES = ("form.docx", "form.pdf", "form.xlsx", "form.csv", "checks.json", "indicators.json")
COUNTED = (
    "observation", "filled_form", "check_result", "coverage", "source_failure", "payload", "release_log",
    "release_head",
    "incident", "incident_event", "outbox",
)  # fmt: skip


@dataclass(frozen=True)
class Sources:
    """The played systems at the end of the period, one of them refusing us, then all well, and a month later.

    `sink` takes the alerts.
    """

    refusing_url: str
    first_url: str
    later_url: str
    sink: PostSink

    def at(self, step: str) -> tuple[datetime, str]:
        if step in ("accept", "approve_again", "restate"):
            return NOW + LATER, self.later_url
        return NOW, self.refusing_url if step == "run_in_trouble" else self.first_url

    def take_told(self) -> Counter[str]:
        """How often each alert was taken since the last look, by its idempotency key."""
        told = Counter(headers["Idempotency-Key"] for headers in self.sink.headers)
        self.sink.headers.clear()
        return told


@dataclass
class Installation:
    """A home and its database; `postgres` where that is on a server. Closing gives the database back."""

    home: Path
    sources: Sources
    zygote: Zygote
    postgres: PostgresServer | None = None
    database_url: str = ""
    _held: ExitStack = field(default_factory=ExitStack)

    @classmethod
    def new(cls, home: Path, sources: Sources, zygote: Zygote, postgres: PostgresServer | None) -> Self:
        made = cls(home, sources, zygote, postgres)
        shutil.copytree(ONE_FORM_CONFIG_DIR, home / "config")
        rules = yaml.safe_dump(made.alert_rules())
        (home / "config" / "alerts.yaml").write_text(rules, encoding="utf-8")
        made.database_url = f"sqlite:///{home}/var/baocao.db"
        if postgres is not None:
            made.database_url = made._held.enter_context(postgres.new_database())
        made.store().close()
        return made

    def alert_rules(self) -> dict[str, Any]:
        return alert_rules(self.sources.sink.url)

    def copy(self, home: Path) -> Self:
        """The same at another place."""
        shutil.copytree(self.home, home)
        copied = type(self)(home, self.sources, self.zygote, self.postgres, f"sqlite:///{home}/var/baocao.db")
        if self.postgres is not None:
            copied.database_url = copied._held.enter_context(self.postgres.new_database(copy_of=self.database_url))
        return copied

    def close(self) -> None:
        self._held.close()
        shutil.rmtree(self.home)

    def store(self) -> Store:
        return open_store(self.database_url, str(self.home / "var" / "payloads"))

    def order(self, step: str, **death: Any) -> dict[str, Any]:
        now, url = self.sources.at(step)
        environment = {
            **ENVIRONMENT,
            "BAOCAO_HOME": str(self.home),
            "BAOCAO_CONFIG_DIR": str(self.home / "config"),
            "BAOCAO_DATABASE_URL": self.database_url,
            "BAOCAO_NOW": now.isoformat(),
            "BAOCAO_SANDBOX_URL": url,
        }
        return {"step": step, "environment": environment, **death}

    def take(self, step: str, **death: Any) -> dict[str, Any]:
        """Take the step in a process of its own, which may die of it."""
        (answer,) = self.zygote.order(self.order(step, **death))
        return answer

    def let_leases_run_out(self) -> None:
        """What the minute after a death does."""
        engine = create_engine(self.database_url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE lease SET expires_at = renewed_at"))
        engine.dispose()

    @property
    def out(self) -> Path:
        return self.home / "out" / UNIT / PERIOD / KEY.form_code

    def state(self) -> FormStage:
        with self.store() as store:
            return find_standing(store, KEY).stage

    def damages(self) -> list[str]:
        with self.store() as store:
            return [str(finding.damage) for finding in verify(store, self.home / "out").findings]

    def count_rows(self) -> dict[str, int]:
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            found = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in COUNTED}
            whole = "SELECT count(*) FROM vintage WHERE status = 'checked'"
            unsent = "SELECT count(*) FROM outbox WHERE sent_at IS NULL"
            found["unsent"] = connection.execute(text(unsent)).scalar_one()
            found["whole"] = connection.execute(text(whole)).scalar_one()
            found["open"] = connection.execute(
                text("SELECT count(*) FROM vintage WHERE status IN ('running', 'collected')")
            ).scalar_one()
        engine.dispose()
        return found

    def set_is_whole(self) -> bool:
        """What a reader of out/ finds: nothing yet, or every file its manifest names, as it names it."""
        if not self.out.exists():
            return True
        manifest = json.loads((self.out / "manifest.json").read_bytes())
        return all(_hash(self.out / name) == sha256 for name, sha256 in manifest["files"].items())

    def files(self) -> dict[str, str]:
        """The form's files that do not depend on the number of the try."""
        return {name: _hash(self.out / name) for name in SAME_FILES if (self.out / name).is_file()}

    def leftovers(self) -> list[Path]:
        return [path for path in self.home.glob("out/**/.*") if path.suffix in (".new", ".old", ".tmp")]

    def log(self) -> list[dict[str, Any]]:
        """The release log without what names the try, the machine or the chain."""
        with self.store() as store:
            return [{"kind": entry.kind, "at": entry.at, **_plain(entry.content)} for entry in store.releases.list()]


def alert_rules(url: str) -> dict[str, Any]:
    return {
        "channels": {"hook": {"kind": "webhook", "address": url}},
        "routes": {"all": {"channels": ["hook"], "severities": ["critical", "warning", "info"]}},
        "retries": {"attempts": 1},
    }


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("by", "reason", "early", "revision", "inputs", "checks", "failed_checks", "changes", "config_hash")
    files = {name: file["sha256"] for name, file in content.get("files", {}).items() if name in SAME_FILES}
    return {name: content[name] for name in kept if name in content} | {"files": files}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

"""An installation at rest between two steps, that can be copied and looked at."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from baocao.domain import Period
from baocao.settings import CHECKOUT_DIR
from baocao.store import FormKey, Store, open_store
from flows.standing import State, find_standing
from flows.verifying import verify
from sandbox.credentials import ENVIRONMENT
from sandbox.data_sets import data_set
from tests.crash.work import PERIOD, UNIT
from tests.crash.zygote import Zygote
from tests.postgres import PostgresServer

NOW = data_set("tiny").now
LATER = timedelta(days=30)
KEY = FormKey(UNIT, "2025-bieu-mau-7", Period.parse(PERIOD))
# Files that do not name their vintage: of the same figures they are the same to the byte, whichever try made them.
SAME_FILES = ("form.docx", "form.pdf", "form.xlsx", "form.csv", "checks.json", "indicators.json")
COUNTED = ("observation", "filled_form", "check_result", "source_failure", "payload", "release_log", "release_head")


@dataclass(frozen=True)
class Sources:
    """The played systems at the end of the period and a month later."""

    first_url: str
    later_url: str

    def at(self, step: str) -> tuple[datetime, str]:
        is_later = step in ("accept", "approve_again", "restate")
        return (NOW + LATER, self.later_url) if is_later else (NOW, self.first_url)


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
    def new(cls, home: Path, sources: Sources, zygote: Zygote, postgres: PostgresServer | None) -> "Installation":
        made = cls(home, sources, zygote, postgres)
        shutil.copytree(CHECKOUT_DIR / "config", home / "config")
        made.database_url = f"sqlite:///{home}/var/baocao.db"
        if postgres is not None:
            made.database_url = made._held.enter_context(postgres.new_database())
        made.store().close()
        return made

    def copy(self, home: Path) -> "Installation":
        """The same at another place."""
        shutil.copytree(self.home, home)
        copied = Installation(home, self.sources, self.zygote, self.postgres, f"sqlite:///{home}/var/baocao.db")
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

    def state(self) -> State:
        with self.store() as store:
            return find_standing(store, KEY).state

    def damages(self) -> list[str]:
        with self.store() as store:
            return [str(finding.damage) for finding in verify(store, self.home / "out").findings]

    def count_rows(self) -> dict[str, int]:
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            found = {name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one() for name in COUNTED}
            whole = "SELECT count(*) FROM vintage WHERE status = 'checked'"
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
            return [{"kind": entry.kind, "at": entry.at, **_plain(entry.content)} for entry in store.release_log()]


def _plain(content: Mapping[str, Any]) -> dict[str, Any]:
    kept = ("by", "reason", "early", "revision", "inputs", "checks", "failed_checks", "changes", "config_hash")
    files = {name: file["sha256"] for name, file in content.get("files", {}).items() if name in SAME_FILES}
    return {name: content[name] for name in kept if name in content} | {"files": files}


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()

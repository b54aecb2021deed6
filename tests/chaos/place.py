"""An installation to which commands are given by their command line, and its books."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Self

from sqlalchemy import create_engine, inspect, text

from baocao.store.database.schema import VERSION_TABLE
from tests.chaos.commands import Command
from tests.chaos.mail import RECIPIENTS, PostOffice
from tests.crash.installation import KEY, LATER, NOW, Installation
from tests.crash.work import UNIT
from tests.signed_in import sign_in_to

CLOCKED = {
    "lease": ("renewed_at", "expires_at", "acquired_at"),
    "outbox": ("held_until",),
    "rate_limit": ("next_at",),
    "slot": ("expires_at",),
}
"""What is reckoned by the database's clock."""


@dataclass
class Place(Installation):
    """Letters go to the post office of the round."""

    post: ClassVar[PostOffice]

    def alert_rules(self) -> dict[str, Any]:
        mail = {
            "kind": "email", "host": "127.0.0.1", "port": self.post.port, "tls": "plain",
            "sender": "baocao@bienmau.vi-du.vn", "to": list(RECIPIENTS),
        }  # fmt: skip
        route = {"channels": ["mail"], "severities": ["critical", "warning", "info"]}
        return {"channels": {"mail": mail}, "routes": {"all": route}, "retries": {"attempts": 1}}

    @classmethod
    def empty(cls, home: Path, beside: "Place") -> Self:
        """A home without a store or configuration, but for the back-up another has made."""
        made = cls(home, beside.sources, beside.zygote, beside.postgres, f"sqlite:///{home}/var/baocao.db")
        shutil.copytree(beside.home / "kept", home / "kept")
        if beside.postgres is not None:
            made.database_url = made._held.enter_context(beside.postgres.new_database())
        return made

    def give(self, command: Command, *, hours: float = 0, elsewhere: bool = False, **death: Any) -> dict[str, Any]:
        """Give the command in a process of its own; `hours` says how wrong the clock is."""
        self.post.is_closed = command.mail == "refused"
        order = self.command_order(command, hours=hours, elsewhere=elsewhere, **death)
        started = time.monotonic()
        (answer,) = self.zygote.order(order)
        return {**answer, "seconds": time.monotonic() - started}

    def command_order(
        self, command: Command, *, hours: float = 0, elsewhere: bool = False, **death: Any
    ) -> dict[str, Any]:
        order = self.order("run_in_trouble" if command.source == "refusing" else "run", **death)
        at, url = (NOW + LATER, self.sources.later_url) if command.source == "later" else (NOW, "")
        if command.by:
            with self.store() as store:
                order["environment"] |= sign_in_to(store, self.database_url, self.home, command.by, UNIT)
        at += timedelta(hours=command.hours_later + hours)
        order["environment"]["BAOCAO_NOW"] = at.isoformat()
        if url:
            order["environment"]["BAOCAO_SANDBOX_URL"] = url
        line = [word.format(**self._figures()) if "{" in word else word for word in command.line]
        return {**order, "step": {"argv": line, "elsewhere": elsewhere}}

    def _figures(self) -> Mapping[str, str]:
        with self.store() as store:
            latest = store.vintages.find_latest(KEY)
            assert latest is not None
            counted = next(
                one for one in store.contents.observations(latest.key)
                if one.value and one.steps and one.indicator_code.endswith("_count") and "dossier" in one.indicator_code
                and len(one.steps) > 1
            )  # fmt: skip
        assert counted.value is not None
        return {"cell": counted.indicator_code, "was": str(counted.value), "now": str(counted.value + 1)}

    def jump_clock(self, hours: float) -> None:
        """What is left when the database's clock jumps by so many hours: every moment in it is that much earlier."""
        engine = create_engine(self.database_url)
        tables = inspect(engine).get_table_names()
        with engine.begin() as connection:
            for table, names in CLOCKED.items():
                for name in names if table in tables else ():
                    rows = connection.execute(text(f"SELECT DISTINCT {name} FROM {table} WHERE {name} IS NOT NULL"))
                    for (at,) in rows.all():
                        new = _moved(at, -hours)
                        change = text(f"UPDATE {table} SET {name} = :new WHERE {name} = :old")
                        connection.execute(change, {"new": new, "old": at})
        engine.dispose()

    def copy(self, home: Path) -> Self:
        copied = super().copy(home)
        if copied.postgres is not None:
            copied.settle_sequences()
        return copied

    def settle_sequences(self) -> None:
        """A copy of a database knows less of its sequences than a server needs that dies: PostgreSQL notes 32 numbers
        at once, and in a copy that note is missing, so that after its death it gives out the same numbers again.
        """
        engine = create_engine(self.database_url)
        with engine.begin() as connection:
            for name in inspect(engine).get_sequence_names():
                last, is_called = connection.execute(text(f"SELECT last_value, is_called FROM {name}")).one()
                connection.execute(text("SELECT setval(:name, :last, :called)"),
                                   {"name": name, "last": last, "called": is_called})  # fmt: skip
        engine.dispose()

    def books(self, *, by_the_clock: bool = True) -> dict[str, Any]:
        """All that must be the same whether or not a command died on its way."""
        told = self.count_rows()
        with self.store() as store:
            keys = {entry.form_key for entry in store.releases.list()} | {KEY}
            latest = [found for key in keys if (found := store.vintages.find_latest(key))]
            figures = {
                str(one.key.form_key): sorted((o.indicator_code, str(o.value), o.status.value)
                                              for o in store.contents.observations(one.key))
                for one in latest
            }  # fmt: skip
            incidents = [
                (
                    one.fingerprint,
                    one.severity.value,
                    one.is_open,
                    [e.kind.value for e in store.incidents.history(one.number)],
                )
                for one in store.incidents.all()
            ]
            captures = [c.failure is None for c in store.captures.list(UNIT, KEY.period)]
        log = self.log()
        if not by_the_clock:
            log = [
                {name: value for name, value in entry.items() if name not in ("at", "files", "inputs")} for entry in log
            ]
        return {
            "log": log,
            "figures": figures,
            "incidents": incidents,
            "good captures": sum(captures),
            "files": self.files() if by_the_clock else {},
            "letters": told["outbox"],
            "unsent": told["unsent"],
            "answers": told["payload"] if by_the_clock else None,
            "corrections": {path.name: path.read_text(encoding="utf-8") for path in self._corrections()},
            "schema": self._schema(),
        }

    def _corrections(self) -> list[Path]:
        return sorted((self.home / "config" / "corrections" / UNIT).glob("*"))

    def _schema(self) -> str:
        engine = create_engine(self.database_url)
        with engine.connect() as connection:
            found = str(connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one())
        engine.dispose()
        return found


def _moved(at: datetime | str, hours: float) -> datetime | str:
    """The moment so many hours later, as the database holds it."""
    if isinstance(at, datetime):
        return at + timedelta(hours=hours)
    return (datetime.fromisoformat(at) + timedelta(hours=hours)).isoformat(timespec="microseconds")

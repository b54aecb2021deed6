"""A province's installation that lives through the years in one process: every quarter run, checked, approved, released.

The configuration grows as it would in an office: the figures people type in are there from the morning after a period on.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from baocao.settings import CHECKOUT_DIR, Settings
from baocao.store import FormKey
from flows.plan import Plan, make_plan
from flows.release_entries import Request
from flows.releasing import approve, prepare, publish, restate
from flows.replaying import ask_again
from flows.rerunning import PAYLOADS, SOURCES, Rerun, accept_rerun, rerun
from flows.workspace import Workspace, open_workspace
from sandbox import configuration
from sandbox.periods import morning_after
from sandbox.server import RunningSandbox

LAN, MINH = Request("lan"), Request("minh")
MONTH = timedelta(days=30)
Form = tuple[str, str]  # unit and period


@dataclass(frozen=True)
class Released:
    """A release as it lay under out/ on its day: the SHA-256 of each file by name."""

    form_key: FormKey
    revision: int
    files: dict[str, str]


@dataclass(frozen=True)
class Mended:
    """A typed-in figure of a form that was wrong, as the line of its file says it before and after."""

    form: Form
    was: str
    now: str


@dataclass
class Province:
    """One installation; `released` grows with every release and restatement, `reruns` with every restatement."""

    home: Path
    database_url: str
    sandbox: RunningSandbox
    released: list[Released] = field(default_factory=list)
    reruns: list[Rerun] = field(default_factory=list)

    def __post_init__(self) -> None:
        shutil.copytree(CHECKOUT_DIR / "config", self.config_dir)
        configuration.write(self.name, self.config_dir, ())

    @property
    def name(self) -> str:
        return self.sandbox.data_set.name

    @property
    def config_dir(self) -> Path:
        return self.home / "config"

    @contextmanager
    def at(self, now: datetime) -> Iterator[Workspace]:
        """Open on that day, the source systems' clock set to it."""
        self.sandbox.move_clock(now)
        environment = {
            "BAOCAO_HOME": str(self.home),
            "BAOCAO_CONFIG_DIR": str(self.config_dir),
            "BAOCAO_DATABASE_URL": self.database_url,
            "BAOCAO_NOW": now.isoformat(),
            "BAOCAO_SANDBOX_URL": self.sandbox.url,
        }
        with open_workspace(Settings.read(environment)) as workspace:
            yield workspace

    def live(self, period_codes: Sequence[str], *, late: Sequence[Form] = (), mended: Sequence[Mended] = ()) -> None:
        """Report each period on the morning after it, those that end together on the same morning.

        A month after theirs the `late` forms are asked for again and restated, after two the `mended` ones. All in the
        order of the calendar.
        """
        days: list[tuple[datetime, Callable[[datetime], None]]] = []
        days += [(morning_after(period), partial(self._report, period)) for period in sorted(period_codes)]
        days += [(morning_after(form[1]) + MONTH, partial(self._restate_late, form)) for form in late]
        days += [(morning_after(one.form[1]) + 2 * MONTH, partial(self._restate_mended, one)) for one in mended]
        for now, do in sorted(days, key=lambda day: day[0]):
            do(now)

    def _report(self, period: str, now: datetime) -> None:
        configuration.write_typed(self.name, self.config_dir, period)
        with self.at(now) as workspace:
            for unit in self.sandbox.data_set.units_reporting(period):
                self._release(workspace, plan_of(workspace, unit, period))

    def _restate_late(self, form: Form, now: datetime) -> None:
        """Ask again, accept what came late, restate."""
        with self.at(now) as workspace:
            self._restate(workspace, form, SOURCES, "Hồ sơ nhập muộn")

    def _restate_mended(self, one: Mended, now: datetime) -> None:
        """A figure was typed in wrongly: the kept answers are counted again with the right one."""
        unit, period = one.form
        path = self.config_dir / "manual" / unit / f"{period}.yaml"
        text = path.read_text(encoding="utf-8")
        assert one.was in text
        path.write_text(text.replace(one.was, one.now, 1), encoding="utf-8")
        with self.at(now) as workspace:
            self._restate(workspace, one.form, PAYLOADS, "Số nhập tay sai")

    def _release(self, workspace: Workspace, plan: Plan) -> None:
        result = ask_again(workspace, plan, None, late_stocks=True)
        assert result.exit_code == 0, (plan.label, result.failed_checks, result.failures)
        key = result.vintage.form_key
        prepare(workspace, key, LAN)
        approve(workspace, key, MINH)
        publish(workspace, key, MINH)
        self._note(workspace, key, 0)

    def _restate(self, workspace: Workspace, form: Form, source: str, reason: str) -> None:
        done = rerun(workspace, plan_of(workspace, *form), source)
        done = accept_rerun(workspace, done, Request("lan", reason))
        key = done.result.vintage.form_key
        approve(workspace, key, MINH)
        self._note(workspace, key, restate(workspace, key, MINH).revision)
        self.reruns.append(done)

    def _note(self, workspace: Workspace, key: FormKey, revision: int) -> None:
        files = {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.folder(key).iterdir()
            if path.is_file() and path.name != "release.json"
        }
        self.released.append(Released(key, revision, files))

    def folder(self, key: FormKey) -> Path:
        return self.home / "out" / key.unit_code / key.period.code / key.form_code


def plan_of(workspace: Workspace, unit: str, period: str) -> Plan:
    return make_plan(workspace.catalogue, unit, period, None, workspace.settings.now())

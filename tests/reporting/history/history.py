"""A province's installation that lives through the years in one process: every quarter run, checked, approved, released.

The configuration grows as it would in an office: the figures people type in are there from the morning after a period
on, signed corrections from the day they were signed.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import yaml

from baocao.settings import Settings
from baocao.store import FormKey
from reporting.collection.capture_plans import capture_plans, plan_tonight
from reporting.history.correcting import CorrectionRequest, write_correction
from reporting.history.rerunning import PAYLOADS, SOURCES, Rerun, accept_rerun, rerun
from reporting.outcome import RunResult
from reporting.pipeline import run_from_sources
from reporting.plan import Plan, make_plan, typed_figures
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish, restate
from reporting.workspace import Workspace, open_workspace
from sandbox import configuration
from sandbox.server import RunningSandbox
from sandbox.world.periods import morning_after
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.history.events import Events, Form, Mended

LAN, MINH = StepRequest("lan"), StepRequest("minh")
MONTH = timedelta(days=30)
AFTER_CUTOFF = timedelta(hours=7, seconds=1)
PROVINCE_UNIT = "tinh"
DEPARTMENT, DISTRICT = "don-vi-01", "xa-gio"
CORRECTED = "dossiers_full_count"


@dataclass(frozen=True)
class Released:
    """A release as it lay under out/ on its day: the SHA-256 of each file by name."""

    form_key: FormKey
    revision: int
    files: dict[str, str]


@dataclass
class Province:
    """One installation; `released` grows with every release and restatement, `reruns` with every restatement."""

    home: Path
    database_url: str
    sandbox: RunningSandbox
    released: list[Released] = field(default_factory=list)
    reruns: list[Rerun] = field(default_factory=list)

    def __post_init__(self) -> None:
        shutil.copytree(ONE_FORM_CONFIG_DIR, self.config_dir)
        configuration.write(self.name, self.config_dir, ())
        self._settle_tiers()

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

    def _settle_tiers(self) -> None:
        """A province's form has rows for its departments and, until the merger, its districts: some units are such."""
        path = self.config_dir / "units.yaml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["units"][DEPARTMENT]["tier"] = "department"
        content["units"][DISTRICT]["tier"] = "district"
        path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def live(self, period_codes: Sequence[str], events: Events) -> None:
        """Report each period on the morning after it, those that end together on the same morning; in calendar order."""
        days: list[tuple[datetime, Callable[[datetime], None]]] = []
        days += [(morning_after(period) - AFTER_CUTOFF, self._capture) for period in events.captured]
        for period in sorted(period_codes):
            days.append((morning_after(period), partial(self._report, period, events.left_out)))
            if period in events.rolled_up:
                days.append((morning_after(period), partial(self._roll_up, period)))
        days += [(morning_after(form[1]) + MONTH, partial(self._restate_late, form)) for form in events.late]
        days += [(morning_after(one.form[1]) + 2 * MONTH, partial(self._restate_mended, one)) for one in events.mended]
        days += [(morning_after(form[1]) + 2 * MONTH, partial(self._correct, form)) for form in events.corrected]
        for now, do in sorted(days, key=lambda day: day[0]):
            do(now)

    def _capture(self, now: datetime) -> None:
        with self.at(now) as workspace:
            assert capture_plans(workspace, plan_tonight(workspace.catalogue, None, now)).exit_code == 0

    def _report(self, period: str, left_out: Sequence[Form], now: datetime) -> None:
        units = [unit for unit in self.sandbox.data_set.units_reporting(period) if (unit, period) not in left_out]
        configuration.write_typed(self.name, self.config_dir, period)
        self._type_in(set(units) & {DISTRICT}, period, now)
        with self.at(now) as workspace:
            for unit in units:
                plan = plan_of(workspace, unit, period)
                self._release(workspace, run_from_sources(workspace, (plan,))[0])

    def _roll_up(self, period: str, now: datetime) -> None:
        """The province's own form."""
        self._type_in({PROVINCE_UNIT}, period, now)
        with self.at(now) as workspace:
            self._release(workspace, run_from_sources(workspace, (plan_of(workspace, PROVINCE_UNIT, period),))[0])

    def _type_in(self, units: Iterable[str], period: str, now: datetime) -> None:
        """What the people of these units type in, the same in every period."""
        given = {"value": 1, "given_by": "Văn phòng", "given_on": now.date(), "evidence": "Sổ theo dõi"}
        for unit in units:
            with self.at(now) as workspace:
                codes = typed_figures(workspace.catalogue, plan_of(workspace, unit, period))
            path = self.config_dir / "manual" / unit / f"{period}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(yaml.safe_dump({"figures": {code: dict(given) for code in codes}}), encoding="utf-8")

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

    def _correct(self, form: Form, now: datetime) -> None:
        """Two paper dossiers were never keyed in: a signed correction adds them, and the form is restated."""
        with self.at(now) as workspace:
            plan = plan_of(workspace, *form)
            latest = workspace.store.vintages.find_latest(FormKey(form[0], plan.form.form_code, plan.period))
            assert latest is not None
            figures = {one.indicator_code: one.value for one in workspace.store.contents.observations(latest.key)}
            said = figures[CORRECTED]
            assert said is not None
            reason, evidence = "Hai hồ sơ giấy chưa nhập vào hệ thống", "Sổ tiếp nhận số 12"
            write_correction(
                workspace,
                plan,
                CorrectionRequest(CORRECTED, f"{said}", f"{said + 2}", reason, evidence, "Trưởng bộ phận"),
            )
        with self.at(now) as workspace:
            self._restate(workspace, form, PAYLOADS, reason)

    def _release(self, workspace: Workspace, result: RunResult) -> None:
        assert result.exit_code == 0, (result.plan.label, result.failed_checks, result.failures)
        key = result.vintage.form_key
        prepare(workspace, key, LAN)
        approve(workspace, key, MINH)
        publish(workspace, key, MINH)
        self._note(workspace, key, 0)

    def _restate(self, workspace: Workspace, form: Form, source: str, reason: str) -> None:
        done = rerun(workspace, plan_of(workspace, *form), source, typed_today=True)
        done = accept_rerun(workspace, done, StepRequest("lan", reason))
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

"""A province in the evening before its forms are due: forms made, eight periods of figures behind them, its people.

A few units are collected from the sandbox; the others, and all earlier periods, are given copies of what these have
through the store, as a run would have kept it: the pages read the same rows, and the province is there in a minute.
"""

import os
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from baocao.domain import FilledForm, Observation, Period
from baocao.people import Actor, Grant, Person, PersonRole
from baocao.settings import CHECKOUT_DIR, Settings
from baocao.store import FormKey, Store, Vintage
from desk.people.keys import DeskKey, read_key
from desk.people.passwords import hash_password
from reporting.entering.figures import FigureRequest, enter_figure
from reporting.pipeline import make_reports
from reporting.plan import Plan, make_plans, typed_figures
from reporting.workspace import Workspace, code_version, open_workspace
from sandbox.configuration import write
from sandbox.credentials import ENVIRONMENT
from sandbox.server import start
from sandbox.world.data_sets import data_set

PERIOD: Final = "2025-Q4"
DUE_EVENING: Final = datetime.fromisoformat("2025-12-17T16:00:00+00:00")
"""23:00 in Vietnam; the forms of the quarter are due on the next day."""
SERIES: Final = ("xay-dung-chinh-quyen-so", "giai-quyet-thu-tuc", "cai-cach-hanh-chinh")
DOSSIERS_PER_UNIT: Final = 100
PERIODS_BACK: Final = 7
PASSWORD: Final = "cua-so-mo-ra-canh-dong"
TELEPHONE: Final = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
UNITS_OF_APPROVER: Final = 14
SAID: Final = "Sổ theo dõi văn bản của đơn vị, quý IV"


@dataclass(frozen=True)
class Worker:
    """Somebody who signs in during the measurement, and for which units they work."""

    code: str
    role: PersonRole
    unit_codes: tuple[str, ...]


@dataclass(frozen=True)
class MadeProvince:
    """An installation on the disk. `typed` are the figures of each form that are typed in, by form code."""

    environment: Mapping[str, str]
    workers: tuple[Worker, ...]
    typed: Mapping[str, tuple[str, ...]]

    @property
    def settings(self) -> Settings:
        return Settings.read(self.environment)


def make_province(home: Path, database_url: str, units: int, collected: int) -> MadeProvince:
    """`collected` of the units are asked for at the sandbox's systems."""
    name = f"province:{units}x{units * DOSSIERS_PER_UNIT}"
    config_dir = home / "config"
    shutil.copytree(CHECKOUT_DIR / "config", config_dir, ignore=shutil.ignore_patterns("manual"))
    write(name, config_dir, [], series=SERIES)
    codes = data_set(name).unit_codes
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("BAOCAO_", "PREFECT_"))}
    places = {"BAOCAO_HOME": str(home), "BAOCAO_CONFIG_DIR": str(config_dir), "BAOCAO_DATABASE_URL": database_url}
    environment = {**kept, **ENVIRONMENT, **places, "BAOCAO_NOW": DUE_EVENING.isoformat()}
    os.environ.update(ENVIRONMENT)
    with start(name) as running:
        environment["BAOCAO_SANDBOX_URL"] = running.url
        with open_workspace(Settings.read(environment)) as workspace:
            typed = _make_forms(workspace, codes, collected)
            workers = tuple(list_workers(codes))
            _add_people(workspace.store, workers, read_key(workspace.settings.desk_key_file))
    return MadeProvince(environment, workers, typed)


def _make_forms(workspace: Workspace, codes: Sequence[str], collected: int) -> dict[str, tuple[str, ...]]:
    plans_of = {code: make_plans(workspace.catalogue, code, PERIOD, None, workspace.settings.now()) for code in codes}
    for code in codes:
        _type_in(workspace, plans_of[code])
    for code in codes[:collected]:
        make_reports(workspace, plans_of[code])
        print(f"  {code} collected", file=sys.stderr)
    for number, code in enumerate(codes):
        like = codes[number % collected]
        for plan, example in zip(plans_of[code], plans_of[like], strict=True):
            _copy(workspace, example, plan, earlier_only=number < collected)
    return {plan.form.form_code: typed_figures(workspace.catalogue, plan) for plan in plans_of[codes[0]]}


def _type_in(workspace: Workspace, plans: Iterable[Plan]) -> None:
    """What no system holds, as the shipped unit's own people gave it."""
    path = CHECKOUT_DIR / "config" / "manual" / "dac-khu" / f"{PERIOD}.yaml"
    figures: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))["figures"]
    for plan in plans:
        for code in typed_figures(workspace.catalogue, plan):
            value = str(figures[code]["value"]).replace(".", ",")
            enter_figure(workspace, plan, FigureRequest(code, value, "Văn phòng", SAID, "van-phong", 0))


def _copy(workspace: Workspace, example: Plan, plan: Plan, *, earlier_only: bool) -> None:
    """The example's vintage as the plan's own and, with other figures, as those of the periods before."""
    store = workspace.store
    vintage = store.vintages.find_latest(example.form_key)
    if vintage is None:
        raise SystemExit(f"{example.label}: not made")
    if not earlier_only:
        _keep(store, vintage, plan.form_key)
    if plan.form.matrix is None:
        for period in _periods_before(plan.period):
            _keep(store, vintage, replace(plan.form_key, period=period))


def _periods_before(period: Period) -> Iterator[Period]:
    for _ in range(PERIODS_BACK):
        period = period.predecessor
        yield period


def _keep(store: Store, vintage: Vintage, key: FormKey) -> None:
    is_now = key.period == vintage.key.period
    with store.leases.hold(key) as lease:
        opened = store.vintages.open(
            lease, opened_at=DUE_EVENING, code_version=code_version(), config_hash=vintage.config_hash
        )
        if is_now:
            for one in store.collections.list(vintage.key):
                store.collections.keep(opened, replace(one, unit_code=key.unit_code))
        store.vintages.finish(
            opened,
            observations=[_figure_of(one, key) for one in store.contents.observations(vintage.key)],
            filled_form=_form_of(store.contents.filled_form(vintage.key), key),
            check_results=store.contents.check_results(vintage.key) if is_now else (),
            coverages=store.contents.coverages(vintage.key) if is_now else (),
            known_at=DUE_EVENING,
            exit_code=vintage.exit_code or 0,
        )


def _figure_of(one: Observation, key: FormKey) -> Observation:
    return replace(one, unit_code=key.unit_code, period=key.period)


def _form_of(form: FilledForm, key: FormKey) -> FilledForm:
    return replace(form, unit_code=key.unit_code, period=key.period, vintage=1)


def list_workers(codes: Sequence[str]) -> Iterator[Worker]:
    """An officer for every unit, approvers for some each, three of the province."""
    for code in codes:
        yield Worker(f"can-bo.{code}", PersonRole.OFFICER, (code,))
    for first in range(0, len(codes), UNITS_OF_APPROVER):
        theirs = tuple(codes[first : first + UNITS_OF_APPROVER])
        yield Worker(f"lanh-dao.{first // UNITS_OF_APPROVER}", PersonRole.APPROVER, theirs)
    for number in range(3):
        yield Worker(f"tinh.{number}", PersonRole.PROVINCE, ("tinh",))


def _add_people(store: Store, workers: Iterable[Worker], key: DeskKey) -> None:
    hashed, by, at = hash_password(PASSWORD), Actor("cntt", "bench"), datetime.now(UTC)
    for one in workers:
        grants = tuple(Grant(one.role, unit_code) for unit_code in one.unit_codes)
        store.people.add(Person(one.code, f"Nguyễn Thị {one.code}", grants), by, at)
        store.people.set_password(one.code, hashed, by, at, must_change=False)
        if one.role is PersonRole.APPROVER:
            store.people.set_second_factor(one.code, key.encipher(TELEPHONE), by, at)

"""The steps a form goes through, as functions of one installation, and the death of the process that takes them.

A transition is a commit (before it and after it), every moment a file or folder gets its name, and the moment an alert
is about to go out. The counter is told of them by SQLAlchemy's events and Python's audit events: the product knows
nothing of it.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from baocao.errors import BaocaoError
from baocao.settings import Settings
from baocao.store import FormKey
from reporting.alerting.run_alerts import alert
from reporting.history.rerunning import SOURCES, accept_rerun, rerun
from reporting.pipeline import run_from_sources
from reporting.plan import Plan, make_plan
from reporting.release.entries import StepRequest
from reporting.release.releasing import approve, prepare, publish, restate
from reporting.workspace import Workspace, open_workspace

UNIT, PERIOD = "dac-khu", "2025-Q4"
NAMING = frozenset({"os.rename", "os.link", "os.mkdir", "shutil.rmtree"})
POSTING = "urllib.Request"
EXCHANGE = ("ctypes.dlsym", "renameat2")


def run(workspace: Workspace, plan: Plan, _key: FormKey) -> None:
    result = run_from_sources(workspace, (plan,), late_stocks=True)[0]
    alert(workspace, result)


def put_forward(workspace: Workspace, _plan: Plan, key: FormKey) -> None:
    prepare(workspace, key, StepRequest("lan"))


def agree(workspace: Workspace, _plan: Plan, key: FormKey) -> None:
    approve(workspace, key, StepRequest("minh"))


def release(workspace: Workspace, _plan: Plan, key: FormKey) -> None:
    publish(workspace, key, StepRequest("minh"))


def ask_and_accept(workspace: Workspace, plan: Plan, _key: FormKey) -> None:
    accept_rerun(workspace, rerun(workspace, plan, SOURCES), StepRequest("lan", "Hồ sơ nhập muộn"))


def release_again(workspace: Workspace, _plan: Plan, key: FormKey) -> None:
    restate(workspace, key, StepRequest("minh"))


STEPS: Mapping[str, Callable[[Workspace, Plan, FormKey], None]] = {
    "run_in_trouble": run,
    "run": run,
    "prepare": put_forward,
    "approve": agree,
    "publish": release,
    "accept": ask_and_accept,
    "approve_again": agree,
    "restate": release_again,
}


@dataclass
class Transitions:
    """Counts them, and dies at the one with the number `fatal`; `posts` are the numbers at which an alert went out."""

    fatal: int | None
    count: int = 0
    posts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        event.listen(Engine, "commit", lambda _: self.pass_one())
        event.listen(Session, "after_commit", lambda _: self.pass_one())
        sys.addaudithook(self._hear)

    def pass_one(self) -> None:
        with self._lock:
            self.count += 1
            if self.count == self.fatal:
                os.kill(os.getpid(), signal.SIGKILL)

    def _hear(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == POSTING:
            self.posts.append(self.count + 1)
        if name in NAMING or name == POSTING or (name, arguments[-1:]) == (EXCHANGE[0], EXCHANGE[1:]):
            self.pass_one()


def take_step(step: str, environment: Mapping[str, str], fatal: int | None) -> dict[str, Any]:
    """Take it in this process; how many transitions it had, at which it alerted, and the refusal if it was refused."""
    os.environ.update(environment)
    transitions = Transitions(fatal)
    told: dict[str, Any] = {"exit_code": 0, "says": ""}
    try:
        with open_workspace(Settings.read(os.environ)) as workspace:
            plan = make_plan(workspace.catalogue, UNIT, PERIOD, None, workspace.settings.now())
            STEPS[step](workspace, plan, FormKey(UNIT, plan.form.form_code, plan.period))
    except BaocaoError as error:
        told = {"exit_code": error.exit_code, "says": str(error)}
    return told | {"transitions": transitions.count, "posts": transitions.posts}

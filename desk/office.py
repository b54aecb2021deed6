"""What the desk has at hand for every request: the store, today's configuration, key, templates, rules of sign-in."""

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.catalogue.alerts import read_alerts
from baocao.catalogue.desk import DeskRules, read_desk_rules
from baocao.errors import ConfigError
from baocao.settings import Settings
from desk.pages import PageRoute
from desk.people.keys import DeskKey, read_key
from desk.people.openid import WAY_PATH, OpenIdClient, read_secret
from desk.people.sign_in import SignIn
from desk.showing import Templates
from desk.static_files import StaticFiles
from reporting.upkeep.config_changes import PATTERNS
from reporting.workspace import Workspace, open_workspace

LOOK_EVERY_S = 2.0
BY_HAND = ("corrections/*/*.yaml", "manual/*")
"""What units sign and type into files: of the many files of figures only their folders are watched."""


class LiveWorkspace:
    """One workspace for all requests; its configuration is read again once a file of it has changed.

    Where what somebody is editing is wrong, the last right one stays in force and `fault` says why.
    """

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._lock = threading.Lock()
        self._state = _look(workspace.settings.config_dir)
        self._looked_s = time.monotonic()
        self.fault = ""

    def look_again(self) -> Workspace:
        """At once, for whoever has just changed a file."""
        with self._lock:
            self._look_again()
        return self._workspace

    def fresh(self) -> Workspace:
        """For work that keeps the configuration it was done with: as the whole folder stands at this moment."""
        workspace = self.look_again()
        return replace(workspace, catalogue=replace(workspace.catalogue))

    def current(self) -> Workspace:
        if time.monotonic() - self._looked_s > LOOK_EVERY_S and self._lock.acquire(blocking=False):
            try:
                self._look_again()
            finally:
                self._lock.release()
        return self._workspace

    def _look_again(self) -> None:
        self._looked_s = time.monotonic()
        state = _look(self._workspace.settings.config_dir)
        if state == self._state:
            return
        self._state = state
        try:
            catalogue = Catalogue.read(self._workspace.settings.config_dir)
            self._workspace = replace(self._workspace, catalogue=catalogue, alerts=read_alerts(catalogue))
        except ConfigError as error:
            self.fault = str(error)
        else:
            self.fault = ""


def _look(folder: Path) -> tuple[tuple[str, int, int], ...]:
    found = sorted(path for pattern in (*PATTERNS, *BY_HAND) for path in folder.glob(pattern))
    return tuple((str(path), state.st_mtime_ns, state.st_size) for path in found for state in [path.stat()])


@dataclass(frozen=True)
class Desk:
    """The desk of one installation. `is_training` lets the demo people in, and nobody else."""

    office: LiveWorkspace
    rules: DeskRules
    key: DeskKey
    sign_in: SignIn
    templates: Templates
    files: StaticFiles
    openid: OpenIdClient | None
    is_training: bool = False


@contextmanager
def open_desk(settings: Settings, pages: Sequence[PageRoute], *, is_training: bool = False) -> Iterator[Desk]:
    """Raise ConfigError where configuration, store or key cannot be used."""
    with open_workspace(settings) as workspace:
        rules, key = read_desk_rules(settings.config_dir), read_key(settings.desk_key_file)
        files = StaticFiles.read()
        templates = Templates(files, pages)
        openid = _open_provider(rules, key)
        yield Desk(LiveWorkspace(workspace), rules, key, SignIn(rules, key), templates, files, openid, is_training)


def _open_provider(rules: DeskRules, key: DeskKey) -> OpenIdClient | None:
    """Raise ConfigError where its secret cannot be read."""
    if rules.openid is None or rules.public_url is None:
        return None
    back = f"{rules.public_url.rstrip('/')}{WAY_PATH}"
    return OpenIdClient(rules.openid, read_secret(rules.openid, os.environ), back, key)

"""A desk in this process on a real database, and browsers that visit it."""

import re
import shutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from baocao.people import ALL_UNITS, Actor, Grant, Person, PersonRole
from baocao.settings import Settings
from baocao.store import Store
from baocao.store.people.sessions import Door
from desk.app import list_pages, make_app
from desk.office import Desk, open_desk
from desk.people.keys import new_token
from reporting.workspace import Workspace
from tests.configuration import ONE_FORM_CONFIG_DIR
from tests.reporting.conftest import NOW, UNIT

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have httpx2, which nothing else here needs
    from starlette.testclient import TestClient

HERE = "http://127.0.0.1"
PLACES = {PersonRole.PROVINCE: "tinh", PersonRole.AUDITOR: "tinh", PersonRole.IT: ALL_UNITS}
"""Where a role is held in these tests; the others are UNIT's."""


class Browser(TestClient):
    """One browser: it keeps its cookies, follows nothing by itself, and sends the token of the page it is on."""

    def __init__(self, app: ASGIApp, base_url: str = HERE, address: str = "testclient") -> None:
        super().__init__(app, base_url, raise_server_exceptions=False, follow_redirects=False, client=(address, 50000))

    def change(self, path: str, page: str = "/", **fields: str) -> httpx.Response:
        """Send a form of a page, as the browser sends it, with its hidden fields: the last of those with one address."""
        text = self.get(page).text
        forms = re.findall(rf'<form[^>]* action="{re.escape(path)}"[^>]*>(.*?)</form>', text, re.DOTALL)
        hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', forms[-1]) if forms else []
        return self.post(path, data={**dict(hidden), "csrf": self.csrf(page), **fields})

    def csrf(self, page: str = "/") -> str:
        found = re.search(r'data-csrf="([0-9a-f]+)"', self.get(page).text)
        return found[1] if found else ""


@dataclass
class RunningDesk:
    """A desk that answers in this process."""

    home: Path
    desk: Desk
    app: ASGIApp
    _codes: dict[PersonRole, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        return self.desk.office.current()

    @property
    def store(self) -> Store:
        return self.workspace.store

    def browser(self, base_url: str = HERE) -> Browser:
        return Browser(self.app, base_url)

    def add_person(self, code: str, *grants: Grant, is_demo: bool = False) -> Person:
        person = Person(code, code.title(), grants, is_demo=is_demo)
        self.store.people.add(person, Actor("cai-dat", "may@test"), datetime.now(UTC))
        return person

    def sign_in(self, code: str, *, has_second_factor: bool = True, base_url: str = HERE) -> Browser:
        """A browser whose person has proved to be who they say."""
        browser, token, actor = self.browser(base_url), new_token(), Actor(code, "10.0.0.9")
        lasts = timedelta(hours=1)
        self.store.sessions.begin(
            token, actor, Door.DESK, datetime.now(UTC), lasts, has_second_factor=has_second_factor, by="password"
        )
        name = "__Host-baocao" if base_url.startswith("https") else "baocao"
        browser.cookies.set(name, self.desk.key.sign(token))
        return browser

    def as_role(self, role: PersonRole) -> Browser:
        """Signed in as somebody of that role and no other."""
        if role not in self._codes:
            self._codes[role] = self.add_person(f"{role.value}.vi-du", Grant(role, PLACES.get(role, UNIT))).person_code
        return self.sign_in(self._codes[role])


MakeDesk = Callable[..., RunningDesk]


@pytest.fixture
def make_desk(tmp_path: Path, sqlite_original: Path) -> Iterator[MakeDesk]:
    """Open a desk; the text given stands in desk.yaml."""
    from contextlib import ExitStack

    with ExitStack() as stack:

        def make(
            desk_yaml: str = "", home: Path = tmp_path, *, is_training: bool = False, sandbox_url: str = ""
        ) -> RunningDesk:
            config_dir = home / "config"
            if not config_dir.exists():
                shutil.copytree(ONE_FORM_CONFIG_DIR, config_dir)
                (home / "var").mkdir()
                shutil.copy(sqlite_original, home / "var" / "baocao.db")
            if desk_yaml:
                (config_dir / "desk.yaml").write_text(desk_yaml, encoding="utf-8")
            environment = {
                "BAOCAO_HOME": str(home),
                "BAOCAO_CONFIG_DIR": str(config_dir),
                "BAOCAO_NOW": NOW.isoformat(),
                "BAOCAO_SANDBOX_URL": sandbox_url,
            }
            desk = stack.enter_context(open_desk(Settings.read(environment), list_pages(), is_training=is_training))
            return RunningDesk(home, desk, make_app(desk))

        yield make


@pytest.fixture
def running(make_desk: MakeDesk) -> RunningDesk:
    """A desk with the shipped configuration and nobody in it."""
    return make_desk()

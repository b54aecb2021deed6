"""A visit: one request, who is behind it, what it may work with, and how it is answered."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fastapi import Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from baocao.people import Actor, Identity
from baocao.store.people.sessions import Door, PersonSession
from desk.addresses import NOT_SAVED, find_page_above
from desk.people.keys import new_token
from desk.people.sign_in import find_missing_step
from reporting.workspace import Workspace

if TYPE_CHECKING:
    from desk.office import Desk

SECURE_COOKIE, COOKIE = "__Host-baocao", "baocao"
SEE_OTHER = 303


@dataclass(frozen=True)
class Visit:
    """One request. `token` is this browser's, signed in or not."""

    request: Request
    desk: "Desk"
    workspace: Workspace
    token: str
    is_new_browser: bool

    @cached_property
    def session(self) -> PersonSession | None:
        """None for whoever is not signed in. Raise StoreUnavailableError where the store does not answer."""
        if self.is_new_browser:
            return None
        found = self.workspace.store.sessions.find(self.token, Door.DESK, self.real_now, self.desk.rules.idle)
        return None if found is not None and found.person.is_demo and not self.desk.is_training else found

    @cached_property
    def identity(self) -> Identity:
        """Who it is; only of a page whose rule asks for a sign-in."""
        assert self.session is not None
        parents = {code: unit.parent for code, unit in self.workspace.catalogue.units.items()}
        return Identity(self.session.person, parents)

    @cached_property
    def names(self) -> dict[str, str]:
        """Of everybody who has an account, by its code."""
        return self.workspace.store.people.list_names()

    @property
    def actor(self) -> Actor:
        """For the journal and for all that asks who does something."""
        return Actor(self.identity.code, self.origin)

    @property
    def origin(self) -> str:
        """The address the request came from, as far as it can be trusted."""
        return self.request.client.host if self.request.client else "?"

    @property
    def now(self) -> datetime:
        """The clock of reports: in training the data set's. Sessions and codes go by `real_now`."""
        return self.workspace.settings.now()

    @property
    def real_now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def session_lacks(self) -> str:
        """The page where a person goes on who has not signed in wholly; "" for who has."""
        assert self.session is not None
        return find_missing_step(self.session)

    @property
    def csrf(self) -> str:
        """What every form carries as `csrf`, and every fetch as X-CSRF-Token."""
        return self.desk.key.csrf_token(self.token)

    @property
    def path_asked(self) -> str:
        """Where to come back to after the sign-in: of a change, the page it was made on, which then says so."""
        url = self.request.url
        if self.request.method != "GET":
            return f"{find_page_above(self.request)}?{NOT_SAVED}=1"
        return f"{url.path}?{url.query}" if url.query else url.path

    @property
    def lost_change(self) -> bool:
        """Whether the sign-in had run out when something was sent from this page."""
        return NOT_SAVED in self.request.query_params

    def show(self, template: str, status: int = 200, **content: Any) -> HTMLResponse:
        """A page of ours. `visit` and what the layout needs are there in every template."""
        text = self.desk.templates.render(template, self, **content)
        response = HTMLResponse(text, status)
        if self.is_new_browser:
            self.give_token(response, self.token)
        return response

    def go_to(self, path: str) -> RedirectResponse:
        """After a change: the browser asks for the page it should see now."""
        return RedirectResponse(path, SEE_OTHER)

    def give_token(self, response: Response, token: str) -> None:
        """Let the browser keep it: for its session, out of reach of any script, and of requests of other sites."""
        secure = is_secure(self.request)
        name = SECURE_COOKIE if secure else COOKIE
        response.set_cookie(name, self.desk.key.sign(token), httponly=True, secure=secure, samesite="lax", path="/")


def begin_visit(request: Request) -> Visit:
    desk: Desk = request.app.state.desk
    token = token_of(request)
    return Visit(request, desk, desk.office.current(), token or new_token(), not token)


def token_of(request: Request) -> str:
    """The token in the browser's cookie; "" where there is none, or none that we signed."""
    name = SECURE_COOKIE if is_secure(request) else COOKIE
    found: str = request.app.state.desk.key.read(request.cookies.get(name, ""))
    return found


def is_secure(request: Request) -> bool:
    """Whether browsers come by TLS: a proxy that does not say so is no reason to let a token go without it."""
    return request.url.scheme == "https" or request.app.state.desk.rules.public_url is not None

"""How a module says which pages it has: path, who may, and whether it stands in the navigation.

    PAGES = PageSet()

    @PAGES.get("/don-vi/{unit}", may=in_unit(Action.VIEW))
    def show_unit(visit: Visiting, unit: str) -> Response:
        return visit.show("unit.html.j2", unit=…)

Functions are plain ones (`def`): the store waits, and each has a thread of its own meanwhile.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from desk.guarding import Guard, check_token, require_session
from desk.rules import PageRule, Reach
from desk.written import check_written

Function = Callable[..., Any]


@dataclass(frozen=True)
class PageRoute:
    """One route."""

    method: str
    path: str
    function: Function
    may: PageRule
    nav: str = ""


@dataclass
class PageSet:
    """The routes of one module."""

    made: list[PageRoute] = field(default_factory=list)

    def get(self, path: str, *, may: PageRule, nav: str = "") -> Callable[[Function], Function]:
        """Something to look at; `nav` is what the navigation calls it."""
        return self._add("GET", path, may, nav)

    def post(self, path: str, *, may: PageRule) -> Callable[[Function], Function]:
        """A change: refused without the token of the page it was asked from."""
        return self._add("POST", path, may, "")

    def _add(self, method: str, path: str, may: PageRule, nav: str) -> Callable[[Function], Function]:
        if may.reach is Reach.IN_UNIT and "{unit}" not in path:
            raise ValueError(f"{path}: a rule for a unit needs {{unit}} in the path")

        def register(function: Function) -> Function:
            self.made.append(PageRoute(method, path, function, may, nav))
            return function

        return register


def add_pages(app: FastAPI, pages: PageSet) -> None:
    """Put them up, each behind its guard."""
    for page in pages.made:
        app.add_api_route(
            page.path,
            page.function,
            methods=[page.method],
            dependencies=[*_checks(page), Depends(Guard(page.may)), Depends(check_written(page.function))],
            response_class=HTMLResponse,
            response_model=None,
        )


def _checks(page: PageRoute) -> list[Any]:
    """What is asked of a change before who it is."""
    if page.method != "POST":
        return []
    is_for_anybody = page.may.reach in (Reach.EVERYBODY, Reach.HALF_SIGNED_IN)
    return [Depends(check_token)] if is_for_anybody else [Depends(require_session), Depends(check_token)]


def find_rule(route: BaseRoute) -> PageRule | None:
    """The rule of a route that is up; None where it has none, which no route may."""
    guards = [one.dependency for one in route.dependencies] if isinstance(route, APIRoute) else []
    return next((guard.rule for guard in guards if isinstance(guard, Guard)), None)


def require_rules(app: FastAPI) -> None:
    """Refuse to serve where anything could be asked for without a rule."""
    bare = [getattr(route, "path", str(route)) for route in app.routes if find_rule(route) is None]
    if bare:
        raise ValueError(f"routes without a rule: {', '.join(bare)}")

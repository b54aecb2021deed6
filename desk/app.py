"""The desk as an application: every module's pages, each with its rule, inside what guards them all."""

from collections.abc import Iterable

from fastapi import FastAPI
from starlette.types import ASGIApp
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from desk import (
    administration,
    audit,
    backfill,
    comparing,
    configuration,
    drafting,
    grid,
    incidents,
    sources,
    static_files,
    today,
    unit_charts,
    what_if,
)
from desk.forms import again, cell, cell_records, files, hand_in, rules_page, sheet, steps
from desk.mistakes import add_mistakes
from desk.office import Desk
from desk.pages import PageRoute, PageSet, add_pages, require_rules
from desk.people import accounts_page, openid_pages, own_account, second_factor_pages, sign_in_pages, training
from desk.wrapping import wrap
from flows.engine.host_names import HostNames

MODULES: tuple[PageSet, ...] = (
    today.PAGES,
    grid.PAGES,
    unit_charts.PAGES,
    incidents.PAGES,
    audit.PAGES,
    backfill.PAGES,
    administration.PAGES,
    configuration.PAGES,
    drafting.PAGES,
    sources.PAGES,
    what_if.PAGES,
    sheet.PAGES,
    cell_records.PAGES,
    cell.PAGES,
    steps.PAGES,
    again.PAGES,
    files.PAGES,
    rules_page.PAGES,
    comparing.PAGES,
    hand_in.PAGES,
    accounts_page.PAGES,
    own_account.PAGES,
    sign_in_pages.PAGES,
    second_factor_pages.PAGES,
    openid_pages.PAGES,
    training.PAGES,
    static_files.PAGES,
)
"""In the order of the navigation."""


def list_pages() -> tuple[PageRoute, ...]:
    return tuple(page for pages in MODULES for page in pages.made)


def make_routes(desk: Desk, modules: Iterable[PageSet] = MODULES) -> FastAPI:
    """The pages alone, each behind its rule; raise ValueError where something could be asked for without one."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, title="baocao")
    app.state.desk = desk
    for pages in modules:
        add_pages(app, pages)
    add_mistakes(app)
    require_rules(app)
    return app


def make_app(desk: Desk, host: str = "127.0.0.1") -> ASGIApp:
    """All of it: `host` is where it listens. A proxy's word about scheme and address counts from trusted ones alone."""
    rules = desk.rules
    names = HostNames.of_shared_server(host, rules.public_url)
    return ProxyHeadersMiddleware(wrap(make_routes(desk), names), trusted_hosts=list(rules.trusted_proxies))  # type: ignore[arg-type,return-value]

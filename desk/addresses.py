"""Which page a change belongs to: its own address cannot be asked for."""

from pathlib import PurePosixPath
from typing import Final

from fastapi import Request
from starlette.routing import Match

NOT_SAVED: Final = "chua-luu"
"""In an address: what was sent there when the sign-in had run out was not saved, which the page says."""


def find_page_above(request: Request) -> str:
    """The nearest page above an address of a change: the form above `…/so-lieu`."""
    above = (str(path) for path in PurePosixPath(request.url.path).parents)
    return next((path for path in above if _is_page(request, path)), "/")


def _is_page(request: Request, path: str) -> bool:
    scope = {**request.scope, "method": "GET", "path": path}
    return any(route.matches(scope)[0] is Match.FULL for route in request.app.routes)

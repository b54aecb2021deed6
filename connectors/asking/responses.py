"""What a response says beside its body: where to go on, when to come again, how much is to come."""

import mmap
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote, urljoin, urlsplit

from urllib3 import BaseHTTPResponse

from baocao.source_text import SourceText
from connectors.asking.request import Request
from connectors.contract import UNIT_MARK

MEGABYTE = 1024 * 1024
REDIRECT_STATUSES = range(300, 400)
KEEPING_REDIRECTS = frozenset({307, 308})


def find_onward(base_url: str, request: Request, response: BaseHTTPResponse) -> Request | None:
    """The same question where the same server sends it on to; None where it does not, or to somebody else."""
    location = response.headers.get("Location", "")
    if response.status not in REDIRECT_STATUSES or not location:
        return None
    base = urlsplit(base_url.rstrip("/"))
    to = urlsplit(urljoin(f"{base.geturl()}{request.path}", location))
    is_here = (to.scheme, to.netloc) == (base.scheme, base.netloc) and to.path.startswith(base.path)
    if not is_here or (request.method != "GET" and response.status not in KEEPING_REDIRECTS):
        return None
    path = to.path.removeprefix(base.path)
    return replace(request, path=f"{path}?{to.query}" if to.query else path, params={})


def show_path(path: str, unit: str) -> str:
    """A path the server gave: what in it is no plain word may be the unit's key, a session or a person."""
    parts = [unquote(part.partition(";")[0]) for part in path.partition("?")[0].split("/")]
    return "/".join(UNIT_MARK if part and part == unit else part and SourceText(part).as_code() for part in parts)


def find_host(location: str) -> str:
    """The machine an answer sends on to; its address may be no address."""
    try:
        return urlsplit(location).hostname or "trang khác"
    except ValueError:
        return "trang khác"


def count_announced_bytes(response: BaseHTTPResponse) -> int:
    """How much room the answer will take, so that it need not be moved while it grows; 0 where that is not said."""
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isdecimal() and "Content-Encoding" not in response.headers else 0


def make_room(size: int) -> bytearray | memoryview:
    """For a large answer memory of its own, given back as a whole; the heap would be left with a hole for each."""
    return memoryview(mmap.mmap(-1, size)) if size >= MEGABYTE else bytearray(size)


def find_wait_s(response: BaseHTTPResponse) -> float | None:
    """How long the source asks us to wait: a number of seconds, or a moment by its own clock."""
    header = response.headers.get("Retry-After", "").strip()
    if header.isdecimal():
        return float(header)
    try:
        said = response.headers.get("Date")
        now = parsedate_to_datetime(said) if said else datetime.now(UTC)
        return max(0.0, (parsedate_to_datetime(header) - now).total_seconds())
    except (ValueError, TypeError):
        return None

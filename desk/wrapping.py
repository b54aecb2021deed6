"""Around every page: who may call us by which name, what is believed of a proxy, how much a request may bring, and
what every answer says to the browser.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from flows.engine.host_names import HostNames

MAX_BODY_BYTES: Final = 30 * 1024 * 1024
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
ONE_YEAR: Final = "max-age=31536000"
WRONG_NAME: Final = "421: máy chủ này không trả lời theo tên đó; xem public_url trong desk.yaml\n".encode()
TOO_LARGE: Final = "413: nội dung gửi lên quá lớn\n".encode()


def wrap(app: ASGIApp, names: HostNames) -> ASGIApp:
    """Refuse other names and too much; add the headers to every answer, these refusals too."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        send = _with_headers(send, is_secure=scope["scheme"] == "https")
        if not _is_ours(scope, names):
            await _refuse(send, HTTPStatus.MISDIRECTED_REQUEST, WRONG_NAME)
        elif _is_too_large(scope):
            await _refuse(send, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, TOO_LARGE)
        else:
            await app(scope, _counting(receive), send)

    return wrapped


def _is_ours(scope: Scope, names: HostNames) -> bool:
    called = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
    return len(called) == 1 and names.include(called[0])


def _is_too_large(scope: Scope) -> bool:
    said = [value for name, value in scope["headers"] if name == b"content-length"]
    return any(not value.isdigit() or int(value) > MAX_BODY_BYTES for value in said)


def _counting(receive: Receive) -> Callable[[], Awaitable[Message]]:
    """A body without a length, or longer than it said, is cut off at the limit."""
    came = 0

    async def counted() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > MAX_BODY_BYTES:
            raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return message

    return counted


def _with_headers(send: Send, *, is_secure: bool) -> Send:
    async def send_more(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
            headers.setdefault("Cache-Control", "no-store")
            if is_secure:
                headers["Strict-Transport-Security"] = ONE_YEAR
        await send(message)

    return send_more


async def _refuse(send: Send, status: int, says: bytes) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(says)).encode())]
    await send({"type": "http.response.start", "status": int(status), "headers": headers})
    await send({"type": "http.response.body", "body": says})

"""The names a Prefect server of ours answers to: a page of another site must not reach it by a name of its own.

A browser on this machine sends any page's request to 127.0.0.1 once the page's own name has been made to mean that
address (DNS rebinding). Such a request still carries the page's name as `Host`. The standard library only.
"""

import ipaddress
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
WILDCARDS = ("0.0.0.0", "::")  # noqa: S104  (compared with, not listened on)
REFUSAL = b"421: this server does not answer to that name\n"


@dataclass(frozen=True)
class HostNames:
    """Names beside those of loopback; with `any_address` whoever calls by a bare address is answered too."""

    others: frozenset[str] = frozenset()
    any_address: bool = False

    @classmethod
    def of_shared_server(cls, host: str, public_url: str | None) -> "HostNames":
        """Where it listens, what it is publicly called, and, open to other machines, what this machine is called.

        On all addresses, any of them will do: rebinding needs a name.
        """
        named = {host, urlsplit(public_url or "").hostname or host} - {*WILDCARDS}
        machine = set() if host in LOOPBACK_NAMES else {socket.gethostname(), socket.getfqdn()}
        return cls(frozenset(name.lower() for name in named | machine), any_address=host in WILDCARDS)

    def include(self, header: str) -> bool:
        """Whether a `Host` header, port or no port, is one of them."""
        try:
            name = urlsplit(f"//{header}").hostname
        except ValueError:
            return False
        if name is None:
            return False
        return name in LOOPBACK_NAMES or name in self.others or (self.any_address and _is_address(name))


def answer_to_own_names(app: Application, names: HostNames) -> Application:
    """Answer 421 to a request, page or web socket, that calls the server by any other name, or by none, or by two."""

    async def guarded(scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            called = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
            if len(called) != 1 or not names.include(called[0]):
                await _refuse(scope, send)
                return
        await app(scope, receive, send)

    return guarded


async def _refuse(scope: Message, send: Send) -> None:
    """A web socket is refused as a request, where the server can: else closed, which is a 403 before it is open."""
    kind = "http.response"
    if scope["type"] == "websocket":
        kind = "websocket.http.response"
        if kind not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008})
            return
    headers = [(b"content-type", b"text/plain"), (b"content-length", str(len(REFUSAL)).encode())]
    await send({"type": f"{kind}.start", "status": 421, "headers": headers})
    await send({"type": f"{kind}.body", "body": REFUSAL})


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True

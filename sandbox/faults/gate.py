"""The door every request goes through: it is noted, led past the faults, answered, and sent or not sent."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.faults.dialects import find_system
from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import ActiveFault, Options, switch_on
from sandbox.world.state import World


@dataclass(frozen=True, slots=True)
class ServedRequest:
    """One request as it came in; `status` is 0 when the connection was closed instead of answered."""

    system: str
    method: str
    path: str
    query: str
    received_at: float
    status: int


class RequestLog:
    """The requests served so far, oldest first, by system and path."""

    def __init__(self) -> None:
        self._served: list[ServedRequest] = []

    def add(self, served: ServedRequest) -> None:
        """Note one more."""
        self._served.append(served)

    def clear(self) -> None:
        """Forget them."""
        self._served.clear()

    def count(self, system: str | None = None, path: str = "") -> int:
        """How many went to a system and to paths that contain this text."""
        return len(self.select(system, path))

    def select(self, system: str | None = None, path: str = "") -> list[ServedRequest]:
        """Those to a system and to paths that contain this text."""
        return [s for s in self._served if system in (None, s.system) and path in s.path]

    def __len__(self) -> int:
        return len(self._served)

    def __iter__(self) -> Iterator[ServedRequest]:
        return iter(list(self._served))

    def __getitem__(self, place: int) -> ServedRequest:
        return self._served[place]


class Gate:
    """An ASGI application around the one that plays the systems."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world
        self.faults: list[ActiveFault] = []
        self.requests = RequestLog()
        self.is_stopping = False

    def set_fault(self, system: str, name: str, options: Options) -> None:
        """Switch a fault on, in place of the same one if it was on."""
        active = switch_on(system, name, options)
        self.faults = [f for f in self.faults if (f.system, f.fault.name) != (system, name)] + [active]

    def clear_faults(self, system: str | None = None) -> None:
        """Switch all off, or those of one system."""
        self.faults = [f for f in self.faults if system not in (None, f.system)]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        system = find_system(scope.get("path", "")) if scope["type"] == "http" else None
        if system is None:
            await self._app(scope, receive, send)
            return
        received_at = asyncio.get_running_loop().time()
        exchange = await self._open(system, scope, receive, send)
        # The log entry is written even when a fault closes the connection or the client leaves.
        answer = await exchange.proceed()
        status = 0 if answer.drop else answer.status
        self.requests.add(ServedRequest(system, exchange.method, exchange.label, exchange.query, received_at, status))
        await _send_answer(exchange, answer, send)

    async def _open(self, system: str, scope: Scope, receive: Receive, send: Send) -> Exchange:
        transport = _find_transport(send)
        chain = [fault for fault in self.faults if fault.system == system]

        async def forward(exchange: Exchange) -> SandboxAnswer:
            if chain:
                return await chain.pop(0).play(exchange)
            return await self._call(scope, exchange)

        return Exchange(
            system=system,
            method=scope["method"],
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            body=await _read_body(receive),
            sessions=self._world.sessions[system],
            forward=forward,
            is_stopping=lambda: self.is_stopping,
            is_gone=lambda: bool(transport.is_closing()),
        )

    async def _call(self, scope: Scope, exchange: Exchange) -> SandboxAnswer:
        """The system's own answer."""
        messages: list[Message] = []

        async def hear() -> Message:
            return {"type": "http.request", "body": exchange.body, "more_body": False}

        async def keep(message: Message) -> None:
            messages.append(message)

        query = exchange.query.encode("latin-1")
        inner = {**scope, "path": exchange.path, "query_string": query, "sandbox_hints": exchange.hints}
        await self._app(inner, hear, keep)
        headers = {name.decode(): value.decode() for name, value in messages[0]["headers"]}
        return SandboxAnswer(messages[0]["status"], headers, b"".join(m.get("body", b"") for m in messages[1:]))


async def _read_body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _find_transport(send: Send) -> Any:
    """The connection below uvicorn's `send`: ASGI itself has no way to hang up."""
    return send.__self__.transport  # type: ignore[attr-defined]


async def _send_answer(exchange: Exchange, answer: SandboxAnswer, send: Send) -> None:
    transport = _find_transport(send)
    if answer.drop:
        await _hang_up(transport, is_abrupt=True)
        return
    headers = [(name.encode(), value.encode()) for name, value in answer.headers.items()]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if answer.chunks is not None:
        async for chunk in answer.chunks:
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
            if exchange.is_over:
                await _hang_up(transport, is_abrupt=True)
                return
    await send({"type": "http.response.body", "body": answer.body, "more_body": answer.cut})
    if answer.cut:
        await _hang_up(transport, is_abrupt=False)


async def _hang_up(transport: Any, *, is_abrupt: bool) -> None:
    """Close and wait until uvicorn knows, which otherwise takes the missing answer for an error of ours."""
    if is_abrupt:
        transport.abort()
    else:
        transport.close()
    await asyncio.sleep(0.02)

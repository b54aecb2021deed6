"""One request and its answer on their way through the faults that are switched on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

import orjson

from sandbox.faults import dialects
from sandbox.world.state import Hints, Sessions

_LOGINS = ("/login", "/token", "/tokens")


@dataclass
class SandboxAnswer:
    """What goes back: a body or chunks; `drop` closes without answering, `cut` closes after the body given."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    chunks: AsyncIterator[bytes] | None = None
    drop: bool = False
    cut: bool = False

    @property
    def content(self) -> Any:
        """The body read as JSON."""
        return orjson.loads(self.body)

    def with_content(self, content: Any) -> "SandboxAnswer":
        """The same answer saying something else."""
        body = orjson.dumps(content)
        return SandboxAnswer(self.status, self.headers | {"content-length": str(len(body))}, body)


@dataclass
class Exchange:
    """A request that faults may rewrite before, and whose answer they may change after, it is really answered."""

    system: str
    method: str
    path: str
    query: str
    body: bytes
    sessions: Sessions
    forward: Callable[["Exchange"], Awaitable[SandboxAnswer]]
    is_stopping: Callable[[], bool]
    is_gone: Callable[[], bool]
    hints: Hints = field(default_factory=Hints)

    @property
    def label(self) -> str:
        """The path; for the portal's one data call with "#" and the name of the service."""
        service = self.find_value("service") if self.path.endswith("/g") else None
        return self.path if service is None else f"{self.path}#{service}"

    @property
    def is_login(self) -> bool:
        """Whether it asks for a token rather than for data."""
        return self.path.rstrip("/").endswith(_LOGINS)

    @property
    def carries_login(self) -> bool:
        """Whether it asks for a token, or signs in with every request."""
        return self.is_login or dialects.DIALECTS[self.system].signs_each

    @property
    def is_over(self) -> bool:
        """Whether going on answering serves nobody."""
        return self.is_stopping() or self.is_gone()

    async def proceed(self) -> SandboxAnswer:
        """The answer of the next fault, or of the system itself."""
        return await self.forward(self)

    def find_value(self, name: str) -> str | None:
        """A parameter of the query or of the JSON body."""
        for key, value in parse_qsl(self.query):
            if key == name:
                return value
        content = self._read_body()
        return None if name not in content else str(content[name])

    def set_value(self, name: str, value: str) -> None:
        """Ask for something else than the client did."""
        content = self._read_body()
        if name in content:
            self.body = orjson.dumps(content | {name: value})
        else:
            self.query = urlencode([(k, value if k == name else v) for k, v in parse_qsl(self.query)])

    def drop_value(self, name: str) -> None:
        """Ask without this parameter."""
        content = self._read_body()
        if name in content:
            self.body = orjson.dumps({key: value for key, value in content.items() if key != name})
        self.query = urlencode([(key, value) for key, value in parse_qsl(self.query) if key != name])

    def rename_value(self, name: str, to: str) -> None:
        """Ask with this parameter under another name."""
        content = self._read_body()
        if name in content:
            self.body = orjson.dumps({to if key == name else key: value for key, value in content.items()})
        self.query = urlencode([(to if key == name else key, value) for key, value in parse_qsl(self.query)])

    def find_rows(self, content: Any) -> list[dict[str, Any]]:
        """The rows in an answer of this system; none where it has no list."""
        return dialects.find_rows(self.system, content)

    async def change_rows(self, change: Callable[[dict[str, Any]], None], every: int = 1) -> SandboxAnswer:
        """The answer with every row, or one in `every`, changed; an answer that is no list of rows as it is."""
        answer = await self.proceed()
        if answer.status != HTTPStatus.OK:
            return answer
        content = answer.content
        for row in self.find_rows(content)[::every]:
            change(row)
        return answer.with_content(content)

    def _read_body(self) -> dict[str, Any]:
        try:
            content = orjson.loads(self.body or b"{}")
        except orjson.JSONDecodeError:
            return {}
        return content if isinstance(content, dict) else {}

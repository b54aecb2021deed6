"""A province's gateway (LGSP, WSO2 API Manager), at /lgsp: every played system once more, below /lgsp/api.

Public: `POST /token` by HTTP Basic with client_credentials, the Bearer header, the faults' codes.
ASSUMED: that a system's own Authorization comes in X-Authorization; tokens of an hour.
"""

import base64
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.types import ASGIApp, Message

from sandbox.credentials import ENVIRONMENT, LGSP_CLIENT
from sandbox.faults.dialects import describe
from sandbox.systems.answers import answer_json
from sandbox.systems.one_stop_igate import igate
from sandbox.world.state import World, hints

_PREFIX = "/lgsp/api"
_PASSED_ON = b"x-authorization"


describe("lgsp", igate("/lgsp/"))


def build_lgsp_router(world: World, app: ASGIApp) -> APIRouter:
    """The token and the way through to `app`, which plays the systems."""
    router = APIRouter(prefix="/lgsp")
    gateway = _Gateway(world, app)
    router.add_api_route("/token", gateway.issue_token, methods=["POST"], response_model=None)
    router.add_api_route("/api/{path:path}", gateway.pass_on, methods=["GET", "POST"], response_model=None)
    return router


class _Gateway:
    def __init__(self, world: World, app: ASGIApp) -> None:
        self._app = app
        self._sessions = world.sessions["lgsp"]

    async def issue_token(self, request: Request) -> Response:
        pair = f"{LGSP_CLIENT}:{ENVIRONMENT['BAOCAO_LGSP_SECRET']}".encode()
        known = f"Basic {base64.b64encode(pair).decode()}"
        if hints(request).refuse_login or request.headers.get("Authorization") != known:
            error = {"error": "invalid_client", "error_description": "Client Authentication failed."}
            return answer_json(error, 401)
        token = {"access_token": self._sessions.issue(), "scope": "default", "token_type": "Bearer"}
        return answer_json(token | {"expires_in": 3_600})

    async def pass_on(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or self._sessions.find_owner(token) is None:
            fault = {"code": 900901, "message": "Invalid Credentials", "description": "Access failure for API"}
            return answer_json({"fault": fault}, 401)
        return await _call(self._app, request)


async def _call(app: ASGIApp, request: Request) -> Response:
    """The system's own answer, its headers and all."""
    path, body = request.url.path.removeprefix(_PREFIX), await request.body()
    messages: list[Message] = []

    async def hear() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def keep(message: Message) -> None:
        messages.append(message)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": request.scope["asgi"],
        "http_version": "1.1",
        "method": request.method,
        "scheme": "http",
        "server": request.scope.get("server"),
        "client": request.scope.get("client"),
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": request.scope["query_string"],
        "headers": _rename(request.scope["headers"]),
        "sandbox_hints": hints(request),
    }
    await app(scope, hear, keep)
    kind = {name: value for name, value in messages[0]["headers"] if name == b"content-type"}
    answered = b"".join(message.get("body", b"") for message in messages[1:])
    return Response(answered, messages[0]["status"], {"content-type": kind.get(b"content-type", b"").decode()})


def _rename(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Without the gateway's token, and with the system's own under its name."""
    left = [(name, value) for name, value in headers if name != b"authorization"]
    return [(b"authorization" if name == _PASSED_ON else name, value) for name, value in left]

"""Faults in which a system refuses, or says something else than what it was asked."""

# ruff: noqa: ARG001 - every fault is called alike, whether it needs both arguments or not

from http import HTTPStatus
from typing import Any

import orjson

from sandbox.faults.dialects import DIALECTS
from sandbox.faults.exchange import Exchange, SandboxAnswer
from sandbox.faults.registry import Options, fault

_HTML = "text/html; charset=UTF-8"
_LOGIN_PAGE = """<!DOCTYPE html><html lang="vi"><head><meta charset="utf-8"><title>Đăng nhập hệ thống</title></head>
<body><form method="post" action="/dang-nhap"><input name="username"><input name="password" type="password">
<button>Đăng nhập</button></form></body></html>"""
_NGINX = (
    "<html><head><title>{0}</title></head><body><center><h1>{0}</h1></center><hr><center>nginx</center></body></html>"
)


def answer_text(status: int, text: str, kind: str, **headers: str) -> SandboxAnswer:
    """A body of text with its length."""
    body = text.encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return SandboxAnswer(status, {"content-type": kind, "content-length": str(len(body))} | named, body)


def answer_object(status: int, content: Any) -> SandboxAnswer:
    """A body of JSON."""
    return answer_text(status, orjson.dumps(content).decode(), "application/json;charset=UTF-8")


@fault(on="login")
async def wrong_password(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The credentials are refused, whatever they are."""
    exchange.hints.refuse_login = True
    return await exchange.proceed()


@fault(times=1, after=1, http_200=False)
async def token_dies(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Every token ends in the middle of the work; signing in again helps. `http_200` hides the refusal in HTTP 200."""
    exchange.sessions.revoke_all()
    answer = await exchange.proceed()
    if options["http_200"] and answer.status == HTTPStatus.UNAUTHORIZED:
        message = "Phiên đăng nhập đã hết hạn"
        if exchange.system == "documents":
            return answer_object(200, {"status": {"code": "-1", "message": message}, "data": None})
        return answer_object(200, answer.content)
    return answer


@fault()
async def forbidden_403(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The account may not see this."""
    if exchange.system == "documents":
        content = {"status": {"code": "403", "message": "Không có quyền truy cập"}, "data": None}
        return answer_object(403, content)
    return answer_object(403, {"status": 403, "error": "Forbidden", "message": "Access Denied", "path": exchange.path})


@fault(on="all")
async def unauthorised_401(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The server in front lets nobody in, and says so with a page."""
    return answer_text(401, _NGINX.format("401 Authorization Required"), _HTML)


@fault(code=None, as_text=False, status=200)
async def http_200_error(exchange: Exchange, options: Options) -> SandboxAnswer:
    """HTTP 200, or another `status`, with an error code inside, as a number or, with `as_text`, as a string."""
    default, write = DIALECTS[exchange.system].error
    code = default if options["code"] is None else options["code"]
    return answer_object(options["status"], write(str(code) if options["as_text"] else code))


@fault()
async def login_page(exchange: Exchange, options: Options) -> SandboxAnswer:
    """HTTP 200 with the page on which people sign in."""
    return answer_text(200, _LOGIN_PAGE, _HTML)


@fault()
async def bare_500(exchange: Exchange, options: Options) -> SandboxAnswer:
    """HTTP 500 with a line of text."""
    return answer_text(500, "Object reference not set to an instance of an object.", "text/plain; charset=utf-8")


@fault(on="all")
async def unavailable_503(exchange: Exchange, options: Options) -> SandboxAnswer:
    """The server in front answers that there is nothing behind it."""
    return answer_text(503, _NGINX.format("503 Service Temporarily Unavailable"), _HTML)


@fault(retry_after="1")
async def too_many_429(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Too many requests, with Retry-After or, when it is None, without."""
    wait = options["retry_after"]
    headers = {} if wait is None else {"retry_after": str(wait)}
    return answer_text(429, _NGINX.format("429 Too Many Requests"), _HTML, **headers)


@fault(on="all", to="http://127.0.0.2:9/dang-nhap")
async def redirect_elsewhere(exchange: Exchange, options: Options) -> SandboxAnswer:
    """Sent on to another host."""
    return answer_text(302, "", _HTML, location=options["to"])

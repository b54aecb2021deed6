"""The way to a source: straight, or through a province's gateway (LGSP) where `options.gateway` says so.

Interface: WSO2 API Manager as provinces describe it: `POST /token` with HTTP Basic and `grant_type=client_credentials`,
then `Authorization: Bearer …` and each system below its own path; code 9009xx inside HTTP 401 for a token that has
ended. Assumed: a source's own Authorization travels in another header, which the gateway hands on under its own name.
"""

import base64
import os
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import ValidationError

from baocao.catalogue import Source
from baocao.catalogue.model import Secret, YamlModel, matching
from baocao.catalogue.wrong_values import find_mistakes
from baocao.errors import ConfigError
from baocao.messages import show_name
from baocao.references import read_reference
from connectors.asking.http import SourceClient
from connectors.asking.request import Answer, Request
from connectors.asking.signing_in import Token, TokenSession
from connectors.asking.site import Site, read_site
from connectors.contract import Assignment
from connectors.declaration import Declaration

DEAD_TOKEN_CODES = ("9009",)


class Gateway(YamlModel):
    """The key `options.gateway` of a source whose `base_url` is the gateway's."""

    client_id: str
    secret: Secret
    prefix: Annotated[str, matching(r"(/[^?#@]*[^/?#@])?", "phải là đường dẫn như /qlvb, không có dấu / ở cuối")] = ""
    token_path: Annotated[str, matching(r"/[^?#@]*", "phải là đường dẫn bắt đầu bằng /")] = "/token"  # noqa: S105 - a path
    source_authorization: str = "X-Authorization"


def open_client(assignment: Assignment, declared: Declaration) -> SourceClient:
    """The client of an assignment's source; use as a context manager.

    Raise ConfigError on a wrong `gateway`, and on a `site` that does not fit what the dialect declares.
    """
    site, gateway = read_site(assignment.source, declared), read_gateway(assignment.source)
    if gateway is None:
        return SourceClient(assignment, site)
    secret = read_reference(gateway.secret, os.environ)
    if not secret:
        where = assignment.source.place("options", "gateway", "secret")
        raise ConfigError(f"{where}: {gateway.secret} chưa được đặt hoặc không đọc được")
    return GatewayClient(assignment, gateway, secret, site)


def read_gateway(source: Source) -> Gateway | None:
    """What `options.gateway` says; None where the source is asked straight. Raise ConfigError on a wrong one."""
    given = source.options.get("gateway")
    if given is None:
        return None
    try:
        return Gateway.model_validate(given)
    except ValidationError as error:
        where, wrong = source.place("options", "gateway"), find_mistakes(error, Gateway, given)
        raise ConfigError("\n".join(f"{where.below(*one.place)}: {one.says}" for one in wrong)) from None


class GatewayClient(SourceClient):
    """Asks as any client does, but every request goes below the gateway's path and carries the gateway's token."""

    def __init__(self, assignment: Assignment, gateway: Gateway, secret: str, site: Site) -> None:
        super().__init__(assignment, site)
        self._gateway = gateway
        self._straight = SourceClient(assignment, replace(site, paths={}))
        self.last = self._straight.last
        self._signed_in = TokenSession(self._straight, lambda: self._sign_in(secret), _is_dead)

    def __exit__(self, *about: object) -> None:
        self._straight.__exit__(*about)
        super().__exit__(*about)

    def ask(self, request: Request) -> tuple[Any, Answer]:
        """See `SourceClient.ask`."""
        content, answer, _ = self._signed_in.ask(lambda token: self._through(request, token))
        return content, answer

    def _through(self, request: Request, token: str) -> Request:
        headers = dict(request.headers)
        own = headers.pop("Authorization", None)
        passed_on = {self._gateway.source_authorization: own} if own else {}
        headers = {**headers, **passed_on, "Authorization": f"Bearer {token}"}
        return replace(request, path=self._gateway.prefix + self.site.where(request.path)[1], headers=headers)

    def _sign_in(self, secret: str) -> Token:
        client_id = self._gateway.client_id
        basic = base64.b64encode(f"{client_id}:{secret}".encode()).decode()
        request = Request(
            "POST",
            self._gateway.token_path,
            headers={"Authorization": f"Basic {basic}"},
            form={"grant_type": "client_credentials"},
        )
        content, answer = self._straight.ask(request)
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            raise self.rejected(f"cổng LGSP từ chối đăng nhập của '{show_name(client_id)}': sai mã bí mật")
        if not isinstance(content, dict) or "access_token" not in content:
            raise self.broken("câu trả lời của cổng LGSP thiếu trường access_token")
        return Token(str(content["access_token"]), float(content.get("expires_in") or 3_600))


def _is_dead(content: Any, answer: Answer) -> bool:
    """Whether it is the gateway that refuses; a 401 of the source behind it is the connector's to judge."""
    if answer.status != HTTPStatus.UNAUTHORIZED or not isinstance(content, dict):
        return False
    fault = content.get("fault", content)
    return isinstance(fault, dict) and str(fault.get("code", "")).startswith(DEAD_TOKEN_CODES)

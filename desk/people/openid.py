"""Sign-in by OpenID Connect: the province's own accounts. The code flow with state, nonce and PKCE."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import orjson
import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from baocao.catalogue.desk import OpenIdProvider, read_desk_rules
from baocao.errors import BaocaoError, ConfigError
from baocao.references import read_reference
from desk.people.keys import DeskKey
from desk.people.sign_in import SignInRefusedError

ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384")
KNOWN_FOR_S: Final = 3600
LEEWAY_S: Final = 60
WAY_S: Final = 600
WAY_PATH: Final = "/dang-nhap/openid/ve"
WELL_KNOWN: Final = ".well-known/openid-configuration"
NOT_OURS: Final = "Lần đăng nhập này không bắt đầu từ trình duyệt này, hoặc đã quá 10 phút. Bấm đăng nhập lại."


class ProviderError(BaocaoError):
    """The provider does not answer, or otherwise than OpenID Connect says."""


@dataclass(frozen=True)
class SignedInSubject:
    """Whom the provider vouches for, and whether it asked for a second factor itself."""

    subject: str
    shown: str
    has_second_factor: bool


@dataclass
class OpenIdClient:
    """Us, as the provider knows us; what it publishes is asked for once an hour."""

    provider: OpenIdProvider
    secret: str
    redirect_uri: str
    key: DeskKey
    _metadata: dict[str, Any] = field(default_factory=dict)
    _asked_s: float = 0

    def begin(self, leads_to: str) -> tuple[str, str]:
        """Where the browser goes, and what it keeps meanwhile: it alone can come back with the answer."""
        way = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")} | {"leads_to": leads_to}
        with self._session() as session:
            address, _ = session.create_authorization_url(
                self._ask_metadata()["authorization_endpoint"],
                state=way["state"],
                nonce=way["nonce"],
                code_verifier=way["verifier"],
            )
        return address, self.key.encipher(orjson.dumps(way).decode())

    def finish(self, kept: str, answer: Mapping[str, str]) -> tuple[SignedInSubject, str]:
        """Who came back, and where they wanted to go. Raise SignInRefusedError where any of it does not belong
        together, ProviderError where the provider is at fault.
        """
        opened = self.key.decipher_page_value(kept)
        way = orjson.loads(opened) if opened else {}
        if not way or not secrets.compare_digest(answer.get("state", "").encode(), way["state"].encode()):
            raise SignInRefusedError(NOT_OURS)
        if "code" not in answer:
            raise SignInRefusedError("Hệ thống đăng nhập của tỉnh không xác nhận lần đăng nhập này.")
        claims = self._read_token(self._fetch(answer["code"], way["verifier"]), way["nonce"])
        return self._read_subject(claims), str(way["leads_to"])

    def _fetch(self, code: str, verifier: str) -> str:
        try:
            with self._session() as session:
                given = session.fetch_token(
                    self._ask_metadata()["token_endpoint"],
                    code=code,
                    code_verifier=verifier,
                    timeout=self.provider.timeout_s,
                )
        except (AuthlibBaseError, requests.RequestException, ValueError) as error:
            raise ProviderError(self._say("không đổi được mã đăng nhập", error)) from error
        return str(given.get("id_token", ""))

    def _read_token(self, token: str, nonce: str) -> Mapping[str, Any]:
        published: Any = self._get(self._ask_metadata()["jwks_uri"])
        options = {
            "iss": {"essential": True, "value": self._ask_metadata()["issuer"]},
            "aud": {"essential": True, "value": self.provider.client_id},
        }
        params = {"nonce": nonce, "client_id": self.provider.client_id}
        try:
            decoded = jwt.decode(token, KeySet.import_key_set(published), algorithms=list(ALGORITHMS))
            claims = CodeIDToken(decoded.claims, decoded.header, options, params)
            claims.validate(leeway=LEEWAY_S)
        except (JoseError, AuthlibBaseError, ValueError) as error:
            raise ProviderError(self._say("chứng nhận đăng nhập không hợp lệ", error)) from error
        return decoded.claims

    def _read_subject(self, claims: Mapping[str, Any]) -> SignedInSubject:
        name = self.provider.claim
        value = str(claims.get(name, ""))
        if not value or (name == "email" and claims.get("email_verified") is not True):
            raise SignInRefusedError(
                f"Hệ thống đăng nhập của tỉnh không cho biết {name} đã xác minh của tài khoản này."
            )
        methods = claims.get("amr")
        has_second = isinstance(methods, list) and bool(set(methods) & set(self.provider.second_factors))
        return SignedInSubject(f"{self.provider.issuer} {value}", value, has_second)

    def _ask_metadata(self) -> dict[str, Any]:
        """What the provider says of itself; it must call itself what desk.yaml calls it."""
        if not self._metadata or time.monotonic() - self._asked_s > KNOWN_FOR_S:
            found = self._get(f"{self.provider.issuer.rstrip('/')}/{WELL_KNOWN}")
            if str(found.get("issuer", "")).rstrip("/") != self.provider.issuer.rstrip("/"):
                raise ProviderError(self._say("tự xưng tên khác với issuer trong desk.yaml", None))
            self._metadata, self._asked_s = found, time.monotonic()
        return self._metadata

    def _get(self, address: str) -> dict[str, Any]:
        try:
            answer = requests.get(address, timeout=self.provider.timeout_s, allow_redirects=False)
            answer.raise_for_status()
            found: dict[str, Any] = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise ProviderError(self._say("không trả lời", error)) from error
        return found

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self.provider.client_id,
            self.secret,
            scope=self.provider.scope,
            redirect_uri=self.redirect_uri,
            code_challenge_method="S256",
        )

    def _say(self, what: str, error: Exception | None) -> str:
        kind = f" (kỹ thuật: {type(error).__name__})" if error else ""
        return f"Hệ thống đăng nhập của tỉnh ({self.provider.issuer}) {what}{kind}. Thử lại sau, hoặc báo CNTT."


def subject_of(config_dir: Path, value: str) -> str:
    """How the store names an account of the provider. Raise ConfigError where desk.yaml names no provider."""
    provider = read_desk_rules(config_dir).openid
    if provider is None:
        raise ConfigError("desk.yaml: chưa khai openid nên chưa gắn được tài khoản của tỉnh")
    return f"{provider.issuer} {value}"


def read_secret(provider: OpenIdProvider, environment: Mapping[str, str]) -> str:
    """Raise ConfigError where the reference leads nowhere."""
    secret = read_reference(provider.client_secret, environment)
    if secret is None:
        raise ConfigError(f"desk.yaml: openid.client_secret: không đọc được {provider.client_secret}")
    return secret

"""The file `desk.yaml`: where browsers find the desk, which proxies are believed, how people sign in."""

import ipaddress
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from baocao.catalogue.model import OneLine, Secret, YamlModel, matching
from baocao.catalogue.yaml_files import read_yaml
from baocao.written.errors import WrongPlacesError, WrongValueError

FILE_NAME = "desk.yaml"
_SITE = matching(
    r"https://[^/@\s?#]+/?", "phải là địa chỉ như https://baocao.tinh.gov.vn, không có mật khẩu và đường dẫn"
)
_ISSUER = matching(
    r"https://[^@\s?#]+|http://(localhost|127\.0\.0\.1)(:\d+)?(/[^@\s?#]*)?",
    "phải là địa chỉ https://… không có mật khẩu",
)


def _is_network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise WrongValueError("phải là địa chỉ IP hoặc dải địa chỉ, như 10.1.2.3 hoặc 10.1.2.0/24") from error
    return text


class OpenIdProvider(YamlModel):
    """The province's sign-in (OpenID Connect). `label` stands on the button.

    `claim` is what its accounts are known by here: what `baocao people add --openid` gives. `second_factors` are the
    values of `amr` in its answer that count as a second factor given there.
    """

    issuer: Annotated[str, _ISSUER]
    client_id: OneLine
    client_secret: Secret
    claim: Literal["sub", "preferred_username", "email"] = "sub"
    scope: OneLine = "openid profile email"
    label: OneLine = "Đăng nhập bằng tài khoản của tỉnh"
    second_factors: tuple[str, ...] = ("mfa", "otp", "hwk")
    timeout_s: float = Field(default=10, gt=0, le=60)


class DeskRules(YamlModel):
    """How the desk is reached and how long a sign-in lasts; without `public_url` only on this machine."""

    public_url: Annotated[str, _SITE] | None = None
    trusted_proxies: tuple[Annotated[str, AfterValidator(_is_network)], ...] = ()
    passwords: bool = True
    openid: OpenIdProvider | None = None
    idle_minutes: int = Field(default=60, ge=5, le=24 * 60)
    session_hours: int = Field(default=10, ge=1, le=24)
    attempts: int = Field(default=5, ge=3, le=20)

    @model_validator(mode="after")
    def _behind_a_proxy(self) -> "DeskRules":
        """TLS is the proxy's: whoever is not told which one takes every officer for the proxy."""
        if self.public_url is not None and not self.trusted_proxies:
            says = "có public_url thì phải ghi địa chỉ máy chủ TLS (reverse proxy) đứng trước, như [127.0.0.1]"
            raise WrongPlacesError([(("trusted_proxies",), says)])
        if self.openid is not None and self.public_url is None:
            raise WrongPlacesError([(("public_url",), "khai openid thì phải khai: đó là nơi trình duyệt quay về")])
        if self.openid is None and not self.passwords:
            raise WrongPlacesError([(("passwords",), "không có openid mà tắt mật khẩu thì không ai đăng nhập được")])
        return self

    @property
    def idle(self) -> timedelta:
        return timedelta(minutes=self.idle_minutes)

    @property
    def lasts(self) -> timedelta:
        return timedelta(hours=self.session_hours)


def read_desk_rules(config_dir: Path) -> DeskRules:
    """The defaults where there is no file; raise ConfigError where it is wrong."""
    path = config_dir / FILE_NAME
    return read_yaml(path, DeskRules) if path.exists() else DeskRules()

"""The file `alerts.yaml`: who is told what, by which channel, when, and how an unheard alert climbs."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from baocao.catalogue.loading import Catalogue
from baocao.catalogue.model import REFERENCE, YamlModel
from baocao.catalogue.yaml_files import read_yaml
from baocao.domain import Severity
from baocao.errors import ConfigError

FILE_NAME = "alerts.yaml"
Secret = Annotated[str, Field(pattern=rf"^{REFERENCE}$")]
Address = Annotated[str, Field(pattern=r"^(https://|http://(127\.0\.0\.1|localhost)(:\d+)?(/|$))")]
MailAddress = Annotated[str, Field(pattern=r"^[^@\s<>,]+@[^@\s<>,]+$")]


def _read_clock(given: object) -> object:
    """YAML 1.1 reads 18:00 as 1080; only the quoted text is unmistakable."""
    if isinstance(given, str) and len(given) == len("07:00") and given[2] == ":":
        return time.fromisoformat(given)
    raise ValueError('write a time of day in quotes: "07:00"')


Clock = Annotated[time, BeforeValidator(_read_clock)]


class EmailChannel(YamlModel):
    """Mail by SMTP. `tls`: starttls (port 587) or implicit (465); plain only to a server on this machine.

    The server's certificate is always verified, against the machine's authorities or those of `ca_file`.
    """

    kind: Literal["email"]
    host: str
    port: int = Field(default=587, ge=1, le=65535)
    tls: Literal["starttls", "implicit", "plain"] = "starttls"
    ca_file: str | None = None
    username: str = ""
    secret: Secret | None = None
    sender: MailAddress
    to: tuple[MailAddress, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _plain_stays_here(self) -> "EmailChannel":
        if self.tls == "plain" and self.host not in {"127.0.0.1", "localhost", "::1"}:
            raise ValueError("tls: plain is allowed to a mail server on this machine only; use starttls or implicit")
        if bool(self.username) != (self.secret is not None):
            raise ValueError("username and secret: give both or neither")
        return self


class WebhookChannel(YamlModel):
    """JSON posted to an address; `secret`, if any, is sent as `Authorization: Bearer`."""

    kind: Literal["webhook"]
    address: Address
    secret: Secret | None = None
    ca_file: str | None = None


class ChatChannel(YamlModel):
    """A bot's message to one chat: `secret` is the bot's token."""

    kind: Literal["telegram", "zalo"]
    secret: Secret
    chat: str = Field(min_length=1)


class HookChannel(YamlModel):
    """An incoming webhook of Slack or Teams (Workflows): `secret` is its whole address."""

    kind: Literal["slack", "teams"]
    secret: Secret


class FileChannel(YamlModel):
    """A text file that grows; a relative path is within the installation's home folder."""

    kind: Literal["file"]
    path: str


Channel = Annotated[
    EmailChannel | WebhookChannel | ChatChannel | HookChannel | FileChannel, Field(discriminator="kind")
]


class Route(YamlModel):
    """Who is told what. A filter left out lets everything through; `channels` are tried in their order.

    `digest` collects what happens until that time of day into one message. `recoveries` and `reminders` can be
    switched off.
    """

    severities: tuple[Severity, ...] = (Severity.CRITICAL, Severity.WARNING)
    owners: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    channels: tuple[str, ...] = Field(min_length=1)
    digest: Clock | None = None
    recoveries: bool = True
    reminders: bool = True


class QuietHours(YamlModel):
    """When nobody is disturbed, by Viet Nam's clock; what waits is sent together at the end. `never` holds for none."""

    from_: Clock = Field(alias="from")
    to: Clock
    days_off: bool = True
    except_: tuple[Severity, ...] = Field(default=(), alias="except")


class Escalation(YamlModel):
    """At how many working days left (negative: overdue) an open incident is told again, and to whom besides."""

    severities: tuple[Severity, ...] = (Severity.CRITICAL,)
    steps: dict[int, tuple[str, ...]] = Field(default_factory=dict)


class Retries(YamlModel):
    """How often a channel is tried before the next one is, and how long at most until all are tried again."""

    attempts: int = Field(default=3, ge=1, le=10)
    backoff_s: float = Field(default=2, ge=0, le=60)
    timeout_s: float = Field(default=10, gt=0, le=120)
    longest_wait_minutes: int = Field(default=360, ge=1, le=1440)


class WatchRules(YamlModel):
    """From how many working days before the due day on the watch reminds, and after how many days data are stale."""

    working_days_before: int = Field(default=10, ge=0, le=60)
    stale_days: int = Field(default=5, ge=1, le=60)


class Alerts(YamlModel):
    """The whole file; without one there are no channels, and incidents are kept all the same."""

    channels: dict[str, Channel] = Field(default_factory=dict)
    routes: dict[str, Route] = Field(default_factory=dict)
    quiet_hours: QuietHours | None = None
    escalation: Escalation = Escalation()
    retries: Retries = Retries()
    watch: WatchRules = WatchRules()

    @model_validator(mode="after")
    def _channels_exist(self) -> "Alerts":
        named = {f"routes.{name}.channels": route.channels for name, route in self.routes.items()}
        named |= {f"escalation.steps.{days}": channels for days, channels in self.escalation.steps.items()}
        for where, channels in named.items():
            _require(where, "channel", channels, self.channels)
        return self


def read_alerts(catalogue: Catalogue) -> Alerts:
    """No channels where there is no file; raise ConfigError where it is wrong or names what there is not."""
    path = catalogue.config_dir / FILE_NAME
    if not path.exists():
        return Alerts()
    alerts = read_yaml(path, Alerts)
    try:
        for name, route in alerts.routes.items():
            _require(f"routes.{name}.owners", "owner", route.owners, {**catalogue.owners, "it": ""})
            _require(f"routes.{name}.units", "unit", route.units, catalogue.units)
    except ValueError as error:
        raise ConfigError(f"{path}:\n  {error}") from error
    return alerts


def _require(where: str, what: str, named: tuple[str, ...], known: Mapping[str, object]) -> None:
    for one in named:
        if one not in known:
            raise ValueError(f"{where}: no {what} '{one}'; there are: {', '.join(known) or 'none'}")

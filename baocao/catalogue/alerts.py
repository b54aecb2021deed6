"""The file `alerts.yaml`: who is told what, by which channel, when, and how an unheard alert climbs."""

import re
from collections.abc import Iterable
from datetime import time
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator

from baocao.catalogue.model import Number, Secret, YamlModel, matching
from baocao.catalogue.yaml_files import FolderReading, YamlFile
from baocao.catalogue.yaml_text import Place
from baocao.domain import Severity
from baocao.messages import say_unknown
from baocao.vocabulary import IT_OWNER
from baocao.written.errors import WrongValueError, refuse_places

if TYPE_CHECKING:
    from baocao.catalogue.loading import Catalogue

FILE_NAME = "alerts.yaml"
Address = Annotated[
    str,
    matching(
        r"https://[^/@\s]+(/[^\s]*)?|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s]*)?",
        "phải là địa chỉ https://…, không có tài khoản, mật khẩu; mã bí mật ghi ở secret",
    ),
]
MailAddress = Annotated[str, matching(r"[^@\s<>,:/]+@[^@\s<>,:/]+", "không phải địa chỉ thư, như ten@tinh.gov.vn")]

_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def _read_clock(given: object) -> object:
    """With two digits each, as on a clock."""
    found = _CLOCK.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise WrongValueError('ghi giờ trong dấu nháy, như "07:00"')
    return time(int(found[1]), int(found[2]))


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
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        if self.tls == "plain" and self.host not in {"127.0.0.1", "localhost", "::1"}:
            wrong.append((("tls",), "plain chỉ dùng cho máy chủ thư trên chính máy này; được dùng: starttls, implicit"))
        if bool(self.username) != (self.secret is not None):
            wrong.append((("secret",), "username và secret: ghi cả hai hoặc bỏ cả hai"))
        refuse_places(wrong)
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
    backoff_s: Number = Field(default=2, ge=0, le=60)
    timeout_s: Number = Field(default=10, gt=0, le=120)
    longest_wait_minutes: int = Field(default=360, ge=1, le=1440)


class WatchRules(YamlModel):
    """From how many working days before the due day on the watch reminds, and after how many days data are stale."""

    working_days_before: int = Field(default=10, ge=0, le=60)
    stale_days: int = Field(default=5, ge=1, le=60)


class Alerts(YamlModel):
    """The whole file; without one there are no channels, and incidents are kept all the same.

    `releases` are the channels that are told of every release, with the signed head of the log.
    """

    channels: dict[str, Channel] = Field(default_factory=dict)
    routes: dict[str, Route] = Field(default_factory=dict)
    releases: tuple[str, ...] = ()
    quiet_hours: QuietHours | None = None
    escalation: Escalation = Escalation()
    retries: Retries = Retries()
    watch: WatchRules = WatchRules()


def read_alerts(catalogue: "Catalogue") -> Alerts:
    """No channels where there is no file; raise ConfigError where it is wrong or names what there is not."""
    if not (catalogue.config_dir / FILE_NAME).exists():
        return Alerts()
    reading = FolderReading(catalogue.config_dir)
    alerts = examine_alerts(reading, catalogue.owners, catalogue.units)
    if alerts is None or reading.told:
        catalogue.refuse_folder()
    return alerts or Alerts()


def examine_alerts(reading: FolderReading, owners: Iterable[str], units: Iterable[str]) -> Alerts | None:
    """The file, where there is one, held against the owners and units there are."""
    file = reading.open_if_there(FILE_NAME)
    alerts = file.examine(Alerts) if file else None
    if file is None or alerts is None:
        return None
    channels = file.names_at("channels")
    for name, route in alerts.routes.items():
        place = ("routes", name)
        _require(file, (*place, "channels"), "kênh", route.channels, channels)
        _require(file, (*place, "owners"), "người phụ trách", route.owners, (*owners, IT_OWNER))
        _require(file, (*place, "units"), "đơn vị", route.units, units)
    _require(file, ("releases",), "kênh", alerts.releases, channels)
    for days, names in alerts.escalation.steps.items():
        _require(file, ("escalation", "steps", str(days)), "kênh", names, channels)
    return alerts


def _require(file: YamlFile, place: Place, what: str, names: Iterable[str], known: Iterable[str]) -> None:
    allowed = list(known)
    for name in names:
        if name not in allowed:
            file.note(place, say_unknown(what, name, allowed))

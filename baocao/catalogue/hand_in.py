"""The file `hand_in.yaml`: by which folder and mailbox units hand in their forms, and whose address is whose."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

from pydantic import Field, model_validator

from baocao.catalogue.alerts import MailAddress
from baocao.catalogue.model import Secret, YamlModel
from baocao.catalogue.yaml_files import FolderReading
from baocao.messages import say_unknown
from baocao.written.errors import refuse_places

if TYPE_CHECKING:
    from baocao.catalogue.loading import Catalogue

FILE_NAME = "hand_in.yaml"
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})
Tls = Literal["starttls", "implicit", "plain"]


class WatchedFolder(YamlModel):
    """A folder with one folder for each unit, by its code; a relative path is within the installation's home.

    A file nobody has written to for `settled_s` seconds is taken as whole.
    """

    path: str
    settled_s: int = Field(default=10, ge=0, le=3600)


class _MailServer(YamlModel):
    """How a mail server is reached: over verified TLS, plain only to one on this machine."""

    host: str
    tls: Tls
    ca_file: str | None = None
    username: str = ""
    secret: Secret | None = None

    @model_validator(mode="after")
    def _plain_stays_here(self) -> "_MailServer":
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        if self.tls == "plain" and self.host not in _HERE:
            wrong.append((("tls",), "plain chỉ dùng cho máy chủ thư trên chính máy này; được dùng: starttls, implicit"))
        if bool(self.username) != (self.secret is not None):
            wrong.append((("secret",), "username và secret: ghi cả hai hoặc bỏ cả hai"))
        refuse_places(wrong)
        return self


class ReplyServer(_MailServer):
    """The SMTP server by which answers go out."""

    port: int = Field(default=587, ge=1, le=65535)
    tls: Tls = "starttls"
    sender: MailAddress


class Mailbox(_MailServer):
    """An IMAP mailbox for handed-in forms and nothing else: what was taken or refused is moved out of `inbox`."""

    port: int = Field(default=993, ge=1, le=65535)
    tls: Tls = "implicit"
    inbox: str = "INBOX"
    taken: str = "Da-xu-ly"
    refused: str = "Khong-nhan"
    reply: ReplyServer


class HandInRules(YamlModel):
    """The whole file. `senders` are the addresses a unit writes from, by its code: nobody else is heard or answered."""

    largest_mb: int = Field(default=20, ge=1, le=100)
    every_minutes: int = Field(default=10, ge=1, le=59)
    folder: WatchedFolder | None = None
    mailbox: Mailbox | None = None
    senders: dict[str, tuple[MailAddress, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _one_unit_an_address(self) -> "HandInRules":
        owners: dict[str, str] = {}
        wrong: list[tuple[tuple[str | int, ...], str]] = []
        for unit, addresses in self.senders.items():
            for address in addresses:
                known = owners.setdefault(address.casefold(), unit)
                if known != unit:
                    wrong.append((("senders", unit), f"một địa chỉ không thể của cả hai đơn vị {known} và {unit}"))
        refuse_places(wrong)
        return self

    def find_unit(self, address: str) -> str | None:
        """Whose address it is; None of a stranger's."""
        wanted = address.casefold()
        found = (unit for unit, mine in self.senders.items() if wanted in {one.casefold() for one in mine})
        return next(found, None)

    @property
    def largest_bytes(self) -> int:
        return self.largest_mb * 1_000_000


def read_hand_in(catalogue: "Catalogue") -> HandInRules:
    """Nothing is watched where there is no file; raise ConfigError where it is wrong or names a unit there is not."""
    if not (catalogue.config_dir / FILE_NAME).exists():
        return HandInRules()
    reading = FolderReading(catalogue.config_dir)
    rules = examine_hand_in(reading, catalogue.units)
    if rules is None or reading.told:
        catalogue.refuse_folder()
    return rules or HandInRules()


def examine_hand_in(reading: FolderReading, units: Iterable[str]) -> HandInRules | None:
    """The file, where there is one, held against the units there are."""
    file = reading.open_if_there(FILE_NAME)
    rules = file.examine(HandInRules) if file else None
    known = list(units)
    for code in rules.senders if file and rules else ():
        if file and code not in known:
            file.note(("senders", code), say_unknown("đơn vị", code, known))
    return rules

"""Source systems: which connector serves which system, where it is, how it is signed in to, how gently."""

from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, PrivateAttr

from baocao.catalogue.file_place import FilePlace, Lines
from baocao.catalogue.model import Number, SecretOrNone, YamlModel, matching
from baocao.domain import System
from baocao.references import NO_SECRET

_HOURS: Final = r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d"
_ADDRESS: Final = r"|https://[^/@\s?#]+(/[^@\s?#]*)?|http://127\.0\.0\.1(:\d+)?(/[^@\s?#]*)?|sandbox://[^@\s?#]*"
_ADDRESS_FORMS: Final = (
    "phải là địa chỉ https://máy-chủ/đường-dẫn, không có tài khoản, mật khẩu, dấu ? hay #; "
    "tài khoản ghi ở auth.username, mật khẩu ở auth.secret"
)


class Auth(YamlModel):
    """Who we are to the source. `secret` is a reference (`env:NAME`, `file:/path`, `prefect:block`), never it.

    A folder, a database's address and a public page have no sign-in: `secret` is then "none".
    """

    username: str = ""
    secret: SecretOrNone = NO_SECRET


class PaceLimits(YamlModel):
    """How gently a source is asked, by all of ours together: how often, how many at once, in which hours (Viet Nam).

    Outside its hours a source counts as unavailable, or is waited for where `outside_hours` says so.
    """

    requests_per_s: Number = Field(default=10, gt=0, le=1000)
    at_once: int = Field(default=2, ge=1, le=32)
    hours: Annotated[str, matching(_HOURS, "ghi giờ mở và giờ đóng, như 19:00-06:00")] | None = None
    outside_hours: Literal["refuse", "wait"] = "refuse"


class Limits(YamlModel):
    """How long and how much we accept from one answer."""

    connect_s: Number = Field(default=10, gt=0)
    read_s: Number = Field(default=60, gt=0)
    total_s: Number = Field(default=180, gt=0)
    answer_mb: Number = Field(default=64, gt=0)
    attempts: int = Field(default=4, ge=1, le=10)
    retry_after_s: Number = Field(default=60, ge=0)
    backoff_s: Number = Field(default=0.5, gt=0)


class Source(YamlModel):
    """One system as one organisation runs it.

    With the role `comparison` its own figures (tallies) are held against those counted from the unit's other source of
    the same system, its lists (dossiers of the portal, documents of the axis) against another system's; nothing is ever
    counted from it, and its failing is a finding, not a failed run. `site` names a file of `sites/`: how this
    installation differs from its dialect.
    """

    source_code: str = ""
    label: str
    system: System
    connector: str
    role: Literal["figures", "comparison"] = "figures"
    base_url: Annotated[str, matching(_ADDRESS, _ADDRESS_FORMS)] = ""
    auth: Auth = Auth()
    verify_tls: Literal[True] | str = True
    pace: PaceLimits = PaceLimits()
    limits: Limits = Limits()
    lookback_days: int = Field(default=365, ge=0, le=1500)
    site: Annotated[str, matching(r"([a-z0-9][a-z0-9-]*)?", "ghi tên một tệp của thư mục sites, không có .yaml")] = ""
    options: dict[str, Any] = Field(default_factory=dict)
    _more: frozenset[str] = PrivateAttr(default=frozenset())
    _lines: Lines | None = PrivateAttr(default=None)
    _site_lines: Lines | None = PrivateAttr(default=None)

    @property
    def more(self) -> frozenset[str]:
        """The columns of `records.MORE` a report needs of it; of no other is anything kept."""
        return self._more

    def asked_for(self, more: frozenset[str]) -> Self:
        """The same, asked for these columns too."""
        found = self.model_copy()
        found._more = self._more | more  # noqa: SLF001  its own copy
        return found

    def read_in(self, lines: Lines, site_lines: Lines | None = None) -> Self:
        """The same, knowing the lines of the files it was read from."""
        found = self.model_copy()
        found._lines, found._site_lines = lines, site_lines  # noqa: SLF001  its own copy
        return found

    def place(self, *keys: str | int) -> FilePlace:
        """Where a key of it is mended; what its site says, in the site's file."""
        if self.site and keys[:2] == ("options", "site"):
            return FilePlace(f"sites/{self.site}.yaml", ("dialects", self.connector, *keys[2:]), self._site_lines)
        return FilePlace("sources.yaml", ("sources", self.source_code, *keys), self._lines)


class Sources(YamlModel):
    """The file `sources.yaml`. A source's key is the name of the file of its draft."""

    sources: dict[str, Source]

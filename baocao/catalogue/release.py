"""The file `release.yaml`: who may put a form forward, who approves it, and what is never released."""

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import Field, model_validator

from baocao.catalogue.model import Day, YamlModel, matching
from baocao.catalogue.yaml_files import read_yaml
from baocao.written.errors import WrongPlacesError

FILE_NAME = "release.yaml"


class Role(YamlModel):
    """Who may do something: a title fit for a refusal, and the accounts; no accounts means everybody."""

    label: str
    accounts: tuple[str, ...] = ()

    def includes(self, person: str) -> bool:
        return not self.accounts or person in self.accounts


class Roles(YamlModel):
    """Who prepares, who approves and publishes, who may change this file."""

    preparer: Role = Role(label="cán bộ lập biểu")
    approver: Role = Role(label="lãnh đạo duyệt")
    administrator: Role = Role(label="quản trị hệ thống của tỉnh")


class TimeStamping(YamlModel):
    """An authority of RFC 3161 that stamps releases from a day on. Its answer is signed: it may be asked without TLS.

    `ca_file` holds its own certificate (former ones too) and those above it, in PEM, in the configuration folder;
    `policy` is what the stamp must say it was given by.
    """

    address: Annotated[
        str, matching(r"https?://[^/@\s?#]+(/[^@\s?#]*)?", "phải là địa chỉ http(s)://… không có tài khoản, mật khẩu")
    ]
    ca_file: Annotated[
        str, matching(r"[\w-]+\.(pem|crt|cer)", "phải là tệp .pem, .crt hoặc .cer trong thư mục cấu hình")
    ]
    since: Day
    policy: Annotated[str, matching(r"(\d+(\.\d+)+)?", "phải là mã OID, như 1.3.6.1.4.1.13762.3")] = ""
    timeout_s: float = Field(default=10, gt=0, le=120)


class ReleaseRules(YamlModel):
    """The rules of release. `since` is from when they are in force: a refusal says it.

    `machine_accounts` says whose an account of the machine is: commands given under it are that person's.
    """

    since: Day
    two_persons: bool = True
    early_release: bool = True
    roles: Roles = Field(default_factory=Roles)
    machine_accounts: dict[str, str] = Field(default_factory=dict)
    time_stamp: TimeStamping | None = None

    @model_validator(mode="after")
    def _somebody_else_can_approve(self) -> "ReleaseRules":
        preparers, approvers = set(self.roles.preparer.accounts), set(self.roles.approver.accounts)
        if self.two_persons and len(preparers) == 1 and preparers == approvers:
            says = "preparer và approver chỉ có cùng một tài khoản: không ai duyệt được; thêm người, hoặc ghi false"
            raise WrongPlacesError([(("two_persons",), says)])
        return self


def read_release_rules(config_dir: Path) -> ReleaseRules:
    """The strict defaults where there is no file; raise ConfigError where it is wrong."""
    path = config_dir / FILE_NAME
    return read_yaml(path, ReleaseRules) if path.exists() else ReleaseRules(since=date(2026, 1, 1))

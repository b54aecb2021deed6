"""The file `release.yaml`: who may put a form forward, who approves it, and what is never released."""

from datetime import date
from pathlib import Path

from pydantic import Field, model_validator

from baocao.catalogue.model import YamlModel
from baocao.catalogue.yaml_files import read_yaml
from baocao.written.days import Day
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


class ReleaseRules(YamlModel):
    """The rules of release. `since` is from when they are in force: a refusal says it."""

    since: Day
    two_persons: bool = True
    early_release: bool = True
    roles: Roles = Field(default_factory=Roles)

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

"""Sites: how one installation of a system differs from its dialect, inline in sources.yaml or in a named file."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from baocao.catalogue.file_place import FilePlace
from baocao.catalogue.model import YamlModel, matching
from baocao.catalogue.wrong_values import find_mistakes
from baocao.errors import ConfigError
from baocao.messages import did_you_mean, list_names, quote_name, say_unknown

Target = Annotated[
    str,
    matching(
        r"(/|https://[^/@\s]+/|http://127\.0\.0\.1(:\d+)?/).*",
        "phải là đường dẫn bắt đầu bằng / hoặc địa chỉ https://máy-chủ/…, không có tài khoản, mật khẩu",
    ),
]
Code = str | int | bool


class PageRules(YamlModel):
    """How pages are turned here: the number of the first, and the most rows one has."""

    first: int | None = Field(default=None, ge=0, le=1)
    most_rows: int | None = Field(default=None, ge=1, le=10_000)


class SiteDifferences(YamlModel):
    """What one installation has otherwise; every name is checked against what the dialect declares when it is asked.

    `fields`, `parameters` and `dates` go from our name to theirs, `codes` from their code to ours. A field may have
    several names, each in another answer; one of theirs may be several of ours. `stated` are values
    the province vouches for where the system has no such field; `ignored` are fields nobody needs. An `account` of one
    `unit` sees only that unit's records, whatever is asked for.
    """

    paths: dict[str, Target] = Field(default_factory=dict)
    parameters: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    codes: dict[str, dict[str, Code]] = Field(default_factory=dict)
    dates: dict[str, str] = Field(default_factory=dict)
    stated: dict[str, Code] = Field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    zone: Literal["local", "utc"] = "local"
    account: Literal["province", "unit"] = "province"
    pages: PageRules = PageRules()


class SiteFile(YamlModel):
    """A file `sites/<name>.yaml`: by dialect what a province's installations have otherwise."""

    label: str = ""
    dialects: dict[str, dict[str, Any]]


def read_differences(where: FilePlace, given: Any) -> SiteDifferences:
    """Raise ConfigError naming every wrong key with its place, what is allowed, and the nearest right word."""
    try:
        return SiteDifferences.model_validate(given or {})
    except ValidationError as error:
        wrong = find_mistakes(error, SiteDifferences, given)
        raise ConfigError("\n".join(f"{where.below(*one.place)}: {one.says}" for one in wrong)) from None


def say_not_declared(where: FilePlace, name: str, allowed: Iterable[object]) -> str:
    """The sentence about a word a dialect does not have: where it stands, what may stand there, and the nearest."""
    known = [str(one) for one in allowed]
    shown = quote_name(name, known)
    allowed_vi = f"{list_names(known)}{did_you_mean(name, known)}"
    return f"{where.at(name)}:{shown} không có trong giao thức này; được dùng: {allowed_vi}"


def site_path(config_dir: Path, name: str) -> Path:
    """The file of a site; raise ConfigError, naming the files there are, where there is none of that name."""
    folder = config_dir / "sites"
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    if name in names:
        return folder / f"{name}.yaml"
    raise ConfigError(say_unknown("tệp của thư mục sites tên", name, names))

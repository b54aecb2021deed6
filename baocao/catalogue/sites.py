"""Sites: how one installation of a system differs from its dialect, inline in sources.yaml or in a named file."""

from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError

from baocao.catalogue.model import YamlModel
from baocao.errors import ConfigError

Target = Annotated[str, Field(pattern=r"^(/|https://[^/@\s]+/|http://127\.0\.0\.1(:\d+)?/)")]
Code = str | int | bool


class PageRules(YamlModel):
    """How pages are turned here: the number of the first, and the most rows one has."""

    first: int | None = Field(default=None, ge=0, le=1)
    most_rows: int | None = Field(default=None, ge=1, le=10_000)


class SiteDifferences(YamlModel):
    """What one installation has otherwise; every name is checked against what the dialect declares when it is asked.

    `fields`, `parameters` and `dates` go from our name to theirs, `codes` from their code to ours. `stated` are values
    the province vouches for where the system has no such field; `ignored` are fields nobody needs.
    """

    paths: dict[str, Target] = Field(default_factory=dict)
    parameters: dict[str, str] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)
    codes: dict[str, dict[str, Code]] = Field(default_factory=dict)
    dates: dict[str, str] = Field(default_factory=dict)
    stated: dict[str, Code] = Field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    zone: Literal["local", "utc"] = "local"
    pages: PageRules = PageRules()


class SiteFile(YamlModel):
    """A file `sites/<name>.yaml`: by dialect what a province's installations have otherwise."""

    label: str = ""
    dialects: dict[str, dict[str, Any]]


def read_differences(where: str, given: Any) -> SiteDifferences:
    """Raise ConfigError naming every wrong key with its place, what is allowed, and the nearest right word."""
    try:
        return SiteDifferences.model_validate(given or {})
    except ValidationError as error:
        raise ConfigError("\n".join(_explain(where, one) for one in error.errors(include_url=False))) from error


def _explain(where: str, fault: Any) -> str:
    *above, name = map(str, fault["loc"] or ("",))
    place = ".".join((where, *above))
    if fault["type"] == "extra_forbidden":
        return say_unknown(place, name, (PageRules if "pages" in above else SiteDifferences).model_fields)
    return f"{place}.{name}: không đọc được: {fault['msg']}"


def say_unknown(where: str, name: str, allowed: Iterable[object]) -> str:
    """The sentence about a word that is not there: where it stands, what may stand there, and the nearest."""
    known = [str(one) for one in allowed]
    near = get_close_matches(name, known, 1)
    hint = f" Gần nhất: {near[0]}." if near else ""
    return f"{where}: '{name}' không có trong giao thức này; được dùng: {', '.join(known)}.{hint}"


def site_path(config_dir: Path, name: str, source_code: str) -> Path:
    """The file of a site; raise ConfigError, naming the files there are, where there is none of that name."""
    folder = config_dir / "sites"
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    if name in names:
        return folder / f"{name}.yaml"
    near = get_close_matches(name, names, 1)
    hint = f" Gần nhất: {near[0]}." if near else ""
    raise ConfigError(
        f"sources.yaml: sources.{source_code}.site: không có tệp sites/{name}.yaml; "
        f"đang có: {', '.join(names) or 'không tệp nào'}.{hint}"
    )

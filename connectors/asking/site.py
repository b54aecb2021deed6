"""How one installation differs from its dialect: other addresses, field names and codes, as `options.site` says.

    site:
      paths: {token: "https://sso.vi-du.gov.vn/auth/realms/digo/protocol/openid-connect/token"}  # or a path
      fields: {acceptedDate: ngayTiepNhan}  # ours: theirs
      codes: {applyMethod.id: {APP: 0}}  # theirs: ours

Every name is checked against what the dialect declares. A path may be an address of its own: signing in is often at
another host. Only there is another host asked, with what the dialect sends to that path.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError

from baocao.catalogue import Source
from baocao.catalogue.model import YamlModel
from baocao.errors import ConfigError
from connectors.reading.strict import plain_code

Target = Annotated[str, Field(pattern=r"^(/|https://[^/@\s]+/|http://127\.0\.0\.1(:\d+)?/)")]


@dataclass(frozen=True)
class Declaration:
    """What of a dialect a site may have otherwise: paths by name, field names, and by field the codes it knows."""

    paths: Mapping[str, str]
    fields: frozenset[str] = frozenset()
    codes: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)


class _SiteOptions(YamlModel):
    paths: dict[str, Target] = Field(default_factory=dict)
    fields: dict[str, str] = Field(default_factory=dict)
    codes: dict[str, dict[str, str | int | bool]] = Field(default_factory=dict)


@dataclass(frozen=True)
class Site:
    """The differences, ready to be used; none by default."""

    paths: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def where(self, path: str) -> tuple[str, str]:
        """The origin, empty where it is the source's own address, and the path that stands for one of the dialect's."""
        declared = max((one for one in self.paths if path.startswith(one)), key=len, default=None)
        if declared is None:
            return "", path
        target = urlsplit(self.paths[declared])
        origin = f"{target.scheme}://{target.netloc}" if target.netloc else ""
        return origin, target.path + path[len(declared) :]

    def shown(self, path: str) -> str:
        """The same in one word, as it is written into evidence and messages."""
        return "".join(self.where(path))

    @property
    def rewrites(self) -> bool:
        return bool(self.names or self.codes)

    def rewritten(self, content: Any) -> Any:
        """The answer with our field names and codes; what is not mapped stays as it came."""
        if isinstance(content, list):
            return [self.rewritten(one) for one in content]
        if not isinstance(content, dict):
            return content
        renamed = {self.names.get(name, name): self.rewritten(value) for name, value in content.items()}
        for path, codes in self.codes.items():
            _translate(renamed, path.split("."), codes)
        return renamed


def _translate(row: dict[str, Any], path: list[str], codes: Mapping[str, Any]) -> None:
    *above, name = path
    inner: Any = row
    for one in above:
        inner = inner.get(one) if isinstance(inner, dict) else None
    if isinstance(inner, dict) and isinstance(inner.get(name), str | int | float):
        inner[name] = codes.get(plain_code(inner[name]), inner[name])


def read_site(source: Source, declared: Declaration) -> Site:
    """Raise ConfigError, naming what there is and the nearest, where `options.site` has a name the dialect does not."""
    where = f"sources.yaml: {source.source_code}.options.site"
    try:
        given = _SiteOptions.model_validate(source.options.get("site") or {})
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise ConfigError(f"{where}: không đọc được: {wrong}") from error
    _require(f"{where}.paths", given.paths, declared.paths)
    _require(f"{where}.fields", given.fields, declared.fields)
    _require(f"{where}.codes", given.codes, declared.codes)
    for name, codes in given.codes.items():
        known = {plain_code(code) for code in declared.codes[name]}
        _require(f"{where}.codes.{name}", (plain_code(code) for code in codes.values()), known)
    return Site(
        {declared.paths[name]: target for name, target in given.paths.items()},
        {theirs: ours for ours, theirs in given.fields.items()},
        {name: {plain_code(theirs): ours for theirs, ours in codes.items()} for name, codes in given.codes.items()},
    )


def _require(where: str, given: Any, allowed: Any) -> None:
    known = [str(one) for one in allowed]
    for name in given:
        if name not in known:
            near = get_close_matches(name, known, 1)
            hint = f" Gần nhất: {near[0]}." if near else ""
            raise ConfigError(f"{where}: '{name}' không có trong giao thức này; được dùng: {', '.join(known)}.{hint}")

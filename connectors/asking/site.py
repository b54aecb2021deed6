"""How one installation differs from its dialect: addresses, names, codes, dates and pages, as `options.site` says.

    site:
      paths: {token: "https://sso.vi-du.gov.vn/auth/realms/digo/protocol/openid-connect/token"}  # or a path
      fields: {acceptedDate: ngayTiepNhan, applyMethod.id: kenh.ma}  # ours: theirs
      codes: {applyMethod.id: {APP: 0}}  # theirs: ours
      parameters: {size: so-dong}  # ours: theirs
      dates: {acceptedDate: dd/MM/yyyy HH:mm:ss}
      pages: {first: 1, most_rows: 50}

Every name is checked against what the dialect declares. A path may be an address of its own: signing in is often at
another host. Only there is another host asked, with what the dialect sends to that path.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from baocao.catalogue import Source
from baocao.catalogue.file_place import FilePlace
from baocao.catalogue.sites import SiteDifferences, read_differences, say_not_declared
from baocao.errors import ConfigError
from connectors.asking.connection import write_query
from connectors.asking.site_dates import DateForm, read_form
from connectors.declaration import Declaration
from connectors.reading.hours import ZONE_UNSAID
from connectors.reading.plain_codes import plain_code

ABSENT = object()


@dataclass(frozen=True)
class Site:
    """The differences, ready to be used; none by default."""

    declared: Declaration = field(default_factory=lambda: Declaration({}))
    paths: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    moved: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    codes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    dates: Mapping[str, DateForm] = field(default_factory=dict)
    stated: Mapping[str, Any] = field(default_factory=dict)
    ignored: frozenset[str] = frozenset()
    parameters: Mapping[str, str] = field(default_factory=dict)
    asked_dates: Mapping[str, DateForm] = field(default_factory=dict)
    shift: int = 0
    most_rows: int | None = None
    sees_one_unit: bool = False
    says_zone: bool = False

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

    def sent(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as this installation calls and writes them."""
        return {self.parameters.get(name, name): self._written(name, value) for name, value in given.items()}

    def called(self, ours: str, usual: str) -> str:
        """What a field is called here where its name is sent, as to sort by; `usual` where it has no other name."""
        return next((theirs for theirs, names in self.names.items() if ours in names), usual)

    def _written(self, name: str, value: Any) -> Any:
        pages = self.declared.pages
        if pages is not None and name == pages.number and self.shift:
            return type(value)(int(value) + self.shift)
        form = self.asked_dates.get(name)
        return form.to_theirs(value) if form is not None else value

    def noted(self, evidence: Mapping[str, Any]) -> dict[str, Any]:
        """What the evidence says was asked, as it was asked here."""
        found = {**evidence, "path": self.shown(evidence["path"])}
        if not self.says_zone and any("%H" in form for form in self.declared.dates.values()):
            found[ZONE_UNSAID] = True
        if not (self.parameters or self.asked_dates or self.shift):
            return found
        for name in ("query", "body", "headers"):
            asked = found.get(name)
            if isinstance(asked, str):
                found[name] = write_query(self.sent(dict(parse_qsl(asked))))
            elif isinstance(asked, Mapping):
                found[name] = self.sent(asked)
        return found

    @property
    def rewrites(self) -> bool:
        return bool(self.names or self.moved or self.codes or self.dates or self.stated or self.ignored)

    def rewritten(self, content: Any) -> Any:
        """The answer with our field names, codes and dates; what is not mapped stays as it came."""
        if isinstance(content, list):
            return [self.rewritten(one) for one in content]
        if not isinstance(content, dict):
            return content
        moved = self._move(content)
        renamed = {
            ours: self.rewritten(value) for name, value in moved.items() for ours in self.names.get(name, (name,))
        }
        for name, form in self.dates.items():
            if name in renamed:
                renamed[name] = form.to_ours(renamed[name])
        if self.stated and not self.declared.fields.isdisjoint(renamed):
            renamed = {**self.stated, **renamed}
        for path, codes in self.codes.items():
            _translate(renamed, path.split("."), codes)
        return renamed

    def _move(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with the fields that stand elsewhere here put where the dialect has them."""
        found = [(ours, _find(row, theirs)) for theirs, ours in self.moved]
        if all(value is ABSENT for _, value in found):
            return {name: value for name, value in row.items() if name not in self.ignored}
        taken = {theirs[0] for theirs, _ in self.moved}
        left = {name: value for name, value in row.items() if name not in taken and name not in self.ignored}
        for ours, value in found:
            if value is not ABSENT:
                _put(left, ours, value)
        return left


def _find(row: dict[str, Any], path: Iterable[str]) -> Any:
    value: Any = row
    for name in path:
        if value is None:
            return None
        if not isinstance(value, dict) or name not in value:
            return ABSENT
        value = value[name]
    return value


def _put(row: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    *above, name = path
    inner = row
    for one in above:
        inner = inner.setdefault(one, {})
    inner[name] = value


def _translate(row: dict[str, Any], path: list[str], codes: Mapping[str, Any]) -> None:
    *above, name = path
    inner: Any = row
    for one in above:
        inner = inner.get(one) if isinstance(inner, dict) else None
    if isinstance(inner, dict) and isinstance(inner.get(name), str | int | float):
        inner[name] = codes.get(plain_code(inner[name]), inner[name])


def read_site(source: Source, declared: Declaration) -> Site:
    """Raise ConfigError, naming what there is and the nearest, where the site has a name the dialect does not."""
    where = source.place("options", "site")
    given = read_differences(where, source.options.get("site"))
    wrong = list(_find_mistakes(where, given, declared))
    if wrong:
        raise ConfigError("\n".join(wrong))
    called = [(ours, one) for ours, theirs in given.fields.items() for one in _several(theirs)]
    moved = [(ours, theirs) for ours, theirs in called if "." in ours + theirs]
    names: dict[str, tuple[str, ...]] = {}
    for ours, theirs in called:
        if (ours, theirs) not in moved:
            names[theirs] = (*names.get(theirs, ()), ours)
    first = given.pages.first
    return Site(
        declared=declared,
        paths={declared.paths[name]: target for name, target in given.paths.items()},
        names=names,
        moved=tuple((tuple(theirs.split(".")), tuple(ours.split("."))) for ours, theirs in moved),
        codes={
            name: {plain_code(theirs): _code_of(ours, declared.codes.get(name, {})) for theirs, ours in codes.items()}
            for name, codes in given.codes.items()
        },
        dates=_read_forms(where, given, declared.dates),
        stated=given.stated,
        ignored=frozenset(given.ignored),
        parameters=given.parameters,
        asked_dates=_read_forms(where, given, declared.asked_dates),
        shift=0 if first is None or declared.pages is None else first - declared.pages.first,
        most_rows=given.pages.most_rows,
        sees_one_unit=given.account == "unit",
        says_zone="zone" in given.model_fields_set,
    )


def _several(theirs: str | tuple[str, ...]) -> tuple[str, ...]:
    return (theirs,) if isinstance(theirs, str) else theirs


def _code_of(ours: Any, known: Mapping[Any, Any]) -> Any:
    """The dialect's own code for a word of ours, as `full`; a code of its own stays."""
    codes = {plain_code(code) for code in known}
    words = {plain_code(word): code for code, word in reversed(list(known.items()))}
    return ours if plain_code(ours) in codes else words.get(plain_code(ours), ours)


def _read_forms(where: FilePlace, given: SiteDifferences, ours: Mapping[str, str]) -> dict[str, DateForm]:
    """The forms of all dates whose form or zone is another here."""
    forms = {name: given.dates[name] for name in ours if name in given.dates}
    if given.zone == "utc":
        forms = {**dict.fromkeys((name for name, form in ours.items() if "%H" in form), ""), **forms}
    return {name: read_form(where.below("dates", name), form, ours[name], given.zone) for name, form in forms.items()}


def _find_mistakes(where: FilePlace, given: SiteDifferences, declared: Declaration) -> Iterable[str]:
    yield from _unknown(where.below("paths"), given.paths, declared.paths)
    yield from _unknown(where.below("fields"), given.fields, sorted(declared.fields))
    yield from _unknown(where.below("codes"), given.codes, declared.codes)
    yield from _unknown(where.below("parameters"), given.parameters, sorted(declared.parameters))
    yield from _unknown(where.below("dates"), given.dates, [*declared.dates, *declared.asked_dates])
    yield from _unknown(where.below("stated"), given.stated, sorted(declared.fields))
    for name, codes in given.codes.items():
        known = declared.codes.get(name, {})
        allowed = sorted({plain_code(one) for pair in known.items() for one in pair})
        if known:
            yield from _unknown(where.below("codes", name), map(plain_code, codes.values()), allowed)
    if declared.pages is None and given.pages.model_fields_set:
        yield f"{where.below('pages')}: giao thức này không lấy theo trang; bỏ mục này."
    if given.zone != "local" and not any("%H" in form for form in declared.dates.values()):
        yield f"{where.below('zone')}: giao thức này không có thời điểm theo giờ; bỏ mục này."


def _unknown(where: FilePlace, given: Iterable[str], allowed: Iterable[object]) -> Iterable[str]:
    known = [str(one) for one in allowed]
    yield from (say_not_declared(where, name, known) for name in given if name not in known)

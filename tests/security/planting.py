"""A secret planted at every place of the configuration: in every value, as every key, beside every key."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

SECRET = "S3cr3t-9f8e7d6c"
PIECES = (SECRET, "9f8e7d6c")
MISNAMED = ("pasword", "mat_khau", "api-key", "token")
FOLDERS = ("", "forms", "sites", "manual/dac-khu", "corrections/dac-khu")
WITH_ACCOUNTS = ("sources.yaml", "alerts.yaml", "desk.yaml", "hand_in.yaml", "sites/tinh-a.yaml", "sites/tinh-b.yaml")
TEXTS = (SECRET, f"https://lan:{SECRET}@may-chu.vn/x", f"https://may-chu.vn/hook/{SECRET}?token={SECRET}")
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Planted:
    """One file with one thing changed; `what` says what, for the name of a failing case."""

    name: str
    what: str
    content: Any

    def write(self, config_dir: Path) -> None:
        text = yaml.dump(self.content, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
        (config_dir / self.name).write_text(text, encoding="utf-8")


def plant_everywhere(config_dir: Path, names: tuple[str, ...] = ()) -> Iterator[Planted]:
    """Each kind of place once: entries of one mapping or list stand for one another."""
    for folder in FOLDERS:
        for path in sorted((config_dir / folder).glob("*.yaml")):
            name = path.relative_to(config_dir).as_posix()
            if not names or name in names:
                yield from plant(name, yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


def plant(name: str, content: Any) -> Iterator[Planted]:
    seen: set[tuple[str, ...]] = set()
    is_connected = name in WITH_ACCOUNTS
    for place, value in list(_walk(content, ())):
        shape = _shape(place, value)
        if shape in seen:
            continue
        seen.add(shape)
        where = ".".join(map(str, place))
        if not isinstance(value, dict | list):
            for planted in TEXTS if is_connected else TEXTS[:1]:
                yield Planted(name, f"{where} = {planted}", _changed(content, place, planted))
        else:
            for planted in (SECRET, [SECRET], {SECRET: SECRET}):
                yield Planted(name, f"{where} = {type(planted).__name__}", _changed(content, place, planted))
        if place and isinstance(place[-1], str):
            yield Planted(name, f"{where} renamed", _renamed(content, place))
        if isinstance(value, dict):
            for key in MISNAMED if is_connected else MISNAMED[:1]:
                yield Planted(name, f"{where} + {key}", _changed(content, (*place, key), SECRET))


def _walk(here: Any, place: Place) -> Iterator[tuple[Place, Any]]:
    yield place, here
    inner = here.items() if isinstance(here, dict) else enumerate(here) if isinstance(here, list) else ()
    for key, value in inner:
        yield from _walk(value, (*place, key))


def _shape(place: Place, value: Any) -> tuple[str, ...]:
    """The place without the names people choose: below the first key entries are alike."""
    parts = ["#" if isinstance(part, int) or depth in {1, 4, 5} else str(part) for depth, part in enumerate(place)]
    return (*parts, type(value).__name__)


def _changed(content: Any, place: Place, value: Any) -> Any:
    if not place:
        return value
    made = copy.deepcopy(content)
    here = made
    for part in place[:-1]:
        here = here[part]
    here[place[-1]] = value
    return made


def _renamed(content: Any, place: Place) -> Any:
    made = copy.deepcopy(content)
    here = made
    for part in place[:-1]:
        here = here[part]
    here[SECRET] = here.pop(place[-1])
    return made

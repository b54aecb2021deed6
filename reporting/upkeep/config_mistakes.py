"""What would be wrong in the configuration folder with other files in it, and its files as a page may show them."""

import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from baocao.catalogue import Catalogue
from baocao.catalogue.cross_check import read_folder
from baocao.catalogue.survey import examine_others
from baocao.catalogue.typed_secrets import SECRET_IN_TEXT_VI, SIGNED_ADDRESS_VI, find_typed_secrets
from baocao.catalogue.yaml_files import FolderReading
from baocao.catalogue.yaml_text import YamlText
from baocao.errors import ConfigError
from baocao.messages import names_secret
from baocao.references import HIDDEN
from baocao.unfinished import make_work_dir
from connectors.registry import check_options

_TOLD = re.compile(r"(?P<file>[^:,]+)(?:: dòng|, dòng) (?P<line>\d+)[,:] (?P<place>[^:]*): (?P<says>.*)")
_KEY = re.compile(r"^(?P<key>[\s-]*[^\s:#][^:#]*:)\s+(?P<value>\S.*)$")
_PAIR = re.compile(r"(?P<key>[^\s,{\[:][^,{\[:]*):\s+(?P<value>[^,}]+)")
_REFERENCE = re.compile(r"[\"']?(?:env:|file:|prefect:|none\b)")


def find_mistakes(config_dir: Path, instead: dict[str, str] | None = None) -> tuple[str, ...]:
    """What is wrong in the folder, with files that would stand in it: each as `file: line, key: what`."""
    with make_work_dir() as work:
        folder = work / "config"
        shutil.copytree(config_dir, folder, ignore=shutil.ignore_patterns(".*", "examples"))
        for name, text in (instead or {}).items():
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(text.encode())
        told = "\n".join(_examine(folder)).replace(f"{folder}/", "")
    return tuple(dict.fromkeys(_join_places(told)))


def hide_secrets(name: str, text: str, mistakes: Iterable[str] = ()) -> str:
    """The text of a file without what was written where only a reference to a secret may stand."""
    hidden = {*_list_told(name, mistakes), *_list_typed(name, text)}
    shown, deeper_than = [], -1
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        depth = len(line) - len(line.lstrip())
        if number in hidden:
            deeper_than = depth
            shown.append(_hide(line))
        elif deeper_than < 0 or (line.strip() and depth <= deeper_than):
            deeper_than = -1
            shown.append(line)
    return "".join(shown)


def _examine(folder: Path) -> Iterator[str]:
    reading = FolderReading(folder)
    examine_others(reading, read_folder(reading))
    yield from reading.told
    if reading.told:
        return
    try:
        sources = Catalogue.read(folder).sources.values()
    except ConfigError as error:
        yield str(error)
        return
    for source in sources:
        try:
            check_options(source)
        except ConfigError as error:
            yield str(error)


def _join_places(told: str) -> Iterator[str]:
    """Each mistake with its file before it, where they stand in a list below the file's name."""
    file = ""
    for line in told.splitlines():
        if line.startswith("  "):
            yield f"{file} {line.strip()}"
        elif line.endswith(":"):
            file = line
        elif line.strip():
            yield line


def _list_told(name: str, mistakes: Iterable[str]) -> Iterator[int]:
    for told in mistakes:
        found = _TOLD.match(told)
        if found is None or found["file"] != name:
            continue
        key = found["place"].rpartition(".")[2]
        if names_secret(key) or SECRET_IN_TEXT_VI in told or SIGNED_ADDRESS_VI in told:
            yield int(found["line"])


def _list_typed(name: str, text: str) -> Iterator[int]:
    """Of a text that is no YAML, every line that could hold one."""
    try:
        file = YamlText(name, text.encode())
    except ConfigError:
        for number, line in enumerate(text.splitlines(), 1):
            if any(_is_secret(found["key"].strip(" -"), found["value"].strip()) for found in _PAIR.finditer(line)):
                yield number
        return
    for place, _ in find_typed_secrets(file.content):
        line_number = file.find_line(place)
        if line_number is not None:
            yield line_number


def _is_secret(key: str, value: str) -> bool:
    is_named = names_secret(key) and not _REFERENCE.match(value)
    return is_named or any(True for _ in find_typed_secrets({key: value}))


def _hide(line: str) -> str:
    found = _KEY.match(line.rstrip("\r\n"))
    end = line[len(line.rstrip("\r\n")) :]
    return f"{found['key'] if found else ''} {HIDDEN}{end}"

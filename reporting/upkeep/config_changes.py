"""A file of the configuration changed: held against the whole folder, written whole with its entry in the journal.

Where any of it fails, nothing is changed.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from baocao.catalogue import Catalogue
from baocao.disk import telling_disk_errors
from baocao.errors import ConfigError
from baocao.people import Actor
from baocao.private_files import refuse_links
from baocao.references import HIDDEN
from baocao.store import Store
from baocao.unfinished import make_work_dir, open_unfinished, sync_folder
from reporting.upkeep.config_differences import DiffLine, count_changes, list_differences, print_differences
from reporting.upkeep.config_mistakes import find_mistakes, hide_secrets

PATTERNS: Final = ("*.yaml", "forms/*.yaml", "indicators/*.yaml", "sites/*.yaml")
_NEW_NAME = re.compile(
    r"(?:forms|indicators|sites)/[a-z0-9][a-z0-9_-]{0,80}\.yaml"
    r"|(?:alerts|backfill|checks|desk|fields|hand_in|measures|operations|owed|release)\.yaml"
)
_LINE = re.compile(r"dòng \d+[,:]? ?")
_READ_AND_WRITE = 0o666


class ChangedMeanwhileError(ConfigError):
    """The file is no longer the one that was seen."""


@dataclass(frozen=True)
class ConfigFile:
    """A file as it stands; `sha256` is "" of one that is not there yet."""

    name: str
    text: str
    sha256: str


@dataclass(frozen=True)
class ConfigChange:
    """A file as it is and as it would be. `mistakes` are those the folder would have by it, each with file and line."""

    before: ConfigFile
    text: str
    mistakes: tuple[str, ...]

    @property
    def differences(self) -> tuple[DiffLine, ...]:
        return list_differences(hide_secrets(self.before.name, self.before.text), self.shown)

    @property
    def shown(self) -> str:
        """The new text as a page may show it."""
        return hide_secrets(self.before.name, self.text, self.mistakes)

    @property
    def is_none(self) -> bool:
        return self.text == self.before.text


def list_config_files(config_dir: Path) -> list[str]:
    """The files the whole installation goes by, not what units hand in."""
    found = (path for pattern in PATTERNS for path in config_dir.glob(pattern))
    return sorted(path.relative_to(config_dir).as_posix() for path in found)


def is_config_name(config_dir: Path, name: str) -> bool:
    """Whether a file of this name is one of the configuration, or may become one."""
    return name in list_config_files(config_dir) or _NEW_NAME.fullmatch(name) is not None


def read_config_file(config_dir: Path, name: str) -> ConfigFile:
    """Raise ConfigError where it cannot be shown as text."""
    path = config_dir / name
    with telling_disk_errors(path):
        raw = path.read_bytes() if path.exists() else None
    if raw is None:
        return ConfigFile(name, "", "")
    try:
        text = raw.decode()
    except UnicodeDecodeError:
        raise ConfigError(f"{name}: tệp không phải chữ UTF-8; sửa trên máy chủ") from None
    return ConfigFile(name, text, hashlib.sha256(raw).hexdigest())


def preview_change(config_dir: Path, name: str, text: str) -> ConfigChange:
    """What would differ, and every mistake the folder would have with it that it has not now."""
    before = read_config_file(config_dir, name)
    text = _with_line_ends_of(before, text)
    if text == before.text:
        return ConfigChange(before, text, ())
    hidden = [number for number, line in enumerate(text.splitlines(), 1) if HIDDEN in line]
    if hidden:
        says = tuple(f"{name}: dòng {one}: còn chữ {HIDDEN}; bí mật chỉ ghi dạng env:TÊN_BIẾN" for one in hidden)
        return ConfigChange(before, text, says)
    had = {_LINE.sub("", said) for said in find_mistakes(config_dir)}
    found = find_mistakes(config_dir, {name: text})
    return ConfigChange(before, text, tuple(said for said in found if _LINE.sub("", said) not in had))


def read_with(config_dir: Path, name: str, text: str) -> Catalogue:
    """The configuration as it would be with this text in the file; raise ConfigError with its mistakes."""
    with make_work_dir() as folder:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
        try:
            return Catalogue.read(config_dir, folder)
        except ConfigError as error:
            raise ConfigError(str(error).replace(f"{folder}/", "").replace(f"{config_dir}/", "")) from None


def change_file(
    store: Store, config_dir: Path, name: str, text: str, seen_sha256: str, *, actor: Actor, reason: str, at: datetime
) -> ConfigChange:
    """Write it, unless the change is none or has mistakes.

    Raise ChangedMeanwhileError where the file is no longer the one that was seen, ConfigError where it is a link.
    """
    refuse_links(config_dir / name, config_dir)
    with _locked(config_dir):
        change = preview_change(config_dir, name, text)
        if change.before.sha256 != seen_sha256:
            raise ChangedMeanwhileError(f"{name}: vừa có người khác sửa tệp này. Chưa ghi gì.")
        if not change.mistakes and not change.is_none:
            with (
                _staged(config_dir / name, change.text.encode()) as staged,
                store.journal.appending(actor, "configuration.changed", at, _tell(change, reason)),
            ):
                staged.replace(config_dir / name)
                sync_folder((config_dir / name).parent)
    return change


def _tell(change: ConfigChange, reason: str) -> dict[str, str | int]:
    """For the journal: enough to know what stood there before."""
    added, removed = count_changes(change.differences)
    return {
        "file": change.before.name,
        "reason": reason,
        "before": change.before.sha256,
        "after": hashlib.sha256(change.text.encode()).hexdigest(),
        "added": added,
        "removed": removed,
        "difference": print_differences(change.differences),
    }


def _with_line_ends_of(before: ConfigFile, text: str) -> str:
    """A browser sends every line with CR LF."""
    text = text.replace("\r\n", "\n")
    text = text if text.endswith("\n") or not text else f"{text}\n"
    return text.replace("\n", "\r\n") if "\r\n" in before.text else text


@contextmanager
def _locked(config_dir: Path) -> Iterator[None]:
    """One change at a time, over all processes of this machine."""
    descriptor = os.open(config_dir, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _staged(path: Path, content: bytes) -> Iterator[Path]:
    """The new file beside the old one. Where the block raises, what was there is there again."""
    old = path.read_bytes() if path.exists() else None
    with telling_disk_errors(path):
        path.parent.mkdir(exist_ok=True)
        with _written(path, content) as staged:
            try:
                yield staged
            except BaseException:
                if not staged.exists():
                    _put_back(path, old)
                raise


def _put_back(path: Path, old: bytes | None) -> None:
    if old is None:
        path.unlink(missing_ok=True)
        return
    with _written(path, old) as staged:
        staged.replace(path)


@contextmanager
def _written(path: Path, content: bytes) -> Iterator[Path]:
    """Readable by whom the file itself is, a new one by whom its folder is."""
    like = path if path.exists() else path.parent
    with open_unfinished(path) as (stream, unfinished):
        stream.write(content)
        stream.flush()
        os.fchmod(stream.fileno(), like.stat().st_mode & _READ_AND_WRITE)
        os.fsync(stream.fileno())
        yield unfinished

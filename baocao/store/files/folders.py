"""Folders that hold files by relative path, local or behind an fsspec address, written whole or not at all."""

import os
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from baocao.errors import ConfigError
from baocao.private_files import make_private_dir, open_private


@dataclass(frozen=True)
class StoredFile:
    """A file of a folder: relative path, size, when it was last used."""

    path: str
    size: int
    used_at: datetime


class Folder(Protocol):
    """Files by relative path. All raise OSError; `read` raises FileNotFoundError where there is none.

    `mark_used` sets a file's time to now, so that `remove_unused` does not take it; only a folder that `can_list` has
    the two.
    """

    can_list: bool

    def read(self, path: str) -> bytes: ...

    def write(self, path: str, content: bytes) -> None: ...

    def check(self) -> None:
        """Raise OSError where the folder, or the place it will be made at, does not take files."""

    def mark_used(self, path: str) -> None: ...

    def list(self) -> Iterator[StoredFile]: ...

    def remove_unused(self, path: str, before: datetime) -> bool: ...


class LocalFolder:
    """A folder of this machine; what it has written outlives a power cut."""

    can_list = True

    def __init__(self, root: Path) -> None:
        self._root = root

    def check(self) -> None:
        there = next(one for one in (self._root, *self._root.parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise PermissionError(f"{there} is no folder this account may write to")

    def read(self, path: str) -> bytes:
        return (self._root / path).read_bytes()

    def write(self, path: str, content: bytes) -> None:
        target = self._root / path
        make_private_dir(target.parent)
        part = target.with_name(_name_part(target.name))
        try:
            _write_through(part, content)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        _sync_folder(target.parent)

    def mark_used(self, path: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            os.utime(self._root / path)

    def list(self) -> Iterator[StoredFile]:
        for path in self._root.glob("*/*"):
            with suppress(FileNotFoundError):
                found = path.stat()
                name = path.relative_to(self._root).as_posix()
                yield StoredFile(name, found.st_size, datetime.fromtimestamp(found.st_mtime, UTC))

    def remove_unused(self, path: str, before: datetime) -> bool:
        """Remove a file nobody has used since; False where somebody has.

        It is set aside first and looked at again: whoever marks it used at that moment either finds it gone and writes
        it anew, or makes it young, and then it is put back.
        """
        file = self._root / path
        aside = file.with_name(_name_part(file.name))
        try:
            file.rename(aside)
            if datetime.fromtimestamp(aside.stat().st_mtime, UTC) < before:
                aside.unlink()
                return True
            if not file.exists():
                aside.rename(file)
        except FileNotFoundError:
            pass
        finally:
            aside.unlink(missing_ok=True)
        return False


class RemoteFolder:
    """A folder behind an fsspec address; what is old there is its own storage's business."""

    can_list = False

    def __init__(self, files: Any, root: str) -> None:
        self._files = files
        self._root = root.rstrip("/")

    def check(self) -> None:
        self._files.exists(self._root)

    def read(self, path: str) -> bytes:
        return bytes(self._files.cat_file(f"{self._root}/{path}"))

    def write(self, path: str, content: bytes) -> None:
        folder, _, name = f"{self._root}/{path}".rpartition("/")
        part = f"{folder}/{_name_part(name)}"
        self._files.makedirs(folder, exist_ok=True)
        self._files.pipe_file(part, content)
        self._files.mv(part, f"{folder}/{name}")

    def mark_used(self, path: str) -> None: ...

    def list(self) -> Iterator[StoredFile]:
        return iter(())

    def remove_unused(self, path: str, before: datetime) -> bool:  # noqa: ARG002
        return False


def open_folder(url: str) -> Folder:
    """Raise ConfigError where no installed fsspec file system serves the address."""
    if "://" not in url and "::" not in url:
        return LocalFolder(Path(url).expanduser().absolute())
    import fsspec

    try:
        files, root = fsspec.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise ConfigError(f"BAOCAO_PAYLOAD_URL={url.partition(':')[0]}:…: {error}") from error
    if "file" in files.protocol:
        return LocalFolder(Path(root))
    return RemoteFolder(files, root)


def _name_part(name: str) -> str:
    return f".{name}.{uuid.uuid4().hex}.part"


def _write_through(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=open_private) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

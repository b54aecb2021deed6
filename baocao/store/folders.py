"""Folders that hold files by relative path, local or behind an fsspec address, written whole or not at all."""

import os
import uuid
from pathlib import Path
from typing import Any, Protocol

import fsspec

from baocao.errors import ConfigError
from baocao.private_files import make_private_dir, open_private


class Folder(Protocol):
    """Files by relative path. Both raise OSError; `read` raises FileNotFoundError where there is none."""

    def read(self, path: str) -> bytes: ...

    def write(self, path: str, content: bytes) -> None: ...


class LocalFolder:
    """A folder of this machine; what it has written outlives a power cut."""

    def __init__(self, root: Path) -> None:
        self._root = root

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


class RemoteFolder:
    """A folder behind an fsspec address."""

    def __init__(self, files: Any, root: str) -> None:
        self._files = files
        self._root = root.rstrip("/")

    def read(self, path: str) -> bytes:
        return bytes(self._files.cat_file(f"{self._root}/{path}"))

    def write(self, path: str, content: bytes) -> None:
        folder, _, name = f"{self._root}/{path}".rpartition("/")
        part = f"{folder}/{_name_part(name)}"
        self._files.makedirs(folder, exist_ok=True)
        self._files.pipe_file(part, content)
        self._files.mv(part, f"{folder}/{name}")


def open_folder(url: str) -> Folder:
    """Raise ConfigError where no installed fsspec file system serves the address."""
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

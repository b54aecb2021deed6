"""Folders that hold files by relative path, of this machine or in an object store, written whole or not at all."""

import errno
import fcntl
import os
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from baocao.errors import ConfigError
from baocao.private_files import make_private_dir, open_private, refuse_links
from baocao.unfinished import sync_folder

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")


@dataclass(frozen=True)
class StoredFile:
    """A file of a folder: relative path, size, when it was last used."""

    path: str
    size: int
    used_at: datetime


class Folder(Protocol):
    """Files by relative path. All raise OSError; `read` raises FileNotFoundError where there is none.

    `mark_used` sets a file's time to now, so that `remove_unused` does not take it, and says whether there is one.
    """

    def read(self, path: str) -> bytes: ...

    def write(self, path: str, content: bytes) -> None: ...

    def check(self) -> None:
        """Raise OSError where the folder, or the place it will be made at, does not take files."""

    def mark_used(self, path: str) -> bool: ...

    def list(self) -> Iterator[StoredFile]: ...

    def remove_unused(self, path: str, before: datetime) -> bool: ...


class LocalFolder:
    """A folder of this machine; what it has written outlives a power cut."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def check(self) -> None:
        there = next(one for one in (self._root, *self._root.parents) if one.exists())
        if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(there))

    def read(self, path: str) -> bytes:
        return (self._root / path).read_bytes()

    def write(self, path: str, content: bytes) -> None:
        target = self._root / path
        refuse_links(target.parent, self._root)
        make_private_dir(target.parent)
        part = target.with_name(_name_part(target.name))
        try:
            _write_through(part, content)
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        sync_folder(target.parent)

    def mark_used(self, path: str) -> bool:
        try:
            os.utime(self._root / path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

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


def open_folder(url: str) -> Folder:
    """Raise ConfigError where the address is none of those that are served."""
    scheme, is_address, rest = url.partition("://")
    if not is_address:
        return LocalFolder(Path(url).expanduser().absolute())
    if scheme == "file":
        return LocalFolder(Path(rest))
    bucket, _, root = rest.partition("/")
    if scheme != "s3" or not _BUCKET.fullmatch(bucket):
        raise ConfigError(
            f"BAOCAO_PAYLOAD_URL={scheme}:…: không dùng được. Cho phép: đường dẫn một thư mục (kể cả thư mục mạng đã "
            "gắn vào máy), hoặc s3://TÊN-BUCKET/THƯ-MỤC; tài khoản của kho S3 đặt trong các biến AWS_…, không ghi vào "
            "địa chỉ."
        )
    return _open_bucket(bucket, root.strip("/"))


def _open_bucket(bucket: str, root: str) -> Folder:
    try:
        from baocao.store.files.object_folder import ObjectFolder
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"BAOCAO_PAYLOAD_URL=s3://{bucket}/…: chưa cài gói {error.name}. Cài phần mở rộng S3 bằng: make setup-s3"
        ) from error
    return ObjectFolder(bucket, root)


def _name_part(name: str) -> str:
    return f".{name}.{uuid.uuid4().hex}.part"


def _write_through(path: Path, content: bytes) -> None:
    with open(path, "xb", opener=open_private) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())

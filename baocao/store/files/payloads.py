"""Payload bodies as files: content-addressed, compressed, in a folder of the machine or of an object store.

A body lies at `ab/cdef….zst`, `abcdef…` being its sha256. Files are written beside their place and renamed, so
that a killed run leaves a whole file or none (and perhaps a `.part` that nobody reads).
"""

import hashlib
import re
import threading
from collections.abc import Container, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import zstandard

from baocao.disk import explain_disk_error
from baocao.messages import quote_name
from baocao.store.errors import PayloadDamagedError, StoreUnavailableError
from baocao.store.files.folders import open_folder

THREADS = 8
WORTH_THREADS = 4
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Removal:
    """How many files went, and how many bytes they had."""

    count: int
    size: int


class PayloadStore:
    """Bodies by their sha256. `url` is a folder's path or `s3://BUCKET/FOLDER`.

    Raise StoreUnavailableError where the folder cannot be reached or written.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._folder = open_folder(url)
        self._own = threading.local()

    @cached_property
    def _writers(self) -> ThreadPoolExecutor:
        """The same threads as long as the store is open: each new one would take memory of its own and leave it."""
        return ThreadPoolExecutor(THREADS, thread_name_prefix="baocao-write")

    def close(self) -> None:
        """Let the threads go."""
        if "_writers" in vars(self):
            self._writers.shutdown()
            del self._writers

    def put(self, body: bytes) -> str:
        """Keep the body, unless it is kept whole already; returns its sha256."""
        sha256 = hashlib.sha256(body).hexdigest()
        if not (self._mark_used(sha256) and self._is_whole(sha256)):
            self._write(sha256, self._compressor().compress(body))
        return sha256

    def put_all(self, bodies: Sequence[bytes]) -> list[str]:
        """Keep many bodies; the disk is waited for by several threads at once. Returns their sha256 in order."""
        if len(bodies) < WORTH_THREADS:
            return [self.put(body) for body in bodies]
        return list(self._writers.map(self.put, bodies))

    def get(self, sha256: str) -> bytes:
        """The body; PayloadDamagedError where it is missing, no longer what was kept, or called by what is no hash."""
        if not _SHA256.fullmatch(sha256):
            raise PayloadDamagedError(
                f"dữ liệu gốc gọi tên không phải sha256{quote_name(sha256)}: nơi ghi tên đã bị sửa"
            )
        body = self._decompress(sha256, self._read(sha256))
        if hashlib.sha256(body).hexdigest() != sha256:
            raise self._damage(sha256, "nội dung đã bị sửa")
        return body

    def _compressor(self) -> zstandard.ZstdCompressor:
        """One a thread: two must not share one."""
        if not hasattr(self._own, "compressor"):
            self._own.compressor = zstandard.ZstdCompressor(write_checksum=True)
        compressor: zstandard.ZstdCompressor = self._own.compressor
        return compressor

    def check(self) -> None:
        """Say whether bodies could be kept now; nothing is written."""
        try:
            self._folder.check()
        except OSError as error:
            raise StoreUnavailableError(f"không dùng được thư mục dữ liệu gốc {explain_disk_error(error)}") from error

    def remove_unmentioned(self, mentioned: Container[str], before: datetime, *, only_count: bool) -> Removal:
        """Remove bodies, and parts of bodies, that nobody mentions and nobody has used since `before`."""
        count, size = 0, 0
        try:
            for file in self._folder.list():
                if file.used_at >= before or _sha256_of(file.path) in mentioned:
                    continue
                if only_count or self._folder.remove_unused(file.path, before):
                    count, size = count + 1, size + file.size
        except OSError as error:
            raise StoreUnavailableError(f"không dọn được thư mục dữ liệu gốc {explain_disk_error(error)}") from error
        return Removal(count, size)

    def copy_to(self, other: "PayloadStore", sha256: str) -> bool:
        """Copy a body as it is kept; nothing happens, and False comes back, where the other has it whole already."""
        if other._is_whole(sha256):  # noqa: SLF001  # one of our own kind
            return False
        self.get(sha256)
        other._write(sha256, self._read(sha256))  # noqa: SLF001
        return True

    def list_hashes(self) -> list[str]:
        """What every body that lies in the folder is called by."""
        try:
            return sorted(name for file in self._folder.list() if _SHA256.fullmatch(name := _sha256_of(file.path)))
        except OSError as error:
            raise StoreUnavailableError(f"không đọc được kho dữ liệu gốc: {explain_disk_error(error)}") from error

    def _is_whole(self, sha256: str) -> bool:
        try:
            self.get(sha256)
        except PayloadDamagedError:
            return False
        return True

    def _read(self, sha256: str) -> bytes:
        try:
            return self._folder.read(_path(sha256))
        except FileNotFoundError:
            raise self._damage(sha256, "mất tệp") from None
        except IsADirectoryError:
            raise self._damage(sha256, "ở chỗ của tệp là một thư mục") from None
        except OSError as error:
            raise StoreUnavailableError(
                f"không đọc được dữ liệu gốc {sha256[:12]}…: {explain_disk_error(error)}"
            ) from error

    def _mark_used(self, sha256: str) -> bool:
        try:
            return self._folder.mark_used(_path(sha256))
        except OSError as error:
            raise StoreUnavailableError(
                f"không giữ được dữ liệu gốc {sha256[:12]}…: {explain_disk_error(error)}"
            ) from error

    def _write(self, sha256: str, content: bytes) -> None:
        try:
            self._folder.write(_path(sha256), content)
        except OSError as error:
            raise StoreUnavailableError(
                f"không giữ được dữ liệu gốc {sha256[:12]}…: {explain_disk_error(error)}"
            ) from error

    def _decompress(self, sha256: str, content: bytes) -> bytes:
        # Not by the size a frame claims: a changed one may claim more than there is memory.
        try:
            return zstandard.ZstdDecompressor().decompressobj().decompress(content)
        except zstandard.ZstdError:
            raise self._damage(sha256, "tệp hỏng, không giải nén được") from None

    def _damage(self, sha256: str, what: str) -> PayloadDamagedError:
        return PayloadDamagedError(
            f"dữ liệu gốc {sha256} (tệp {_path(sha256)} trong kho dữ liệu gốc): {what}. Lấy lại tệp từ bản sao lưu; "
            "thiếu nó thì không chứng minh được những gì đã tính từ nó."
        )


def copy_all_bodies(source_url: str, target_url: str) -> None:
    """Copy every body of a folder into another one; one that is damaged is left out, for `verify` to name."""
    source, target = PayloadStore(source_url), PayloadStore(target_url)
    for sha256 in source.list_hashes():
        with suppress(PayloadDamagedError):
            source.copy_to(target, sha256)


def _sha256_of(path: str) -> str:
    """The hash a file's place stands for; for anything else some other text."""
    return path.replace("/", "").removesuffix(".zst")


def _path(sha256: str) -> str:
    if not _SHA256.fullmatch(sha256):
        raise ValueError(f"'{sha256}' is not a sha256")
    return f"{sha256[:2]}/{sha256[2:]}.zst"

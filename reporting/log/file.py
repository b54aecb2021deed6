"""A log file that many processes may write at once: whole lines, for this account alone, older ones set aside."""

import fcntl
import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from baocao.disk import explain_disk_error
from baocao.private_files import make_private_dir, open_private

LARGEST_BYTES = 10_000_000
KEPT_FILES = 10


class SharedLogFile(logging.Handler):
    """Appends to `path`; a file that has grown too large becomes `path.1`, that one `path.2`, and so on.

    A line that cannot be written is lost and said once on standard error: a full disk must not end a run.
    """

    def __init__(self, path: Path, *, largest_bytes: int = LARGEST_BYTES, kept_files: int = KEPT_FILES) -> None:
        super().__init__()
        self.path = path
        self._largest_bytes = largest_bytes
        self._kept_files = kept_files
        self._has_complained = False

    def emit(self, record: logging.LogRecord) -> None:
        line = f"{self.format(record)}\n".encode()
        try:
            make_private_dir(self.path.parent)
            if self._write(line) > self._largest_bytes:
                self._set_aside()
        except OSError as error:
            self._complain(error)

    def _write(self, line: bytes) -> int:
        """Append the line; returns the file's size."""
        with self._opened(fcntl.LOCK_SH) as file:
            os.write(file, line)
            return os.fstat(file).st_size

    def _set_aside(self) -> None:
        with self._opened(fcntl.LOCK_EX) as file:
            if os.fstat(file).st_size <= self._largest_bytes:
                return  # another process was first
            for number in range(self._kept_files - 1, 0, -1):
                older = self._numbered(number)
                if older.exists():
                    older.replace(self._numbered(number + 1))
            self.path.replace(self._numbered(1))

    @contextmanager
    def _opened(self, lock: int) -> Iterator[int]:
        """The file that is at `path` now, locked: one set aside while we waited is let go."""
        while True:
            file = open_private(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            try:
                fcntl.flock(file, lock)
                if self._is_at_path(file):
                    yield file
                    return
            finally:
                os.close(file)

    def _is_at_path(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), self.path.stat())
        except FileNotFoundError:
            return False

    def _numbered(self, number: int) -> Path:
        return self.path.with_name(f"{self.path.name}.{number}")

    def _complain(self, error: OSError) -> None:
        if not self._has_complained:
            self._has_complained = True
            sys.stderr.write(f"Không ghi được nhật ký vận hành {explain_disk_error(error, self.path)}\n")

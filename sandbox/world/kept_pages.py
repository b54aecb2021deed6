"""Pages of a listing written once and kept in a file, so that a benchmark does not measure this server's pen."""

import tempfile
from collections.abc import Callable
from typing import Any

_LIMIT = 8 << 30


class KeptPages:
    """Bytes by key in an unnamed temporary file; when it grows past 8 GiB it starts over."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="sandbox-pages-")  # noqa: SIM115 - lives as long as the sandbox
        self._places: dict[tuple[Any, ...], tuple[int, int]] = {}
        self._end = 0

    def read(self, key: tuple[Any, ...], write: Callable[[], bytes]) -> bytes:
        """The page with this key, written now if it is not kept yet."""
        if key not in self._places:
            self._keep(key, write())
        start, size = self._places[key]
        self._file.seek(start)
        return self._file.read(size)

    def clear(self) -> None:
        """Forget every page."""
        self._places.clear()
        self._end = 0

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def _keep(self, key: tuple[Any, ...], page: bytes) -> None:
        if self._end > _LIMIT:
            self.clear()
        self._file.seek(self._end)
        self._file.write(page)
        self._places[key] = (self._end, len(page))
        self._end += len(page)

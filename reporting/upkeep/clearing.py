"""What killed runs left half-written, and how much of it went."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from baocao.settings import Settings

TEMPORARY_NAMES = (".*.tmp", ".*.part", ".*.new")


@dataclass(frozen=True)
class Clearance:
    """What went, or would go: how many, and the bytes where they are files."""

    what: str
    count: int
    size: int = 0


def clear_temporary(settings: Settings, before: datetime, *, dry_run: bool) -> Clearance:
    """Delete what killed runs left half-written under out/ and var/."""
    count, size = 0, 0
    for path in find_temporary(settings):
        found = path.stat()
        if datetime.fromtimestamp(found.st_mtime, UTC) < before:
            count, size = count + 1, size + found.st_size
            if not dry_run:
                path.unlink(missing_ok=True)
    return Clearance("temporary files", count, size)


def find_temporary(settings: Settings) -> Iterator[Path]:
    """What lies in var/tmp, and hidden files with the endings we write under before a file gets its own name."""
    yield from (path for path in settings.temporary_dir.rglob("*") if path.is_file() and not path.is_symlink())
    folders = [settings.out_dir, settings.var_dir]
    for folder in folders:
        for pattern in TEMPORARY_NAMES:
            yield from (path for path in folder.rglob(pattern) if path.is_file() and not path.is_symlink())

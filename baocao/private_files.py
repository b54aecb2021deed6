"""State, logs and kept answers are for the account of baocao alone, whatever umask it runs under."""

import os
from pathlib import Path

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
OTHERS = 0o077
"""The permission bits of everybody but the owner."""


def make_private_dir(folder: Path) -> None:
    """Make the folder and those missing above it; one that is there keeps its permissions."""
    for missing in reversed([one for one in (folder, *folder.parents) if not one.exists()]):
        missing.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def open_private(path: str | os.PathLike[str], flags: int) -> int:
    """The opener for `open(…, opener=open_private)`: a new file is ours alone."""
    return os.open(path, flags, PRIVATE_FILE)


def is_open_to_others(path: Path) -> bool:
    """Whether another account of this machine may read or change it."""
    return bool(path.stat().st_mode & OTHERS)

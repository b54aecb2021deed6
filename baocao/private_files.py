"""What is written is for the account of baocao alone, whatever umask it runs under, and never goes through a link."""

import os
from itertools import chain, takewhile
from pathlib import Path

from baocao.errors import ConfigError

PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
OTHERS = 0o077
"""The permission bits of everybody but the owner."""
READERS = 0o055
"""Those by which others read a folder."""


def keep_to_owner() -> None:
    """From here on whatever the process makes is for its account alone: also what libraries and children make."""
    os.umask(OTHERS)


def make_private_dir(folder: Path) -> None:
    """Make the folder and those missing above it; one that is there keeps its permissions."""
    for missing in reversed(list(takewhile(lambda one: not one.exists(), chain([folder], folder.parents)))):
        missing.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def open_private(path: str | os.PathLike[str], flags: int) -> int:
    """The opener for `open(…, opener=open_private)`: a new file is ours alone."""
    return os.open(path, flags, PRIVATE_FILE)


def is_open_to_others(path: Path) -> bool:
    """Whether another account of this machine may read or change it."""
    return bool(path.stat().st_mode & OTHERS)


def close_to_others(folder: Path) -> None:
    """Take away what other accounts may do with a folder and all in it; a link in it is left alone."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink() and is_open_to_others(path):
            path.chmod(path.stat().st_mode & ~OTHERS)


def refuse_links(path: Path, root: Path) -> None:
    """Raise ConfigError where `root`, `path` or a folder between them is a link: it could lead anywhere."""
    if link := find_link(path, root):
        raise ConfigError(
            f"{link}: là liên kết (tới {link.readlink()}); baocao không ghi qua liên kết. Xóa liên kết này rồi "
            "chạy lại; muốn lưu ở nơi khác thì gắn (mount) nơi ấy vào đây, hoặc đặt BAOCAO_HOME."
        )


def find_link(path: Path, root: Path) -> Path | None:
    """The first of `root`, `path` and the folders between them that is a link."""
    return next((place for place in _between(root, path) if place.is_symlink()), None)


def refuse_links_below(folder: Path) -> None:
    """The same for a folder that is to be filled and everything in it."""
    refuse_links(folder, folder)
    for path in folder.rglob("*"):
        refuse_links(path, path)


def share_below(path: Path, root: Path) -> None:
    """Let who may read `root` read what is on the way to `path` and in it: nobody, unless IT opened `root`."""
    readers = root.stat().st_mode & READERS
    if readers:
        for place in (*_between(root, path)[1:], *path.rglob("*")):
            if not place.is_symlink():
                given = readers if place.is_dir() else readers & ~0o011
                place.chmod(place.stat().st_mode | given)


def _between(root: Path, path: Path) -> list[Path]:
    """`root`, the folders below it that lead to `path`, and `path`."""
    parts = path.relative_to(root).parts
    return [root.joinpath(*parts[:depth]) for depth in range(len(parts) + 1)]

"""A folder of files that changes all at once: a reader finds the set of before or that of after, never a mixture."""

import ctypes
import errno
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from baocao.private_files import make_private_dir, refuse_links, share_below
from baocao.unfinished import clear_abandoned, is_abandoned, make_unfinished_dir, sync_folder

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_LEFT = (".new", ".old")
_LEFT_OF_FILES = (".tmp", ".part")
_NOT_HERE = (errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP)


@contextmanager
def replacing(folder: Path, root: Path | None = None) -> Iterator[Path]:
    """An empty folder to write the new set into, which takes the folder's place at the end of the block.

    What else lies in the folder (files of other names, folders below) is carried over, a link as a link. Who may read
    `root` may read it. Raise ConfigError where one of the folders from `root` on is a link. Where the block raises, or
    its process dies, the folder is as it was; what a dead one left beside it is cleared away by the next. One process
    at a time: the caller holds the form's lease.
    """
    root = root or folder.parent
    refuse_links(folder, root)
    make_private_dir(folder.parent)
    _clear_beside(folder)
    with make_unfinished_dir(folder.parent, f".{folder.name}.", ".new") as staged:
        yield staged
        _carry_over(folder, staged)
        share_below(staged, root)
        _take_place(staged, folder)


def clear_leftovers(folder: Path) -> None:
    """Clear away what killed processes left of the folder and of those in it. The caller holds the form's lease."""
    _clear_beside(folder)
    for leftover in folder.glob(".*.*"):
        if leftover.suffix in _LEFT:
            _clear_beside(folder / leftover.name[1:].rsplit(".", 2)[0])


def _clear_beside(folder: Path) -> None:
    """Put a folder back that was moved aside and never replaced; what else was left beside it goes."""
    for aside in folder.parent.glob(f".{folder.name}.*.old"):
        if not folder.exists() and not aside.is_symlink():
            aside.rename(folder)
    clear_abandoned(_left_of(folder))


def _left_of(folder: Path) -> list[Path]:
    return [path for path in folder.parent.glob(f".{folder.name}.*.*") if path.suffix in _LEFT]


def clear_below(root: Path) -> None:
    """Clear away what killed processes left of any form's folder, `root`/unit/period/form, of a numbered one in it, or
    of a file in either.
    """
    for pattern in ("*/*/.*", "*/*/*/.*", "*/*/*/*/.*"):
        for leftover in list(root.glob(pattern)):
            folder = leftover.with_name(leftover.name[1:].rsplit(".", 2)[0])
            if leftover.suffix in _LEFT and all(map(is_abandoned, _left_of(folder))):
                _clear_beside(folder)
            elif leftover.suffix in _LEFT_OF_FILES:
                clear_abandoned([leftover])


def _carry_over(folder: Path, staged: Path) -> None:
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        place = staged / path.name
        if path.name.startswith(".") or place.exists():
            continue
        if path.is_symlink():
            place.symlink_to(path.readlink())
        elif path.is_dir():
            shutil.copytree(path, place, symlinks=True, copy_function=_link)
        else:
            _link(path, place)


def _link(path: str | Path, place: str | Path) -> str | Path:
    """The same file under another name; a copy where the file system has no second names."""
    try:
        os.link(path, place)
    except OSError:
        shutil.copy2(path, place)
    return place


def _take_place(staged: Path, folder: Path) -> None:
    if not folder.exists():
        staged.rename(folder)
    elif not _exchange(staged, folder):
        aside = staged.with_suffix(".old")
        folder.rename(aside)
        staged.rename(folder)
        shutil.rmtree(aside)
    sync_folder(folder.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Let two folders change names in one step; False where the machine cannot, for example on Windows or NFS."""
    if sys.platform != "linux":
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    names = (_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other))
    if rename(*names, _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _NOT_HERE:
        return False
    raise OSError(number, os.strerror(number), str(other))

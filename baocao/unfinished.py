"""What a process has under way: each file and folder locked by it, so that what a dead one left is known and cleared.

The kernel gives a lock back when its process ends, however it ends. Whoever clears away takes the lock first, so that
nothing of a living process goes; whoever begins looks, once it has the lock, whether its file is still there.
"""

import fcntl
import hashlib
import os
import platform
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

from baocao.private_files import PRIVATE_FOLDER, open_private

WORK_PREFIX = "baocao-"
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
LONG_DEAD_S = 86_400
"""After which what another machine, or this one before it was started anew, has left is taken for abandoned."""


@contextmanager
def open_unfinished(path: Path, ending: str = "tmp") -> Iterator[tuple[BinaryIO, Path]]:
    """A new hidden file beside `path` to write into and to rename; what dead processes left of it goes first."""
    clear_abandoned(path.parent.glob(f".{_escape(path.name)}.*.{ending}"))
    while True:
        unfinished = path.with_name(f".{path.name}.{make_mark()}.{ending}")
        with open(unfinished, "xb", opener=open_private) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            if not _is_still(unfinished, file.fileno()):
                continue
            try:
                yield file, unfinished
            finally:
                unfinished.unlink(missing_ok=True)
            return


@contextmanager
def make_unfinished_dir(place: Path, prefix: str, ending: str = "") -> Iterator[Path]:
    """A new folder of this process, for its account alone. It goes at the end of the block, if it is still there."""
    while True:
        folder = place / f"{prefix}{make_mark()}{ending}"
        folder.mkdir(mode=PRIVATE_FOLDER)
        with _opened(folder) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if not _is_still(folder, descriptor):
                continue
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
            return


@contextmanager
def make_work_dir() -> Iterator[Path]:
    """A folder for a while, where the machine keeps such; what dead processes of this account left there goes first."""
    place = _find_temporary_place()
    clear_work_dirs(place)
    with make_unfinished_dir(place, WORK_PREFIX, ".work") as folder:
        yield folder


@contextmanager
def own_temporary_files() -> Iterator[None]:
    """What libraries put where the machine keeps temporary files lies in a folder of this process meanwhile.

    Where no such folder can be made they are left to themselves.
    """
    before = tempfile.tempdir
    with ExitStack() as made:
        with suppress(OSError):
            tempfile.tempdir = str(made.enter_context(make_work_dir()))
        try:
            yield
        finally:
            tempfile.tempdir = before


def clear_work_dirs(place: Path | None = None) -> None:
    clear_abandoned((place or _find_temporary_place()).glob(f"{WORK_PREFIX}*.work"))


def _find_temporary_place() -> Path:
    """As `tempfile` finds it, but without the file that leaves behind when it is killed while it tries."""
    named = (tempfile.tempdir, *map(os.environ.get, ("TMPDIR", "TEMP", "TMP")), "/tmp", "/var/tmp")  # noqa: S108
    return next((Path(name) for name in named if name and os.access(name, os.W_OK | os.X_OK)), Path.cwd())


def sync_folder(folder: Path) -> None:
    """What was renamed or put into it is there after the machine's power fails."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clear_abandoned(paths: Iterable[Path]) -> int:
    """Remove those of this account that no living process holds; give how many. A link is removed, never followed."""
    return sum(_clear_one(path) for path in list(paths))


def is_abandoned(path: Path) -> bool:
    """Whether nobody can still be at work on it: locks of folders are seen on their own machine only."""
    if _machine() not in path.name:
        return time.time() - path.lstat().st_mtime > LONG_DEAD_S
    try:
        with _opened(path) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def make_mark() -> str:
    """A part of a name that says which machine, since when it runs, and is used once."""
    return f"{_machine()}{secrets.token_hex(6)}"


@cache
def _machine() -> str:
    boot = BOOT_ID.read_bytes() if BOOT_ID.exists() else platform.node().encode()
    return hashlib.sha256(boot).hexdigest()[:8]


def _clear_one(path: Path) -> bool:
    try:
        found = path.lstat()
        if found.st_uid != os.geteuid():
            return False
        if stat.S_ISLNK(found.st_mode):
            path.unlink()
            return True
        with _opened(path) as descriptor:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if stat.S_ISDIR(found.st_mode):
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
    except OSError:
        return False
    return True


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    mode = os.O_RDONLY if path.is_dir() else os.O_RDWR  # a network file system locks what is open for writing
    descriptor = os.open(path, mode | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(path.lstat(), os.fstat(descriptor))
    return False


def _escape(name: str) -> str:
    """As a pattern of glob that means itself."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)

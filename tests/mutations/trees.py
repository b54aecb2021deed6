"""Copies of the working tree to plant faults in, and one test run in a copy, in a child of a process that is warm.

The parent has imported what the tests need and takes seconds to load, but nothing of ours: a child takes ours from its
own copy.
"""

import compileall
import importlib
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from baocao.settings import CHECKOUT_DIR

OURS = ("baocao", "cli", "connectors", "expectations", "flows", "reporting", "sandbox", "tests", "benchmarks", "desk")
HEAVY = (
    "pandas",
    "great_expectations",
    "sqlalchemy.orm",
    "pydantic",
    "yaml",
    "orjson",
    "msgspec",
    "requests",
    "docx",
    "hypothesis.strategies",
    "uvicorn",
    "fastapi",
)
LEFT_OUT = shutil.ignore_patterns(".*", "var", "out", "dist", "__pycache__", "node_modules", "*.egg-info")
LONGEST_S = 300


def copy_tree(to: Path) -> Path:
    """The project without what is made from it, compiled once; the folder of CI comes along, for a test reads it."""
    shutil.copytree(CHECKOUT_DIR, to, ignore=LEFT_OUT)
    for name in (".ci", ".github", ".gitignore"):
        source = CHECKOUT_DIR / name
        if source.is_dir():
            shutil.copytree(source, to / name)
        elif source.is_file():
            shutil.copy2(source, to / name)
    compileall.compile_dir(to, quiet=2)
    return to


@contextmanager
def changed(path: Path) -> Iterator[None]:
    """Whatever the block does to the file, it is as it was afterwards, its time too: what is compiled of it holds."""
    before, found = path.read_bytes(), path.stat()
    try:
        yield
    finally:
        path.write_bytes(before)
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))


def warm_up() -> None:
    for name in HEAVY:
        importlib.import_module(name)


def start_tests(tree: Path, names: Sequence[str], says: Path) -> int:
    """Start pytest for some tests in a child that sees only `tree`; returns the child's number."""
    number = os.fork()
    if number:
        return number
    code = 70
    try:
        os.setsid()
        log = os.open(says, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for stream in (1, 2):
            os.dup2(log, stream)
        code = _run_tests(tree, names)
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        os._exit(code)


def _run_tests(tree: Path, names: Sequence[str]) -> int:
    os.chdir(tree)
    os.environ |= {"PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    sys.dont_write_bytecode = True
    sys.path[:] = [str(tree), *(place for place in sys.path if place not in ("", str(CHECKOUT_DIR)))]
    for name in [name for name in sys.modules if name.partition(".")[0] in OURS]:
        del sys.modules[name]
    import pytest

    # Tests marked slow too: a fault may be seen only there. Nobody reads why a planted fault failed its test.
    plain = ["-x", "-q", "-rfE", "--assert=plain", "-p", "no:xdist", "-p", "no:cacheprovider", "-o", "addopts="]
    return int(pytest.main([*plain, f"--timeout={LONGEST_S // 2}", f"--rootdir={tree}", *names]))


def poll_tests(number: int) -> tuple[bool, int | None]:
    """Whether they have ended, and with which of pytest's codes; None where they were killed."""
    done, status = os.waitpid(number, os.WNOHANG)
    if not done:
        return False, None
    return True, os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else None


def stop_tests(number: int) -> None:
    os.killpg(number, signal.SIGKILL)
    os.waitpid(number, 0)

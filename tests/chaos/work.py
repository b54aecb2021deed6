"""One command line, carried out in a child of a process that has everything imported, and what may befall it there."""

import ctypes
import io
import os
import resource
import signal
import sys
from collections.abc import Mapping
from contextlib import redirect_stderr, redirect_stdout
from pkgutil import walk_packages
from types import ModuleType
from typing import Any

import cli
import connectors
import reporting
from cli.main import run_command
from tests.crash.work import Transitions

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWPID = 0x20000, 0x4000000, 0x20000000
SHARED_NAME = b"may-chu-1"
KILLED = 70
PR_SET_PDEATHSIG = 1
MS_REC, MS_PRIVATE = 0x4000, 0x40000


def import_all(room: ModuleType) -> None:
    for found in walk_packages(room.__path__, f"{room.__name__}."):
        __import__(found.name)


for _room in (cli, connectors, reporting):
    import_all(_room)


def take_step(step: Mapping[str, Any], environment: Mapping[str, str], fatal: int | None) -> dict[str, Any]:
    """Run `baocao` with the arguments in `step`; what it printed, its exit code, how many transitions it had.

    `elsewhere`: on another host of the same name, with processes of its own.
    """
    if step.get("elsewhere"):
        _move_to_another_host()
    os.environ.update(environment)
    os.chdir(environment["BAOCAO_HOME"])
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.argv = ["baocao", *step["argv"]]
    transitions, said = Transitions(fatal), io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = run_command()
    return {"exit_code": code, "says": said.getvalue()[-3000:], "transitions": transitions.count}


def _move_to_another_host() -> None:
    """What a second container is to the first: the same name, another table of processes. The child waits outside."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWPID):
        raise OSError(ctypes.get_errno(), "a host of its own needs root")
    libc.sethostname(SHARED_NAME, len(SHARED_NAME))
    inside = os.fork()
    if inside:
        _, status = os.waitpid(inside, 0)
        os._exit(os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else KILLED)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)  # nothing mounted here is seen outside
    libc.mount(b"proc", b"/proc", b"proc", 0, None)

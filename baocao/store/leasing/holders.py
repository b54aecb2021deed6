"""Who holds a lease, a message or a slot, and whether that process is known to be dead.

A host's name and a process's number do not tell two processes apart: containers and cloned machines share the one and
give out the other anew. So the name holds what does: a random token of each process, and where it can be looked for:
the boot of the kernel, the table its processes are numbered in, and when it began.
"""

import hashlib
import os
import re
import secrets
import socket
from pathlib import Path

_NAME = re.compile(r".+, process (?P<number>\d+) #(?P<table>[0-9a-f]{12})\.(?P<began>\d+)\.[0-9a-f]{16}")
_MARK = " #"
_ZOMBIE = "Z"
_tokens: dict[int, str] = {}


def name_process() -> str:
    """Who holds a lease: for a person `server-1, process 4711`, after `#` what is its alone."""
    number = os.getpid()
    token = _tokens.setdefault(number, secrets.token_hex(8))
    began = _read_start(number)
    known = f"{_name_table()}.{began}"
    return f"{socket.gethostname()}, process {number}{_MARK}{known}.{token}"


def print_holder(holder: str) -> str:
    """As much of the name as helps a person to find the process."""
    return holder.partition(_MARK)[0]


def is_dead(holder: str) -> bool:
    """Whether the holder was a process that would be seen from here and is no more; False where that cannot be told."""
    found = _NAME.fullmatch(holder)
    if found is None or found["table"] != _name_table():
        return False
    number = int(found["number"])
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it runs under another account
        pass
    began = _read_start(number)
    return began is not None and began != found["began"]


def _name_table() -> str:
    """The table of processes we are in: of which namespace, since which boot. Empty where there is no telling."""
    try:
        if Path("/proc/self").readlink().name != str(os.getpid()):  # the table shown is that of another namespace
            return ""
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = Path("/proc/self/ns/pid").readlink()
    except OSError:
        return ""
    return hashlib.sha256(f"{boot} {namespace}".encode()).hexdigest()[:12]


def _read_start(number: int) -> str | None:
    """When a process began, in ticks since the boot; `0` for one that is dead and not yet buried, None if unknown."""
    try:
        text = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *rest = text.rpartition(")")[2].split()
    return "0" if state == _ZOMBIE else rest[18]

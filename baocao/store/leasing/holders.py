"""Who holds a lease, by name, and whether that process is known to be dead."""

import os
import re
import socket

_NAME = re.compile(r"(?P<host>.+), process (?P<number>\d+)")


def name_process() -> str:
    """Who holds a lease, fit for a person to find: `server-1, process 4711`."""
    return f"{socket.gethostname()}, process {os.getpid()}"


def is_dead(holder: str) -> bool:
    """Whether the holder was a process of this machine that is no more; False where that cannot be told."""
    found = _NAME.fullmatch(holder)
    if found is None or found["host"] != socket.gethostname():
        return False
    try:
        os.kill(int(found["number"]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it runs under another account
        return False
    return False
